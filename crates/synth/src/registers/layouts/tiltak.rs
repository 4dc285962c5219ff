//! Labour market measures of NAV.

use super::{Cell, Mess, Row, Writing};
use crate::SynthError;
use crate::registers::benefits::measures;

const HEADER: [&str; 5] = ["person", "measure", "start", "end", "tiltaksarrangor"];

pub(super) fn write(writing: &mut Writing<'_>) -> Result<(), SynthError> {
    let mut table = writing.open("tiltak.csv", &HEADER)?;
    for person in writing.everybody() {
        let mut draws = writing.mess(&person);
        let mut spells = measures(&person, writing.settings());
        draws.shuffle(&mut spells);
        for spell in &spells {
            let end = if writing.forgets_death(spell.run, &person) {
                Cell::Open
            } else {
                writing.end(spell.run.last)
            };
            let mut cells = [
                Cell::Text(&person.id),
                Cell::Text(spell.code),
                Cell::Day(spell.run.first),
                end,
                Cell::Note(draws.pick(&["Jobbhuset", "Vekst Sørvest", "Arbeid og Mestring"])),
            ];
            table.row(&cells, Row::of(person.participant))?;
            let reversed = writing.has(Mess::EndBeforeStart) && draws.chance(60);
            if reversed && table.has_room() {
                cells[3] = Cell::Day(spell.run.first - draws.between(1, 90));
                let row = match person.participant {
                    true => Row::Refused,
                    false => Row::Theirs,
                };
                table.row(&cells, row)?;
            }
        }
    }
    writing.close(table)
}

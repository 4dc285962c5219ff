//! Deaths, emigrations and immigrations.

use super::{Cell, Row, Writing};
use crate::SynthError;

const HEADER: [&str; 3] = ["person", "event", "date"];

pub(super) fn write(writing: &mut Writing<'_>) -> Result<(), SynthError> {
    let mut table = writing.open("status.csv", &HEADER)?;
    for person in writing.everybody() {
        // Some came to the country as children.
        let arrived = (person.number.is_multiple_of(20)).then(|| writing.settings().first() - 2500);
        let mut events = vec![
            ("immigration", arrived),
            ("emigration", person.emigrated),
            ("immigration", person.returned),
            ("death", person.died),
        ];
        writing.mess(&person).shuffle(&mut events);
        for (event, day) in events {
            if let Some(day) = day {
                let cells = [Cell::Text(&person.id), Cell::Text(event), Cell::Day(day)];
                table.row(&cells, Row::of(person.participant))?;
            }
        }
    }
    writing.close(table)
}

//! A plain table of job spells.

use super::{Cell, Mess, Row, Writing};
use crate::SynthError;
use crate::registers::work::{self, Flaw, OCCUPATIONS, Sort};

const HEADER: [&str; 11] = [
    "person",
    "job",
    "start",
    "end",
    "type",
    "percent",
    "hours",
    "pay",
    "employer",
    "occupation",
    "subsidised",
];

pub(super) fn write(writing: &mut Writing<'_>) -> Result<(), SynthError> {
    let mut table = writing.open("spells.csv", &HEADER)?;
    for person in writing.everybody() {
        let mut draws = writing.mess(&person);
        for row in work::rows(&person, writing.settings(), &mut draws) {
            let job = &row.job;
            let reversed = row.flaw == Flaw::Reversed;
            let too_late = job.run.first > writing.settings().last();
            // This layout has no way to say that a job never was.
            if row.flaw == Flaw::Void || too_late || (reversed && !table.has_room()) {
                continue;
            }
            let (number, employer) = (job.number.to_string(), job.employer.to_string());
            let mut cells = [
                Cell::Text(&person.id),
                Cell::Text(&number),
                Cell::Day(job.run.first),
                if reversed {
                    Cell::Day(job.run.last)
                } else {
                    writing.end(job.run.last)
                },
                Cell::Text(match job.sort {
                    Sort::Ordinary => "ordinary",
                    Sort::Maritime => "maritime",
                    Sort::Freelance => "freelance",
                    Sort::Pension => "pension",
                }),
                Cell::Tenths(job.percent * 10),
                Cell::Tenths(job.tenths_of_hours()),
                Cell::Whole(job.pay),
                Cell::Text(&employer),
                Cell::Text(OCCUPATIONS[job.occupation].1),
                Cell::Text(if job.subsidised { "yes" } else { "no" }),
            ];
            let owner = match (reversed, person.participant) {
                (true, true) => Row::Refused,
                (_, ours) => Row::of(ours),
            };
            table.row(&cells, owner)?;
            if writing.has(Mess::NegativePay) && !reversed && draws.chance(80) {
                // A job of its own: two rows of one job that differ would leave a reader to choose.
                let correction = (job.number - 1).to_string();
                cells[1] = Cell::Text(&correction);
                cells[7] = Cell::Whole(-job.pay / 4);
                table.row(&cells, owner)?;
            }
        }
    }
    writing.close(table)
}

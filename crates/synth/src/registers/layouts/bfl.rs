//! The Danish income register: one file a year, one row a person, month and employer.

use super::{Cell, Mess, Row, Writing};
use crate::SynthError;
use crate::registers::calendar::{month_first, month_last, month_of, year_month};
use crate::registers::work::{self, Flaw, OCCUPATIONS, Sort};

const HEADER: [&str; 6] = [
    "person",
    "year_month",
    "pay",
    "hours",
    "employer",
    "industry",
];

pub(super) fn write(writing: &mut Writing<'_>) -> Result<(), SynthError> {
    let first = month_of(writing.settings().first());
    let last = month_of(writing.settings().last());
    for year in writing.years() {
        let mut table = writing.open(&format!("bfl_{year}.csv"), &HEADER)?;
        let months = (year * 12).max(first)..=(year * 12 + 11).min(last);
        for person in writing.everybody() {
            let rows = work::rows(&person, writing.settings(), &mut writing.mess(&person));
            for month in months.clone() {
                for row in &rows {
                    let job = &row.job;
                    let paid = match row.flaw {
                        Flaw::None => true,
                        // The month of death is paid as the days before death are.
                        Flaw::Posthumous => person
                            .died
                            .is_some_and(|died| month_of(died) < month || job.run.first <= died),
                        Flaw::Void | Flaw::Reversed => false,
                    };
                    let touches =
                        job.run.first <= month_last(month) && month_first(month) <= job.run.last;
                    if !paid || !touches || job.sort == Sort::Pension {
                        continue;
                    }
                    let (year, number) = year_month(month);
                    let written = format!("{year}-{number:02}");
                    let employer = job.employer.to_string();
                    // Four and a third weeks in a month.
                    let hours = job.tenths_of_hours() * 13 / 3;
                    let mut cells = [
                        Cell::Text(&person.id),
                        Cell::Exact(&written),
                        Cell::Whole(job.pay),
                        Cell::Tenths(hours),
                        Cell::Text(&employer),
                        Cell::Text(OCCUPATIONS[job.occupation].2),
                    ];
                    table.row(&cells, Row::of(person.participant))?;
                    if writing.has(Mess::NegativePay) && table.draws().chance(40) {
                        cells[2] = Cell::Whole(-job.pay / 3);
                        table.row(&cells, Row::of(person.participant))?;
                    }
                }
            }
        }
        writing.close(table)?;
    }
    Ok(())
}

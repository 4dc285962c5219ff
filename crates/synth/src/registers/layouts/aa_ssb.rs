//! A-ordningen as Statistics Norway delivers it: one file a month, one row a person and job, and
//! some rows of people without a job.

use super::{Cell, Mess, Person, Row, Table, Writing};
use crate::SynthError;
use crate::registers::calendar::{month_first, month_last, month_of, year_month};
use crate::registers::work::{self, Flaw, Job, JobRow, OCCUPATIONS, Sort};

const HEADER: [&str; 19] = [
    "lopenr_person",
    "lopenr_foretak",
    "lopenr_virksomhet",
    "edag_periode",
    "arb_arbmark_status",
    "arb_hovedarbeid",
    "arb_type",
    "arb_start",
    "arb_slutt",
    "arb_stillingspst",
    "arb_arbeidstid",
    "arb_yrke",
    "arb_yrke_styrk08",
    "lonn_kontant",
    "virk_nace1_sn07",
    "pers_sum_stillingspst",
    "pers_sum_arbeidstid",
    // Only since 2021-01.
    "arb_ansettelsesform",
    "arb_sluttaarsak",
];
const SINCE_2021: usize = 2;

pub(super) fn write(writing: &mut Writing<'_>) -> Result<(), SynthError> {
    let first = month_of(writing.settings().first());
    let last = month_of(writing.settings().last());
    // A year at a time: as many files are open as a year has months.
    for year in writing.years() {
        let months: Vec<i32> = (first..=last)
            .filter(|month| year_month(*month).0 == year)
            .collect();
        let width = HEADER.len() - if year < 2021 { SINCE_2021 } else { 0 };
        let mut tables = Vec::new();
        for month in &months {
            let (_, number) = year_month(*month);
            let name = if writing.has(Mess::MonthOrder) {
                format!("arblonn_{year}_m{number}.csv")
            } else {
                format!("arblonn_{year}-{number:02}.csv")
            };
            tables.push(writing.open(&name, &HEADER[..width])?);
        }
        for person in writing.everybody() {
            let rows = work::rows(&person, writing.settings(), &mut writing.mess(&person));
            for (month, table) in months.iter().zip(&mut tables) {
                let jobs = jobs_in(*month, &rows, &person);
                month_rows(writing, table, *month, &person, &jobs)?;
            }
        }
        for table in tables {
            writing.close(table)?;
        }
    }
    Ok(())
}

/// The jobs of a month. In the month of death nothing lasts longer than life: a job that is held in
/// the week of reference stands for its whole month, also for the days before death.
fn jobs_in(month: i32, rows: &[JobRow], person: &Person) -> Vec<Job> {
    let (from, to) = (month_first(month), month_last(month));
    let right = |row: &&JobRow| matches!(row.flaw, Flaw::None | Flaw::Posthumous);
    let rows = rows.iter().filter(right);
    let jobs = rows.filter_map(|row| {
        let mut run = row.job.run;
        if person.died.is_some_and(|died| month_of(died) == month) {
            run = run.until_death(person)?;
        }
        let touches = run.first <= to && from <= run.last;
        touches.then_some(Job { run, ..row.job })
    });
    jobs.collect()
}

fn month_rows(
    writing: &Writing<'_>,
    table: &mut Table,
    month: i32,
    person: &Person,
    jobs: &[Job],
) -> Result<(), SynthError> {
    let percent: i64 = jobs.iter().map(|job| job.percent * 10).sum();
    let hours: i64 = jobs.iter().map(Job::tenths_of_hours).sum();
    if jobs.is_empty() && person.number.is_multiple_of(8) && !person.dead(month_first(month)) {
        return without_job(table, month, person);
    }
    for (place, job) in jobs.iter().enumerate() {
        let company = format!("F{}", job.employer / 7);
        let place_of_work = job.employer.to_string();
        let (occupation, group, industry) = OCCUPATIONS[job.occupation];
        let ended = job.run.last <= month_last(month);
        let correction = writing.has(Mess::NegativePay) && table.draws().chance(30);
        let uncoded = table.draws().chance(60);
        let cells = [
            Cell::Text(&person.id),
            Cell::Text(&company),
            Cell::Text(&place_of_work),
            Cell::Day(month_first(month)),
            Cell::Text("1"),
            Cell::Text(if place == 0 { "1" } else { "2" }),
            Cell::Text(match job.sort {
                Sort::Ordinary => "1",
                Sort::Maritime => "2",
                Sort::Freelance => "3",
                Sort::Pension => "4",
            }),
            Cell::Day(job.run.first),
            if ended {
                Cell::Day(job.run.last)
            } else {
                Cell::Missing
            },
            Cell::Tenths(job.percent * 10),
            Cell::Tenths(job.tenths_of_hours()),
            Cell::Text(occupation),
            if uncoded {
                Cell::MissingCode("0000")
            } else {
                Cell::Text(group)
            },
            Cell::Whole(if correction { -job.pay / 10 } else { job.pay }),
            if uncoded {
                Cell::MissingCode("00.000")
            } else {
                Cell::Text(industry)
            },
            Cell::Tenths(percent),
            Cell::Tenths(hours),
            Cell::Text(if job.pay % 2 == 0 {
                "fast"
            } else {
                "midlertidig"
            }),
            Cell::Missing,
        ];
        table.row(&cells[..width(month)], Row::of(person.participant))?;
    }
    Ok(())
}

/// The row of somebody who has no job in the month.
fn without_job(table: &mut Table, month: i32, person: &Person) -> Result<(), SynthError> {
    let mut cells = [Cell::Missing; HEADER.len()];
    cells[0] = Cell::Text(&person.id);
    cells[3] = Cell::Day(month_first(month));
    cells[4] = Cell::Text("3");
    table.row(&cells[..width(month)], Row::of(person.participant))
}

fn width(month: i32) -> usize {
    HEADER.len()
        - if year_month(month).0 < 2021 {
            SINCE_2021
        } else {
            0
        }
}

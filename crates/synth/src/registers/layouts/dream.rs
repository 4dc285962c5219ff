//! DREAM: one row a person with a benefit or a job, a column a week (`y_YYWW`), and by month the
//! industry (`branche_YYYY_MM`, empty without a job) and the rate of work (`grad_YYYY_MM`, from 2008).

use super::{Cell, Row, Writing};
use crate::SynthError;
use crate::registers::benefits::{DREAM_CODES, weeks};
use crate::registers::calendar::{iso_week, monday, month_first, month_last, month_of, year_month};
use crate::registers::work::{Job, Sort, jobs};

pub(super) fn write(writing: &mut Writing<'_>) -> Result<(), SynthError> {
    let (first, last) = (writing.settings().first(), writing.settings().last());
    let months: Vec<i32> = (month_of(first)..=month_of(last)).collect();
    let rated = |month: &&i32| year_month(**month).0 >= 2008;
    let mut header = vec!["person".to_owned()];
    for monday in (monday(first)..=last).step_by(7) {
        let (year, week) = iso_week(monday);
        header.push(format!("y_{:02}{week:02}", year.rem_euclid(100)));
    }
    for month in &months {
        let (year, month) = year_month(*month);
        header.push(format!("branche_{year}_{month:02}"));
    }
    for month in months.iter().filter(rated) {
        let (year, month) = year_month(*month);
        header.push(format!("grad_{year}_{month:02}"));
    }
    let names: Vec<&str> = header.iter().map(String::as_str).collect();
    let mut table = writing.open("dream.csv", &names)?;
    for person in writing.everybody() {
        let weeks = weeks(&person, writing.settings());
        let jobs: Vec<Job> = jobs(&person, writing.settings());
        if jobs.is_empty() && weeks.iter().all(|week| week.code == 0) {
            continue;
        }
        let mut cells = vec![Cell::Text(&person.id)];
        cells.extend(weeks.iter().map(|week| match week.code {
            0 => Cell::Exact(""),
            code => Cell::Whole(i64::from(code)),
        }));
        let held: Vec<Option<&Job>> = months.iter().map(|month| held(*month, &jobs)).collect();
        cells.extend(held.iter().map(|job| match job {
            None => Cell::Exact(""),
            Some(job) => Cell::Exact(INDUSTRIES[job.occupation % INDUSTRIES.len()]),
        }));
        for (_, job) in months.iter().zip(&held).filter(|(month, _)| rated(month)) {
            cells.push(match job {
                None => Cell::Exact(""),
                Some(job) => Cell::Tenths(job.percent / 10),
            });
        }
        table.row(&cells, Row::of(person.participant))?;
    }
    writing.close(table)?;
    codebook(writing)
}

/// Danish industry codes.
const INDUSTRIES: [&str; 3] = ["471120", "812100", "011100"];

fn held(month: i32, jobs: &[Job]) -> Option<&Job> {
    let (from, to) = (month_first(month), month_last(month));
    jobs.iter()
        .find(|job| job.sort != Sort::Pension && job.run.first <= to && from <= job.run.last)
}

/// The codebook, which a user writes: always clean.
fn codebook(writing: &mut Writing<'_>) -> Result<(), SynthError> {
    let path = "dream/dream-codes.csv";
    let mut text = "code,group\n".to_owned();
    for (code, group) in DREAM_CODES {
        text.push_str(&format!("{code},{group}\n"));
    }
    writing
        .sink
        .create(path)
        .and_then(|mut file| file.write_all(text.as_bytes()).and_then(|()| file.flush()))
        .map_err(|error| crate::registers::table::failed(path, &error))
}

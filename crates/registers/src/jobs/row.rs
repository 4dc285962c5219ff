//! One row of a job extract: kept, left out by a rule, or refused.

use super::{EndStatus, JobOptions};
use crate::header::HeaderMap;
use crate::log::{FileLog, Refusal};
use crate::value::date::{Day, parse_day};
use crate::value::{is_missing, number};
use csv::StringRecord;
use std::collections::{HashMap, HashSet};

/// The reason by which NAV says that the job never was.
const VOID: &str = "arbeidsforholdetSkulleAldriVaertRapportert";
/// Warnings that say that a machine set the end.
const MACHINE: [&str; 6] = ["ERKONK", "EROPPH", "ERVIRK", "IBARBG", "IBKAOR", "IBPPAG"];
/// 9999-12-31, which stands for "no end".
const FOREVER: Day = 2_932_896;

pub(super) struct Spell {
    pub(super) person: usize,
    pub(super) job: Option<String>,
    pub(super) employer: Option<String>,
    pub(super) start: Day,
    pub(super) end: Day,
    pub(super) end_status: EndStatus,
    pub(super) kind: Option<String>,
    pub(super) percent: Option<f64>,
    pub(super) hours: Option<f64>,
    pub(super) pay: Option<f64>,
    pub(super) occupation: Option<String>,
    pub(super) subsidised: Option<bool>,
    pub(super) file: usize,
    pub(super) line: u64,
}

pub(super) struct Reading<'a> {
    pub(super) options: &'a JobOptions,
    pub(super) map: &'a HeaderMap,
    pub(super) people: &'a HashMap<&'a str, usize>,
    pub(super) width: usize,
    pub(super) file: usize,
}

impl Reading<'_> {
    /// The spell of a row, if the row is a person's, right, and not void.
    pub(super) fn row(
        &self,
        record: &StringRecord,
        line: u64,
        log: &mut FileLog,
        seen: &mut HashSet<Vec<String>>,
    ) -> Option<Spell> {
        if record.len() != self.width {
            // Whose row it is cannot be told for certain, so it counts as one of the study's.
            log.rows_of_people += 1;
            log.refused.push(Refusal {
                line,
                field: None,
                rule: "the row has another number of cells than the header",
            });
            return None;
        }
        let person = *self.people.get(self.cell(record, "person")?)?;
        log.rows_of_people += 1;
        if !seen.insert(record.iter().map(|cell| cell.trim().to_owned()).collect()) {
            log.repaired("exact copy of another row, left out");
            return None;
        }
        match self.spell(record, line, person, log) {
            Ok(spell) => spell,
            Err((field, rule)) => {
                log.refused.push(Refusal {
                    line,
                    field: Some(field),
                    rule,
                });
                None
            }
        }
    }

    fn spell(
        &self,
        record: &StringRecord,
        line: u64,
        person: usize,
        log: &mut FileLog,
    ) -> Result<Option<Spell>, (&'static str, &'static str)> {
        if self.cell(record, "end_reason") == Some(VOID) {
            log.repaired("void: the employer says the job never was, left out");
            return Ok(None);
        }
        let start = self
            .day(record, "start")?
            .ok_or(("start", "the first day is missing"))?;
        let end = self.day(record, "end")?.filter(|end| *end < FOREVER);
        if end.is_some_and(|end| end < start) {
            return Err(("end", "the last day lies before the first"));
        }
        let machine = self
            .cell(record, "warning")
            .is_some_and(|code| MACHINE.contains(&code));
        let end_status = match end {
            None => EndStatus::Open,
            Some(_) if machine => EndStatus::Machine,
            Some(_) => EndStatus::Observed,
        };
        if end.is_none() && start > self.options.last_day {
            log.repaired("starts after the register's last day, left out");
            return Ok(None);
        }
        let text = |field| self.cell(record, field).map(str::to_owned);
        Ok(Some(Spell {
            person,
            job: text("job"),
            employer: text("employer"),
            start,
            end: end.unwrap_or(self.options.last_day),
            end_status,
            kind: text("type"),
            percent: self.number(record, "percent", 200.0, log),
            hours: self.number(record, "hours", 168.0, log),
            pay: self.number(record, "pay", f64::INFINITY, log),
            occupation: text("occupation"),
            subsidised: self.cell(record, "subsidised").and_then(flag),
            file: self.file,
            line,
        }))
    }

    fn cell<'r>(&self, record: &'r StringRecord, field: &str) -> Option<&'r str> {
        let cell = record.get(*self.map.get(field)?)?.trim();
        (!is_missing(cell)).then_some(cell)
    }

    fn day(
        &self,
        record: &StringRecord,
        field: &'static str,
    ) -> Result<Option<Day>, (&'static str, &'static str)> {
        match self.cell(record, field) {
            None => Ok(None),
            Some(cell) => parse_day(cell)
                .map(Some)
                .ok_or((field, "this is not a date that exists")),
        }
    }

    /// A quantity; outside 0 to `largest` it is missing and counted.
    fn number(
        &self,
        record: &StringRecord,
        field: &'static str,
        largest: f64,
        log: &mut FileLog,
    ) -> Option<f64> {
        let value = number::parse_comma(self.cell(record, field)?);
        match value {
            Some(value) if (0.0..=largest).contains(&value) => Some(value),
            Some(_) => {
                log.repaired("percent, hours or pay out of range, taken as missing");
                None
            }
            None => {
                log.repaired("percent, hours or pay is not a number, taken as missing");
                None
            }
        }
    }
}

fn flag(cell: &str) -> Option<bool> {
    match cell.to_lowercase().as_str() {
        "1" | "true" | "yes" | "ja" | "j" => Some(true),
        "0" | "false" | "no" | "nei" | "n" => Some(false),
        _ => None,
    }
}

//! How a file is written: guessed from its first lines, held against all of it afterwards.

use super::layout::{Check, Layout, checks};
use crate::error::{Problem, RegisterError};
use crate::options::RegisterOptions;
use crate::sheet::{ambiguous_dates, ambiguous_decimal};
use crate::value::date::{DateOrder, DateTally};
use crate::value::is_missing;
use crate::value::number::{DecimalMark, MarkTally};
use csv::StringRecord;
use encoding_rs::Encoding;
use std::path::Path;

/// How the cells of a file are read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Guess {
    pub(crate) encoding: &'static Encoding,
    /// Per column of dates.
    pub(crate) orders: Vec<Option<DateOrder>>,
    /// Per column of quantities.
    pub(crate) marks: Vec<DecimalMark>,
}

/// What the cells of a file, or of a part of it, tell of how it is written.
#[derive(Debug, Clone)]
pub(crate) struct Tallies {
    pub(crate) dates: Vec<DateTally>,
    pub(crate) marks: Vec<MarkTally>,
    /// Which quantities are numbers by the file's own type.
    typed: Vec<bool>,
}

impl Tallies {
    pub(crate) fn new(layout: &Layout) -> Self {
        Self {
            dates: vec![DateTally::default(); layout.dates.len()],
            marks: vec![MarkTally::default(); layout.numbers.len()],
            typed: layout.typed.clone(),
        }
    }

    /// Looks at a record.
    pub(crate) fn look(&mut self, layout: &Layout, record: &StringRecord) {
        let cell = |column: usize| {
            let cell = record.get(column).unwrap_or_default().trim();
            (!is_missing(cell)).then_some(cell)
        };
        for (tally, (_, column)) in self.dates.iter_mut().zip(&layout.dates) {
            cell(*column).into_iter().for_each(|cell| tally.look(cell));
        }
        for (tally, (_, column)) in self.marks.iter_mut().zip(&layout.numbers) {
            cell(*column).into_iter().for_each(|cell| tally.look(cell));
        }
    }

    pub(crate) fn merge(&mut self, other: &Self) {
        for (tally, other) in self.dates.iter_mut().zip(&other.dates) {
            tally.merge(other);
        }
        for (tally, other) in self.marks.iter_mut().zip(&other.marks) {
            tally.merge(other);
        }
    }

    /// A guess; where the tallies are ambiguous, any.
    pub(crate) fn guess(&self, encoding: &'static Encoding, options: &RegisterOptions) -> Guess {
        let order = |tally: &DateTally| options.dates.or(tally.order().unwrap_or_default());
        let mark = |(tally, typed): (&MarkTally, &bool)| match typed {
            true => DecimalMark::Point,
            false => options
                .decimal
                .or(tally.mark())
                .unwrap_or(DecimalMark::Point),
        };
        Guess {
            encoding,
            orders: self.dates.iter().map(order).collect(),
            marks: self.marks.iter().zip(&self.typed).map(mark).collect(),
        }
    }

    /// An error for the first column whose dates or decimals can be read in two ways; `only` looks
    /// at one field.
    pub(crate) fn check(
        &self,
        layout: &Layout,
        options: &RegisterOptions,
        (file, header): (&Path, &[String]),
        only: Option<&str>,
    ) -> Result<(), RegisterError> {
        let wanted = |field: &str| only.is_none_or(|only| only == field);
        for check in checks(options.kind) {
            match check {
                Check::Dates(field) if wanted(field) => {
                    if let (Some(slot), None) = (layout.date(field), options.dates)
                        && let Err(why) = self.dates[slot].order()
                    {
                        let column = &header[layout.dates[slot].1];
                        return Err(ambiguous_dates(file, column, why).into());
                    }
                }
                Check::Numbers(field) if wanted(field) => {
                    let slot = layout.numbers.iter().position(|(other, _)| other == field);
                    if let (Some(slot), None) = (slot, options.decimal)
                        && !self.typed[slot]
                        && self.marks[slot].mark().is_none()
                    {
                        let problem: Problem =
                            ambiguous_decimal(file, &header[layout.numbers[slot].1]);
                        return Err(problem.into());
                    }
                }
                _ => {}
            }
        }
        Ok(())
    }

    /// Whether a column holds dates of both orders, so that counts decide.
    pub(crate) fn is_mixed(&self) -> bool {
        self.dates.iter().any(DateTally::is_mixed)
    }
}

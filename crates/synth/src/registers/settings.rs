//! What to write.

use chrono::NaiveDate;

use super::Kind;
use super::calendar::{Day, day_of};
use super::mess::{Mess, MessSet};
use crate::SynthError;

/// More people than this are not numbered.
const MOST_PEOPLE: u64 = 1_000_000;
/// More background rows than this have no job numbers.
const MOST_ROWS: u64 = 400_000_000;
/// Days of cover before the first randomisation.
pub(super) const BEFORE: Day = 180;
/// Days of cover after the last randomisation that leave room for 18 months.
pub(super) const AFTER: Day = 560;

/// What to write.
#[derive(Debug, Clone, PartialEq)]
pub struct Settings {
    /// People randomised, 1 to 1 000 000.
    pub people: u64,
    /// Seed of every draw.
    pub seed: u64,
    /// The registers, at least one.
    pub kinds: Vec<Kind>,
    /// Rows of other people added to the extract of [`Kind::AaNav`].
    pub background: u64,
    /// Log of the ratio of the rates of finding work, treated to control, at 15 contacts; -5 to 5.
    pub effect: f64,
    /// What ten more contacts add to that log, among the treated; -5 to 5.
    pub dose: f64,
    /// What is wrong with the extracts.
    pub mess: MessSet,
    /// First day that the registers cover.
    pub from: NaiveDate,
    /// Last day that the registers cover, at least 25 months later.
    pub to: NaiveDate,
}

impl Settings {
    /// Every register, without mess, from 2017 to 2022.
    #[must_use]
    pub fn new(people: u64, seed: u64) -> Self {
        Self {
            people,
            seed,
            kinds: Kind::ALL.to_vec(),
            background: 0,
            effect: 0.5,
            dose: 0.2,
            mess: MessSet::NONE,
            from: NaiveDate::from_ymd_opt(2017, 1, 1).unwrap_or_default(),
            to: NaiveDate::from_ymd_opt(2022, 12, 31).unwrap_or_default(),
        }
    }

    /// Whether a kind of mess is on.
    pub(super) fn has(&self, mess: Mess) -> bool {
        self.mess.has(mess)
    }

    /// First day that the registers cover.
    pub(super) fn first(&self) -> Day {
        day_of(self.from)
    }

    /// Last day that the registers cover.
    pub(super) fn last(&self) -> Day {
        day_of(self.to)
    }

    pub(super) fn check(&self) -> Result<(), SynthError> {
        let refuse = |setting, rule: String| Err(SynthError::Setting { setting, rule });
        if !(1..=MOST_PEOPLE).contains(&self.people) {
            return refuse("people", format!("must lie between 1 and {MOST_PEOPLE}"));
        }
        if self.kinds.is_empty() {
            return refuse("kinds", "must name at least one register".to_owned());
        }
        let once = |kind| self.kinds.iter().filter(|other| *other == kind).count() == 1;
        if !self.kinds.iter().all(once) {
            return refuse("kinds", "must name each register once".to_owned());
        }
        let background = self.background;
        if background > MOST_ROWS {
            return refuse("background", format!("must be at most {MOST_ROWS} rows"));
        }
        if background > 0 && !self.kinds.contains(&Kind::AaNav) {
            let rule = "adds rows to the register aa-nav, which is not among the kinds";
            return refuse("background", rule.to_owned());
        }
        for (setting, value) in [("effect", self.effect), ("dose", self.dose)] {
            if !(-5.0..=5.0).contains(&value) {
                return refuse(setting, "must lie between -5 and 5".to_owned());
            }
        }
        self.check_cover()
    }

    fn check_cover(&self) -> Result<(), SynthError> {
        let refuse = |setting, rule: String| Err(SynthError::Setting { setting, rule });
        let date = |year, month, day| NaiveDate::from_ymd_opt(year, month, day).unwrap_or_default();
        if self.to < self.from {
            return refuse("to", "must not lie before from".to_owned());
        }
        if self.from < date(1990, 1, 1) {
            return refuse("from", "must be 1990-01-01 or later".to_owned());
        }
        if self.to > date(2089, 12, 31) {
            return refuse("to", "must be 2089-12-31 or earlier".to_owned());
        }
        if self.kinds.contains(&Kind::AaSsb) && self.from < date(2015, 1, 1) {
            let rule = "must be 2015-01-01 or later for aa-ssb, which began then";
            return refuse("from", rule.to_owned());
        }
        let room = BEFORE + AFTER + 20;
        if self.last() - self.first() < room {
            let rule = format!(
                "must lie at least {room} days after from: half a year, recruitment and 18 months"
            );
            return refuse("to", rule);
        }
        Ok(())
    }
}

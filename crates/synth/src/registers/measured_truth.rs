//! `truth-measures.csv`: what is true of each person of the outcomes of `measures.toml`, counted day
//! by day over the latent spells, never over rows and never by the code that derives outcomes.

use super::calendar::{Day, monday, month_first, month_last, month_of, plus_months};
use super::endpoints::WINDOW;
use super::measured::{Measured, SUSTAINED, Spell, Taken, measured};
use super::person::{People, Person};
use super::settings::Settings;
use std::collections::BTreeSet;
use std::io::{self, Write};

/// The days of a person's window on which the spells can be seen and the person is alive.
struct Life<'a> {
    index: Day,
    /// The first day after the window.
    end: Day,
    /// The window's days in life, in order.
    days: Vec<Day>,
    spells: &'a [Spell],
}

/// The truth of an outcome: a number, and of a first day whether there is one; nothing is missing.
type Truth = Option<(f64, Option<bool>)>;

/// Death is composite: the dead are not in the state. Any other day that is not seen makes the
/// outcome missing.
fn truths(endpoint: &Measured, person: &Person, settings: &Settings) -> Vec<Truth> {
    let end = plus_months(person.index, WINDOW);
    let window = || person.index..end;
    let is_seen = |day: Day| person.dead(day) || person.seen(day, settings);
    if !person.linked || !window().all(is_seen) {
        return vec![None; endpoint.taken.len()];
    }
    let life = Life {
        index: person.index,
        end,
        days: window().filter(|day| !person.dead(*day)).collect(),
        spells: &(endpoint.spells)(person, settings),
    };
    endpoint
        .taken
        .iter()
        .map(|taken| Some(life.value(*taken)))
        .collect()
}

impl Life<'_> {
    fn on(&self, day: Day) -> impl Iterator<Item = &Spell> {
        let spells = self.spells.iter();
        spells.filter(move |spell| spell.run.first <= day && day <= spell.run.last)
    }

    /// The days in the state.
    fn held(&self) -> Vec<Day> {
        let days = self.days.iter().copied();
        days.filter(|day| self.on(*day).next().is_some()).collect()
    }

    /// What the spells of all days add, given what one adds on a day.
    fn sum(&self, adds: impl Fn(&Spell, Day) -> f64) -> f64 {
        let days = self.days.iter();
        let added = days.flat_map(|day| self.on(*day).map(|spell| adds(spell, *day)));
        // An empty sum is 0.0, not the -0.0 of the standard library.
        added.fold(0.0, |all, more| all + more)
    }

    fn value(&self, taken: Taken) -> (f64, Option<bool>) {
        let held = self.held();
        let starts = || {
            let begins = |spell: &&Spell| self.days.contains(&spell.run.first);
            self.spells
                .iter()
                .filter(begins)
                .map(|spell| spell.run.first)
        };
        let number = match taken {
            Taken::Days => held.len() as f64,
            Taken::PersonDays => self.days.len() as f64,
            Taken::Weeks => self.weeks(&held) as f64,
            Taken::Months => self.months(&held) as f64,
            Taken::Longest => f64::from(longest(&held, 0)),
            Taken::Episodes => runs(&held) as f64,
            Taken::Sustained => {
                let (run, gap) = SUSTAINED;
                f64::from(u8::from(longest(&held, gap) >= run))
            }
            Taken::First => {
                let first = held.first().copied();
                let after = first.unwrap_or(self.end) - self.index;
                return (f64::from(after), Some(first.is_some()));
            }
            Taken::Hours => self.sum(|spell, _| spell.tenths_of_hours as f64 / 70.0),
            Taken::Earnings | Taken::Amount => self.sum(|spell, day| {
                let month = month_of(day);
                let days = month_last(month) - month_first(month) + 1;
                spell.amount as f64 / f64::from(days)
            }),
            Taken::FteDays | Taken::DegreeDays => self.sum(|spell, _| spell.percent as f64 / 100.0),
            Taken::Jobs => {
                let jobs = self.days.iter().flat_map(|day| self.on(*day));
                jobs.map(|spell| spell.job).collect::<BTreeSet<u64>>().len() as f64
            }
            Taken::LongestJob => {
                let of = |job: &Spell| {
                    let days = self.days.iter().copied();
                    let days = days.filter(|day| job.run.first <= *day && *day <= job.run.last);
                    longest(&days.collect::<Vec<Day>>(), 0)
                };
                f64::from(self.spells.iter().map(of).max().unwrap_or(0))
            }
            Taken::Starts => starts().count() as f64,
            Taken::Visits => starts().collect::<BTreeSet<Day>>().len() as f64,
            Taken::BedDays => {
                let night = |day: &&Day| self.on(**day).any(|stay| **day < stay.run.last);
                self.days.iter().filter(night).count() as f64
            }
        };
        (number, None)
    }

    /// ISO weeks that begin in the window and hold a day in the state.
    fn weeks(&self, held: &[Day]) -> usize {
        let begin = held.iter().map(|day| monday(*day));
        let inside = begin.filter(|monday| *monday >= self.index);
        inside.collect::<BTreeSet<Day>>().len()
    }

    /// Months from the index date that hold a day in the state.
    fn months(&self, held: &[Day]) -> usize {
        let holds = |month: &u32| {
            let (from, to) = (*month, *month + 1);
            let (first, end) = (plus_months(self.index, from), plus_months(self.index, to));
            held.iter().any(|day| (first..end).contains(day))
        };
        (0..WINDOW).filter(holds).count()
    }
}

/// Unbroken runs of days.
fn runs(days: &[Day]) -> usize {
    let begins = |(at, day): &(usize, &Day)| *at == 0 || days[at - 1] + 1 < **day;
    days.iter().enumerate().filter(begins).count()
}

/// Days from the first to the last of the longest run, gaps of at most `gap` days bridged.
fn longest(days: &[Day], gap: i32) -> i32 {
    let (mut longest, mut first) = (0, None);
    let mut before = None;
    for &day in days {
        if before.is_none_or(|before| day - before - 1 > gap) {
            first = Some(day);
        }
        before = Some(day);
        longest = longest.max(day - first.unwrap_or(day) + 1);
    }
    longest
}

/// `truth-measures.csv`, a line at a time: a column for each column of the person table.
pub(super) fn write(people: &People<'_>, out: &mut dyn Write) -> io::Result<()> {
    let settings = people.settings;
    out.write_all(b"lopenr")?;
    for (name, taken) in measured(settings).flat_map(Measured::outcomes) {
        write!(out, ",{name}")?;
        if taken == Taken::First {
            write!(out, ",{name}_event")?;
        }
    }
    out.write_all(b"\n")?;
    for person in people.participants() {
        out.write_all(person.id.as_bytes())?;
        for endpoint in measured(settings) {
            let truths = truths(endpoint, &person, settings);
            for (taken, truth) in endpoint.taken.iter().zip(truths) {
                match truth {
                    Some((number, _)) => write!(out, ",{number}")?,
                    None => out.write_all(b",")?,
                }
                match truth.and_then(|(_, event)| event) {
                    Some(event) => write!(out, ",{}", u8::from(event))?,
                    None if *taken == Taken::First => out.write_all(b",")?,
                    None => {}
                }
            }
        }
        out.write_all(b"\n")?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::{longest, runs};

    #[test]
    fn gaps_are_bridged_up_to_their_length() {
        let days = [1, 2, 3, 6, 7, 20];
        assert_eq!(runs(&days), 3);
        assert_eq!(longest(&days, 0), 3);
        // Two days lie between 3 and 6, twelve between 7 and 20.
        assert_eq!(longest(&days, 1), 3);
        assert_eq!(longest(&days, 2), 7);
        assert_eq!(longest(&days, 11), 7);
        assert_eq!(longest(&days, 12), 20);
        assert_eq!((longest(&[], 5), runs(&[])), (0, 0));
    }
}

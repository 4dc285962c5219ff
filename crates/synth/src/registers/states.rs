//! Latent runs of days for which a rule on spells is true.

use super::benefits::{self, DREAM_CODES};
use super::calendar::{Day, month_first, month_last, month_of};
use super::health::contacts;
use super::latent::Run;
use super::person::Person;
use super::settings::Settings;
use super::work::{self, Job};

pub(super) fn held(
    person: &Person,
    settings: &Settings,
    counts: impl Fn(&Job) -> bool,
) -> Vec<Run> {
    let jobs = work::jobs(person, settings);
    jobs.iter()
        .filter(|job| counts(job))
        .map(|job| job.run)
        .collect()
}

fn whole_month(month: i32) -> Run {
    Run {
        first: month_first(month),
        last: month_last(month),
    }
}

/// Whole months in whose part, given by its first and last day, there is a day of a run.
pub(super) fn months_with(
    settings: &Settings,
    runs: &[Run],
    part: impl Fn(i32) -> (Day, Day),
) -> Vec<Run> {
    let months = month_of(settings.first())..=month_of(settings.last());
    let with = |month: &i32| {
        let (first, last) = part(*month);
        runs.iter()
            .any(|run| run.first <= last && first <= run.last)
    };
    months.filter(with).map(whole_month).collect()
}

pub(super) fn contact_days(
    person: &Person,
    settings: &Settings,
    counts: impl Fn(&[&str], &[&str]) -> bool,
) -> Vec<Run> {
    let all = contacts(person, settings);
    all.iter()
        .filter(|contact| counts(&contact.diagnoses, &contact.tariffs))
        .map(|contact| Run {
            first: contact.day,
            last: contact.day,
        })
        .collect()
}

pub(super) fn contact_months(
    person: &Person,
    settings: &Settings,
    counts: impl Fn(&[&str], &[&str]) -> bool,
) -> Vec<Run> {
    let days = contact_days(person, settings, counts);
    days.iter()
        .map(|run| whole_month(month_of(run.first)))
        .collect()
}

pub(super) fn coded_weeks(
    person: &Person,
    settings: &Settings,
    counts: impl Fn(u16, &str) -> bool,
) -> Vec<Run> {
    let group = |code| DREAM_CODES.iter().find(|(other, _)| *other == code);
    benefits::weeks(person, settings)
        .iter()
        .filter(|week| group(week.code).is_some_and(|(code, group)| counts(*code, group)))
        .map(|week| Run {
            first: week.monday,
            last: week.monday + 6,
        })
        .collect()
}

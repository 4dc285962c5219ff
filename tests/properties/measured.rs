//! The measures, taken of days one after the other.

use super::by_day::{
    self, Counted, Day, FIRST, Node, Person, Register, Row, Three, date, is_monday, length,
    months_on,
};
use super::worlds::{carriers, index_of, needs_spells};

/// An outcome as its keys in the plan.
#[derive(Debug, Clone)]
pub(super) struct Asked {
    pub(super) endpoint: usize,
    pub(super) measure: &'static str,
    pub(super) from: &'static str,
    pub(super) to: &'static str,
    pub(super) run: Option<&'static str>,
    pub(super) gap: Option<&'static str>,
    pub(super) at_least: Option<f64>,
    pub(super) cap: Option<f64>,
    pub(super) washout: Option<&'static str>,
    /// By death, emigration, withdrawal, register: 0 composite, 1 while observed, 2 missing.
    pub(super) policies: [usize; 4],
}

fn number(text: &str) -> i32 {
    text.split(' ').next().unwrap().parse().unwrap()
}

fn shift(day: i32, text: &str, sign: i32) -> i32 {
    let number = sign * number(text);
    if text.ends_with("of 30 days") {
        day + 30 * number
    } else if text.ends_with("months") {
        months_on(day, number)
    } else if text.ends_with("ISO weeks") {
        let monday = (0..7).map(|back| day - back).find(|&day| is_monday(day));
        monday.unwrap() + 7 * number
    } else if text.ends_with("weeks") {
        day + 7 * number
    } else {
        day + number
    }
}

fn days_of(text: Option<&str>) -> i32 {
    text.map_or(0, |text| shift(0, text, 1))
}

/// The value, and of a time whether the event was reached.
pub(super) fn answer(
    asked: &Asked,
    person: &Person,
    registers: &[Register],
    all: &[(Node, Counted)],
    days: &[Day],
) -> (Option<f64>, Option<f64>) {
    let none = (None, None);
    let to = shift(person.index, asked.to, 1);
    let window = match asked.measure {
        "status" => to..to + 1,
        _ => shift(person.index, asked.from, 1)..to,
    };
    let start = window.start;
    let washout = asked.washout.map(|back| shift(start, back, -1)..start);
    let of_spells = carriers(all, &all[asked.endpoint].0, asked.measure);
    let unseen: Vec<Vec<u8>> = match needs_spells(asked.measure) {
        true => of_spells
            .iter()
            .map(|leaf| match leaf {
                Node::Leaf { register, .. } => {
                    by_day::causes(person, *register, &registers[*register])
                }
                _ => Vec::new(),
            })
            .collect(),
        false => Vec::new(),
    };
    // On a day in the state, perhaps, spells can be counted only where their registers see the
    // person; on a day that is not seen anyway they are not asked.
    let on = |day: i32| -> Day {
        let at = (day - FIRST) as usize;
        let mut day = days[at];
        if day.causes == 0 && day.state != Three::No {
            day.causes |= unseen.iter().fold(0, |all, causes| all | causes[at]);
        }
        day
    };
    let asked_of = washout.clone().into_iter().flatten().chain(window.clone());
    let causes = asked_of.fold(0, |causes, day| causes | on(day).causes);
    let policy = [
        by_day::DEATH,
        by_day::EMIGRATION,
        by_day::WITHDRAWAL,
        by_day::REGISTER,
    ]
    .iter()
    .zip(asked.policies)
    .filter(|(cause, _)| causes & **cause != 0)
    .map(|(_, policy)| policy)
    .max();
    let policy = match causes & by_day::NOT_LINKED {
        0 => policy,
        _ => Some(2),
    };
    let seen = |day: i32| on(day).causes == 0;
    if let Some(washout) = washout {
        let mut before = washout.clone().filter(|&day| seen(day));
        if policy == Some(1) && !washout.clone().any(seen) {
            return none;
        }
        if before.any(|day| on(day).state != Three::No) {
            return none;
        }
    }
    if policy == Some(2) || (policy == Some(1) && !window.clone().any(seen)) {
        return none;
    }
    if asked.measure == "first" {
        return first(window, policy == Some(1), on);
    }
    let visible: Vec<i32> = window.clone().filter(|&day| seen(day)).collect();
    let holds = |states: &[Three]| -> Vec<i32> {
        visible
            .iter()
            .copied()
            .filter(|&day| states.contains(&on(day).state))
            .collect()
    };
    let (certain, all_days) = (holds(&[Three::Yes]), holds(&[Three::Yes, Three::Unknown]));
    if asked.measure == "person-days" {
        let days = visible.len() as f64;
        return (
            Some(
                asked
                    .at_least
                    .map_or(days, |least| f64::from(u8::from(days >= least))),
            ),
            None,
        );
    }
    if asked.measure == "episodes" && certain != all_days {
        return none;
    }
    let rows = |verdicts: &[Three]| -> Vec<&Row> {
        let counts = |row: &&Row| {
            let verdicts_of = || {
                of_spells
                    .iter()
                    .map(|leaf| by_day::verdict(person, registers, leaf, row))
            };
            // One leaf that is certain of a row is enough.
            let verdict = match () {
                () if verdicts_of().any(|verdict| verdict == Three::Yes) => Three::Yes,
                () if verdicts_of().any(|verdict| verdict == Three::Unknown) => Three::Unknown,
                () => Three::No,
            };
            verdicts.contains(&verdict)
        };
        person.rows.iter().filter(counts).collect()
    };
    let taken = |days: &[i32], rows: &[&Row]| match needs_spells(asked.measure) {
        true => of_rows(asked, registers, days, rows),
        false => (of_days(asked, person.index, window.clone(), days), true),
    };
    let (least, _) = taken(&certain, &rows(&[Three::Yes]));
    let (most, known) = taken(&all_days, &rows(&[Three::Yes, Three::Unknown]));
    let value = match asked.at_least {
        Some(bound) if least >= bound => Some(1.0),
        Some(bound) if known && most < bound => Some(0.0),
        None if known && (least - most).abs() < 1e-9 => Some(most),
        _ => None,
    };
    (value, None)
}

/// Follow until something happens.
fn first(
    window: std::ops::Range<i32>,
    censored: bool,
    on: impl Fn(i32) -> Day,
) -> (Option<f64>, Option<f64>) {
    let since = |day: i32| Some(f64::from(day - window.start));
    for day in window.clone() {
        let Day { state, causes } = on(day);
        match (causes, state) {
            (0, Three::Yes) => return (since(day), Some(1.0)),
            (0, Three::Unknown) => return (None, None),
            (0, Three::No) => {}
            _ if censored && day == window.start => return (None, None),
            _ if censored => return (since(day), Some(0.0)),
            _ => {}
        }
    }
    (since(window.end), Some(0.0))
}

/// Runs of consecutive days: first and last day.
fn runs(days: &[i32]) -> Vec<(i32, i32)> {
    let mut runs: Vec<(i32, i32)> = Vec::new();
    for &day in days {
        match runs.last_mut() {
            Some(run) if run.1 + 1 == day => run.1 = day,
            _ => runs.push((day, day)),
        }
    }
    runs
}

fn longest(days: &[i32]) -> f64 {
    f64::from(runs(days).iter().map(|(a, b)| b - a + 1).max().unwrap_or(0))
}

fn of_days(asked: &Asked, index: i32, window: std::ops::Range<i32>, days: &[i32]) -> f64 {
    match asked.measure {
        "status" | "ever" => f64::from(u8::from(!days.is_empty())),
        "days" => days.len() as f64,
        "longest" => longest(days),
        "episodes" => runs(days).len() as f64,
        "weeks" => {
            let weeks = window.clone().filter(|&day| is_monday(day));
            weeks
                .filter(|monday| days.iter().any(|day| (0..7).contains(&(day - monday))))
                .count() as f64
        }
        "months" => {
            // Months since the index date, or from the first day on.
            let in_months = asked.from.ends_with("months");
            let (origin, first) = match in_months {
                true => (index, number(asked.from)),
                false => (window.start, 0),
            };
            let month =
                |month: i32| months_on(origin, first + month)..months_on(origin, first + month + 1);
            let months = (0..)
                .map(month)
                .take_while(|month| month.start < window.end);
            months
                .filter(|month| days.iter().any(|day| month.contains(day)))
                .count() as f64
        }
        "sustained" => {
            // Fill every gap that is short enough.
            let mut filled = days.to_vec();
            for pair in days.windows(2) {
                if pair[1] - pair[0] - 1 <= days_of(asked.gap) {
                    filled.extend(pair[0] + 1..pair[1]);
                }
            }
            filled.sort_unstable();
            filled.dedup();
            f64::from(u8::from(longest(&filled) >= f64::from(days_of(asked.run))))
        }
        other => unreachable!("{other} is no measure of days"),
    }
}

/// A measure of rows on days in the state, and whether every number in it is known.
fn of_rows(asked: &Asked, registers: &[Register], days: &[i32], rows: &[&Row]) -> (f64, bool) {
    let rows: Vec<&Row> = rows
        .iter()
        .copied()
        .filter(|row| days.iter().any(|&day| row.on(day)))
        .collect();
    let same_job = |a: &Row, b: &Row| {
        std::ptr::eq(a, b) || (a.register == b.register && a.job.is_some() && a.job == b.job)
    };
    let starts = || {
        let starts = rows.iter().map(|row| row.first);
        starts
            .filter(|first| days.contains(first))
            .collect::<Vec<i32>>()
    };
    let number = match asked.measure {
        "jobs" => {
            let is_first = |i: usize| !rows[..i].iter().any(|row| same_job(row, rows[i]));
            (0..rows.len()).filter(|&i| is_first(i)).count() as f64
        }
        "longest-job" => {
            let of_job = |row: &Row| {
                let on = |day: &i32| {
                    rows.iter()
                        .any(|other| same_job(row, other) && other.on(*day))
                };
                longest(&days.iter().copied().filter(on).collect::<Vec<_>>())
            };
            rows.iter().map(|row| of_job(row)).fold(0.0, f64::max)
        }
        "starts" => starts().len() as f64,
        "visits" => {
            let mut starts = starts();
            starts.sort_unstable();
            starts.dedup();
            starts.len() as f64
        }
        "bed-days" => {
            let asleep = |day: &&i32| {
                rows.iter()
                    .any(|row| row.first <= **day && **day < row.last)
            };
            days.iter().filter(asleep).count() as f64
        }
        _ => return summed(asked, registers, days, &rows),
    };
    (number, true)
}

fn summed(asked: &Asked, registers: &[Register], days: &[i32], rows: &[&Row]) -> (f64, bool) {
    let field = match asked.measure {
        "hours" => "hours",
        "earnings" => "pay",
        "fte-days" => "percent",
        "degree-days" => "degree",
        _ => "amount",
    };
    let is_share = field == "percent" || field == "degree";
    let cap = asked.cap.or(is_share.then_some(100.0));
    let known = rows.iter().all(|row| row.field(field).is_some());
    let mut total = 0.0;
    for &day in days {
        let (year, month, _) = date(day);
        let in_month = f64::from(length(year, month));
        let mut together = 0.0;
        for row in rows.iter().filter(|row| row.on(day)) {
            let value = row.field(field).unwrap_or(0.0);
            let of_month = registers[row.register].by_month;
            together += match field {
                _ if cap.is_some() => value,
                "hours" if of_month => value / f64::from(row.last - row.first + 1),
                "hours" => value / 7.0,
                _ => value / in_month,
            };
        }
        total += match cap {
            Some(cap) => together.min(cap) / if is_share { 100.0 } else { 7.0 },
            None if field == "pay" || field == "amount" => {
                together * index_of(2020) / index_of(year)
            }
            None => together,
        };
    }
    (total, known)
}

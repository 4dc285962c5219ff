//! A reader who wants to know when a few people had an event.
//!
//! The attacker has the released curves of a study (two figures of one time with other numbers at risk,
//! one of a population), the tables of outcomes, and the medians with their limits. Between any two of
//! these days the numbers of those with the event and of those who left are unknown, among the people of
//! the population and among the others; every number that is shown is a sum of them. Of a median the
//! attacker is given more than there is: the exact number of those with the event by that day. Another
//! solver (microlp) finds the least and the greatest that each small number can be.

use super::attack::Random;
use super::of_people;
use microlp::{ComparisonOp, OptimizationDirection, Problem, Variable};
use regtrial::prelude::*;
use regtrial::results::{Policy, Protection, Record};

struct Person {
    arm: usize,
    days: u32,
    /// 1 the event, 2 a competing one, 0 neither.
    why: u32,
    planned: bool,
}

const ARMS: [&str; 2] = ["A", "B"];

fn people(random: &mut Random, competing: bool) -> Vec<Person> {
    let n = 40 + random.below(160);
    let (longest, events) = (60 + random.below(300), 2 + random.below(6));
    let planned = 70 + random.below(30);
    (0..n)
        .map(|i| {
            let why = match random.below(10) {
                one if one < events => 1,
                9 if competing => 2,
                _ => 0,
            };
            // Who is followed to the end, as most are.
            let days = match why == 0 && random.below(3) > 0 {
                true => longest,
                false => random.below(longest),
            };
            Person {
                arm: i as usize % 2,
                days: days as u32,
                why,
                planned: random.below(100) < planned,
            }
        })
        .collect()
}

fn study(people: &[Person], competing: bool, disclosure: &str) -> Study {
    let mut text = "arm,days,why,planned\n".to_owned();
    for person in people {
        let (arm, planned) = (ARMS[person.arm], u8::from(person.planned));
        text.push_str(&format!("{arm},{},{},{planned}\n", person.days, person.why));
    }
    let kind = if competing {
        "cumulative-incidence"
    } else {
        "kaplan-meier"
    };
    let plan = format!(
        r#"
[study]
name = "attack"
[people]
file = "people.csv"
arm = {{ column = "arm", order = ["A", "B"] }}
[populations.planned]
label = "as planned"
where = "planned = 1"
[outcomes.t]
column = "days"
event = "why"
[outcomes.early]
where = "days < 50 and why = 1"
[outcomes.reached]
where = "why = 1"
[analyses.all]
outcome = "t"
estimator = "difference"
[analyses.some]
outcome = "t"
estimator = "difference"
population = "planned"
[figures.curve]
kind = "{kind}"
outcome = "t"
[figures.fine]
kind = "{kind}"
outcome = "t"
every = "21 days"
[figures.part]
kind = "{kind}"
outcome = "t"
population = "planned"
[disclosure]
{disclosure}
"#
    );
    of_people(&text, plan)
}

/// The moments between which numbers are unknown: just before a day, or just after it.
type Moment = (u32, bool);

/// A sum of unknown numbers of an arm: events (or leavers) from a moment to another, of the population
/// (`Some(true)`), of the others, or of all.
#[derive(Clone, Debug)]
struct Part {
    events: bool,
    from: usize,
    to: usize,
    planned: Option<bool>,
}

struct Attack<'a> {
    own: Vec<&'a Person>,
    moments: Vec<Moment>,
    /// Sums of parts with what is shown of them.
    read: Vec<(Vec<Part>, (f64, f64))>,
    policy: Policy,
    /// Whether points of curves are ends of weeks, before the events of their day.
    coarse: bool,
}

impl<'a> Attack<'a> {
    fn new(
        people: &'a [Person],
        arm: usize,
        records: &[Record],
        policy: Policy,
        coarse: bool,
    ) -> Self {
        let of_arm: Vec<&Record> = records.iter().filter(|r| r.group == ARMS[arm]).collect();
        let is_curve = |r: &Record| ["curve", "fine", "part"].contains(&&*r.analysis);
        let mut moments: Vec<Moment> = vec![(0, false), (50, false), (u32::MAX, false)];
        for record in &of_arm {
            if is_curve(record) {
                moments.push((record.time as u32, false));
            } else if record.statistic == "median_survival" {
                for day in quantile(record) {
                    moments.extend([(day.floor() as u32, false), (day.floor() as u32, true)]);
                }
            }
        }
        let with_points: Vec<Moment> = moments.iter().map(|(day, _)| (*day, true)).collect();
        moments.extend(with_points.into_iter().filter(|_| !coarse));
        moments.sort_unstable();
        moments.dedup();
        let mut attack = Self {
            own: people.iter().filter(|person| person.arm == arm).collect(),
            moments,
            read: Vec::new(),
            policy,
            coarse,
        };
        let everyone = attack.all(None);
        attack.learn(everyone, attack.own.len() as u64);
        for record in of_arm {
            if record.suppressed {
                continue;
            }
            let planned = (record.population == "as planned").then_some(true);
            let end = attack.moments.len() - 1;
            if is_curve(record) {
                let to = attack.at((record.time as u32, false));
                let with = attack.at((record.time as u32, !attack.coarse));
                if let Some(events) = record.events {
                    attack.learn(vec![attack.part(true, 0, with, planned)], events);
                }
                if let Some(at_risk) = record.n_risk {
                    let parts = [true, false].map(|events| attack.part(events, to, end, planned));
                    attack.learn(parts.to_vec(), at_risk);
                }
            } else if record.statistic == "median_survival" {
                for day in quantile(record) {
                    let day = day.floor() as u32;
                    let (before, after) = (attack.at((day, false)), attack.at((day, true)));
                    let by = attack.part(true, 0, after, planned);
                    let known = attack.truth(std::slice::from_ref(&by));
                    attack.read.push((vec![by], (known as f64, known as f64)));
                    let on = attack.part(true, before, after, planned);
                    attack.read.push((vec![on], (1.0, f64::INFINITY)));
                }
            } else if let (Some(events), true) = (record.events, record.term.is_empty()) {
                let to = if record.outcome == "early" {
                    attack.at((50, false))
                } else {
                    end
                };
                attack.learn(vec![attack.part(true, 0, to, planned)], events);
            }
            if let (Some(n), Some(true), true) = (record.n, planned, record.contrast.is_empty()) {
                let all = attack.all(planned);
                attack.learn(all, n);
            }
        }
        attack
    }

    fn at(&self, moment: Moment) -> usize {
        self.moments.binary_search(&moment).unwrap()
    }

    fn part(&self, events: bool, from: usize, to: usize, planned: Option<bool>) -> Part {
        Part {
            events,
            from,
            to,
            planned,
        }
    }

    fn all(&self, planned: Option<bool>) -> Vec<Part> {
        let end = self.moments.len() - 1;
        [true, false]
            .map(|events| self.part(events, 0, end, planned))
            .to_vec()
    }

    fn learn(&mut self, parts: Vec<Part>, shown: u64) {
        let bounds = match self.policy.rounding {
            0 | 1 => (shown as f64, shown as f64),
            base => (
                (shown as f64 - (base / 2) as f64).max(0.0),
                shown as f64 + ((base - 1) / 2) as f64,
            ),
        };
        self.read.push((parts, bounds));
    }

    /// Between which moments somebody's time ends.
    fn place(&self, person: &Person) -> usize {
        // An event on a day lies behind the moment before the day.
        self.moments
            .partition_point(|moment| *moment <= (person.days, false))
            - 1
    }

    fn truth(&self, parts: &[Part]) -> u64 {
        let is_in = |person: &&&Person, part: &Part| {
            let at = self.place(person);
            (person.why == 1) == part.events
                && (part.from..part.to).contains(&at)
                && part.planned.is_none_or(|planned| planned == person.planned)
        };
        let of = |part: &Part| self.own.iter().filter(|person| is_in(person, part)).count();
        parts.iter().map(|part| of(part) as u64).sum()
    }

    fn bounds(&self, target: &Part) -> (f64, f64) {
        [
            OptimizationDirection::Minimize,
            OptimizationDirection::Maximize,
        ]
        .map(|direction| {
            let mut problem = Problem::new(direction);
            let steps = self.moments.len() - 1;
            let wanted = |part: &Part, events: bool, step: usize, planned: bool| {
                part.events == events
                    && (part.from..part.to).contains(&step)
                    && part.planned.is_none_or(|own| own == planned)
            };
            let mut variables: Vec<(bool, usize, bool, Variable)> = Vec::new();
            for step in 0..steps {
                for (events, planned) in
                    [(true, true), (true, false), (false, true), (false, false)]
                {
                    let cost = f64::from(u8::from(wanted(target, events, step, planned)));
                    let variable = problem.add_var(cost, (0.0, 1e5));
                    variables.push((events, step, planned, variable));
                }
            }
            for (parts, (low, high)) in &self.read {
                let mut terms: Vec<(Variable, f64)> = Vec::new();
                for (events, step, planned, variable) in &variables {
                    let times = parts
                        .iter()
                        .filter(|part| wanted(part, *events, *step, *planned));
                    match times.count() {
                        0 => {}
                        times => terms.push((*variable, times as f64)),
                    }
                }
                if terms.is_empty() {
                    continue;
                }
                match low == high {
                    true => problem.add_constraint(&terms[..], ComparisonOp::Eq, *low),
                    false => {
                        problem.add_constraint(&terms[..], ComparisonOp::Ge, *low);
                        problem.add_constraint(&terms[..], ComparisonOp::Le, high.min(1e5));
                    }
                }
            }
            problem
                .solve()
                .expect("the truth is a solution")
                .objective()
        })
        .into()
    }

    /// The small numbers of which too little is left open: events (and, where that is asked for,
    /// leavers) between any two neighbouring moments that are read, and between any two of one arm.
    fn fails(&self) -> (usize, Vec<String>) {
        let kinds: &[bool] = match self.policy.missing {
            Protection::Protected => &[true, false],
            Protection::Shown => &[true],
        };
        let (mut attacked, mut found) = (0, Vec::new());
        let last = self.moments.len() - 1;
        for &events in kinds {
            for planned in [None, Some(true), Some(false)] {
                let neighbours = (0..last).map(|i| (i, i + 1));
                let ends = (0..last).map(|i| (i, last));
                let begins = (1..last).map(|i| (0, i));
                for (from, to) in neighbours.chain(ends).chain(begins) {
                    let part = self.part(events, from, to, planned);
                    let count = self.truth(std::slice::from_ref(&part));
                    if self.policy.allows(count) {
                        continue;
                    }
                    attacked += 1;
                    let (low, high) = self.bounds(&part);
                    let values = (high + 1e-6).floor() - (low - 1e-6).ceil() + 1.0;
                    if values < self.policy.minimum_count as f64 {
                        let (from, to) = (self.moments[from], self.moments[to]);
                        found.push(format!(
                            "{} of {planned:?} from {from:?} to {to:?}: {count} lies in [{low}, {high}]",
                            if events { "events" } else { "leavers" }
                        ));
                    }
                }
            }
        }
        (attacked, found)
    }
}

/// The days that a median and its limits show.
fn quantile(record: &Record) -> Vec<f64> {
    let days = [record.conf_low, record.estimate, record.conf_high];
    days.into_iter().filter(|day| day.is_finite()).collect()
}

fn attack(competing: bool, disclosure: &str, studies: u64) -> (usize, usize, Vec<String>) {
    let (mut attacked, mut shown, mut failures) = (0, 0, Vec::new());
    for number in 0..studies {
        let people = people(&mut Random::of(1000 + number), competing);
        let study = study(&people, competing, disclosure);
        let policy = study.plan().disclosure;
        let released = study.run().unwrap().release(policy);
        let of_curve = |r: &&Record| r.n_risk.is_some() && !r.suppressed;
        shown += released.records().iter().filter(of_curve).count();
        for (arm, name) in ARMS.iter().enumerate() {
            let attack = Attack::new(&people, arm, released.records(), policy, true);
            let (small, found) = attack.fails();
            attacked += small;
            let found = found.into_iter();
            failures.extend(found.map(|text| format!("study {number}, {name}: {text}")));
        }
    }
    (attacked, shown, failures)
}

fn nothing_small_is_known(competing: bool, disclosure: &str, studies: u64) {
    let (attacked, shown, failures) = attack(competing, disclosure, studies);
    let some = &failures[..failures.len().min(20)];
    assert!(
        failures.is_empty(),
        "{} of {attacked}: {some:#?}",
        failures.len()
    );
    assert!(
        attacked > 5 * studies as usize,
        "only {attacked} small counts"
    );
    assert!(shown > 8 * studies as usize, "only {shown} points");
}

#[test]
fn released_curves_with_medians_and_tables_tell_no_small_number() {
    nothing_small_is_known(false, "minimum_count = 5", 16);
}

#[test]
fn nor_where_events_compete() {
    nothing_small_is_known(true, "minimum_count = 5", 12);
}

#[test]
fn nor_with_those_who_leave_protected() {
    nothing_small_is_known(false, "minimum_count = 4\nmissing = \"protected\"", 10);
}

#[test]
fn nor_from_rounded_numbers() {
    nothing_small_is_known(false, "minimum_count = 5\nrounding = 3", 12);
}

/// Without disclosure control the same attack finds nearly everything: it is a real one.
#[test]
fn curves_that_are_not_coarsened_give_every_step_away() {
    let mut random = Random::of(3);
    let mut people = people(&mut random, false);
    people.truncate(60);
    let study = study(&people, false, "minimum_count = 0");
    let released = study.run().unwrap().release(Policy::minimum(0));
    let attack = Attack::new(&people, 0, released.records(), Policy::minimum(5), false);
    let (attacked, found) = attack.fails();
    assert!(
        attacked > 0 && found.len() * 2 > attacked,
        "{} of {attacked}",
        found.len()
    );
}

//! A reader who wants to know more than the tables say.
//!
//! The attacker has every released number and knows the plan: who is counted twice, which outcome
//! contains which. From these alone a linear program (microlp, not the solver of the library) finds
//! the least and the greatest value of every small count of the true data. None may be narrower
//! than the protection asks for. On the samples and on random small studies.

use super::{load, of_people};
use microlp::{ComparisonOp, OptimizationDirection, Problem, Variable};
use regtrial::prelude::*;
use regtrial::results::{Policy, Protection, Record};
use std::collections::BTreeMap;

/// A cell by its arm, its variable and its level; `?` is a missing value.
pub(super) type Name = (String, String, String);

/// What the attacker knows: cells, sums of cells, numbers read off the tables.
#[derive(Default)]
pub(super) struct Attack {
    pub(super) sums: Vec<(Vec<Name>, Vec<Name>)>,
    read: BTreeMap<Name, (f64, f64)>,
    pub(super) truth: BTreeMap<Name, u64>,
}

pub(super) fn name(arm: &str, variable: &str, level: &str) -> Name {
    (arm.to_owned(), variable.to_owned(), level.to_owned())
}

impl Attack {
    /// A number that a record shows, or what rounding leaves of it.
    pub(super) fn learn(&mut self, cell: Name, shown: u64, policy: Policy) {
        let bounds = match policy.rounding {
            0 | 1 => (shown as f64, shown as f64),
            base => (
                shown as f64 - (base / 2) as f64,
                shown as f64 + ((base - 1) / 2) as f64,
            ),
        };
        let known = self.read.entry(cell).or_insert(bounds);
        *known = (known.0.max(bounds.0), known.1.min(bounds.1));
    }

    pub(super) fn read_records(&mut self, records: &[Record], arms: &[String], policy: Policy) {
        for record in records.iter().filter(|record| !record.suppressed) {
            let of = |variable: &str, level: &str| name(&record.group, variable, level);
            let whole = |share: f64, n: u64| (share * n as f64).round() as u64;
            match record.statistic.as_str() {
                "people" => self.learn(of("", "all"), record.estimate as u64, policy),
                "count" => {
                    self.learn(
                        of(&record.term, &record.level),
                        record.estimate as u64,
                        policy,
                    );
                }
                "missing" => self.learn(of(&record.term, "?"), record.estimate as u64, policy),
                "proportion" if record.time.is_nan() => {
                    let n = record.n.unwrap_or(0);
                    let cell = of(&record.term, &record.level);
                    self.learn(cell, whole(record.estimate, n), policy);
                }
                // A risk is a fraction: with its n, and without it by trying every n.
                "risk" | "proportion"
                    if record.time.is_finite() || record.analysis == "outcomes" =>
                {
                    let variable = if record.time.is_nan() {
                        record.outcome.clone()
                    } else {
                        format!("{} {}", record.analysis, record.time)
                    };
                    let n = record.n.expect("a risk is shown with its n or not at all");
                    let events = whole(record.estimate, n);
                    self.learn(of(&variable, "1"), events, policy);
                    self.learn(of(&variable, "0"), n - events, policy);
                }
                "observations" => {
                    let cell = name("*", &record.analysis, "in");
                    self.learn(cell, record.estimate as u64, policy);
                }
                "dropped" => {
                    let cell = name("*", &record.analysis, "out");
                    self.learn(cell, record.estimate as u64, policy);
                }
                "events" => {
                    let cell = name("*", &record.analysis, "in 1");
                    self.learn(cell, record.estimate as u64, policy);
                }
                "mean" if record.analysis == "baseline" => {
                    self.read_mean(record, policy);
                }
                _ => {}
            }
            if let (Some(n), "model", false) =
                (record.n, record.analysis.as_str(), record.term.is_empty())
            {
                self.learn(name("*", "model", "in"), n, policy);
            }
        }
        self.contrasts_show_both_arms(records, arms);
    }

    /// The mean of whole numbers is a fraction whose denominator is the number of people.
    fn read_mean(&mut self, record: &Record, policy: Policy) {
        let Some(&(_, most)) = self.read.get(&name(&record.group, "", "all")) else {
            return;
        };
        // A mean with few decimals may have been rounded to them.
        let written = record.estimate.to_string();
        let decimals = written
            .split_once('.')
            .map_or(0, |(_, digits)| digits.len());
        let error = if decimals <= 3 {
            0.5 / 10_f64.powi(decimals as i32)
        } else {
            1e-11
        };
        let fits = |n: &u64| {
            let sum = record.estimate * *n as f64;
            (sum - sum.round()).abs() <= error * *n as f64 + 1e-9
        };
        let possible: Vec<u64> = (1..=most as u64).filter(fits).collect();
        if let [n] = possible[..] {
            self.learn(name(&record.group, &record.term, "known"), n, policy);
        }
    }

    /// A test or ratio is made from all four cells: it may stand only where both risks stand.
    fn contrasts_show_both_arms(&self, records: &[Record], arms: &[String]) {
        for record in records {
            if record.suppressed || record.contrast.is_empty() || record.analysis != "outcomes" {
                continue;
            }
            for arm in arms {
                let shown = records.iter().any(|other| {
                    other.outcome == record.outcome
                        && other.analysis == record.analysis
                        && other.group == *arm
                        && !other.suppressed
                });
                assert!(
                    shown,
                    "{} of {} stands without the risk of {arm}",
                    record.statistic, record.outcome
                );
            }
        }
    }

    /// The least and the greatest that a cell can be.
    fn bounds(&self, target: &Name) -> (f64, f64) {
        [
            OptimizationDirection::Minimize,
            OptimizationDirection::Maximize,
        ]
        .map(|direction| {
            let mut problem = Problem::new(direction);
            let mut variables: BTreeMap<Name, Variable> = BTreeMap::new();
            let cells = self.sums.iter().flat_map(|(a, b)| a.iter().chain(b));
            for cell in cells.chain([target]) {
                if !variables.contains_key(cell) {
                    let (low, high) = self.read.get(cell).copied().unwrap_or((0.0, 1e6));
                    let cost = if cell == target { 1.0 } else { 0.0 };
                    let variable = problem.add_var(cost, (low.max(0.0), high));
                    variables.insert(cell.clone(), variable);
                }
            }
            for (left, right) in &self.sums {
                let signed = left.iter().map(|cell| (variables[cell], 1.0));
                let signed = signed.chain(right.iter().map(|cell| (variables[cell], -1.0)));
                let terms: Vec<(Variable, f64)> = signed.collect();
                problem.add_constraint(&terms[..], ComparisonOp::Eq, 0.0);
            }
            problem
                .solve()
                .expect("the truth is a solution")
                .objective()
        })
        .into()
    }

    /// Every small count keeps as many values as the minimum count asks for.
    pub(super) fn fails(&self, policy: Policy, excused: impl Fn(&Name) -> bool) -> Vec<String> {
        let mut failures = Vec::new();
        for (cell, &count) in &self.truth {
            if policy.allows(count) || excused(cell) {
                continue;
            }
            let (low, high) = self.bounds(cell);
            let values = (high + 1e-6).floor() - (low - 1e-6).ceil() + 1.0;
            if values < policy.minimum_count as f64 {
                failures.push(format!("{cell:?} = {count} lies in [{low}, {high}]"));
            }
        }
        failures
    }
}

/// A person of a random study.
#[derive(Clone)]
pub(super) struct Person {
    pub(super) arm: usize,
    pub(super) site: Option<usize>,
    pub(super) goals: Option<u32>,
    pub(super) score: Option<u32>,
}

pub(super) const ARMS: [&str; 2] = ["A", "B"];
pub(super) const SITES: [&str; 4] = ["north", "south", "east", "west"];

/// A generator of its own (xorshift), so that a failing study can be made again by its number.
pub(super) struct Random(u64);

impl Random {
    pub(super) fn of(number: u64) -> Self {
        Self(0x9e37_79b9_7f4a_7c15 ^ (number + 1).wrapping_mul(0xd134_2543_de82_ef95))
    }

    pub(super) fn below(&mut self, limit: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % limit
    }
}

pub(super) fn people(random: &mut Random) -> Vec<Person> {
    let n = 12 + random.below(90) as usize;
    let rare = 1 + random.below(30);
    (0..n)
        .map(|_| {
            let missing = |random: &mut Random| random.below(100) < rare;
            let site = (random.below(12) as usize).min(random.below(14) as usize) / 3;
            Person {
                arm: random.below(2) as usize,
                site: (!missing(random)).then_some(site.min(3)),
                goals: (!missing(random)).then(|| 1 + random.below(4) as u32),
                score: (!missing(random)).then(|| random.below(12) as u32),
            }
        })
        .collect()
}

const PLAN: &str = r#"
[study]
name = "attack"
[people]
file = "people.csv"
arm = { column = "arm", order = ["A", "B"] }
[outcomes.worked]
where = "score > 4"
[outcomes.worked_long]
where = "score > 8"
[baseline]
variables = ["site", "goals"]
[analyses.model]
outcome = "worked"
formula = "worked ~ arm + goals"
family = "binomial"
"#;

pub(super) fn study(people: &[Person], disclosure: &str) -> Study {
    let mut text = "arm,site,goals,score\n".to_owned();
    for person in people {
        let number = |value: Option<u32>| value.map(|v| v.to_string()).unwrap_or_default();
        text.push_str(&format!(
            "{},{},{},{}\n",
            ARMS[person.arm],
            person.site.map(|site| SITES[site]).unwrap_or_default(),
            number(person.goals),
            number(person.score)
        ));
    }
    // What a test adds to the plan stands before its policy.
    let section = if disclosure.starts_with('[') {
        ""
    } else {
        "[disclosure]\n"
    };
    let plan = format!("{PLAN}{section}{disclosure}\n");
    of_people(&text, plan)
}

/// The true cells of a random study, and the sums that follow from its plan.
pub(super) fn known(people: &[Person]) -> Attack {
    let mut attack = Attack::default();
    let goals_known = |p: &Person| p.goals.is_some() && p.score.is_some();
    type Test<'a> = (&'a str, &'a str, Box<dyn Fn(&Person) -> bool>);
    let mut cells: Vec<Test<'_>> = vec![
        ("", "all", Box::new(|_| true)),
        ("site", "?", Box::new(|p| p.site.is_none())),
        ("goals", "known", Box::new(|p| p.goals.is_some())),
        ("goals", "?", Box::new(|p| p.goals.is_none())),
        ("worked", "1", Box::new(|p| p.score.is_some_and(|s| s > 4))),
        ("worked", "0", Box::new(|p| p.score.is_some_and(|s| s <= 4))),
        ("worked", "?", Box::new(|p| p.score.is_none())),
        (
            "worked_long",
            "1",
            Box::new(|p| p.score.is_some_and(|s| s > 8)),
        ),
        (
            "worked_long",
            "0",
            Box::new(|p| p.score.is_some_and(|s| s <= 8)),
        ),
        ("worked_long", "?", Box::new(|p| p.score.is_none())),
        (
            "worked",
            "1, not long",
            Box::new(|p| p.score.is_some_and(|s| s > 4 && s <= 8)),
        ),
        ("model", "in", Box::new(goals_known)),
        ("model", "out", Box::new(move |p| !goals_known(p))),
        (
            "model",
            "in 1",
            Box::new(move |p| goals_known(p) && p.score > Some(4)),
        ),
        (
            "model",
            "in 0",
            Box::new(move |p| goals_known(p) && p.score <= Some(4)),
        ),
        (
            "model",
            "1, out",
            Box::new(|p| p.goals.is_none() && p.score.is_some_and(|s| s > 4)),
        ),
        (
            "model",
            "0, out",
            Box::new(|p| p.goals.is_none() && p.score.is_some_and(|s| s <= 4)),
        ),
    ];
    for (i, site) in SITES.iter().enumerate() {
        cells.push(("site", site, Box::new(move |p| p.site == Some(i))));
    }
    for (variable, level, test) in &cells {
        for (i, arm) in ARMS.iter().enumerate() {
            let count = people.iter().filter(|p| p.arm == i && test(p)).count();
            attack
                .truth
                .insert(name(arm, variable, level), count as u64);
        }
        let arms: Vec<Name> = ARMS.iter().map(|arm| name(arm, variable, level)).collect();
        let count = people.iter().filter(|p| test(p)).count();
        attack
            .truth
            .insert(name("*", variable, level), count as u64);
        attack.sums.push((arms, vec![name("*", variable, level)]));
    }
    for arm in ARMS {
        let mut sum = |whole: (&str, &str), parts: &[(&str, &str)]| {
            let cell = |(variable, level): &(&str, &str)| name(arm, variable, level);
            attack
                .sums
                .push((parts.iter().map(cell).collect(), vec![cell(&whole)]));
        };
        let sites: Vec<(&str, &str)> = SITES.iter().map(|s| ("site", *s)).collect();
        sum(("", "all"), &[&sites[..], &[("site", "?")]].concat());
        sum(("", "all"), &[("goals", "known"), ("goals", "?")]);
        for outcome in ["worked", "worked_long"] {
            sum(
                ("", "all"),
                &[(outcome, "1"), (outcome, "0"), (outcome, "?")],
            );
        }
        sum(
            ("worked", "1"),
            &[("worked_long", "1"), ("worked", "1, not long")],
        );
        sum(("", "all"), &[("model", "in"), ("model", "out")]);
        sum(("model", "in"), &[("model", "in 1"), ("model", "in 0")]);
        sum(("worked", "1"), &[("model", "in 1"), ("model", "1, out")]);
        sum(("worked", "0"), &[("model", "in 0"), ("model", "0, out")]);
    }
    attack
}

/// How many small counts were attacked, and what the attacker found.
fn attack(number: u64, disclosure: &str) -> (usize, Vec<String>) {
    let mut random = Random::of(number);
    let people = people(&mut random);
    let study = study(&people, disclosure);
    let policy = study.plan().disclosure;
    let size = |arm: usize| people.iter().filter(|p| p.arm == arm).count() as u64;
    if (0..ARMS.len()).any(|arm| size(arm) < policy.minimum_count) {
        return (0, Vec::new());
    }
    let released = study.run().unwrap().release(policy);
    let mut attack = known(&people);
    let arms: Vec<String> = ARMS.iter().map(|arm| (*arm).to_owned()).collect();
    attack.read_records(released.records(), &arms, policy);
    for arm in ARMS {
        // How many were randomised is no secret.
        let cell = name(arm, "", "all");
        let count = policy.rounded(attack.truth[&cell]);
        attack.learn(cell, count, policy);
    }
    // People without an outcome may be known unless the policy says otherwise; with them those
    // that a model leaves out for no other reason.
    let excused = |cell: &Name| {
        let nobody = |level: &str| attack.truth[&name(&cell.0, "model", level)] == 0;
        let missing = cell.1.starts_with("worked") && cell.2 == "?";
        let for_missing = cell.2 == "out" && nobody("1, out") && nobody("0, out");
        (missing || for_missing) && policy.missing == Protection::Shown
    };
    let small = attack
        .truth
        .values()
        .filter(|&&count| !policy.allows(count));
    (small.count(), attack.fails(policy, excused))
}

fn every_small_count_is_safe(disclosure: &str, studies: u64) {
    let (mut attacked, mut failures) = (0, Vec::new());
    for number in 0..studies {
        let (small, found) = attack(number, disclosure);
        attacked += small;
        failures.extend(
            found
                .into_iter()
                .map(|text| format!("study {number}: {text}")),
        );
    }
    assert!(
        attacked > 5 * studies as usize,
        "only {attacked} small counts"
    );
    assert!(
        failures.is_empty(),
        "{} of {attacked}: {:#?}",
        failures.len(),
        &failures[..failures.len().min(20)]
    );
}

#[test]
fn no_small_count_of_a_random_study_can_be_worked_out() {
    every_small_count_is_safe("minimum_count = 5", 100);
}

#[test]
fn nor_with_the_missing_protected() {
    every_small_count_is_safe("minimum_count = 5\nmissing = \"protected\"", 50);
}

#[test]
fn nor_with_another_minimum() {
    every_small_count_is_safe("minimum_count = 10", 40);
}

#[test]
fn nor_from_rounded_counts() {
    every_small_count_is_safe("minimum_count = 5\nrounding = 5", 40);
}

/// Without disclosure control the same attack finds nearly everything: it is a real one.
#[test]
fn the_attack_succeeds_where_nothing_is_withheld() {
    let mut random = Random(7);
    let people = people(&mut random);
    let study = study(&people, "minimum_count = 0");
    let released = study.run().unwrap().release(study.plan().disclosure);
    let mut attack = known(&people);
    let arms: Vec<String> = ARMS.iter().map(|arm| (*arm).to_owned()).collect();
    attack.read_records(released.records(), &arms, study.plan().disclosure);
    let small = attack.truth.values().filter(|&&n| n > 0 && n < 5).count();
    let found = attack.fails(Policy::default(), |_| false).len();
    assert!(small > 0 && found * 3 > small, "{found} of {small}");
}

/// The samples: levels, missing values and outcomes by arm, and the months of the curve.
#[test]
fn no_small_count_of_the_samples_can_be_worked_out() {
    for sample in ["hekta", "nsw"] {
        let study = load(sample);
        let policy = study.plan().disclosure;
        let released = study.run().unwrap().release(policy);
        let truth = study.run().unwrap().release(Policy::minimum(0));
        let arms = &released.catalogue().arms;
        let mut attack = Attack::default();
        // The true cells: what a release without control would show.
        let mut whole = Attack::default();
        whole.read_records(truth.records(), arms, Policy::minimum(0));
        for (cell, (low, _)) in &whole.read {
            attack.truth.insert(cell.clone(), *low as u64);
        }
        let mut parts: BTreeMap<(String, String), Vec<Name>> = BTreeMap::new();
        for cell in whole
            .read
            .keys()
            .filter(|cell| !cell.1.is_empty() && cell.0 != "*")
        {
            let key = (cell.0.clone(), cell.1.clone());
            parts.entry(key).or_default().push(cell.clone());
        }
        for ((arm, variable), mut cells) in parts {
            // What is not counted is missing or, beside a quantity, known.
            for level in ["?", "known"] {
                let rest = name(&arm, &variable, level);
                if !cells.contains(&rest) && (level == "?" || cells.len() == 1) {
                    cells.push(rest);
                }
            }
            attack.sums.push((cells, vec![name(&arm, "", "all")]));
        }
        attack.read_records(released.records(), arms, policy);
        let failures = attack.fails(policy, |_| false);
        assert!(failures.is_empty(), "{sample}: {failures:#?}");
    }
}

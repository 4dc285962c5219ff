//! The distribution of weeks worked: its groups counted by hand, and a reader who has every released
//! number and wants the small ones.

use super::attack::{Attack, Random, name};
use regtrial::outcomes::calendar::{day, iso};
use regtrial::prelude::*;
use regtrial::results::Record;
use regtrial::study::StudyError;
use std::path::Path;

const PLAN: &str = r#"
[study]
name = "weeks"
[people]
file = "people.csv"
id = "id"
index_date = "start"
arm = { column = "arm", order = ["A", "B"] }
[registers.jobs]
kind = "spells"
files = "jobs.csv"
columns = { person = "id" }
covers = { from = 2019-01-01, to = 2022-12-31 }
linked = "linked.csv"
[endpoints.job]
register = "jobs"
[outcomes.days]
label = "Days worked"
endpoint = "job"
measure = "days"
window = ["0 days", "364 days"]
[outcomes.ever]
endpoint = "job"
measure = "ever"
window = ["0 days", "364 days"]
if_unobserved = { register = "missing" }
[analyses.main]
outcome = "ever"
[figures.weeks]
kind = "weeks-worked"
outcome = "days"
"#;

/// A person: the arm, and days worked; none if nobody knows.
type Person = (usize, Option<u32>);

const ARMS: [&str; 2] = ["A", "B"];

fn write(folder: &Path, people: &[Person]) {
    let (mut list, mut jobs) = ("id,arm,start\n".to_owned(), "id,start,end\n".to_owned());
    let mut linked = "id\n".to_owned();
    for (i, (arm, days)) in people.iter().enumerate() {
        list.push_str(&format!("p{i},{},2020-01-01\n", ARMS[*arm]));
        if let Some(days) = days {
            linked.push_str(&format!("p{i}\n"));
            if *days > 0 {
                let end = iso(day(2020, 1, 1).unwrap() + *days as i32 - 1);
                jobs.push_str(&format!("p{i},2020-01-01,{end}\n"));
            }
        }
    }
    for (name, text) in [
        ("people.csv", list),
        ("jobs.csv", jobs),
        ("linked.csv", linked),
    ] {
        std::fs::write(folder.join(name), text).unwrap();
    }
}

fn run(people: &[Person], more: &str) -> (Study, Results) {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), people);
    let plan = Plan::parse(&folder.path().join("study.toml"), format!("{PLAN}{more}"));
    let study = Study::load(plan.unwrap()).unwrap();
    let results = study.run().unwrap();
    (study, results)
}

fn groups(records: &[Record]) -> impl Iterator<Item = &Record> {
    records.iter().filter(|record| record.analysis == "weeks")
}

/// 52 weeks in steps of 13: never, to a quarter, ..., beyond three. The day on an edge is below it.
#[test]
fn groups_are_counted_as_by_hand() {
    let days = [0, 1, 91, 92, 182, 183, 273, 274, 364];
    let people: Vec<Person> = days
        .iter()
        .map(|&d| (0, Some(d)))
        .chain([(1, Some(0)), (1, None)])
        .collect();
    let more = "width = 13\n[disclosure]\nminimum_count = 0\n";
    let (_, results) = run(&people, more);
    let of = |arm: &str, level: &str| -> (u64, u64) {
        let found = groups(&results.records).find(|r| r.group == arm && r.level == level);
        let found = found.unwrap_or_else(|| panic!("{arm} {level}"));
        (found.events.unwrap(), found.n.unwrap())
    };
    assert_eq!(of("A", "0"), (1, 9));
    for (level, wanted) in [("≤ 13", 2), ("13–26", 2), ("26–39", 2), ("> 39", 2)] {
        assert_eq!(of("A", level), (wanted, 9), "{level}");
    }
    assert_eq!((of("B", "0"), of("B", "> 39")), ((1, 1), (0, 1)));
}

fn random(number: u64) -> Vec<Person> {
    let mut random = Random::of(number);
    let n = 14 + random.below(120);
    let (never, unknown) = (random.below(80), random.below(12));
    let person = |random: &mut Random| {
        let arm = random.below(2) as usize;
        let days = match (random.below(100) < unknown, random.below(100) < never) {
            (true, _) => None,
            (_, true) => Some(0),
            _ => Some(1 + random.below(364) as u32),
        };
        (arm, days)
    };
    (0..n).map(|_| person(&mut random)).collect()
}

/// What the figure's groups, the outcomes and the sizes of arms tell together.
#[test]
fn no_small_group_can_be_worked_out() {
    let (mut shown, mut all, mut attacked) = (0, 0, 0);
    for number in 0..60 {
        let people = random(number);
        let size = |arm: usize| people.iter().filter(|p| p.0 == arm).count() as u64;
        if (0..2).any(|arm| size(arm) < 5) {
            continue;
        }
        for more in ["", "\n[disclosure]\nmissing = \"protected\"\n"] {
            let (study, results) = run(&people, more);
            let policy = study.plan().disclosure;
            let levels: Vec<String> = groups(&results.records)
                .filter(|r| r.group == "A")
                .map(|r| r.level.clone())
                .collect();
            let truth: Vec<Record> = groups(&results.records).cloned().collect();
            let released = results.release(policy);
            let mut attack = Attack::default();
            for (i, arm) in ARMS.iter().enumerate() {
                let of = |level: &str| name(arm, "days", level);
                let count = |wanted: &dyn Fn(Option<u32>) -> bool| {
                    people.iter().filter(|p| p.0 == i && wanted(p.1)).count() as u64
                };
                let cells = [
                    (name(arm, "", "all"), size(i)),
                    (name(arm, "ever", "1"), count(&|d| d > Some(0))),
                    (name(arm, "ever", "0"), count(&|d| d == Some(0))),
                    (of("?"), count(&|d| d.is_none())),
                ];
                attack.truth.extend(cells);
                for record in truth.iter().filter(|record| record.group == *arm) {
                    attack
                        .truth
                        .insert(of(&record.level), record.events.unwrap());
                }
                let (all, ever) = (name(arm, "", "all"), |level: &str| name(arm, "ever", level));
                let known = [ever("1"), ever("0"), of("?")];
                attack.sums.push((known.to_vec(), vec![all]));
                let worked = levels.iter().filter(|level| *level != "0");
                let worked: Vec<_> = worked.map(|level| of(level)).collect();
                match levels.iter().any(|level| level == "0") {
                    true => {
                        attack.sums.push((vec![of("0")], vec![ever("0")]));
                        attack.sums.push((worked, vec![ever("1")]));
                    }
                    false => attack.sums.push((worked, vec![ever("0"), ever("1")])),
                }
            }
            let arms: Vec<String> = ARMS.iter().map(|arm| (*arm).to_owned()).collect();
            attack.read_records(released.records(), &arms, policy);
            for (i, arm) in ARMS.iter().enumerate() {
                attack.learn(name(arm, "", "all"), size(i), policy);
            }
            let is_missing = |level: &str| level == "?" && more.is_empty();
            let failures = attack.fails(policy, |cell| is_missing(&cell.2));
            assert!(failures.is_empty(), "study {number}: {failures:#?}");
            attacked += attack
                .truth
                .values()
                .filter(|n| !policy.allows(**n))
                .count();
            for record in groups(released.records()) {
                all += 1;
                shown += usize::from(!record.suppressed);
            }
        }
    }
    assert!(attacked > 50, "{attacked} small counts");
    // Arms begin at five people, of which nothing can be shown.
    assert!(
        shown * 10 > all * 6,
        "only {shown} of {all} groups are shown"
    );
}

/// The main results are what they are without the figure.
#[test]
fn the_figure_takes_nothing_from_the_main_results() {
    for number in 0..40 {
        let people = random(number);
        let (study, with) = run(&people, "");
        let mut text = study.plan().text.clone();
        text.truncate(text.find("[figures.weeks]").unwrap());
        let folder = tempfile::tempdir().unwrap();
        write(folder.path(), &people);
        let plan = Plan::parse(&folder.path().join("study.toml"), text).unwrap();
        let without = Study::load(plan).unwrap().run().unwrap();
        let policy = study.plan().disclosure;
        let numbers = |results: Results| -> Vec<(String, bool, u64)> {
            let released = results.release(policy);
            let own = released.records().iter().filter(|r| r.analysis != "weeks");
            own.map(|r| {
                (
                    format!("{} {}", r.analysis, r.statistic),
                    r.suppressed,
                    r.estimate.to_bits(),
                )
            })
            .collect()
        };
        assert_eq!(numbers(with), numbers(without), "study {number}");
    }
}

/// What the plan gets wrong, where it stands.
#[test]
fn wrong_keys_are_told() {
    for (old, new, code) in [
        (
            "outcome = \"days\"",
            "outcome = \"ever\"",
            "unknown_reference",
        ),
        (
            "outcome = \"days\"",
            "outcome = \"days\"\nwidth = 0",
            "bad_value",
        ),
        ("outcome = \"days\"", "endpoint = \"job\"", "missing_key"),
        (
            "outcome = \"days\"",
            "outcome = \"days\"\nmonths = 3",
            "unknown_key",
        ),
    ] {
        let (head, figure) = PLAN.split_once("[figures.weeks]").unwrap();
        let text = format!("{head}[figures.weeks]{}", figure.replace(old, new));
        let Err(StudyError::Plan(problems)) = Plan::parse(Path::new("study.toml"), text) else {
            panic!("{new} is taken");
        };
        let codes: Vec<&str> = problems.iter().map(|problem| problem.code).collect();
        assert!(codes.contains(&code), "{new}: {codes:?}");
        assert!(
            problems.iter().all(|problem| problem.line.is_some()),
            "{new}"
        );
    }
}

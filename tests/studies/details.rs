//! Subgroups, further populations and assumptions beside a main analysis: they have to find room
//! beside it, and do not take its numbers away.

use super::attack::{ARMS, Attack, Name, Person, Random, SITES, known, name, people, study};
use regtrial::prelude::*;
use regtrial::results::{Policy, Record};

const MAIN: &str = "[analyses.main]\noutcome = \"worked\"\n";

const DETAILS: &str = r#"[analyses.main]
outcome = "worked"
subgroups = ["site", "goals"]
sensitivity = ["best case"]
[populations.late]
where = "goals > 1"
[analyses.late]
outcome = "worked"
population = "late"
"#;

/// What is released of a random study with and without details; nothing of too small ones.
fn released(people: &[Person], analyses: &str) -> Released {
    let study = study(
        people,
        &format!("{analyses}[disclosure]\nminimum_count = 5\n"),
    );
    study.run().unwrap().release(study.plan().disclosure)
}

fn studies(count: u64) -> impl Iterator<Item = (u64, Vec<Person>)> {
    let of = |number| (number, people(&mut Random::of(number)));
    (0..count).map(of).filter(|(_, people)| {
        let size = |arm: usize| people.iter().filter(|p| p.arm == arm).count();
        (0..ARMS.len()).all(|arm| size(arm) >= 5)
    })
}

fn is_detail(record: &Record) -> bool {
    ["main-subgroups", "main-sensitivity", "late"].contains(&record.analysis.as_str())
}

/// What stands of the main part is the same, number by number, whatever details a plan asks for.
#[test]
fn details_take_nothing_from_the_main_part() {
    let (mut details, mut shown, mut main) = (0, 0, 0);
    for (number, people) in studies(100) {
        let without = released(&people, MAIN);
        let with = released(&people, DETAILS);
        let of_main = with.records().iter().filter(|record| !is_detail(record));
        let mut of_main = of_main.collect::<Vec<_>>();
        // Analyses stand in the order of their names, so that the records may not.
        let key = |r: &Record| {
            format!(
                "{} {} {} {} {} {} {} {} {}",
                r.analysis,
                r.outcome,
                r.group,
                r.contrast,
                r.term,
                r.level,
                r.statistic,
                r.method,
                r.time
            )
        };
        of_main.sort_by_key(|record| key(record));
        let mut alone: Vec<&Record> = without.records().iter().collect();
        alone.sort_by_key(|record| key(record));
        assert_eq!(of_main.len(), alone.len(), "study {number}");
        for (with, without) in of_main.into_iter().zip(alone) {
            let numbers = |r: &Record| (r.suppressed, r.n, r.events, r.estimate.to_bits());
            assert_eq!(
                numbers(with),
                numbers(without),
                "study {number}: {}",
                key(with)
            );
            main += usize::from(with.analysis == "main" && !with.suppressed);
        }
        let of_details = with.records().iter().filter(|record| is_detail(record));
        for record in of_details {
            details += 1;
            shown += usize::from(!record.suppressed);
        }
    }
    assert!(main > 500, "only {main} numbers of the main analysis");
    assert!(10 * shown > details, "only {shown} of {details} details");
}

/// The cells of the details, with the sums that a reader knows.
fn with_details(people: &[Person]) -> Attack {
    let mut attack = known(people);
    type Test<'a> = Box<dyn Fn(&Person) -> bool + 'a>;
    let mut parts: Vec<(String, Test<'_>)> = vec![
        ("late".to_owned(), Box::new(|p| p.goals > Some(1))),
        (
            "early".to_owned(),
            Box::new(|p| p.goals.is_none_or(|goals| goals <= 1)),
        ),
        ("site ?".to_owned(), Box::new(|p| p.site.is_none())),
        ("goals ?".to_owned(), Box::new(|p| p.goals.is_none())),
    ];
    for (i, site) in SITES.iter().enumerate() {
        parts.push((format!("site {site}"), Box::new(move |p| p.site == Some(i))));
    }
    for goals in 1..=4 {
        parts.push((
            format!("goals {goals}"),
            Box::new(move |p| p.goals == Some(goals)),
        ));
    }
    type Of = fn(&Person) -> bool;
    let outcomes: [(&str, Of); 3] = [
        ("1", |p| p.score.is_some_and(|score| score > 4)),
        ("0", |p| p.score.is_some_and(|score| score <= 4)),
        ("?", |p| p.score.is_none()),
    ];
    for (i, arm) in ARMS.iter().enumerate() {
        let whole: Vec<&Person> = people.iter().filter(|p| p.arm == i).collect();
        for (part, test) in &parts {
            let inside = whole.iter().filter(|p| test(p));
            let all = name(arm, part, "all");
            attack
                .truth
                .insert(all.clone(), inside.clone().count() as u64);
            let cells = outcomes.map(|(level, _)| name(arm, part, level));
            for (cell, (_, outcome)) in cells.iter().zip(outcomes) {
                let count = inside.clone().filter(|p| outcome(p)).count();
                attack.truth.insert(cell.clone(), count as u64);
            }
            attack.sums.push((cells.to_vec(), vec![all]));
        }
        for variable in ["site", "goals", "late"] {
            let of_variable = |part: &&(String, Test<'_>)| match variable {
                "late" => ["late", "early"].contains(&part.0.as_str()),
                _ => part.0.starts_with(variable),
            };
            let own: Vec<&String> = parts.iter().filter(of_variable).map(|(p, _)| p).collect();
            for (level, _) in outcomes {
                let cells: Vec<Name> = own.iter().map(|part| name(arm, part, level)).collect();
                attack.sums.push((cells, vec![name(arm, "worked", level)]));
            }
            let cells: Vec<Name> = own.iter().map(|part| name(arm, part, "all")).collect();
            attack.sums.push((cells, vec![name(arm, "", "all")]));
        }
        for site in SITES {
            let level = vec![name(arm, "site", site)];
            attack
                .sums
                .push((vec![name(arm, &format!("site {site}"), "all")], level));
        }
        attack.sums.push((
            vec![name(arm, "site ?", "all")],
            vec![name(arm, "site", "?")],
        ));
        attack.sums.push((
            vec![name(arm, "goals ?", "all")],
            vec![name(arm, "goals", "?")],
        ));
    }
    attack
}

/// Whoever sees an effect knows all counts of its table.
fn read_details(attack: &mut Attack, records: &[Record], policy: Policy) {
    for record in records.iter().filter(|record| !record.suppressed) {
        let part = match record.analysis.as_str() {
            "main-subgroups" if !record.contrast.is_empty() => {
                format!("{} {}", record.term, record.level)
            }
            "late" => "late".to_owned(),
            _ => continue,
        };
        for arm in ARMS
            .iter()
            .filter(|arm| record.group.is_empty() || record.group == **arm)
        {
            for level in ["1", "0"] {
                let cell = name(arm, &part, level);
                let count = attack.truth[&cell];
                attack.learn(cell, count, policy);
            }
        }
    }
}

/// Where a detail is shown at all, its small counts keep their intervals too.
#[test]
fn no_small_count_of_a_detail_can_be_worked_out() {
    let (mut attacked, mut failures) = (0, Vec::new());
    for (number, people) in studies(100) {
        let released = released(&people, DETAILS);
        let policy = released.policy();
        let mut attack = with_details(&people);
        let arms = ARMS.map(str::to_owned);
        attack.read_records(released.records(), &arms, policy);
        read_details(&mut attack, released.records(), policy);
        for arm in ARMS {
            let cell = name(arm, "", "all");
            let count = attack.truth[&cell];
            attack.learn(cell, count, policy);
        }
        let records = released.records();
        let stands = |variable: &str| {
            records.iter().any(|record| {
                let of = match variable {
                    "late" | "early" => record.analysis == "late",
                    _ => record.analysis == "main-subgroups" && variable.starts_with(&record.term),
                };
                of && !record.contrast.is_empty() && !record.suppressed
            })
        };
        // As in the attack on the main part: who has no outcome may be known.
        let is_detail = |cell: &Name| {
            let of = cell.1.as_str();
            of.contains(' ') || of == "late" || of == "early"
        };
        let excused =
            |cell: &Name| !is_detail(cell) || cell.2 == "?" || cell.0 == "*" || !stands(&cell.1);
        let open = attack
            .truth
            .iter()
            .filter(|(cell, count)| !excused(cell) && !policy.allows(**count));
        attacked += open.count();
        let found = attack.fails(policy, excused);
        failures.extend(
            found
                .into_iter()
                .map(|text| format!("study {number}: {text}")),
        );
    }
    assert!(attacked > 80, "only {attacked} small counts");
    assert!(
        failures.is_empty(),
        "{} of {attacked}: {:#?}",
        failures.len(),
        &failures[..failures.len().min(20)]
    );
}

/// The sample with subgroups, definitions and a modified population: everything of the main part
/// that is released without them still is.
#[test]
fn the_sample_keeps_its_outcomes_beside_details() {
    let path = regtrial_tests::root().join("data-samples/hekta/study.toml");
    let plain = std::fs::read_to_string(&path).unwrap();
    let adjust = "adjust = [\"age\", \"sex\", \"worked_before\", \"factor(site)\"]\n";
    let subgroups = format!("{adjust}subgroups = [\"sex\", \"worked_before\"]\n");
    let details = "\n[definitions.ordinary]\n\
                   half = { label = \"At least 20 hours\", at_least = { hours = 20 } }\n\
                   [populations.mitt]\nwhere = \"withdrew is unknown\"\n\
                   [analyses.mitt]\noutcome = \"employed_18m\"\npopulation = \"mitt\"\n";
    let asked = plain.replace(adjust, &subgroups) + details;
    assert!(asked.contains("subgroups"));
    let release = |text: String| {
        let study = Study::load(Plan::parse(&path, text).unwrap()).unwrap();
        study.run().unwrap().release(study.plan().disclosure)
    };
    let (without, with) = (release(plain), release(asked));
    let hidden = |released: &Released, analysis: &str| {
        let of = released.of(analysis);
        of.filter(|record| record.suppressed).count()
    };
    for analysis in [
        "flow",
        "baseline",
        "outcomes",
        "primary",
        "predictors",
        "employment-curve",
    ] {
        assert!(with.of(analysis).count() > 0);
        assert_eq!(
            hidden(&with, analysis),
            hidden(&without, analysis),
            "{analysis}"
        );
    }
    assert_eq!(hidden(&with, "outcomes"), 0);
    let shown = with
        .of("primary-subgroups")
        .filter(|record| !record.suppressed);
    assert!(shown.count() >= 4, "the subgroups themselves are shown");
}

//! The synthetic trial: the truth that was planted is found again.

use super::load;
use regtrial::prelude::{Plan, Released, Study};
use regtrial::results::Record;
use regtrial_synth::hekta::{PLANTED, Settings, generate};
use std::collections::HashMap;

/// Column name to cell, a row a person, keyed by identifier.
fn truth() -> HashMap<String, HashMap<String, String>> {
    let path = regtrial_tests::root().join("data-samples/hekta/truth.csv");
    let text = std::fs::read_to_string(path).unwrap();
    let mut lines = text.lines();
    let header: Vec<&str> = lines.next().unwrap().split(',').collect();
    lines
        .map(|line| {
            let cells: Vec<&str> = line.split(',').collect();
            let row = header
                .iter()
                .zip(&cells)
                .map(|(h, c)| ((*h).to_owned(), (*c).to_owned()));
            (cells[0].to_owned(), row.collect())
        })
        .collect()
}

#[test]
fn the_committed_files_are_what_the_generator_writes() {
    let folder = regtrial_tests::root().join("data-samples/hekta");
    for file in generate(&Settings::default()).unwrap().files {
        let committed = std::fs::read(folder.join(&file.path)).unwrap();
        assert!(
            committed == file.bytes,
            "{} differs from the generator's",
            file.path
        );
    }
}

#[test]
fn every_person_has_the_planted_outcomes() {
    let study = load("hekta");
    let truth = truth();
    let table = study.person_table();
    let mut compared = 0;
    for (ours, theirs) in [
        ("employed_18m", "ever_18m"),
        ("employed_at_6m", "employed_6m"),
        ("employed_at_12m", "employed_12m"),
        ("employed_at_18m", "employed_18m"),
        ("days_18m", "days_18m"),
    ] {
        let values = table.column(ours).unwrap().f64().unwrap();
        for (i, id) in study.people().ids.iter().enumerate() {
            let expected = truth[id][theirs].parse::<f64>().ok();
            assert_eq!(values.get(i), expected, "{ours}, row {}", i + 2);
            compared += 1;
        }
    }
    assert_eq!(compared, 5 * 202);
}

/// A term's coefficient in the predictor model.
fn coefficient<'a>(released: &'a Released, term: &str) -> &'a Record {
    let mut records = released.of("predictors");
    records
        .find(|r| r.term == term && r.statistic == "coefficient")
        .unwrap()
}

#[test]
fn the_planted_coefficients_lie_within_their_intervals() {
    let study = load("hekta");
    let released = study.run().unwrap().release(study.plan().disclosure);
    for (term, planted) in [
        ("arm[IPS]", PLANTED.arm_ips),
        ("routines", PLANTED.routines),
        ("work_goals", PLANTED.work_goals),
        ("deprivation", PLANTED.deprivation),
        ("age", PLANTED.age),
        ("worked_before", PLANTED.worked_before),
    ] {
        let found = coefficient(&released, term);
        let distance = (found.estimate - planted).abs() / found.std_error;
        assert!(
            distance < 2.6,
            "{term}: {} against {planted}",
            found.estimate
        );
    }
}

/// At forty times the size the same model finds the same effects more sharply.
#[test]
fn a_larger_trial_finds_the_planted_effects() {
    let settings = Settings {
        people: 8_000,
        ..Settings::default()
    };
    let folder = tempfile::TempDir::new().unwrap();
    for file in generate(&settings).unwrap().files {
        let path = folder.path().join(&file.path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, file.bytes).unwrap();
    }
    let plan = regtrial_tests::root().join("data-samples/hekta/study.toml");
    let text = std::fs::read_to_string(plan).unwrap();
    let path = folder.path().join("study.toml");
    let study = Study::load(Plan::parse(&path, text).unwrap()).unwrap();
    let released = study.run().unwrap().release(study.plan().disclosure);
    for (term, planted) in [
        ("arm[IPS]", PLANTED.arm_ips),
        ("routines", PLANTED.routines),
        ("work_goals", PLANTED.work_goals),
        ("deprivation", PLANTED.deprivation),
    ] {
        let found = coefficient(&released, term);
        assert!(found.std_error < 0.09, "{term}: {}", found.std_error);
        let distance = (found.estimate - planted).abs() / found.std_error;
        assert!(
            distance < 3.3,
            "{term}: {} against {planted}",
            found.estimate
        );
    }
}

#[test]
fn the_curve_and_the_table_agree_at_the_landmarks() {
    let study = load("hekta");
    let released = study.run().unwrap().release(study.plan().disclosure);
    for (month, outcome) in [
        (6.0, "employed_at_6m"),
        (12.0, "employed_at_12m"),
        (18.0, "employed_at_18m"),
    ] {
        for arm in ["TAU", "IPS"] {
            let point = released
                .of("employment-curve")
                .find(|r| r.time == month && r.group == arm);
            let row = released
                .of("outcomes")
                .find(|r| r.outcome == outcome && r.group == arm && r.statistic == "risk");
            let (point, row) = (point.unwrap(), row.unwrap());
            assert_eq!(
                (point.estimate, point.n, point.events),
                (row.estimate, row.n, row.events)
            );
        }
    }
}

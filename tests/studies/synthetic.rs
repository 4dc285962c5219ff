//! Synthetic registers of every layout, made, read and derived: the planted truth is found exactly,
//! whatever the mess. The truth is read off the generator's latent days, never off this code.

use proptest::prelude::*;
use regtrial::prelude::*;
use regtrial_synth::registers::{Folder, Mess, MessSet, Settings, generate};
use std::collections::HashMap;
use std::path::Path;

/// The value of a person's outcome, where it is known; numbers without quotation marks.
fn truth(file: &Path) -> HashMap<(String, String), Option<f64>> {
    let text = std::fs::read_to_string(file).unwrap();
    let mut lines = text.lines();
    let header: Vec<&str> = lines.next().unwrap().split(',').collect();
    let mut known = HashMap::new();
    for line in lines {
        let cells: Vec<&str> = line.split(',').collect();
        for (name, cell) in header.iter().zip(&cells).skip(1) {
            known.insert((cells[0].to_owned(), (*name).to_owned()), cell.parse().ok());
        }
    }
    known
}

fn finds_the_truth(people: u64, seed: u64, mess: MessSet) {
    let folder = tempfile::tempdir().unwrap();
    let settings = Settings {
        mess,
        ..Settings::new(people, seed)
    };
    generate(&settings, &mut Folder::new(folder.path())).unwrap();
    let compared = |plan: &str, truth_file: &str| {
        let study = Study::load(Plan::read(&folder.path().join(plan)).unwrap()).unwrap();
        let people = study.people();
        let mut columns = 0;
        for ((id, column), truth) in truth(&folder.path().join(truth_file)) {
            let derived = study.person_table().column(&column);
            // The arm and the linkage are no outcomes.
            let Ok(derived) = derived.and_then(|column| column.f64()) else {
                continue;
            };
            let person = people.ids.position(&id).unwrap();
            let value = derived.get(person);
            let same = match (value, truth) {
                // Sums over days, added up in another order.
                (Some(value), Some(truth)) => (value - truth).abs() <= 1e-9 * truth.abs().max(1.0),
                _ => value == truth,
            };
            assert!(
                same,
                "{column}: {value:?} instead of {truth:?}, seed {seed}, {mess:?}"
            );
            columns += 1;
        }
        let outcomes = study.plan().outcomes.len();
        assert!(
            columns >= outcomes * people.len(),
            "every outcome has a truth"
        );
        outcomes
    };
    assert!(compared("study.toml", "truth.csv") > 70);
    assert!(compared("measures.toml", "truth-measures.csv") > 45);
}

#[test]
fn without_mess() {
    finds_the_truth(60, 1, MessSet::NONE);
}

#[test]
fn with_every_mess() {
    finds_the_truth(60, 2, MessSet::all());
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 10, failure_persistence: None, ..Default::default() })]

    #[test]
    fn with_any_mess(seed in 3_u64..1_000_000, chosen in prop::collection::vec(any::<bool>(), Mess::ALL.len())) {
        let mess = Mess::ALL.into_iter().zip(chosen).filter(|(_, on)| *on);
        finds_the_truth(25, seed, mess.map(|(mess, _)| mess).collect());
    }
}

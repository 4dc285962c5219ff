//! Synthetic registers of every layout, made, read and derived: the planted truth is found exactly,
//! whatever the mess. The truth is read off the generator's latent days, never off this code.

use proptest::prelude::*;
use regtrial::prelude::*;
use regtrial_synth::registers::{Folder, Mess, MessSet, Settings, generate};
use std::collections::HashMap;
use std::path::Path;

/// `truth.csv`: the value of a person's outcome, where it is known; numbers without quotation marks.
fn truth(folder: &Path) -> HashMap<(String, String), Option<f64>> {
    let text = std::fs::read_to_string(folder.join("truth.csv")).unwrap();
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
    let plan = Plan::read(&folder.path().join("study.toml")).unwrap();
    let study = Study::load(plan).unwrap();
    let truth = truth(folder.path());
    let outcomes = &study.plan().outcomes;
    assert!(outcomes.len() > 70, "every register has outcomes");
    for outcome in outcomes {
        let derived = study.person_table().column(&outcome.key).unwrap();
        for (id, value) in study.people().ids.iter().zip(derived.f64().unwrap().iter()) {
            let truth = truth[&(id.clone(), outcome.key.clone())];
            assert_eq!(value, truth, "{} of seed {seed}, {mess:?}", outcome.key);
        }
    }
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

//! The sample studies through the library, against what is known of them.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

mod attack;
mod attack_survival;
mod bootstrap;
mod cluster_permutation;
mod counted_subgroups;
mod details;
mod distribution;
mod dominance;
mod hekta;
mod hypotheses;
mod languages;
mod nsw;
mod order;
mod page;
mod permutation;
mod permuted_models;
mod policies;
mod populations;
mod rates;
mod repeated;
mod robust;
mod schemas;
mod synthetic;
mod tables;
mod time_curves;
mod times;

use regtrial::prelude::*;

/// A study of a list of people, `people.csv`.
fn of_people(people: &str, plan: String) -> Study {
    let folder = tempfile::TempDir::new().unwrap();
    std::fs::write(folder.path().join("people.csv"), people).unwrap();
    Study::load(Plan::parse(&folder.path().join("study.toml"), plan).unwrap()).unwrap()
}

/// A sample study by its folder, loaded.
fn load(name: &str) -> Study {
    let plan = regtrial_tests::root()
        .join("data-samples")
        .join(name)
        .join("study.toml");
    Study::load(Plan::read(&plan).unwrap()).unwrap()
}

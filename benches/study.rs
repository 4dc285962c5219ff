//! The whole study, part by part: what a user waits for.

#![expect(
    clippy::unwrap_used,
    reason = "a benchmark that cannot read its sample stops"
)]

use regtrial::prelude::*;
use regtrial::report::{Provenance, documents};
use regtrial_benches::samples;

fn main() {
    divan::main();
}

#[divan::bench(args = ["nsw", "hekta"])]
fn load(study: &str) -> Study {
    let plan = samples().join(study).join("study.toml");
    Study::load(Plan::read(&plan).unwrap()).unwrap()
}

#[divan::bench(args = ["nsw", "hekta"])]
fn analyse(bencher: divan::Bencher<'_, '_>, study: &str) {
    let study = load(study);
    bencher.bench(|| study.run().unwrap());
}

#[divan::bench(args = ["nsw", "hekta"])]
fn report(bencher: divan::Bencher<'_, '_>, study: &str) {
    let study = load(study);
    let released = study.run().unwrap().release(study.plan().disclosure);
    bencher.bench(|| documents(&released, &Provenance::default()).unwrap());
}

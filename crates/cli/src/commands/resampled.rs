//! What commands with a bootstrap say of it.

use crate::args::{BootstrapArgs, BootstrapKind};
use regtrial_stats::resampling::{BootstrapFit, BootstrapInterval};
use serde::Serialize;

/// The head of a document with bootstrap intervals.
#[derive(Serialize)]
pub(super) struct Resampled<'a> {
    kinds: Vec<&'static str>,
    replicates: usize,
    /// Replicates on which the estimator, or one of its numbers, had no value: they are left out.
    failed: usize,
    /// Replicates without a standard error: the studentised interval leaves them out.
    without_error: usize,
    seed: u64,
    cluster: Option<&'a str>,
}

impl<'a> Resampled<'a> {
    pub(super) fn new(
        fit: &BootstrapFit,
        kinds: &[BootstrapInterval],
        replicates: usize,
        cluster: Option<&'a str>,
    ) -> Self {
        Self {
            kinds: kinds.iter().map(|kind| kind.as_str()).collect(),
            replicates,
            failed: fit.without_value(),
            without_error: fit.without_error(),
            seed: fit.seed,
            cluster,
        }
    }
}

/// The kinds of interval in the order given, each once.
pub(super) fn kinds(args: &BootstrapArgs) -> Vec<BootstrapInterval> {
    let mut found = Vec::new();
    for choice in &args.bootstrap_kind {
        let kind = match choice {
            BootstrapKind::Percentile => BootstrapInterval::Percentile,
            BootstrapKind::Basic => BootstrapInterval::Basic,
            BootstrapKind::Bca => BootstrapInterval::Bca,
            BootstrapKind::Studentised => BootstrapInterval::Studentised,
        };
        if !found.contains(&kind) {
            found.push(kind);
        }
    }
    found
}

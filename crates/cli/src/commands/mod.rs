//! One file a command.

pub(crate) mod check;
pub(crate) mod compare;
pub(crate) mod cox;
pub(crate) mod derive;
pub(crate) mod fit;
pub(crate) mod init;
pub(crate) mod meta;
pub(crate) mod power;
pub(crate) mod run;
pub(crate) mod several;
pub(crate) mod standardise;
pub(crate) mod survive;

use crate::args::{FamilyChoice, LinkChoice};
use crate::failure::Failure;
use regtrial_results::DiagnosticRecord;
use regtrial_stats::glm::{Family, Link};

pub(crate) fn family(choice: FamilyChoice) -> Result<Family, Failure> {
    Ok(match choice {
        FamilyChoice::Gaussian => Family::Gaussian,
        FamilyChoice::Binomial => Family::Binomial,
        FamilyChoice::Poisson => Family::Poisson,
        FamilyChoice::Cox => {
            let rule = "the cox family goes with `fit` alone";
            return Err(Failure::message("argument", rule)
                .with_help("for groups compared by their curves see `survive`"));
        }
    })
}

pub(crate) fn link(choice: Option<LinkChoice>, family: Family) -> Link {
    match choice {
        None => family.canonical_link(),
        Some(LinkChoice::Identity) => Link::Identity,
        Some(LinkChoice::Log) => Link::Log,
        Some(LinkChoice::Logit) => Link::Logit,
        Some(LinkChoice::Probit) => Link::Probit,
    }
}

/// Says each diagnostic on stderr; whether one needs a person.
pub(crate) fn say(diagnostics: &[DiagnosticRecord], quiet: bool) -> crate::Outcome {
    for found in diagnostics {
        if !quiet || found.needs_a_person() {
            let term = found
                .term
                .as_ref()
                .map(|term| format!(" ({term})"))
                .unwrap_or_default();
            anstream::eprintln!(
                "{}[{}]{term}: {}",
                found.severity,
                found.code,
                found.message
            );
        }
    }
    if diagnostics.iter().any(DiagnosticRecord::needs_a_person) {
        crate::Outcome::NeedsAPerson
    } else {
        crate::Outcome::Fine
    }
}

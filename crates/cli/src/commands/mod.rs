//! One file a command.

pub(crate) mod ard;
pub(crate) mod check;
pub(crate) mod clustered;
pub(crate) mod compare;
pub(crate) mod consistency;
pub(crate) mod cox;
pub(crate) mod derive;
pub(crate) mod fine_gray;
pub(crate) mod fit;
pub(crate) mod init;
pub(crate) mod lock;
pub(crate) mod manual;
pub(crate) mod meta;
pub(crate) mod minimised;
pub(crate) mod power;
pub(crate) mod reproduce;
mod resampled;
pub(crate) mod run;
pub(crate) mod score;
pub(crate) mod several;
pub(crate) mod standardise;
pub(crate) mod survive;
pub(crate) mod synth;
pub(crate) mod verify;

use crate::args::{FamilyChoice, LinkChoice, OutputArgs};
use crate::failure::Failure;
use crate::progress;
use regtrial_registers::Progress;
use regtrial_report::figures::Figure;
use regtrial_results::DiagnosticRecord;
use regtrial_stats::glm::{Family, Link};
use regtrial_study::{Plan, Study};
use std::fs;
use std::path::Path;

/// Reads a study, showing how far it has come.
pub(crate) fn load(plan: Plan, output: &OutputArgs) -> Result<Study, Failure> {
    let bytes = plan.bytes();
    let read = |progress: &Progress| Study::load_with(plan, progress);
    Ok(progress::shown(
        "reading registers",
        bytes,
        output.quiet,
        read,
    )?)
}

pub(crate) fn family(choice: FamilyChoice) -> Result<Family, Failure> {
    Ok(match choice {
        FamilyChoice::Gaussian => Family::Gaussian,
        FamilyChoice::Binomial => Family::Binomial,
        FamilyChoice::Poisson => Family::Poisson,
        FamilyChoice::NegativeBinomial
        | FamilyChoice::QuasiPoisson
        | FamilyChoice::QuasiBinomial => {
            let rule = "the negative-binomial and quasi families go with `fit` alone";
            return Err(Failure::message("argument", rule).with_help(
                "the unconditional variances hold also for overdispersed counts: --family poisson",
            ));
        }
        FamilyChoice::Cox | FamilyChoice::FineGray => {
            let rule = "the cox and fine-gray families go with `fit` alone";
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

/// Writes a figure as SVG or PNG, or its points as CSV, by the file's name.
pub(crate) fn save_figure(file: &Path, figure: &Figure) -> Result<(), Failure> {
    let suffix = file
        .extension()
        .unwrap_or_default()
        .to_string_lossy()
        .to_ascii_lowercase();
    let bytes = match suffix.as_str() {
        "svg" => figure.svg.as_bytes(),
        "png" => figure.png.as_slice(),
        "csv" => figure.points_csv.as_bytes(),
        _ => {
            let rule = format!(
                "{}: a figure is .svg or .png, its points .csv",
                file.display()
            );
            return Err(Failure::message("argument", rule));
        }
    };
    fs::write(file, bytes).map_err(|error| Failure::write(&file.display().to_string(), &error))
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

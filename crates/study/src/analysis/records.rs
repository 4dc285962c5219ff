//! Estimates to records.

use regtrial_results::{DiagnosticRecord, Record};
use regtrial_stats::{Diagnostic, Estimate};

/// A record with an estimate's numbers.
#[must_use]
pub fn record(analysis: &str, population: &str, estimate: &Estimate) -> Record {
    let mut record = Record::new(analysis, population, estimate.statistic.as_str());
    estimate.method.as_str().clone_into(&mut record.method);
    estimate.scale.as_str().clone_into(&mut record.scale);
    record.estimate = estimate.estimate;
    record.std_error = estimate.std_error;
    record.conf_low = estimate.conf_low;
    record.conf_high = estimate.conf_high;
    record.conf_level = estimate.conf_level;
    record.statistic_value = estimate.statistic_value;
    record.df = estimate.df;
    record.p_value = estimate.p_value;
    record
}

/// `IPS - TAU` for a difference, `IPS / TAU` for a ratio.
#[must_use]
pub fn contrast(estimate: &Estimate, treated: &str, control: &str) -> String {
    let ratio = matches!(
        estimate.statistic.as_str(),
        "risk_ratio"
            | "odds_ratio"
            | "rate_ratio"
            | "hazard_ratio"
            | "subdistribution_hazard_ratio"
            | "restricted_mean_ratio"
    );
    format!("{treated} {} {control}", if ratio { '/' } else { '-' })
}

pub(crate) fn diagnostic(
    code: &str,
    severity: &str,
    term: Option<&str>,
    message: &str,
) -> DiagnosticRecord {
    DiagnosticRecord {
        code: code.to_owned(),
        severity: severity.to_owned(),
        term: term.map(str::to_owned),
        message: message.to_owned(),
    }
}

/// An estimator's remark as a record.
#[must_use]
pub fn remark(diagnostic: &Diagnostic) -> DiagnosticRecord {
    DiagnosticRecord {
        code: diagnostic.code.to_owned(),
        severity: diagnostic.severity.as_str().to_owned(),
        term: diagnostic.term.clone(),
        message: diagnostic.message.clone(),
    }
}

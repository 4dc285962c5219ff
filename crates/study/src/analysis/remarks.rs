//! What a study says of its registers beside its results.

use super::records::diagnostic;
use crate::Study;
use regtrial_results::Results;

/// A note wherever rows of an extract were refused, within the threshold of the plan.
pub(super) fn refused_rows(study: &Study, results: &mut Results) {
    for (key, extract) in study.extracts() {
        if extract
            .register
            .logs
            .iter()
            .any(|log| !log.refused.is_empty())
        {
            let message = "rows of the extract were refused, within the share that the plan allows; \
                           provenance.json says by which rules";
            results
                .diagnostics
                .push(diagnostic("rows_refused", "note", Some(key), message));
        }
    }
}

/// A warning for whatever reading found that a person should look at, such as columns that may hold
/// personal identifiers.
pub(super) fn file_warnings(study: &Study, results: &mut Results) {
    let people = study
        .people()
        .warnings
        .iter()
        .map(|problem| ("people", problem));
    let of_registers = study.extracts().iter().flat_map(|(key, extract)| {
        let warnings = extract.register.logs.iter().flat_map(|log| &log.warnings);
        warnings.map(move |problem| (key.as_str(), problem))
    });
    for (term, problem) in people.chain(of_registers) {
        let name = problem
            .file
            .file_name()
            .unwrap_or_default()
            .to_string_lossy();
        let column = problem
            .column
            .as_ref()
            .map(|c| format!(", column {c}"))
            .unwrap_or_default();
        let message = format!("{name}{column}: {}", problem.rule);
        let warning = diagnostic(problem.code, "warning", Some(term), &message);
        results.diagnostics.push(warning);
    }
}

/// A note for each break of a register within the follow-up.
pub(super) fn breaks(study: &Study, results: &mut Results) {
    for found in study.breaks() {
        let term = Some(found.register.as_str());
        let message = found.message();
        let note = diagnostic("register_break", "note", term, &message);
        results.diagnostics.push(note);
    }
    for found in crate::breaks::provisional(study) {
        let term = Some(found.register.as_str());
        let message = found.provisional_message();
        let note = diagnostic("provisional_data", "note", term, &message);
        results.diagnostics.push(note);
    }
}

/// A warning wherever people were seen for the whole window and still their outcome is unknown: a
/// field that the rule needs is missing from their spells, so those who remain are no fair sample.
pub(super) fn unknown_outcomes(study: &Study, results: &mut Results) {
    for key in study.unknown_outcomes() {
        let message = "the outcome is unknown for people whose spells lack a field that the \
                       endpoint's rule needs; they are left out, and those who remain are not a \
                       fair sample";
        results
            .diagnostics
            .push(diagnostic("unknown_outcome", "warning", Some(key), message));
    }
}

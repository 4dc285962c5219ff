//! A regression model: its terms, and below them what the whole model says of itself.

use super::adjusted::Adjusted;
use super::cells;
use super::table::{Row, RowKind, Table};
use crate::format::{
    capitalised, coefficient_decimals, fixed, interval_name, narrow_ratio_decimals, ratio,
};
use crate::select::Records;
use crate::style::p_value;
use regtrial_results::{Analysis, Catalogue, Journal, Record, Released};

const INTERCEPT: &str = "(Intercept)";
const COEFFICIENT: &str = "coefficient";

pub(crate) fn table(released: &Released, analysis: &Analysis) -> Option<Table> {
    let records = Records::of(released, &analysis.key);
    let ratios = records.find(|r| !r.term.is_empty() && r.statistic != COEFFICIENT && is_ratio(r));
    let statistic = ratios.map_or(COEFFICIENT, |record| record.statistic.as_str());
    let is_shown = |record: &&Record| !record.term.is_empty() && record.statistic == statistic;
    let (permuted, shown): (Vec<&Record>, Vec<&Record>) = records
        .iter()
        .filter(is_shown)
        .partition(|record| cells::is_permutation(record));
    let (intercepts, terms): (Vec<&Record>, Vec<&Record>) = shown
        .into_iter()
        .partition(|record| record.term == INTERCEPT);
    let catalogue = released.catalogue();
    let adjusted = Adjusted::of(&records, catalogue);
    let mut rows: Vec<Row> = terms
        .iter()
        .map(|record| row(RowKind::Plain, record, catalogue, adjusted))
        .collect();
    rows.extend(permuted.iter().map(|record| {
        let label = cells::permutation_label(&term_label(&record.term, catalogue));
        let mut cells = vec![String::new(), cells::p(Some(record), catalogue.journal)];
        cells.extend(adjusted.usual(None));
        Row::new(RowKind::Plain, label, cells)
    }));
    let kind = if ratios.is_some() {
        RowKind::Unlisted
    } else {
        RowKind::Plain
    };
    let below = intercepts.iter();
    rows.extend(below.map(|record| row(kind, record, catalogue, adjusted)));
    let mut columns = headings(catalogue, analysis, statistic);
    columns.extend(adjusted.headings());
    (!rows.is_empty()).then(|| {
        let terms: Vec<&Record> = terms.into_iter().chain(intercepts).collect();
        let whole = records.iter().filter(|record| is_of_notes(record));
        let whole: Vec<&Record> = whole.collect();
        Table::new(released, analysis, columns, rows)
            .with_notes(notes(&records, statistic, catalogue.journal))
            .made_by(
                analysis,
                &[terms.clone(), [terms, permuted].concat()],
                &whole,
            )
    })
}

fn headings(catalogue: &Catalogue, analysis: &Analysis, statistic: &str) -> Vec<String> {
    let effect = match analysis.effect.as_str() {
        "" => statistic.replace('_', " "),
        effect => effect.to_owned(),
    };
    let interval = interval_name(catalogue.confidence);
    vec![
        "Term".to_owned(),
        format!("{} ({interval})", capitalised(&effect)),
        "p".to_owned(),
    ]
}

fn row(kind: RowKind, record: &Record, catalogue: &Catalogue, adjusted: Adjusted) -> Row {
    let written = estimate(record);
    let label = term_label(&record.term, catalogue);
    let mut cells = vec![written, cells::p(Some(record), catalogue.journal)];
    cells.extend(adjusted.cells(Some(record), estimate));
    Row::new(kind, label, cells)
}

fn estimate(record: &Record) -> String {
    if record.statistic != COEFFICIENT && is_ratio(record) {
        match narrow_ratio_decimals(record.std_error) {
            None => cells::estimate(Some(record), ratio),
            Some(digits) => cells::estimate(Some(record), |value| fixed(value, digits)),
        }
    } else {
        let digits = coefficient_decimals(record.std_error);
        cells::estimate(Some(record), |value| fixed(value, digits))
    }
}

fn is_ratio(record: &Record) -> bool {
    record.scale == "log"
}

/// `site[B]` with the variable's label, `Site: B`; an arm as `Arm: IPS`; anything else as the model
/// names it.
pub(crate) fn term_label(term: &str, catalogue: &Catalogue) -> String {
    for variable in &catalogue.variables {
        if term == variable.key {
            return variable.label.clone();
        }
        let level = term
            .strip_prefix(variable.key.as_str())
            .and_then(|rest| rest.strip_prefix('['))
            .and_then(|rest| rest.strip_suffix(']'));
        if let Some(level) = level.filter(|level| !level.contains(['[', ']', ':'])) {
            return format!("{}: {level}", variable.label);
        }
    }
    let level = term
        .split_once('[')
        .and_then(|(_, rest)| rest.strip_suffix(']'));
    match level.filter(|level| catalogue.arms.iter().any(|arm| arm == level)) {
        Some(arm) => format!("Arm: {arm}"),
        None => term.to_owned(),
    }
}

fn notes(records: &Records<'_>, statistic: &str, journal: Journal) -> Vec<String> {
    let of = |name: &str| records.find(|r| r.term.is_empty() && r.statistic == name);
    let people = [
        ("People", "observations"),
        ("rows", "rows"),
        ("clusters", "clusters"),
        ("left out", "dropped"),
        ("events", "events"),
        ("competing events", "competing_events"),
    ];
    let mut notes: Vec<String> = cells::numbers_of(&people, of).into_iter().collect();
    if let Some(test) = of("likelihood_ratio") {
        notes.push(chi_squared("Likelihood-ratio test", test, journal));
    }
    let of_hazards =
        |term: &str| records.find(|r| r.statistic == "proportional_hazards" && r.term == term);
    if let Some(test) = of_hazards("GLOBAL") {
        notes.push(chi_squared("Test of proportional hazards", test, journal));
    }
    let fit = fit(records);
    if !fit.is_empty() {
        notes.push(format!("{}.", fit.join("; ")));
    }
    let interactions = records.any(|r| r.statistic == statistic && r.term.contains(':'));
    if interactions {
        notes.push("A colon joins the parts of an interaction.".to_owned());
    }
    notes
}

/// Whether the notes have a number of the record.
fn is_of_notes(record: &Record) -> bool {
    match record.statistic.as_str() {
        "proportional_hazards" => record.term == "GLOBAL",
        "likelihood_ratio"
        | "pseudo_r_squared"
        | "concordance"
        | "log_likelihood"
        | "penalised_log_likelihood"
        | "aic" => record.term.is_empty(),
        _ => false,
    }
}

fn chi_squared(name: &str, test: &Record, journal: Journal) -> String {
    if test.suppressed {
        return format!("{name}: withheld.");
    }
    let p = match p_value(test.p_value, journal) {
        bound if bound.starts_with(['<', '>']) => bound,
        value => format!("= {value}"),
    };
    format!(
        "{name}: χ² = {}, df = {}, p {p}.",
        fixed(test.statistic_value, 2),
        fixed(test.df, 0),
    )
}

/// The log-likelihood and what is made of it.
fn fit(records: &Records<'_>) -> Vec<String> {
    let of = |name: &str| {
        let found = records.find(|r| r.term.is_empty() && r.statistic == name);
        found.filter(|record| record.estimate.is_finite())
    };
    let mut fit = Vec::new();
    if let Some(record) = of("log_likelihood") {
        fit.push(format!("log-likelihood {}", fixed(record.estimate, 2)));
    }
    if let Some(record) = of("penalised_log_likelihood") {
        fit.push(format!("penalised {}", fixed(record.estimate, 2)));
    }
    if let Some(record) = of("concordance") {
        fit.push(format!("concordance {}", fixed(record.estimate, 3)));
    }
    if let Some(record) = of("aic") {
        fit.push(format!("AIC {}", fixed(record.estimate, 1)));
    }
    let pseudo: Vec<String> = records
        .iter()
        .filter(|record| record.statistic == "pseudo_r_squared" && record.estimate.is_finite())
        .map(|record| format!("{} ({})", fixed(record.estimate, 3), author(&record.method)))
        .collect();
    if !pseudo.is_empty() {
        fit.push(format!("pseudo-R² {}", pseudo.join(", ")));
    }
    if let Some(first) = fit.first_mut() {
        *first = capitalised(first);
    }
    fit
}

fn author(method: &str) -> String {
    match method {
        "mcfadden" => "McFadden".to_owned(),
        "cox_snell" => "Cox and Snell".to_owned(),
        other => capitalised(other),
    }
}

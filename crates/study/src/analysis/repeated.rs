//! Generalised estimating equations: outcomes that are measured again, or people in clusters.
//!
//! Of several outcomes each is a row of its person: `value` is the outcome, `time` says which it is,
//! and all other columns stay the same. A missing outcome, or a missing covariate, leaves out its
//! row alone. Rows of a person are in the order of the outcomes, which `ar1` goes by.

use super::counts::{InModel, of_model};
use super::records::{diagnostic, record, remark};
use super::refitted::{Arms, Rearranged, Refit, by_people, studentised};
use super::regression::{is_saturated, ratio_of};
use super::{Context, entry};
use crate::StudyError;
use crate::plan::{AnalysisPlan, GeePlan, ModelPlan, TIME, VALUE};
use regtrial_results::{AnalysisKind, Cell, Cells, Record, Results, Total};
use regtrial_stats::design::{Column, Data, Design, INTERCEPT};
use regtrial_stats::glm::{Correlation, Family, Gee, GeeFit, GeeVariance};
use regtrial_stats::{Estimate, StatsError};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

pub(crate) fn run(
    context: &Context<'_>,
    analysis: &AnalysisPlan,
    gee: &GeePlan,
    results: &mut Results,
) -> Result<(), StudyError> {
    let failed = || StudyError::analysis(&analysis.key);
    let stacked = Stacked::new(context, gee)?;
    let design = Design::new(&gee.model.formula, &stacked.data).map_err(failed())?;
    let clusters = clusters(context, gee, &stacked).map_err(failed())?;
    let fit = Gee::new(gee.model.family)
        .with_link(gee.model.link)
        .with_correlation(gee.correlation)
        .with_variance(gee.variance)
        .fit(&design, &clusters)
        .map_err(failed())?;
    let rows = Rows::new(context, analysis, gee, &stacked, &design, results)?;
    let ratio = ratio_of(gee.model.family, gee.model.link);
    let kind = AnalysisKind::Model;
    let mut listed = entry(&analysis.key, &analysis.title, kind, &analysis.outcome);
    listed.effect = ratio.map_or_else(
        || "coefficient".to_owned(),
        |statistic| statistic.as_str().replace('_', " "),
    );
    listed.notes = vec![note(gee)];
    results.catalogue.analyses.push(listed);
    let terms = fit.confint(context.level);
    for (j, term) in terms.iter().enumerate() {
        let cells = rows.cells(&design, j);
        let own = (term.term != INTERCEPT).then_some(ratio).flatten();
        let ratio = own.map(|statistic| term.estimate.exponentiated(statistic));
        for estimate in std::iter::once(&term.estimate).chain(&ratio) {
            let mut made = rows.record(context, analysis, estimate);
            made.term.clone_from(&term.term);
            made.cells = cells.clone();
            results.records.push(made);
        }
    }
    results
        .records
        .extend(rows.summary(context, analysis, &fit));
    for found in &fit.diagnostics {
        let mut note = remark(found);
        note.term = note.term.or_else(|| Some(analysis.key.clone()));
        results.diagnostics.push(note);
    }
    if rows.left_out > 0 {
        let message = "rows with a missing outcome or covariate are left out; the person's other \
                       rows stay";
        let found = diagnostic("complete_cases", "note", Some(&analysis.key), message);
        results.diagnostics.push(found);
    }
    Ok(())
}

/// An arm's coefficient over its standard error, with other arms.
pub(super) fn refit<'a>(
    context: &'a Context<'_>,
    gee: &'a GeePlan,
) -> Result<Result<Refit<'a>, StatsError>, StudyError> {
    let stacked = Stacked::new(context, gee)?;
    let columns = Rearranged::new(context, &stacked.data, &gee.model.formula.columns());
    let people: Vec<usize> = stacked.rows.iter().map(|(person, _)| *person).collect();
    let of_rows = move |arms: &Arms| -> Vec<Option<usize>> {
        people.iter().map(|&person| arms[person]).collect()
    };
    let arms = context.arms_of_rows();
    let prepared = || -> Result<(Design, Vec<u64>), StatsError> {
        let design = Design::new(&gee.model.formula, &columns.with(&of_rows(&arms)))?;
        Ok((design, clusters(context, gee, &stacked)?))
    };
    let (design, clusters) = match prepared() {
        Ok(found) => found,
        Err(error) => return Ok(Err(error)),
    };
    let of_design = |row: &usize| (clusters[*row], stacked.rows[*row].0);
    let (labels, mut rows): (Vec<u64>, Vec<usize>) = design.rows.iter().map(of_design).unzip();
    if let Err(error) = by_people(context, &labels, &rows, &arms) {
        return Ok(Err(error));
    }
    rows.dedup();
    let model = Gee::new(gee.model.family)
        .with_link(gee.model.link)
        .with_correlation(gee.correlation)
        .with_variance(gee.variance);
    Ok(Ok(Refit {
        rows,
        statistic: Box::new(move |arms, (treated, control)| {
            let data = columns.with_reference(&of_rows(arms), control);
            let design = Design::new(&gee.model.formula, &data).ok()?;
            let fit = model.fit(&design, &clusters).ok()?;
            let term = columns.term(treated);
            studentised(&fit.terms, &term, &fit.coefficients, &fit.covariance)
        }),
    }))
}

/// People by outcomes, one below the other.
struct Stacked {
    data: Data,
    /// The person of each row, and which of the outcomes it is.
    rows: Vec<(usize, usize)>,
}

impl Stacked {
    fn new(context: &Context<'_>, gee: &GeePlan) -> Result<Self, StudyError> {
        let people = context.table.height();
        let times = gee.outcomes.len();
        let rows: Vec<(usize, usize)> = (0..people)
            .flat_map(|person| (0..times).map(move |time| (person, time)))
            .collect();
        if !gee.is_stacked() {
            let data = context.data.clone();
            return Ok(Self { data, rows });
        }
        let mut values = Vec::new();
        for outcome in &gee.outcomes {
            values.push(context.numbers(outcome)?);
        }
        let mut data = Data::new();
        for name in gee.model.formula.columns() {
            // A column that is not there is named by the design.
            let Ok(column) = context.data.column(&name) else {
                continue;
            };
            let column = match column {
                Column::Numbers(values) => {
                    Column::Numbers(rows.iter().map(|(person, _)| values[*person]).collect())
                }
                Column::Factor { levels, codes } => Column::Factor {
                    levels: levels.clone(),
                    codes: rows.iter().map(|(person, _)| codes[*person]).collect(),
                },
            };
            data = data.with(&name, column);
        }
        let value = |(person, time): &(usize, usize)| match context.is_member(*person) {
            true => values[*time][*person],
            false => f64::NAN,
        };
        data = data.with_numbers(VALUE, rows.iter().map(value).collect());
        data = match gee.times.is_empty() {
            true => data.with(
                TIME,
                Column::Factor {
                    levels: gee.outcomes.clone(),
                    codes: rows.iter().map(|(_, time)| Some(*time as u32)).collect(),
                },
            ),
            false => data.with_numbers(TIME, rows.iter().map(|(_, t)| gee.times[*t]).collect()),
        };
        Ok(Self { data, rows })
    }
}

/// The cluster of each row: its person, or the value of the plan's column.
fn clusters(
    context: &Context<'_>,
    gee: &GeePlan,
    stacked: &Stacked,
) -> Result<Vec<u64>, StatsError> {
    let Some(name) = &gee.id else {
        return Ok(stacked
            .rows
            .iter()
            .map(|(person, _)| *person as u64)
            .collect());
    };
    let column = context.data.column(name)?;
    let missing = || StatsError::ColumnType {
        column: name.clone(),
        rule: "holds missing values, and a row without a cluster cannot be placed".to_owned(),
    };
    let label = |person: usize| match column {
        Column::Numbers(values) if values[person].is_nan() => Err(missing()),
        Column::Numbers(values) => Ok(values[person].to_bits()),
        Column::Factor { codes, .. } => codes[person].map(u64::from).ok_or_else(missing),
    };
    stacked
        .rows
        .iter()
        .map(|(person, _)| label(*person))
        .collect()
}

/// Who stands behind a model, and how many rows they have.
struct Rows {
    people: InModel,
    /// The person of each row of the design.
    person: Vec<usize>,
    left_out: usize,
    /// Whether the clusters are no people.
    by_column: bool,
    /// By arm and outcome who is in the model; of yes-or-no outcomes with and without the event.
    parts: Vec<Cell>,
    /// The numbers of people that totals would give back.
    totals: Vec<u64>,
    /// What those of an arm in the model have of each outcome that is no yes or no.
    sums: Vec<Arc<Total>>,
}

impl Rows {
    fn new(
        context: &Context<'_>,
        analysis: &AnalysisPlan,
        gee: &GeePlan,
        stacked: &Stacked,
        design: &Design,
        results: &mut Results,
    ) -> Result<Self, StudyError> {
        let person: Vec<usize> = design.rows.iter().map(|&row| stacked.rows[row].0).collect();
        let everyone: BTreeSet<usize> = person.iter().copied().collect();
        let response: Vec<(usize, f64)> = everyone.iter().map(|&row| (row, 0.0)).collect();
        let counts = &mut results.counts;
        let people = of_model(context, &analysis.key, &response, false, counts);
        if context.members.is_none() && without_outcome(context, gee, &everyone)? {
            // Left out for their outcomes alone: as little a secret as these are elsewhere.
            counts.missing(people.left_out);
            for (arm, rows) in context.groups() {
                let rows = rows.into_iter().filter(|row| !everyone.contains(row));
                counts.missing(context.cell(&format!("{arm} {} left", analysis.key), rows));
            }
        }
        let binary = gee.model.family == Family::Binomial;
        let (mut parts, mut totals, mut sums) = (Vec::new(), Vec::new(), Vec::new());
        for (time, outcome) in gee.outcomes.iter().enumerate() {
            let rows = design.rows.iter().zip(&design.response);
            let of_time = rows.filter_map(|(row, value)| {
                let (person, other) = stacked.rows[*row];
                (other == time).then_some((person, *value))
            });
            let own: BTreeMap<usize, f64> = of_time.collect();
            for (arm, rows) in context.groups() {
                let of = |wanted: &dyn Fn(f64) -> bool| {
                    let rows = rows.iter().copied();
                    let found = rows.filter(|row| own.get(row).is_some_and(|v| wanted(*v)));
                    context.cell(&format!("{arm} {outcome} {}", analysis.key), found)
                };
                let all = of(&|_| true);
                totals.push(all.count());
                if !binary {
                    let shares = rows.iter().filter_map(|row| Some((*row, *own.get(row)?)));
                    let shares = shares.map(|(row, value)| (context.number(row), value));
                    sums.extend(Total::of(outcome, shares));
                }
                match binary {
                    true => parts.extend([of(&|v| v == 1.0), of(&|v| v != 1.0)]),
                    false => parts.push(all),
                }
            }
        }
        let outsiders = context.outsiders() * gee.outcomes.len();
        Ok(Self {
            people,
            person,
            left_out: design.dropped - outsiders.min(design.dropped),
            by_column: gee.id.is_some(),
            parts,
            totals,
            sums,
        })
    }

    /// The people behind a term: of a 0/1 column those with 1 and those with 0 in any row. Where the
    /// model fits every cell it gives the outcomes back.
    fn cells(&self, design: &Design, column: usize) -> Cells {
        let values = design.x.column(column);
        let flag = values.iter().all(|value| *value == 0.0 || *value == 1.0);
        let with = |wanted: f64| {
            let rows = self.person.iter().zip(values.iter());
            let own = rows.filter(|(_, value)| **value == wanted);
            own.map(|(person, _)| *person)
                .collect::<BTreeSet<usize>>()
                .len() as u64
        };
        let mut cells = match flag && design.terms[column] != INTERCEPT {
            true => Cells::counts([with(1.0), with(0.0)]),
            false => Cells::counts([self.people.all.count()]),
        };
        if is_saturated(design) {
            cells = cells.and_showing(self.parts.clone());
        }
        let cells = cells.beside([self.people.all]);
        cells.roughly(self.sums.iter().cloned())
    }

    fn record(
        &self,
        context: &Context<'_>,
        analysis: &AnalysisPlan,
        estimate: &Estimate,
    ) -> Record {
        let mut made = record(&analysis.key, &context.population, estimate);
        made.outcome.clone_from(&analysis.outcome);
        made.n = Some(self.people.all.count());
        made
    }

    fn summary(&self, context: &Context<'_>, analysis: &AnalysisPlan, fit: &GeeFit) -> Vec<Record> {
        let made = |statistic: &str, value: f64| {
            let mut made = Record::new(&analysis.key, &context.population, statistic);
            made.outcome.clone_from(&analysis.outcome);
            made.estimate = value;
            made.cells = Cells::counts(self.totals.clone());
            if matches!(statistic, "association" | "scale") {
                made.cells = made.cells.roughly(self.sums.iter().cloned());
            }
            made
        };
        let mut people = made("observations", self.people.all.count() as f64);
        people.cells = people.cells.and_showing([self.people.all]);
        let mut found = vec![people, made("rows", fit.nobs as f64)];
        // If people are the clusters their number is that above.
        if self.by_column {
            found.push(made("clusters", fit.clusters as f64));
        }
        found.extend([
            made("association", fit.association),
            made("scale", fit.scale),
        ]);
        found
    }
}

/// Whether everyone who is not in the model has none of its outcomes.
fn without_outcome(
    context: &Context<'_>,
    gee: &GeePlan,
    inside: &BTreeSet<usize>,
) -> Result<bool, StudyError> {
    for outcome in &gee.outcomes {
        let values = context.numbers(outcome)?;
        let known = |row: usize| !values[row].is_nan() && !inside.contains(&row);
        if (0..values.len()).any(known) {
            return Ok(false);
        }
    }
    Ok(true)
}

fn note(gee: &GeePlan) -> String {
    let ModelPlan { family, link, .. } = &gee.model;
    let variance = match gee.variance {
        GeeVariance::ModelBased => "errors that rest on the working correlation",
        GeeVariance::ManclDeRouen => "robust errors for few clusters by Mancl and DeRouen",
        GeeVariance::KauermannCarroll => "robust errors for few clusters by Kauermann and Carroll",
        _ => "robust errors",
    };
    let correlation = match gee.correlation {
        Correlation::Independence => "independence as working correlation".to_owned(),
        other => format!("{} working correlation", other.as_str()),
    };
    let rows = match gee.is_stacked() {
        true => format!(
            " A row for each of {} that is known of a person: `value` is the outcome, `time` which.",
            gee.outcomes.join(", ")
        ),
        false => String::new(),
    };
    let clusters = gee.id.as_deref().unwrap_or("person");
    format!(
        "Generalised estimating equations ({}, {} link), clusters by {clusters}, {correlation}, \
         {variance}: {}.{rows}",
        family.as_str(),
        link.as_str(),
        gee.model.text
    )
}

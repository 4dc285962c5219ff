//! From the person table to records: one file an analysis.

pub mod allocation;
pub mod contrasts;
pub mod dominance;
pub mod records;
pub mod regression;
pub mod resampled;
pub mod standardised;
pub mod strata;
pub mod survival;

mod baseline;
mod comparison;
mod context;
mod counts;
mod curve;
mod definitions;
mod distribution;
mod effects;
mod estimand;
mod flow;
mod hazards;
mod marks;
mod mean_counts;
mod multiplicity;
mod occupancy;
mod permuted;
mod populations;
mod rates;
mod refitted;
mod remarks;
mod repeated;
mod sensitivity;
mod subgroups;
mod time_curve;
mod times;

pub(crate) use context::Context;

use crate::plan::{AnalysisPlan, Estimator, Picture};
use crate::{Plan, Study, StudyError, design, methods};
use records::diagnostic;
use regtrial_results::{
    Analysis, AnalysisKind, Catalogue, DiagnosticRecord, Outcome, Record, Results,
};
use regtrial_stats::StatsError;
use regtrial_stats::design::Data;
use regtrial_stats::glm::Family;
use std::collections::BTreeMap;

/// Who is analysed, unless an analysis says otherwise.
const EVERYONE: &str = "all participants";

pub(crate) fn run(study: &Study) -> Result<Results, StudyError> {
    let plan = study.plan();
    let context = Context {
        study,
        table: study.person_table().clone(),
        data: data(study)?,
        level: plan.confidence,
        population: if plan.design == "randomised" {
            "intention to treat"
        } else {
            EVERYONE
        }
        .to_owned(),
        members: None,
    };
    let mut results = Results {
        catalogue: catalogue(&context)?,
        ..Results::default()
    };
    counts::arms(&context, &mut results);
    flow::run(&context, &mut results)?;
    baseline::run(&context, &mut results)?;
    if let Err(error) = comparison::outcome_tables(&context, &mut results) {
        results.diagnostics.push(failed("outcomes", &error)?);
    }
    for analysis in &plan.analyses {
        let found =
            populations::context_of(&context, analysis.population.as_deref(), &analysis.outcome)?;
        let own = found.as_ref().unwrap_or(&context);
        results.counts.register_for(&analysis.key, "");
        if own.members.is_some() {
            populations::register(&context, own, &analysis.outcome, &mut results)?;
        }
        if let Err(error) = one(own, analysis, &mut results) {
            results.diagnostics.push(failed(&analysis.key, &error)?);
            continue;
        }
        if let Some(listed) = results.catalogue.analyses.last_mut() {
            listed.notes.insert(0, estimand::note(own, analysis));
        }
        definitions::run(own, analysis, &mut results)?;
        sensitivity::run(own, analysis, &mut results)?;
        subgroups::run(own, analysis, &mut results)?;
    }
    multiplicity::run(&context, &mut results)?;
    for planned in &plan.sequences {
        results.counts.register_for(&planned.sequence.key, "");
        occupancy::run(&context, planned, &mut results)?;
    }
    for figure in &plan.figures {
        results.counts.register_for(&figure.key, "");
        match &figure.picture {
            Picture::Curve(curve) => curve::run(&context, figure, curve, &mut results)?,
            Picture::Distribution(planned) => {
                distribution::run(&context, figure, planned, &mut results)?;
            }
            Picture::MeanCounts(curve) => {
                if let Err(error) = mean_counts::curve(&context, figure, curve, &mut results) {
                    results.diagnostics.push(failed(&figure.key, &error)?);
                }
            }
            Picture::Times(curve) => {
                let population = curve.population.as_deref();
                let found = populations::context_of(&context, population, &curve.outcome)?;
                let own = found.as_ref().unwrap_or(&context);
                if own.members.is_some() {
                    populations::register(&context, own, &curve.outcome, &mut results)?;
                }
                if let Err(error) = time_curve::run(own, figure, curve, &mut results) {
                    results.diagnostics.push(failed(&figure.key, &error)?);
                } else if let (Some(_), Some(listed)) =
                    (population, results.catalogue.analyses.last_mut())
                {
                    listed.notes.push(estimand::of_people(own, population));
                }
            }
        }
    }
    results.counts.register_for("outcomes", "");
    counts::nested_outcomes(&context, &mut results)?;
    for (arm, rows) in context.groups() {
        if rows.is_empty() {
            let message = "nobody is in this arm of the plan";
            results
                .diagnostics
                .push(diagnostic("empty_arm", "warning", Some(&arm), message));
        }
    }
    if plan.blind {
        // Tables and figures are taken out of their folder: each says what it is.
        for listed in &mut results.catalogue.analyses {
            listed.title = format!("{} ({})", listed.title, crate::blinding::NOTICE);
        }
        let message = "the arm labels are permuted by the plan's seed: no number of this run is a \
                       result";
        results
            .diagnostics
            .push(diagnostic("blind", "note", None, message));
    }
    methods::describe(&context, &mut results)?;
    remarks::refused_rows(study, &mut results);
    remarks::file_warnings(study, &mut results);
    remarks::breaks(study, &mut results);
    remarks::unknown_outcomes(study, &mut results);
    Ok(results)
}

/// An analysis whose records are wanted but not kept: the catalogue and the diagnostics stay as they
/// were, and who stands behind the numbers is registered.
fn aside(
    context: &Context<'_>,
    analysis: &AnalysisPlan,
    results: &mut Results,
) -> Result<Vec<Record>, StudyError> {
    let (records, listed) = (results.records.len(), results.catalogue.analyses.len());
    let remarks = results.diagnostics.len();
    let made = one(context, analysis, results);
    let made_records = results.records.split_off(records);
    results.catalogue.analyses.truncate(listed);
    results.diagnostics.truncate(remarks);
    made.map(|()| made_records)
}

fn one(
    context: &Context<'_>,
    analysis: &AnalysisPlan,
    results: &mut Results,
) -> Result<(), StudyError> {
    let analysis = &with_family(context, analysis)?;
    let first = results.records.len();
    match &analysis.estimator {
        Estimator::Difference => comparison::single(context, analysis, results),
        Estimator::Regression(model) => regression::run(context, analysis, model, results),
        Estimator::Standardisation(model, variance) => {
            standardised::run(context, analysis, model, *variance, results)
        }
        Estimator::Hazards(model) => hazards::run(context, analysis, model, results),
        Estimator::Gee(gee) => repeated::run(context, analysis, gee, results),
        Estimator::RestrictedMean { horizon } => {
            times::restricted_mean(context, analysis, *horizon, results)
        }
        Estimator::TimeTest(test) => times::test(context, analysis, test, results),
        Estimator::Rate(rate) => rates::run(context, analysis, rate, results),
        Estimator::MeanCount(planned) => mean_counts::run(context, analysis, planned, results),
    }?;
    refitted::run(context, analysis, first, results)
}

/// An estimator's refusal without counts of people: diagnostics leave with the results.
fn releasable(key: &str, error: &StatsError) -> String {
    let what = match error {
        StatsError::TooFewRows { .. } => {
            "there are more coefficients than complete rows".to_owned()
        }
        StatsError::NoData { .. } => "no complete row is left".to_owned(),
        StatsError::ConstantOutcome { .. } => {
            "the outcome is the same in every complete row: there is nothing to compare".to_owned()
        }
        StatsError::NotConverged { .. } => "the fit did not converge".to_owned(),
        other => other.to_string(),
    };
    format!("analysis `{key}`: {what}")
}

/// The analysis with a gaussian working model where the plan names no family and the outcome's
/// values are not yes and no.
pub(crate) fn with_family(
    context: &Context<'_>,
    analysis: &AnalysisPlan,
) -> Result<AnalysisPlan, StudyError> {
    let mut analysis = analysis.clone();
    let mut keys = vec![analysis.outcome.clone()];
    if let Estimator::Gee(gee) = &analysis.estimator {
        keys.clone_from(&gee.outcomes);
    }
    let outcomes = context.study.plan().outcomes.iter();
    let mut binary = true;
    for outcome in outcomes.filter(|outcome| keys.contains(&outcome.key)) {
        binary &= context.is_binary(outcome)?;
    }
    let model = match &mut analysis.estimator {
        Estimator::Regression(model) | Estimator::Standardisation(model, _) => Some(model),
        Estimator::Gee(gee) => Some(&mut gee.model),
        _ => None,
    };
    if let Some(model) = model
        && !model.family_given
        && !binary
    {
        model.family = Family::Gaussian;
        model.link = Family::Gaussian.canonical_link();
    }
    Ok(analysis)
}

/// An analysis that could not be computed, as a diagnostic; other failures stop the study.
fn failed(key: &str, error: &StudyError) -> Result<DiagnosticRecord, StudyError> {
    match error {
        StudyError::Analysis { source, .. } => {
            let advice = source
                .help()
                .map(|help| format!("; {help}"))
                .unwrap_or_default();
            Ok(DiagnosticRecord {
                code: source.code().to_owned(),
                severity: "error".to_owned(),
                term: Some(key.to_owned()),
                message: format!("{}{advice}", releasable(key, source)),
            })
        }
        StudyError::Frame(inner) => Err(StudyError::Frame(inner.clone())),
        other => Ok(diagnostic(
            "analysis_failed",
            "error",
            Some(key),
            &other.to_string(),
        )),
    }
}

/// The person table as model columns, with the arms as the factor `arm` in the plan's order.
fn data(study: &Study) -> Result<Data, StudyError> {
    let mut levels = BTreeMap::new();
    let people = study.people();
    if let Some((column, _)) = &study.plan().people.arm {
        levels.insert(column.clone(), people.arms.clone());
    }
    let data = design::data(study.person_table(), &levels)?;
    if people.arms.is_empty() {
        return Ok(data);
    }
    let texts: Vec<&str> = people
        .arm
        .iter()
        .map(|&i| people.arms[i as usize].as_str())
        .collect();
    Ok(data.with("arm", design::ordered(&texts, &people.arms)))
}

fn catalogue(context: &Context<'_>) -> Result<Catalogue, StudyError> {
    let plan = context.study.plan();
    let mut outcomes = Vec::new();
    for outcome in &plan.outcomes {
        outcomes.push(Outcome {
            key: outcome.key.clone(),
            label: outcome.label.clone(),
            binary: context.is_binary(outcome)?,
        });
    }
    Ok(Catalogue {
        name: plan.name.clone(),
        title: title(plan),
        design: plan.design.clone(),
        arms: context.arms().to_vec(),
        outcomes,
        confidence: plan.confidence.value(),
        language: plan.language,
        journal: plan.journal,
        ..Catalogue::default()
    })
}

/// The study's title, which says of a rehearsal that it is one.
fn title(plan: &Plan) -> String {
    let title = match plan.title.is_empty() {
        true => &plan.name,
        false => &plan.title,
    };
    match plan.blind {
        true => format!("{title} ({})", crate::blinding::NOTICE),
        false => title.clone(),
    }
}

/// An entry of the catalogue.
pub(crate) fn entry(key: &str, title: &str, kind: AnalysisKind, outcome: &str) -> Analysis {
    let mut listed = Analysis::new(key, title, kind);
    outcome.clone_into(&mut listed.outcome);
    listed
}

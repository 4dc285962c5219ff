//! A regression of a time to an event: Cox's model, or Fine and Gray's.

use super::counts::{InModel, of_model, within_outcome};
use super::records::{diagnostic, record};
use super::refitted::{Rearranged, Refit, by_people, studentised};
use super::survival::{Coefficients, Hazards, HazardsModel, term_cells};
use super::times::COMPETING;
use super::{Context, entry};
use crate::StudyError;
use crate::plan::{AnalysisPlan, HazardsPlan, OutcomePlan, TiesPlan};
use regtrial_results::{AnalysisKind, Cells, Protection, Record, Results};
use regtrial_stats::design::{Column, Data};
use regtrial_stats::formula::Formula;
use regtrial_stats::survival::competing::CompetingDesign;
use regtrial_stats::survival::{CoxVariance, GLOBAL, SurvivalDesign, TimeScale};
use regtrial_stats::{Method, Statistic, StatsError};

/// Below this p-value the hazards are said not to be proportional.
const NOT_PROPORTIONAL: f64 = 0.05;

pub(crate) fn run(
    context: &Context<'_>,
    analysis: &AnalysisPlan,
    model: &HazardsPlan,
    results: &mut Results,
) -> Result<(), StudyError> {
    let failed = || StudyError::analysis(&analysis.key);
    let Some(outcome) = context.study.plan().outcome(&analysis.outcome) else {
        return Ok(());
    };
    let data = &context.data;
    let (design, fit) = fit(context, model, data).map_err(failed())?;
    let events = context.numbers(&outcome.event_column())?;
    let competes = events.contains(&2.0);
    let people = register(context, analysis, &events, &design, results);
    let statistic = match model.subdistribution {
        true => Statistic::SubdistributionHazardRatio,
        false => Statistic::HazardRatio,
    };
    let kind = AnalysisKind::Model;
    let mut listed = entry(&analysis.key, &analysis.title, kind, &analysis.outcome);
    listed.effect = statistic.as_str().replace('_', " ");
    listed.notes = vec![note(model)];
    if competes && !model.subdistribution {
        listed.notes.push(COMPETING.to_owned());
    }
    results.catalogue.analyses.push(listed);
    for (j, term) in fit.terms.iter().enumerate() {
        let cells = term_cells(&design, j).beside([people.all]);
        let ratio = term.estimate.exponentiated(statistic);
        for estimate in [&term.estimate, &ratio] {
            let mut made = record(&analysis.key, &context.population, estimate);
            made.outcome.clone_from(&outcome.key);
            made.term.clone_from(&term.term);
            made.n = Some(design.nobs() as u64);
            made.cells = cells.clone();
            results.records.push(made);
        }
    }
    let of_model = OfModel {
        context,
        analysis,
        outcome,
        design: &design,
        fit: &fit,
        people: &people,
        causes: &events,
    };
    results.records.extend(of_model.summary());
    results.records.extend(of_model.tests());
    of_model.remarks(results);
    Ok(())
}

/// The rows of a design, and the model fitted on them.
pub(super) fn fit(
    context: &Context<'_>,
    model: &HazardsPlan,
    data: &Data,
) -> Result<(SurvivalDesign, Hazards), StatsError> {
    let asked = asked(model);
    if model.subdistribution {
        let design = CompetingDesign::new(&model.formula, data, None)?;
        let fit = asked.fine_gray(&design, context.level)?;
        return Ok((design.survival, fit));
    }
    let data = cause_specific(data, &model.formula);
    let design = SurvivalDesign::new(&model.formula, &data)?;
    let fit = asked.cox(&design, context.level)?;
    Ok((design, fit))
}

fn asked(model: &HazardsPlan) -> HazardsModel {
    HazardsModel {
        ties: model.ties,
        variance: model.variance,
        firth: model.firth,
        profile: model.profile,
        scale: TimeScale::default(),
    }
}

/// An arm's log hazard ratio over its standard error, with other arms.
pub(super) fn refit<'a>(
    context: &'a Context<'_>,
    model: &'a HazardsPlan,
) -> Result<Refit<'a>, StatsError> {
    let data = match model.subdistribution {
        true => context.data.clone(),
        false => cause_specific(&context.data, &model.formula),
    };
    let columns = Rearranged::new(context, &data, &model.formula.columns());
    let arms = context.arms_of_rows();
    let design = match model.subdistribution {
        true => CompetingDesign::new(&model.formula, &columns.with(&arms), None)?.survival,
        false => SurvivalDesign::new(&model.formula, &columns.with(&arms))?,
    };
    if let Some(clusters) = &design.cluster {
        let clusters: Vec<u64> = clusters.iter().map(|label| *label as u64).collect();
        by_people(context, &clusters, &design.rows, &arms)?;
    }
    let asked = asked(model);
    Ok(Refit {
        rows: design.rows,
        statistic: Box::new(move |arms, (treated, control)| {
            let data = columns.with_reference(arms, control);
            let fit = match model.subdistribution {
                true => {
                    let design = CompetingDesign::new(&model.formula, &data, None).ok()?;
                    asked.fine_gray_coefficients(&design)
                }
                false => {
                    let design = SurvivalDesign::new(&model.formula, &data).ok()?;
                    asked.cox_coefficients(&design)
                }
            };
            let Coefficients {
                terms,
                beta,
                covariance,
            } = fit.ok()?;
            let term = columns.term(treated);
            studentised(&terms, &term, &beta, &covariance)
        }),
    })
}

/// The same columns with competing events as ends of the time at risk, which is what they are for a
/// cause-specific hazard.
pub(super) fn cause_specific(data: &Data, formula: &Formula) -> Data {
    let response = formula.survival.response.as_ref();
    let name = response.map(|response| response.event.to_string());
    let Some(name) = name else {
        return data.clone();
    };
    match data.column(&name) {
        Ok(Column::Numbers(values)) => {
            let own = |value: &f64| if *value == 2.0 { 0.0 } else { *value };
            let own = values.iter().map(own).collect();
            data.clone().with_numbers(&name, own)
        }
        _ => data.clone(),
    }
}

/// Who is in the model, with and without the event.
fn register(
    context: &Context<'_>,
    analysis: &AnalysisPlan,
    events: &[f64],
    design: &SurvivalDesign,
    results: &mut Results,
) -> InModel {
    let flag = |event: f64| match event.is_nan() {
        true => event,
        false => f64::from(u8::from(event == 1.0)),
    };
    let reached: Vec<f64> = events.iter().map(|event| flag(*event)).collect();
    let response: Vec<(usize, f64)> = design.rows.iter().map(|&row| (row, reached[row])).collect();
    let people = of_model(context, &analysis.key, &response, true, &mut results.counts);
    within_outcome(context, &reached, &response, results);
    if context.members.is_none() && design.dropped == missing(events) {
        // Left out for their outcome alone: as little a secret as it is elsewhere.
        results.counts.missing(people.left_out);
    }
    people
}

fn missing(events: &[f64]) -> usize {
    events.iter().filter(|event| event.is_nan()).count()
}

/// What is said of a whole model.
struct OfModel<'a> {
    context: &'a Context<'a>,
    analysis: &'a AnalysisPlan,
    outcome: &'a OutcomePlan,
    design: &'a SurvivalDesign,
    fit: &'a Hazards,
    people: &'a InModel,
    /// What ended each person's time; missing where it is not known.
    causes: &'a [f64],
}

impl OfModel<'_> {
    fn dropped(&self) -> u64 {
        (self.design.dropped - self.context.outsiders()) as u64
    }

    /// Whether people were left out for their outcome alone, and that is no secret.
    fn for_outcome(&self) -> bool {
        self.context.members.is_none()
            && self.design.dropped == missing(self.causes)
            && self.context.policy().missing == Protection::Shown
    }

    /// The counts that the totals would give back: who was left out; by arm events and others.
    fn totals(&self) -> Cells {
        let mut counts = Vec::new();
        if !self.for_outcome() {
            counts.push(self.dropped());
        }
        for (_, people) in self.context.groups() {
            let rows = self.design.rows.iter().zip(&self.design.event);
            let own = rows.filter(|(row, _)| people.binary_search(row).is_ok());
            let own: Vec<bool> = own.map(|(_, event)| *event).collect();
            let events = own.iter().filter(|event| **event).count();
            counts.extend([events as u64, (own.len() - events) as u64]);
        }
        Cells::counts(counts)
    }

    fn made(&self, statistic: &str) -> Record {
        let mut made = Record::new(&self.analysis.key, &self.context.population, statistic);
        made.outcome.clone_from(&self.outcome.key);
        made.cells = self.totals();
        made
    }

    /// What the model's likelihood gives away: with the number of people, the events.
    fn fit_cells(&self) -> Cells {
        let mut cells = self.totals();
        if let Some(outcomes) = self.people.outcomes {
            cells = cells.and_showing(outcomes);
            cells.rounded = true;
        }
        cells
    }

    fn summary(&self) -> Vec<Record> {
        let fit = self.fit;
        let numbers = [
            ("log_likelihood", Some(fit.log_likelihood)),
            ("penalised_log_likelihood", fit.penalised_log_likelihood),
            ("aic", fit.aic),
        ];
        let found = numbers.into_iter().filter_map(|(statistic, value)| {
            let mut made = self.made(statistic);
            made.estimate = value?;
            made.cells = self.fit_cells();
            Some(made)
        });
        let mut found: Vec<Record> = found.collect();
        if let Some(concordance) = &fit.concordance {
            let mut made = self.made("concordance");
            made.estimate = concordance.estimate;
            made.std_error = concordance.std_error;
            made.cells = self.fit_cells();
            found.push(made);
        }
        let counts = [
            ("observations", self.design.nobs() as u64, self.people.all),
            ("dropped", self.dropped(), self.people.left_out),
        ];
        for (statistic, count, cell) in counts {
            let mut made = self.made(statistic);
            made.estimate = count as f64;
            match statistic == "dropped" && self.for_outcome() {
                true => made.cells.shows.push(cell),
                false => made.cells = made.cells.and_showing([cell]),
            }
            found.push(made);
        }
        if let Some([events, _]) = self.people.outcomes {
            let mut made = self.made("events");
            made.estimate = self.design.events() as f64;
            made.cells = made.cells.and_showing([events]);
            found.push(made);
        }
        if let Some(competing) = fit.competing {
            let rows = self.design.rows.iter().copied();
            let rows = rows.filter(|&row| self.causes[row] == 2.0);
            let cell = self
                .context
                .cell(&format!("{} competing", self.analysis.key), rows);
            let mut made = self.made("competing_events");
            made.estimate = competing as f64;
            made.cells = made.cells.and_showing([cell]);
            found.push(made);
        }
        found
    }

    fn tests(&self) -> Vec<Record> {
        let population = &self.context.population;
        let named = [
            (Method::LikelihoodRatio, "likelihood_ratio"),
            (Method::Score, "score_test"),
            (Method::Wald, "wald_test"),
        ];
        let of_method = named.into_iter().filter_map(|(method, statistic)| {
            let mut made = record(&self.analysis.key, population, self.fit.test(method)?);
            statistic.clone_into(&mut made.statistic);
            made.outcome.clone_from(&self.outcome.key);
            made.cells = self.fit_cells();
            Some(made)
        });
        let of_hazards = self.fit.proportional.iter().map(|test| {
            let mut made = self.made("proportional_hazards");
            test.term.clone_into(&mut made.term);
            "schoenfeld".clone_into(&mut made.method);
            made.statistic_value = test.statistic;
            made.df = test.df;
            made.p_value = test.p_value;
            made.cells = self.fit_cells();
            made
        });
        of_method.chain(of_hazards).collect()
    }

    fn remarks(&self, results: &mut Results) {
        let key = &self.analysis.key;
        for found in &self.fit.diagnostics {
            let mut note = found.clone();
            note.term = note.term.or_else(|| Some(key.clone()));
            results.diagnostics.push(note);
        }
        let mut tests = self.fit.proportional.iter();
        let global = tests.find(|test| test.term == GLOBAL);
        if global.is_some_and(|test| test.p_value < NOT_PROPORTIONAL) {
            let message = "the hazards are not proportional (test of all terms below 0.05): the \
                           ratio is an average over the follow-up, weighted by when events \
                           happen; a restricted mean needs no such assumption";
            let found = diagnostic("non_proportional_hazards", "note", Some(key), message);
            results.diagnostics.push(found);
        }
        if self.dropped() > 0 {
            let message =
                "people with a missing value in a variable of the model are left out of it";
            let found = diagnostic("complete_cases", "note", Some(key), message);
            results.diagnostics.push(found);
        }
    }
}

fn note(model: &HazardsPlan) -> String {
    let parts = &model.formula.survival;
    let mut how = vec![
        match model.ties {
            TiesPlan::Efron => "Efron's ties",
            TiesPlan::Breslow => "Breslow's ties",
            TiesPlan::Exact => "exact ties",
        }
        .to_owned(),
    ];
    how.push(match (model.firth, model.profile) {
        (true, _) => "Firth's penalised likelihood, profile intervals".to_owned(),
        (false, true) => "profile intervals".to_owned(),
        (false, false) => "Wald intervals".to_owned(),
    });
    if let Some(column) = &parts.cluster {
        how.push(format!("robust errors by {column}"));
    } else if model.variance == CoxVariance::Robust || model.subdistribution {
        how.push("robust errors".to_owned());
    }
    if !parts.strata.is_empty() {
        how.push(format!("stratified by {}", parts.strata.join(" and ")));
    }
    let name = match model.subdistribution {
        true => "Fine-Gray regression of the cumulative incidence",
        false => "Cox regression",
    };
    format!(
        "{name}, {}: {}. People with complete values.",
        how.join(", "),
        model.text
    )
}

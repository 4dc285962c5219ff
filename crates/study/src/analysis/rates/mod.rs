//! Rates of events over person-time by arm, and their ratios.

mod fit;
mod interaction;
mod people;

pub(super) use interaction::interaction;

use fit::Fitted;
use people::{Arm, People};

use super::counts::of_model;
use super::records::{contrast, diagnostic, record, remark};
use super::refitted::{Rearranged, Refit, studentised};
use super::regression::totals;
use super::{Context, entry};
use crate::StudyError;
use crate::plan::{AnalysisPlan, RateFamily, RatePlan};
use regtrial_results::{AnalysisKind, Cell, Cells, Protection, Record, Results};
use regtrial_stats::design::{Data, Design};
use regtrial_stats::glm::Family;
use regtrial_stats::rates::{difference, exact_ratio};
use regtrial_stats::{Estimate, Statistic, StatsError};

pub(crate) fn run(
    context: &Context<'_>,
    analysis: &AnalysisPlan,
    rate: &RatePlan,
    results: &mut Results,
) -> Result<(), StudyError> {
    let Some(outcome) = context.study.plan().outcome(&analysis.outcome) else {
        return Ok(());
    };
    let failed = || StudyError::analysis(&analysis.key);
    let people = People::new(context, outcome, rate)?.map_err(failed())?;
    let of = OfRates {
        context,
        analysis,
        rate,
        arms: people.arms(context, outcome, results),
        people: &people,
    };
    let mut made = Vec::new();
    for arm in &of.arms {
        made.extend(of.of_arm(arm).map_err(failed())?);
    }
    let (contrasts, fit) = of.contrasts(results).map_err(failed())?;
    made.extend(contrasts);
    let mut listed = entry(
        &analysis.key,
        &analysis.title,
        AnalysisKind::Rates,
        &analysis.outcome,
    );
    listed.effect = rate.per.name.to_owned();
    listed.notes = vec![note(rate)];
    results.catalogue.analyses.push(listed);
    results.records.extend(made);
    if let Some(design) = fit {
        of.summary(&design, results);
    }
    Ok(())
}

struct OfRates<'a> {
    context: &'a Context<'a>,
    analysis: &'a AnalysisPlan,
    rate: &'a RatePlan,
    people: &'a People,
    arms: Vec<Arm>,
}

impl OfRates<'_> {
    fn made(&self, estimate: &Estimate) -> Record {
        let mut made = record(&self.analysis.key, &self.context.population, estimate);
        made.outcome.clone_from(&self.analysis.outcome);
        made
    }

    /// The rate of an arm and its person-time.
    fn of_arm(&self, arm: &Arm) -> Result<Vec<Record>, StatsError> {
        let per = self.rate.per.days;
        let crude = arm.rate(per)?;
        let estimate = match self.rate.family {
            RateFamily::Poisson => crude.estimate(self.context.level),
            _ => self.alone(arm, per)?,
        };
        let mut rate = self.made(&estimate);
        rate.term = format!("per {}", self.rate.per.name);
        rate.events = Some(arm.events.iter().sum::<f64>() as u64);
        rate.cells = arm.cells();
        let mut time = Record::new(&self.analysis.key, &self.context.population, "person_days");
        time.outcome.clone_from(&self.analysis.outcome);
        time.estimate = arm.days.iter().sum();
        time.cells = Cells::showing(arm.cells).contributions(&arm.days);
        for made in [&mut rate, &mut time] {
            made.group.clone_from(&arm.name);
            made.n = Some(arm.events.len() as u64);
        }
        Ok(vec![rate, time])
    }

    /// An arm's rate by the family's model of the arm alone.
    fn alone(&self, arm: &Arm, per: f64) -> Result<Estimate, StatsError> {
        let data = Data::new()
            .with_numbers("events", arm.events.clone())
            .with_numbers("time", arm.days.iter().map(|days| days / per).collect());
        let formula = regtrial_stats::formula::Formula::parse("events ~ offset(log(time))")?;
        let design = Design::new(&formula, &data)?;
        let none = arm.events.iter().all(|events| *events == 0.0);
        let fitted = match none {
            true => None,
            false => self.rate.family.fit(&design, self.context.level).ok(),
        };
        // No events, or counts that vary too little for the model.
        let Some(fitted) = fitted else {
            return Ok(arm.rate(per)?.estimate(self.context.level));
        };
        let mut estimate = fitted.terms[0].estimate.exponentiated(Statistic::Rate);
        // A rate of 1 is no hypothesis.
        (estimate.p_value, estimate.statistic_value) = (f64::NAN, f64::NAN);
        Ok(estimate)
    }

    /// Every later arm against every earlier one.
    fn contrasts(
        &self,
        results: &mut Results,
    ) -> Result<(Vec<Record>, Option<Design>), StatsError> {
        if self.arms.len() < 2 {
            return Ok((Vec::new(), None));
        }
        let columns = Rearranged::new(
            self.context,
            &self.people.data,
            &self.rate.formula.columns(),
        );
        let arms = self.context.arms_of_rows();
        let mut found = Vec::new();
        let mut first = None;
        for (j, control) in self.arms.iter().enumerate() {
            if j + 1 == self.arms.len() {
                break;
            }
            let data = columns.with_reference(&arms, control.arm);
            let design = Design::new(&self.rate.formula, &data)?;
            let fitted = self.rate.family.fit(&design, self.context.level)?;
            for treated in &self.arms[j + 1..] {
                let term = format!("arm[{}]", treated.name);
                let Some(own) = fitted.terms.iter().find(|one| one.term == term) else {
                    continue;
                };
                let mut estimates = vec![own.estimate.exponentiated(Statistic::RateRatio)];
                if self.rate.family == RateFamily::Poisson {
                    let per = self.rate.per.days;
                    let (x, y) = (treated.rate(per)?, control.rate(per)?);
                    let level = self.context.level;
                    estimates.extend([exact_ratio(x, y, level), difference(x, y, level)]);
                }
                for estimate in &estimates {
                    found.push(self.of_pair(treated, control, estimate));
                }
            }
            if first.is_none() {
                self.remarks(&fitted, results);
                found.extend(self.spread(&fitted));
                first = Some(design);
            }
        }
        Ok((found, first))
    }

    fn of_pair(&self, treated: &Arm, control: &Arm, estimate: &Estimate) -> Record {
        let mut made = self.made(estimate);
        made.contrast = contrast(estimate, &treated.name, &control.name);
        if estimate.statistic == Statistic::RateDifference {
            made.term = format!("per {}", self.rate.per.name);
        }
        let counts = [&treated.events[..], &control.events].map(<[f64]>::len);
        made.n = Some((counts[0] + counts[1]) as u64);
        let (x, y) = (treated.cells(), control.cells());
        made.cells = Cells::showing([treated.cells, control.cells].concat());
        made.cells.remainder = [x.remainder, y.remainder].into_iter().flatten().min();
        made
    }

    fn remarks(&self, fitted: &Fitted, results: &mut Results) {
        for found in &fitted.diagnostics {
            let mut note = remark(found);
            note.term = note.term.or_else(|| Some(self.analysis.key.clone()));
            results.diagnostics.push(note);
        }
    }

    /// How far counts vary about their means.
    fn spread(&self, fitted: &Fitted) -> Option<Record> {
        let (statistic, estimate, std_error) = fitted.spread?;
        let mut made = Record::new(&self.analysis.key, &self.context.population, statistic);
        made.outcome.clone_from(&self.analysis.outcome);
        (made.estimate, made.std_error) = (estimate, std_error);
        let cells = self.arms.iter().flat_map(|arm| arm.cells);
        made.cells = Cells::showing(cells.collect::<Vec<Cell>>());
        let of_arms = self.arms.iter().filter_map(|arm| arm.cells().remainder);
        made.cells.remainder = of_arms.min();
        Some(made)
    }

    /// Who is in the model, and who is left out of it.
    fn summary(&self, design: &Design, results: &mut Results) {
        let response = design
            .rows
            .iter()
            .copied()
            .zip(design.response.iter().copied());
        let response: Vec<(usize, f64)> = response.collect();
        let key = &self.analysis.key;
        let people = of_model(self.context, key, &response, false, &mut results.counts);
        let dropped = design.dropped - self.context.outsiders();
        let unknown = self.people.events.iter().filter(|events| events.is_nan());
        let for_outcome = self.context.members.is_none() && design.dropped == unknown.count();
        if for_outcome {
            // Left out for their outcome alone: as little a secret as it is elsewhere.
            results.counts.missing(people.left_out);
        }
        let no_secret = for_outcome && self.context.policy().missing == Protection::Shown;
        let counts = [
            ("observations", design.nobs(), people.all),
            ("dropped", dropped, people.left_out),
        ];
        for (statistic, count, cell) in counts {
            let mut made = Record::new(key, &self.context.population, statistic);
            made.outcome.clone_from(&self.analysis.outcome);
            made.estimate = count as f64;
            made.cells = totals(self.context, design, Family::Poisson);
            if no_secret {
                // The first of the totals is the number left out.
                made.cells.counts.remove(0);
                made.cells.shows.push(cell);
            } else {
                made.cells = made.cells.and_showing([cell]);
            }
            results.records.push(made);
        }
        if dropped > 0 {
            let message = "people with a missing value in a variable of the model, or seen on no day, \
                           are left out of it";
            let found = diagnostic("complete_cases", "note", Some(key), message);
            results.diagnostics.push(found);
        }
    }
}

/// The rate ratio with other arms: its logarithm over its standard error.
pub(super) fn refit<'a>(
    context: &'a Context<'_>,
    analysis: &AnalysisPlan,
    rate: &'a RatePlan,
) -> Result<Result<Refit<'a>, StatsError>, StudyError> {
    let Some(outcome) = context.study.plan().outcome(&analysis.outcome) else {
        return Ok(Err(StatsError::NoData { dropped: 0 }));
    };
    let people = match People::new(context, outcome, rate)? {
        Ok(people) => people,
        Err(error) => return Ok(Err(error)),
    };
    let columns = Rearranged::new(context, &people.data, &rate.formula.columns());
    let design = match Design::new(&rate.formula, &columns.with(&context.arms_of_rows())) {
        Ok(design) => design,
        Err(error) => return Ok(Err(error)),
    };
    Ok(Ok(Refit {
        rows: design.rows,
        statistic: Box::new(move |arms, (treated, control)| {
            let data = columns.with_reference(arms, control);
            let design = Design::new(&rate.formula, &data).ok()?;
            let fit = rate.family.model(&design).ok()?;
            studentised(&fit.terms, &columns.term(treated), fit.coef(), fit.vcov())
        }),
    }))
}

fn note(rate: &RatePlan) -> String {
    let (how, limits) = match rate.family {
        RateFamily::Poisson => ("Poisson", "exact limits (Garwood)"),
        RateFamily::QuasiPoisson => (
            "quasi-Poisson",
            "limits by a quasi-Poisson model of the arm, exact without events",
        ),
        RateFamily::NegativeBinomial => (
            "negative binomial",
            "limits by a negative binomial model of the arm, exact where counts vary too little for \
                 one",
        ),
    };
    format!(
        "Rates: events over the days seen, per {}; {limits}. Rate ratio: {how} regression with the \
         days seen as offset, {}. People with complete values.",
        rate.per.name, rate.text
    )
}

//! Rates of events over person-time by arm, and their ratios.

use super::counts::of_model;
use super::records::{contrast, diagnostic, record, remark};
use super::regression::totals;
use super::{Context, entry};
use crate::plan::{AnalysisPlan, OutcomePlan, OutcomeSource, PERSON_TIME, RateFamily, RatePlan};
use crate::{StudyError, design};
use regtrial_outcomes::Outcome;
use regtrial_outcomes::measure::Measure;
use regtrial_results::{AnalysisKind, Cell, Cells, Protection, Record, Results};
use regtrial_stats::design::{Column, Data, Design};
use regtrial_stats::glm::{Dispersion, Family, Glm, NegativeBinomial, TermEstimate};
use regtrial_stats::rates::{Rate, difference, exact_ratio};
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

/// Each person's events and days; missing where either is not known, or nothing was seen.
struct People {
    events: Vec<f64>,
    days: Vec<f64>,
    data: Data,
}

/// The known people of one arm.
struct Arm {
    name: String,
    events: Vec<f64>,
    days: Vec<f64>,
    /// With an event and without.
    cells: [Cell; 2],
}

impl Arm {
    fn rate(&self, per: f64) -> Result<Rate, StatsError> {
        let events = self.events.iter().sum::<f64>() as u64;
        Rate::new(events, self.days.iter().sum::<f64>() / per)
    }

    fn cells(&self) -> Cells {
        Cells::showing(self.cells).contributions(&self.events)
    }
}

impl People {
    fn new(
        context: &Context<'_>,
        outcome: &OutcomePlan,
        rate: &RatePlan,
    ) -> Result<Result<Self, StatsError>, StudyError> {
        let mut events = context.numbers(&outcome.key)?;
        let mut days = match (&rate.person_time, &outcome.source) {
            (Some(column), _) => context.numbers(column)?,
            (None, OutcomeSource::Derived(derived)) => seen(context, derived)?,
            (None, _) => vec![f64::NAN; events.len()],
        };
        let is_count = |value: &f64| value.is_nan() || (*value >= 0.0 && value.fract() == 0.0);
        if !events.iter().all(is_count) {
            return Ok(Err(StatsError::OutcomeRange {
                outcome: outcome.key.clone(),
                expected: "whole numbers from 0: a count of events",
            }));
        }
        let wrong = |rule: &str| {
            Err(StatsError::Argument {
                argument: "person-time",
                rule: rule.to_owned(),
            })
        };
        if days.iter().any(|day| *day < 0.0 || day.is_infinite()) {
            return Ok(wrong("must be numbers of days from 0 on"));
        }
        for (events, days) in events.iter_mut().zip(&mut days) {
            if *days == 0.0 && *events > 0.0 {
                return Ok(wrong("is 0 for someone with events"));
            }
            // Who was seen on no day says nothing of a rate.
            if *days == 0.0 || days.is_nan() || events.is_nan() {
                (*days, *events) = (f64::NAN, f64::NAN);
            }
        }
        let data = context.data.clone();
        let data = data.with_numbers(&outcome.key, events.clone());
        let data = data.with_numbers(PERSON_TIME, days.clone());
        Ok(Ok(Self { events, days, data }))
    }

    /// Registers who of each arm has an event and who has none.
    fn arms(
        &self,
        context: &Context<'_>,
        outcome: &OutcomePlan,
        results: &mut Results,
    ) -> Vec<Arm> {
        let mut found = Vec::new();
        for (name, rows) in context.groups() {
            let has = |i: usize| (!self.events[i].is_nan()).then_some(self.events[i] > 0.0);
            let label = format!("{name} {} any", outcome.key);
            let split = context.split(&label, &rows, has, &mut results.counts);
            let known: Vec<usize> = rows
                .into_iter()
                .filter(|&i| !self.events[i].is_nan())
                .collect();
            if !known.is_empty() {
                found.push(Arm {
                    name,
                    events: known.iter().map(|&i| self.events[i]).collect(),
                    days: known.iter().map(|&i| self.days[i]).collect(),
                    cells: [split.yes, split.no],
                });
            }
        }
        found
    }
}

/// The days that everyone was seen in the outcome's window.
fn seen(context: &Context<'_>, outcome: &Outcome) -> Result<Vec<f64>, StudyError> {
    let days = Outcome {
        measure: Measure::PersonDays,
        washout: None,
        ..outcome.clone()
    };
    let derived = context.study.cohort()?.derive(&days)?;
    let values = derived.values.iter().map(|value| value.number);
    Ok(values.map(|number| number.unwrap_or(f64::NAN)).collect())
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
            false => self.fit(&design).ok(),
        };
        // No events, or counts that vary too little for the model.
        let Some(fitted) = fitted else {
            return Ok(Rate::new(
                arm.events.iter().sum::<f64>() as u64,
                arm.days.iter().sum::<f64>() / per,
            )?
            .estimate(self.context.level));
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
        let names: Vec<String> = self.arms.iter().map(|arm| arm.name.clone()).collect();
        let mut found = Vec::new();
        let mut first = None;
        for (j, control) in self.arms.iter().enumerate() {
            if j + 1 == self.arms.len() {
                break;
            }
            let mut order = names.clone();
            let reference = order.remove(j);
            order.insert(0, reference);
            let data = reordered(&self.people.data, &order);
            let design = Design::new(&self.rate.formula, &data)?;
            let fitted = self.fit(&design)?;
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

    fn fit(&self, design: &Design) -> Result<Fitted, StatsError> {
        let level = self.context.level;
        if self.rate.family == RateFamily::NegativeBinomial {
            let fit = NegativeBinomial::default().fit(design)?;
            return Ok(Fitted {
                terms: fit.model.confint(level),
                diagnostics: fit.model.diagnostics,
                spread: Some(("theta", fit.theta, fit.theta_std_error)),
            });
        }
        let mut model = Glm::new(Family::Poisson);
        if self.rate.family == RateFamily::QuasiPoisson {
            model = model.with_dispersion(Dispersion::Pearson);
        }
        let fit = model.fit(design)?;
        let quasi = self.rate.family == RateFamily::QuasiPoisson;
        Ok(Fitted {
            terms: fit.confint(level),
            spread: quasi.then_some(("dispersion", fit.dispersion, f64::NAN)),
            diagnostics: fit.diagnostics,
        })
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
        made.cells = Cells::showing(
            self.arms
                .iter()
                .flat_map(|a| a.cells)
                .collect::<Vec<Cell>>(),
        );
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

struct Fitted {
    terms: Vec<TermEstimate>,
    diagnostics: Vec<regtrial_stats::Diagnostic>,
    /// What says how far counts vary about their means, with its standard error.
    spread: Option<(&'static str, f64, f64)>,
}

/// The columns with the arms in another order, the reference first.
fn reordered(data: &Data, order: &[String]) -> Data {
    let Ok(Column::Factor { levels, codes }) = data.column("arm") else {
        return data.clone();
    };
    let text = |code: &Option<u32>| code.map_or("", |code| levels[code as usize].as_str());
    let texts: Vec<&str> = codes.iter().map(text).collect();
    data.clone().with("arm", design::ordered(&texts, order))
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

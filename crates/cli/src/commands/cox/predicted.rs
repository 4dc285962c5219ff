//! `fit --family cox --predict`: survival of a person with given covariates; `--baseline`: the hazard of covariates 0.

use crate::args::FitArgs;
use crate::data;
use crate::failure::Failure;
use regtrial_results::{Cells, Record};
use regtrial_stats::design::{Column, Data};
use regtrial_stats::formula::Formula;
use regtrial_stats::survival::{Cox, CoxFit, SurvivalDesign, SurvivalInterval};
use regtrial_stats::{ConfidenceLevel, Estimate, StatsError};
use regtrial_study::analysis::records::record;

/// What `--predict` and `--baseline` ask for beside the coefficients.
pub(super) struct Beside<'a> {
    args: &'a FitArgs,
    formula: &'a Formula,
    columns: &'a Data,
    design: &'a SurvivalDesign,
    level: ConfidenceLevel,
    /// Ascending: what a record gives away is counted from the time before.
    times: Vec<f64>,
    /// `None` if neither is given.
    fit: Option<CoxFit>,
}

impl<'a> Beside<'a> {
    pub(super) fn new(
        args: &'a FitArgs,
        cox: Cox,
        (formula, columns): (&'a Formula, &'a Data),
        design: &'a SurvivalDesign,
    ) -> Result<Self, Failure> {
        let asked = !args.predict.is_empty() || args.baseline;
        let fit = asked.then(|| cox.fit(design)).transpose();
        let mut times = args.times.clone();
        times.sort_by(f64::total_cmp);
        times.dedup();
        Ok(Self {
            args,
            formula,
            columns,
            design,
            level: data::level(&args.data)?,
            times,
            fit: fit.map_err(failed)?,
        })
    }

    /// Survival at `--times` of every person of `--predict`.
    pub(super) fn persons(&self) -> Result<Vec<Record>, Failure> {
        let (Some(fit), design) = (&self.fit, self.design) else {
            return Ok(Vec::new());
        };
        let times = &self.times;
        let mut made = Vec::new();
        for text in &self.args.predict {
            let person = Person::new(text, self.formula, self.columns)?;
            let x = design.covariates(&person.data).map_err(failed)?;
            let x: Vec<f64> = x.row(0).iter().copied().collect();
            let stratum = person.stratum(self.formula, self.columns, design)?;
            let found = fit.predict(&x, stratum, times, SurvivalInterval::LogLog, self.level);
            let name = |one: &mut Record| one.term.clone_from(text);
            made.extend(self.records(fit, stratum, times, &found.map_err(failed)?, name));
        }
        Ok(made)
    }

    /// The cumulative hazard for covariates 0 in each stratum, at `--times` or at every event time.
    pub(super) fn baseline(&self) -> Result<Vec<Record>, Failure> {
        let (Some(fit), true) = (&self.fit, self.args.baseline) else {
            return Ok(Vec::new());
        };
        let zeros = vec![0.0; fit.terms.len()];
        let steps = fit.baseline();
        let mut made = Vec::new();
        for stratum in 0..fit.strata {
            let own = steps.iter().filter(|step| step.stratum == stratum);
            let times: Vec<f64> = match self.times.is_empty() {
                true => own.map(|step| step.time).collect(),
                false => self.times.clone(),
            };
            let found = fit.cumulative_hazard(&zeros, stratum, &times, self.level);
            let label = self.label(stratum);
            let name = |one: &mut Record| one.group.clone_from(&label);
            made.extend(self.records(fit, stratum, &times, &found.map_err(failed)?, name));
        }
        Ok(made)
    }

    fn records(
        &self,
        fit: &CoxFit,
        stratum: usize,
        times: &[f64],
        estimates: &[Estimate],
        name: impl Fn(&mut Record),
    ) -> Vec<Record> {
        let mut before = 0.0;
        let one = |(estimate, &time): (&Estimate, &f64)| {
            let mut one = record("fit", "complete rows", estimate);
            name(&mut one);
            one.time = time;
            one.cells = cells(fit, self.design, stratum, (before, time));
            before = time;
            one
        };
        estimates.iter().zip(times).map(one).collect()
    }

    /// A stratum in words: its values of the columns of `strata()`; nothing without strata.
    fn label(&self, stratum: usize) -> String {
        let first = (0..self.design.nobs()).find(|&i| self.design.stratum[i] == stratum);
        let row = first.map_or(0, |i| self.design.rows[i]);
        let value = |name: &String| match self.columns.column(name) {
            Ok(Column::Numbers(values)) => format!("{name}={}", values[row]),
            Ok(Column::Factor { levels, codes }) => {
                let level = codes[row].and_then(|code| levels.get(code as usize));
                format!("{name}={}", level.map_or("", String::as_str))
            }
            Err(_) => String::new(),
        };
        let strata = &self.formula.survival.strata;
        strata.iter().map(value).collect::<Vec<_>>().join(", ")
    }
}

fn failed(error: StatsError) -> Failure {
    Failure::stats(&error, None)
}

/// What the step of the baseline up to a time gives away: events since the time before, and who is still
/// followed.
fn cells(fit: &CoxFit, design: &SurvivalDesign, stratum: usize, (from, to): (f64, f64)) -> Cells {
    let own = (0..fit.nobs).filter(|&i| design.stratum[i] == stratum);
    let (mut events, mut followed) = (0, 0);
    for i in own {
        events += u64::from(design.event[i] && design.stop[i] > from && design.stop[i] <= to);
        followed += u64::from(design.stop[i] > to);
    }
    Cells::counts([events, followed])
}

/// A person's values, as a row of data.
struct Person<'a> {
    data: Data,
    given: Vec<(&'a str, &'a str)>,
}

impl<'a> Person<'a> {
    fn new(text: &'a str, formula: &Formula, columns: &Data) -> Result<Self, Failure> {
        let refused = |rule: String| {
            Failure::message("argument", rule)
                .with_help("every covariate and stratum of the formula: --predict age=50,arm=IPS")
        };
        let mut given = Vec::new();
        for part in text.split(',') {
            let Some((name, value)) = part.split_once('=') else {
                return Err(refused(format!(
                    "--predict {text}: `{part}` is no NAME=VALUE"
                )));
            };
            given.push((name.trim(), value.trim()));
        }
        let mut needed = Vec::new();
        formula
            .terms
            .iter()
            .flatten()
            .for_each(|variable| variable.columns(&mut needed));
        needed.extend(formula.survival.strata.iter().cloned());
        for offset in &formula.offsets {
            offset.columns(&mut needed);
        }
        if let Some(name) = needed
            .iter()
            .find(|name| !given.iter().any(|(n, _)| n == name))
        {
            return Err(refused(format!(
                "--predict {text}: the formula needs `{name}`"
            )));
        }
        let mut data = Data::new();
        for (name, value) in &given {
            if !needed.iter().any(|other| other == name) {
                return Err(refused(format!(
                    "--predict {text}: `{name}` is not in the formula"
                )));
            }
            let known = columns.column(name);
            data = match known.map_err(|error| Failure::stats(&error, None))? {
                Column::Numbers(_) => {
                    let number = value.parse::<f64>().ok().filter(|n| n.is_finite());
                    let number = number.ok_or_else(|| {
                        refused(format!("--predict {text}: `{name}` is a number"))
                    })?;
                    data.with_numbers(name, vec![number])
                }
                Column::Factor { levels, .. } => {
                    if !levels.iter().any(|level| level == value) {
                        let rule = format!("--predict {text}: `{name}` has no such level");
                        return Err(Failure::message("unknown_level", rule)
                            .with_help("levels are compared to the letter"));
                    }
                    let codes = vec![levels.iter().position(|l| l == value).map(|i| i as u32)];
                    let levels = levels.clone();
                    data.with(name, Column::Factor { levels, codes })
                }
            };
        }
        Ok(Self { data, given })
    }

    /// The stratum of people with the same values in its columns.
    fn stratum(
        &self,
        formula: &Formula,
        columns: &Data,
        design: &SurvivalDesign,
    ) -> Result<usize, Failure> {
        let same = |name: &String, row: usize| match (columns.column(name), self.data.column(name))
        {
            (Ok(Column::Numbers(all)), Ok(Column::Numbers(own))) => all[row] == own[0],
            (Ok(Column::Factor { codes, .. }), Ok(Column::Factor { codes: own, .. })) => {
                codes[row] == own[0]
            }
            _ => false,
        };
        let strata = &formula.survival.strata;
        let found = (0..design.nobs()).find(|&i| {
            let row = design.rows[i];
            strata.iter().all(|name| same(name, row))
        });
        found.map(|i| design.stratum[i]).ok_or_else(|| {
            let names: Vec<&str> = self.given.iter().map(|(name, _)| *name).collect();
            let rule = format!(
                "--predict: nobody is in this stratum ({})",
                names.join(", ")
            );
            Failure::message("unknown_level", rule)
        })
    }
}

//! `fit --family cox --predict`: survival of a person with given covariates.

use crate::args::FitArgs;
use crate::data;
use crate::failure::Failure;
use regtrial_results::{Cells, Record};
use regtrial_stats::StatsError;
use regtrial_stats::design::{Column, Data};
use regtrial_stats::formula::Formula;
use regtrial_stats::survival::{Cox, CoxFit, SurvivalDesign, SurvivalInterval};
use regtrial_study::analysis::records::record;

/// Survival at `--times` of every person of `--predict`; nothing if none is given.
pub(super) fn records(
    args: &FitArgs,
    cox: Cox,
    (formula, columns): (&Formula, &Data),
    design: &SurvivalDesign,
) -> Result<Vec<Record>, Failure> {
    if args.predict.is_empty() {
        return Ok(Vec::new());
    }
    let failed = |error: StatsError| Failure::stats(&error, None);
    let level = data::level(&args.data)?;
    let fit = cox.fit(design).map_err(failed)?;
    let mut made = Vec::new();
    for text in &args.predict {
        let person = Person::new(text, formula, columns)?;
        let x = design.covariates(&person.data).map_err(failed)?;
        let x: Vec<f64> = x.row(0).iter().copied().collect();
        let stratum = person.stratum(formula, columns, design)?;
        let kind = SurvivalInterval::LogLog;
        let found = fit.predict(&x, stratum, &args.times, kind, level);
        let mut before = 0.0;
        for (estimate, &time) in found.map_err(failed)?.iter().zip(&args.times) {
            let mut one = record("fit", "complete rows", estimate);
            one.term.clone_from(text);
            one.time = time;
            one.cells = cells(&fit, design, stratum, (before, time));
            before = time;
            made.push(one);
        }
    }
    Ok(made)
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

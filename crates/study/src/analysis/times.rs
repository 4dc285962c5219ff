//! Times to an event by arm: the table of outcomes, restricted means, tests.

use super::counts::nested;
use super::marks::{Mark, is_quantile, link, marks, quantile_days};
use super::permuted::Replay;
use super::refitted::Refit;
use super::survival::{
    SurvivalRecords, SurvivalRequest, TimeToEvent, restricted, survival, tested,
};
use super::time_curve::related;
use super::{Context, entry, records};
use crate::StudyError;
use crate::plan::{AnalysisPlan, OutcomePlan, TimeTestPlan};
use regtrial_results::{AnalysisKind, Cell, Cells, Record, Results};
use regtrial_stats::survival::competing::{CompetingFollowUp, gray};
use regtrial_stats::survival::log_rank::FlemingHarrington;
use regtrial_stats::survival::restricted_mean::{self, common_horizon};
use regtrial_stats::survival::{FollowUp, KaplanMeier, SurvivalInterval};
use regtrial_stats::{ConfidenceLevel, StatsError};
use std::collections::BTreeMap;

/// The people whose time is known, and who stands behind what is said of each arm.
pub(super) struct Followed {
    pub(super) people: TimeToEvent,
    /// Their rows of the person table.
    pub(super) rows: Vec<usize>,
    /// Of each arm those with the event and those without.
    pub(super) cells: Vec<(String, [Cell; 2])>,
}

impl Followed {
    /// Nothing if nobody's time is known. Who has no value in a column of strata is left out.
    pub(super) fn new(
        context: &Context<'_>,
        outcome: &OutcomePlan,
        strata: &[String],
        results: &mut Results,
    ) -> Result<Option<Self>, StudyError> {
        let (mut time, event) = (
            context.numbers(&outcome.key)?,
            context.numbers(&outcome.event_column())?,
        );
        let stratum = stratum(context, strata)?;
        if let Some(stratum) = &stratum {
            for (time, stratum) in time.iter_mut().zip(stratum) {
                if stratum.is_none() {
                    *time = f64::NAN;
                }
            }
        }
        let mut people = TimeToEvent {
            time: Vec::new(),
            cause: Vec::new(),
            group: Vec::new(),
            stratum: stratum.as_ref().map(|_| Vec::new()),
            groups: Vec::new(),
            by: "arm".to_owned(),
            event: outcome.key.clone(),
        };
        let (mut cells, mut all) = (Vec::new(), Vec::new());
        for (name, rows) in context.groups() {
            let known = rows.iter().copied().filter(|&i| !time[i].is_nan());
            let known: Vec<usize> = known.collect();
            if known.is_empty() {
                continue;
            }
            let label = format!("{name} {}", outcome.key);
            let reached = |i: usize| (!time[i].is_nan()).then_some(event[i] == 1.0);
            let split = context.split(&label, &rows, reached, &mut results.counts);
            cells.push((name.clone(), [split.yes, split.no]));
            let group = people.groups.len();
            people.groups.push(name);
            for i in known {
                people.time.push(time[i]);
                people.cause.push(event[i] as u32);
                people.group.push(group);
                if let (Some(own), Some(of_row)) = (&mut people.stratum, &stratum) {
                    own.extend(of_row[i]);
                }
                all.push(i);
            }
        }
        Ok((!people.groups.is_empty()).then_some(Self {
            people,
            rows: all,
            cells,
        }))
    }

    /// The last day that anybody was followed to.
    pub(super) fn last(&self) -> f64 {
        self.people.time.iter().copied().fold(0.0, f64::max)
    }

    /// Where nobody leaves early a restricted mean is one of days: those of a group, or of all.
    fn days(&self, group: &str, horizon: f64, mut cells: Cells) -> Cells {
        for (at, name) in self.people.groups.iter().enumerate() {
            if group.is_empty() || group == name {
                let own = self.people.time.iter().zip(&self.people.group);
                let own = own.filter(|(_, of)| **of == at);
                let days: Vec<f64> = own.map(|(time, _)| time.min(horizon)).collect();
                cells = cells.contributions(&days);
            }
        }
        cells
    }

    /// Adds what was found, as records of an analysis with the people behind them.
    fn add(
        &self,
        context: &Context<'_>,
        analysis: &str,
        outcome: &OutcomePlan,
        found: SurvivalRecords,
        results: &mut Results,
    ) -> Result<(), StudyError> {
        for mut record in found.records {
            analysis.clone_into(&mut record.analysis);
            context.population.clone_into(&mut record.population);
            record.outcome.clone_from(&outcome.key);
            let behind = self
                .cells
                .iter()
                .filter(|(arm, _)| record.group.is_empty() || *arm == record.group);
            let behind: Vec<Cell> = behind.flat_map(|(_, cells)| *cells).collect();
            record.cells = Cells::showing(behind);
            // At the last day few may be followed still.
            record.n_risk = record.n_risk.filter(|_| !context.policy().is_on());
            if is_quantile(&record) && context.policy().is_on() {
                let cells = self.of_quantile(context, &record, outcome, results)?;
                record.cells = record.cells.and_showing(cells);
            }
            if record.statistic.starts_with("restricted_mean") {
                record.cells = self.days(&record.group, record.time, record.cells);
            }
            results.records.push(record);
        }
        for mut diagnostic in found.diagnostics {
            let of = diagnostic
                .term
                .map(|term| format!("{}, {term}", outcome.key));
            diagnostic.term = Some(of.unwrap_or_else(|| outcome.key.clone()));
            results.diagnostics.push(diagnostic);
        }
        Ok(())
    }

    /// Those with the event by the days of a quantile and of its limits: how many is known from what a
    /// quantile is.
    fn of_quantile(
        &self,
        context: &Context<'_>,
        quantile: &Record,
        outcome: &OutcomePlan,
        results: &mut Results,
    ) -> Result<Vec<Cell>, StudyError> {
        let people = &self.people;
        let group = people.groups.iter().position(|arm| *arm == quantile.group);
        let by = |day: f64| -> Vec<usize> {
            let had = |i: &usize| {
                Some(people.group[*i]) == group && people.cause[*i] == 1 && people.time[*i] <= day
            };
            (0..people.time.len())
                .filter(had)
                .map(|i| self.rows[i])
                .collect()
        };
        let mut wider = by(f64::INFINITY);
        let (related, marks) = (
            related(context, outcome)?,
            marks(context, outcome, results)?,
        );
        let marks: Vec<&Mark> = marks
            .iter()
            .filter(|mark| mark.arm == quantile.group)
            .collect();
        let of_arm: Vec<usize> = (0..people.time.len())
            .filter(|&i| Some(people.group[i]) == group)
            .map(|i| self.rows[i])
            .collect();
        let mut cells = Vec::new();
        for day in quantile_days(quantile).into_iter().rev() {
            let with = by(day);
            let label = format!("{} {} quantile {day}", quantile.group, outcome.key);
            nested(context, &label, &wider, &with, results);
            let own = (outcome.key.as_str(), label.as_str());
            link(context, own, &with, None, &marks, results);
            for flags in &related {
                let others = of_arm.iter().copied().filter(|&row| flags[row]);
                let others: Vec<usize> = others.collect();
                nested(context, &label, &others, &with, results);
                nested(context, &label, &with, &others, results);
            }
            cells.push(context.cell(&label, with.iter().copied()));
            wider = with;
        }
        Ok(cells)
    }
}

fn request(context: &Context<'_>, followed: &Followed) -> SurvivalRequest {
    SurvivalRequest {
        times: vec![followed.last()],
        interval: SurvivalInterval::LogLog,
        quantiles: vec![0.5],
        tau: None,
        weights: FlemingHarrington::default(),
        rates_per: None,
        level: context.level,
    }
}

/// Records of one time by arm. Whose following ended before counts as followed until then.
pub(crate) fn add(
    context: &Context<'_>,
    analysis: &str,
    outcome: &OutcomePlan,
    replay: Option<&Replay>,
    results: &mut Results,
) -> Result<(), StudyError> {
    let Some(followed) = Followed::new(context, outcome, &[], results)? else {
        return Ok(());
    };
    let request = request(context, &followed);
    let found = survival(&followed.people, &request).map_err(StudyError::analysis(analysis))?;
    followed.add(context, analysis, outcome, found, results)?;
    if let Some(replay) = replay {
        let names = (analysis, outcome.key.as_str());
        let found = replay.times(context, names, &followed, FlemingHarrington::default());
        results
            .records
            .extend(found.map_err(StudyError::analysis(analysis))?);
    }
    Ok(())
}

/// Restricted means up to a horizon.
pub(crate) fn restricted_mean(
    context: &Context<'_>,
    analysis: &AnalysisPlan,
    horizon: Option<f64>,
    results: &mut Results,
) -> Result<(), StudyError> {
    let note = "Restricted mean: days without the event up to the horizon, the area under the \
                Kaplan-Meier curve; normal intervals, of the ratio on the logarithm.";
    let make = |followed: &Followed| {
        let mut request = request(context, followed);
        request.tau = horizon;
        restricted(&followed.people, &request)
    };
    alone(context, analysis, &[], note, make, results)
}

/// The difference of restricted means over its standard error, with other arms; without a horizon each
/// allocation has its own, as the analysis has.
pub(super) fn restricted_refit<'a>(
    context: &'a Context<'_>,
    analysis: &AnalysisPlan,
    horizon: Option<f64>,
) -> Result<Result<Refit<'a>, StatsError>, StudyError> {
    of_times(context, analysis, &[], move |treated, control| {
        let curve = |people: &TimeToEvent| {
            let event: Vec<bool> = people.cause.iter().map(|cause| *cause == 1).collect();
            FollowUp::new(&people.time, &event).map(|data| KaplanMeier::new(&data))
        };
        let curves = [curve(treated).ok()?, curve(control).ok()?];
        let tau = horizon.unwrap_or_else(|| common_horizon(&curves));
        let mean = |curve: &KaplanMeier| restricted_mean::of_curve(curve, tau).ok();
        let level = ConfidenceLevel::default();
        let found = restricted_mean::difference(mean(&curves[0])?, mean(&curves[1])?, level);
        Some(found.statistic_value)
    })
}

/// Gray's statistic, with other arms.
pub(super) fn gray_refit<'a>(
    context: &'a Context<'_>,
    analysis: &AnalysisPlan,
    test: &TimeTestPlan,
) -> Result<Result<Refit<'a>, StatsError>, StudyError> {
    of_times(context, analysis, &test.strata, |treated, control| {
        let both = |of: &dyn Fn(&TimeToEvent) -> Vec<f64>| [of(treated), of(control)].concat();
        let time = both(&|people| people.time.clone());
        let cause = [treated.cause.clone(), control.cause.clone()].concat();
        let group = [vec![1; treated.time.len()], vec![0; control.time.len()]].concat();
        let stratum = treated.stratum.as_ref().zip(control.stratum.as_ref());
        let stratum = stratum.map(|(treated, control)| [&treated[..], control].concat());
        let data = CompetingFollowUp::new(&time, &cause).ok()?;
        let test = gray(&data, 1, &group, 2, stratum.as_deref()).ok()?;
        Some(test.score[1] / test.covariance[(1, 1)].sqrt())
    })
}

/// A statistic of the people of two arms.
fn of_times<'a>(
    context: &'a Context<'_>,
    analysis: &AnalysisPlan,
    strata: &[String],
    statistic: impl Fn(&TimeToEvent, &TimeToEvent) -> Option<f64> + Sync + 'a,
) -> Result<Result<Refit<'a>, StatsError>, StudyError> {
    let none = || Ok(Err(StatsError::NoData { dropped: 0 }));
    let Some(outcome) = context.study.plan().outcome(&analysis.outcome) else {
        return none();
    };
    // Who stands behind the numbers was registered when these were made.
    let mut aside = Results::default();
    let Some(followed) = Followed::new(context, outcome, strata, &mut aside)? else {
        return none();
    };
    Ok(Ok(Refit {
        rows: followed.rows.clone(),
        statistic: Box::new(move |arms, (treated, control)| {
            let of = |arm: usize| {
                let own = (0..followed.rows.len()).filter(|&i| arms[followed.rows[i]] == Some(arm));
                followed.people.at(&own.collect::<Vec<usize>>())
            };
            statistic(&of(treated), &of(control)).filter(|value| value.is_finite())
        }),
    }))
}

/// A test of the arms.
pub(crate) fn test(
    context: &Context<'_>,
    analysis: &AnalysisPlan,
    test: &TimeTestPlan,
    results: &mut Results,
) -> Result<(), StudyError> {
    let make = |followed: &Followed| {
        let mut request = request(context, followed);
        request.weights = test.weights;
        tested(&followed.people, &request, test.gray)
    };
    alone(context, analysis, &test.strata, &note(test), make, results)?;
    if test.gray {
        return Ok(());
    }
    let outcome = context.study.plan().outcome(&analysis.outcome);
    let (Some(replay), Some(outcome)) = (Replay::of(context, analysis)?, outcome) else {
        return Ok(());
    };
    if let Some(followed) = Followed::new(context, outcome, &test.strata, results)? {
        let names = (analysis.key.as_str(), analysis.outcome.as_str());
        let found = replay.times(context, names, &followed, test.weights);
        let found = found.map_err(StudyError::analysis(&analysis.key))?;
        results.records.extend(found);
        if let Some(listed) = results.catalogue.analyses.last_mut() {
            listed.notes.push(replay.note(context));
        }
        replay.remark(context, analysis, results);
    }
    Ok(())
}

fn note(test: &TimeTestPlan) -> String {
    let name = match (test.gray, test.weights == FlemingHarrington::default()) {
        (true, _) => "Gray's test of equal cumulative incidences".to_owned(),
        (false, true) => "Log-rank test".to_owned(),
        (false, false) => format!(
            "Log-rank test with Fleming and Harrington's weights (rho {}, gamma {})",
            test.weights.rho, test.weights.gamma
        ),
    };
    let strata = match &test.strata[..] {
        [] => String::new(),
        columns => format!(", within the levels of {}", columns.join(" and ")),
    };
    format!("{name}{strata}.")
}

fn alone(
    context: &Context<'_>,
    analysis: &AnalysisPlan,
    strata: &[String],
    note: &str,
    make: impl Fn(&Followed) -> Result<SurvivalRecords, StatsError>,
    results: &mut Results,
) -> Result<(), StudyError> {
    let Some(outcome) = context.study.plan().outcome(&analysis.outcome) else {
        return Ok(());
    };
    let Some(followed) = Followed::new(context, outcome, strata, results)? else {
        return Err(StudyError::analysis(&analysis.key)(StatsError::NoData {
            dropped: 0,
        }));
    };
    let found = make(&followed).map_err(StudyError::analysis(&analysis.key))?;
    let kind = AnalysisKind::Times;
    let mut listed = entry(&analysis.key, &analysis.title, kind, &analysis.outcome);
    listed.notes = vec![note.to_owned()];
    if followed.people.cause.contains(&2) {
        listed.notes.push(COMPETING.to_owned());
    }
    results.catalogue.analyses.push(listed);
    followed.add(context, &analysis.key, outcome, found, results)?;
    if !strata.is_empty() {
        let known = context.numbers(&outcome.key)?;
        let known = known.iter().filter(|time| !time.is_nan()).count();
        if known > followed.rows.len() {
            let message = "people without a value in a column of the strata are left out";
            let term = Some(analysis.key.as_str());
            let note = records::diagnostic("complete_cases", "note", term, message);
            results.diagnostics.push(note);
        }
    }
    Ok(())
}

/// What a competing event does to a log-rank test and a hazard ratio.
pub(super) const COMPETING: &str = "A competing event ends the time at risk: log-rank tests and \
     hazard ratios are cause-specific, incidences are of the event before any other.";

/// The stratum of each person; nothing if there are no strata.
pub(super) fn stratum(
    context: &Context<'_>,
    columns: &[String],
) -> Result<Option<Vec<Option<usize>>>, StudyError> {
    if columns.is_empty() {
        return Ok(None);
    }
    let mut keys: Vec<Option<Vec<String>>> = vec![Some(Vec::new()); context.table.height()];
    for name in columns {
        let column = context.table.column(name)?;
        let text = column.cast(&polars::prelude::DataType::String)?;
        for (key, cell) in keys.iter_mut().zip(text.str()?.iter()) {
            let cell = cell.filter(|cell| !cell.is_empty());
            match (key.as_mut(), cell) {
                (Some(key), Some(cell)) => key.push(cell.to_owned()),
                _ => *key = None,
            }
        }
    }
    let mut numbers: BTreeMap<&Vec<String>, usize> =
        keys.iter().flatten().map(|key| (key, 0)).collect();
    for (number, value) in numbers.values_mut().enumerate() {
        *value = number;
    }
    let number = |key: &Option<Vec<String>>| key.as_ref().map(|key| numbers[key]);
    Ok(Some(keys.iter().map(number).collect()))
}

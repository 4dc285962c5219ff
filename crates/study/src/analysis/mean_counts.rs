//! Mean counts of events that happen again: by arm up to a day, their ratio, and their curve.

use super::counts::{Split, nested};
use super::records::{contrast, diagnostic, record};
use super::survival::{MeanCurveRequest, MeanPoint, RecurrentPeople, mean_points};
use super::times::stratum;
use super::{Context, entry};
use crate::StudyError;
use crate::plan::{
    AnalysisPlan, FigurePlan, MeanCountPlan, MeanCurvePlan, OutcomePlan, OutcomeSource,
};
use ndarray::{Array1, Array2};
use regtrial_results::{AnalysisKind, Cell, Cells, Results};
use regtrial_stats::StatsError;
use regtrial_stats::design::{Design, INTERCEPT};
use regtrial_stats::survival::recurrent::{MeanCount, RecurrentEvents, mean_count_regression};

/// The people whose events are known by their days.
struct Followed {
    people: RecurrentPeople,
    /// Their rows of the person table.
    rows: Vec<usize>,
    /// Of each arm those with an event and those without.
    splits: Vec<Split>,
}

impl Followed {
    /// Nothing if nobody's events are known.
    fn new(
        context: &Context<'_>,
        outcome: &OutcomePlan,
        results: &mut Results,
    ) -> Result<Option<Self>, StudyError> {
        let OutcomeSource::Derived(derived) = &outcome.source else {
            return Ok(None);
        };
        let found = context.study.cohort()?.recurrences(derived)?;
        let (mut end, mut events) = (Vec::new(), Vec::new());
        let (mut group, mut groups) = (Vec::new(), Vec::new());
        let (mut rows, mut splits) = (Vec::new(), Vec::new());
        for (name, own) in context.groups() {
            let known = own.iter().copied().filter(|&i| found[i].is_some());
            let known: Vec<usize> = known.collect();
            if known.is_empty() {
                continue;
            }
            let has = |i: usize| found[i].as_ref().map(|one| !one.days.is_empty());
            let label = format!("{name} {} any", outcome.key);
            splits.push(context.split(&label, &own, has, &mut results.counts));
            for row in known {
                if let Some(one) = &found[row] {
                    end.push(f64::from(one.followed));
                    events.push(one.days.iter().map(|day| f64::from(*day)).collect());
                    group.push(groups.len());
                    rows.push(row);
                }
            }
            groups.push(name);
        }
        if rows.is_empty() {
            return Ok(None);
        }
        let events = RecurrentEvents::of_people(end, events);
        Ok(Some(Self {
            people: RecurrentPeople {
                events: events.map_err(StudyError::analysis(&outcome.key))?,
                group,
                stratum: None,
                groups,
                by: "arm".to_owned(),
            },
            rows,
            splits,
        }))
    }

    fn of_group(&self, group: usize) -> Vec<usize> {
        let own = (0..self.rows.len()).filter(|&i| self.people.group[i] == group);
        own.collect()
    }

    /// The latest day up to which every arm is followed.
    fn common(&self) -> f64 {
        let last = |group| self.people.events.at(&self.of_group(group)).last();
        let groups = 0..self.people.groups.len();
        groups.map(last).fold(f64::INFINITY, f64::min)
    }
}

pub(crate) fn run(
    context: &Context<'_>,
    analysis: &AnalysisPlan,
    planned: &MeanCountPlan,
    results: &mut Results,
) -> Result<(), StudyError> {
    let failed = || StudyError::analysis(&analysis.key);
    let Some(outcome) = context.study.plan().outcome(&analysis.outcome) else {
        return Ok(());
    };
    let Some(followed) = Followed::new(context, outcome, results)? else {
        return Err(failed()(StatsError::NoData { dropped: 0 }));
    };
    let common = followed.common();
    let horizon = planned.horizon.unwrap_or(common);
    if horizon > common {
        let rule = "is beyond the longest follow-up of an arm: the mean count is undefined there";
        return Err(failed()(StatsError::Argument {
            argument: "horizon",
            rule: rule.to_owned(),
        }));
    }
    let mut listed = entry(
        &analysis.key,
        &analysis.title,
        AnalysisKind::Rates,
        &analysis.outcome,
    );
    listed.notes = vec![note(planned)];
    results.catalogue.analyses.push(listed);
    for (group, name) in followed.people.groups.iter().enumerate() {
        let own = followed.of_group(group);
        let people = followed.people.events.at(&own);
        let curve = MeanCount::new(&people);
        let estimate = curve.estimate(horizon, context.level);
        let mut made = record(&analysis.key, &context.population, &estimate);
        made.outcome.clone_from(&outcome.key);
        made.group.clone_from(name);
        made.time = horizon;
        made.n = Some(own.len() as u64);
        made.events = Some(curve.events_to(horizon));
        let before = |i: usize| {
            people.times()[i]
                .iter()
                .filter(|day| **day <= horizon)
                .count()
        };
        let counts: Vec<f64> = (0..own.len()).map(|i| before(i) as f64).collect();
        let rows = |wanted: &dyn Fn(usize) -> bool| -> Vec<usize> {
            let found = (0..own.len()).filter(|&i| wanted(i));
            found.map(|i| followed.rows[own[i]]).collect()
        };
        let with = rows(&|i| counts[i] > 0.0);
        let any = rows(&|i| !people.times()[i].is_empty());
        let label = format!("{name} {} to {horizon}", outcome.key);
        nested(context, &label, &any, &with, results);
        let without = rows(&|i| counts[i] == 0.0);
        let cells = [with, without].map(|rows| context.cell(&label, rows));
        let known = followed.splits[group].known;
        results.counts.sum(known, cells);
        made.cells = Cells::showing(cells).contributions(&counts);
        results.records.push(made);
    }
    ratios(context, analysis, planned, outcome, &followed, results)
}

/// The ratio of the mean counts of every pair of arms, by Lin, Wei, Yang and Ying.
fn ratios(
    context: &Context<'_>,
    analysis: &AnalysisPlan,
    planned: &MeanCountPlan,
    outcome: &OutcomePlan,
    followed: &Followed,
    results: &mut Results,
) -> Result<(), StudyError> {
    let groups = &followed.people.groups;
    if groups.len() < 2 {
        return Ok(());
    }
    let failed = || StudyError::analysis(&analysis.key);
    let strata = stratum(context, &planned.strata)?;
    let mut place = vec![None; context.table.height()];
    for (at, &row) in followed.rows.iter().enumerate() {
        place[row] = Some(at);
    }
    let value = |row: usize| match (place[row], &strata) {
        (Some(at), None) => followed.people.events.times()[at].len() as f64,
        (Some(at), Some(strata)) if strata[row].is_some() => {
            followed.people.events.times()[at].len() as f64
        }
        _ => f64::NAN,
    };
    let values = (0..place.len()).map(value).collect();
    let data = context.data.clone().with_numbers(&outcome.key, values);
    let design = Design::new(&planned.formula, &data).map_err(failed())?;
    let kept: Vec<usize> = (0..design.terms.len())
        .filter(|&j| design.terms[j] != INTERCEPT)
        .collect();
    let x = Array2::from_shape_fn((design.nobs(), kept.len()), |(i, j)| design.x[(i, kept[j])]);
    let terms: Vec<String> = kept.iter().map(|&j| design.terms[j].clone()).collect();
    let at: Vec<usize> = design.rows.iter().filter_map(|&row| place[row]).collect();
    let people = followed.people.events.at(&at);
    let labels: Option<Vec<usize>> = strata.as_ref().map(|strata| {
        let labels = design.rows.iter().filter_map(|&row| strata[row]);
        labels.collect()
    });
    if design.nobs() < followed.rows.len() {
        let message = "people with a missing value in a covariate or stratum are left out of the \
                       ratio";
        let term = Some(analysis.key.as_str());
        let note = diagnostic("complete_cases", "note", term, message);
        results.diagnostics.push(note);
    }
    let fit = match mean_count_regression(&people, &x, &terms, labels.as_deref()) {
        Ok(fit) => fit,
        // The mean counts stand without it.
        Err(StatsError::MonotoneLikelihood { .. }) => {
            let message = "nobody has the event on one side of a covariate or arm: there is no ratio \
                           of mean counts";
            let term = Some(analysis.key.as_str());
            let found = diagnostic("no_test", "warning", term, message);
            results.diagnostics.push(found);
            return Ok(());
        }
        Err(error) => return Err(failed()(error)),
    };
    let unit = |group: usize| -> Array1<f64> {
        let name = format!("arm[{}]", groups[group]);
        terms
            .iter()
            .map(|term| f64::from(u8::from(*term == name)))
            .collect()
    };
    for treated in 1..groups.len() {
        for control in 0..treated {
            let estimate = fit.ratio((unit(treated) - unit(control)).view(), context.level);
            let mut made = record(&analysis.key, &context.population, &estimate);
            made.outcome.clone_from(&outcome.key);
            made.contrast = contrast(&estimate, &groups[treated], &groups[control]);
            let pair = [treated, control];
            let behind = |group: usize| [followed.splits[group].yes, followed.splits[group].no];
            made.n = Some(
                pair.map(|group| followed.splits[group].known.count())
                    .iter()
                    .sum(),
            );
            let counts = |group: usize| -> Vec<f64> {
                let own = followed.of_group(group).into_iter();
                own.map(|i| followed.people.events.times()[i].len() as f64)
                    .collect()
            };
            let remainder = |group| Cells::default().contributions(&counts(group)).remainder;
            made.cells = Cells::showing(pair.map(behind).concat());
            made.cells.remainder = pair.into_iter().filter_map(remainder).min();
            results.records.push(made);
        }
    }
    Ok(())
}

fn note(planned: &MeanCountPlan) -> String {
    let strata = match &planned.strata[..] {
        [] => String::new(),
        columns => format!(", within the levels of {}", columns.join(" and ")),
    };
    format!(
        "Mean count: events a person has had on average, counted until the end of following (Nelson \
         and Aalen; limits on the logarithm). Rate ratio: ratio of mean counts (Lin, Wei, Yang and \
         Ying, robust errors): {}{strata}. Death ends following.",
        planned.text
    )
}

/// The curve of mean counts by arm.
pub(crate) fn curve(
    context: &Context<'_>,
    figure: &FigurePlan,
    planned: &MeanCurvePlan,
    results: &mut Results,
) -> Result<(), StudyError> {
    let Some(outcome) = context.study.plan().outcome(&planned.outcome) else {
        return Ok(());
    };
    let Some(followed) = Followed::new(context, outcome, results)? else {
        return Ok(());
    };
    let request = MeanCurveRequest {
        every: planned.every,
        horizon: planned.horizon,
        level: context.level,
    };
    let found = mean_points(&followed.people, &request, context.policy());
    let kind = AnalysisKind::SurvivalCurve;
    let mut listed = entry(&figure.key, &figure.title, kind, &outcome.key);
    listed.landmarks = found.ticks;
    results.catalogue.analyses.push(listed);
    for (group, name) in followed.people.groups.iter().enumerate() {
        let own: Vec<&MeanPoint> = found.points.iter().filter(|p| p.group == group).collect();
        if own.len() < 2 {
            let message = format!("no step of the curve of {name} has enough people to be shown");
            let found = diagnostic("curve_withheld", "note", Some(&figure.key), &message);
            results.diagnostics.push(found);
        }
        let cells = cells(context, &figure.key, &followed, group, &own, results);
        for (point, cells) in own.iter().zip(cells) {
            let mut made = record(&figure.key, &context.population, &point.estimate);
            made.outcome.clone_from(&outcome.key);
            made.group.clone_from(name);
            made.time = point.time;
            made.n = Some(followed.splits[group].known.count());
            made.events = Some(point.events);
            made.n_risk = Some(point.n_risk);
            made.cells = cells;
            results.records.push(made);
        }
    }
    Ok(())
}

/// The people behind the points of one arm: those still followed and those who left make it up, at each
/// point and from one to the next; and how events are spread over people.
fn cells(
    context: &Context<'_>,
    key: &str,
    followed: &Followed,
    group: usize,
    points: &[&MeanPoint],
    results: &mut Results,
) -> Vec<Cells> {
    let own = followed.of_group(group);
    let (ends, times) = (
        followed.people.events.ends(),
        followed.people.events.times(),
    );
    let arm = &followed.people.groups[group];
    let cell = |label: &str, wanted: &dyn Fn(usize) -> bool| -> Cell {
        let rows = own.iter().copied().filter(|&i| wanted(i));
        let rows = rows.map(|i| followed.rows[i]);
        context.cell(&format!("{key} {arm} {label}"), rows)
    };
    let all = cell("all", &|_| true);
    let mut found = Vec::new();
    let mut earlier: Option<(f64, Cell)> = None;
    for point in points {
        let day = point.time;
        let label = |what: &str| format!("{what} day {day}");
        let still = cell(&label("followed"), &|i| ends[i] >= day);
        let left = cell(&label("left"), &|i| ends[i] < day);
        results.counts.missing(left);
        results.counts.sum(all, [still, left]);
        if let Some((since, then)) = earlier.replace((day, still)) {
            let gone = cell(&label("gone"), &|i| ends[i] >= since && ends[i] < day);
            results.counts.missing(gone);
            results.counts.sum(then, [still, gone]);
        }
        let before = |i: &usize| times[*i].iter().filter(|time| **time < day).count() as f64;
        let counts: Vec<f64> = own.iter().map(before).collect();
        found.push(Cells::showing([still]).contributions(&counts));
    }
    found
}

//! The survival curve of a time to an event by arm, with the numbers at risk.

use super::counts::nested;
use super::records::{diagnostic, record};
use super::survival::{CurvePoint, CurveRequest, curve_points};
use super::times::Followed;
use super::{Context, entry};
use crate::StudyError;
use crate::plan::{FigurePlan, OutcomePlan, OutcomeSource, Picture, TimeCurvePlan};
use regtrial_outcomes::calendar::Offset;
use regtrial_results::{AnalysisKind, Cells, Results};

pub(crate) fn run(
    context: &Context<'_>,
    figure: &FigurePlan,
    curve: &TimeCurvePlan,
    results: &mut Results,
) -> Result<(), StudyError> {
    let outcomes = &context.study.plan().outcomes;
    let Some(outcome) = outcomes.iter().find(|o| o.key == curve.outcome) else {
        return Ok(());
    };
    let Some(followed) = Followed::new(context, outcome, &[], results)? else {
        return Ok(());
    };
    let request = CurveRequest {
        incidence: curve.incidence,
        interval: curve.interval,
        every: curve.every,
        horizon: curve.horizon,
        level: context.level,
    };
    let found = curve_points(&followed.people, &request, context.policy())
        .map_err(StudyError::analysis(&figure.key))?;
    let kind = AnalysisKind::SurvivalCurve;
    let mut listed = entry(&figure.key, &figure.title, kind, &outcome.key);
    listed.landmarks = found.ticks;
    listed.effect = origin(outcome).to_owned();
    results.catalogue.analyses.push(listed);
    let registered = Registered::new(context, &followed, outcome, &figure.key)?;
    for (group, name) in followed.people.groups.iter().enumerate() {
        let own = found.points.iter().filter(|point| point.group == group);
        let own: Vec<&CurvePoint> = own.collect();
        if own.len() < 2 {
            let message = format!("no step of the curve of {name} has enough events to be shown");
            let term = Some(figure.key.as_str());
            let found = diagnostic("curve_withheld", "note", term, &message);
            results.diagnostics.push(found);
        }
        let cells = registered.cells(context, group, &own, results);
        for (point, cells) in own.iter().zip(cells) {
            let mut made = record(&figure.key, &context.population, &point.estimate);
            made.outcome.clone_from(&outcome.key);
            made.group.clone_from(name);
            made.time = point.time;
            made.n = Some(followed.people.group.iter().filter(|g| **g == group).count() as u64);
            made.events = Some(point.events);
            made.n_risk = Some(point.n_risk);
            made.cells = cells;
            results.records.push(made);
        }
    }
    Ok(())
}

/// What the days are counted from, as far as readers would take it for granted.
fn origin(outcome: &OutcomePlan) -> &'static str {
    match &outcome.source {
        OutcomeSource::Derived(derived) if derived.from != Offset::Months(0)
            && derived.from.from(0) != 0 => "the window's first day",
        _ => "",
    }
}

/// What readers know of the people behind a curve.
struct Registered<'a> {
    followed: &'a Followed,
    key: &'a str,
    /// People with an event by another outcome, or in a state in a month, of the same endpoint.
    related: Vec<Vec<bool>>,
}

impl<'a> Registered<'a> {
    fn new(
        context: &Context<'_>,
        followed: &'a Followed,
        outcome: &OutcomePlan,
        key: &'a str,
    ) -> Result<Self, StudyError> {
        let mut found = Self {
            followed,
            key,
            related: Vec::new(),
        };
        let OutcomeSource::Derived(own) = &outcome.source else {
            return Ok(found);
        };
        let plan = context.study.plan();
        for other in &plan.outcomes {
            let OutcomeSource::Derived(derived) = &other.source else {
                continue;
            };
            if derived.endpoint == own.endpoint && context.is_binary(other)? {
                let values = context.numbers(&other.key)?;
                found.related.push(values.iter().map(|value| *value == 1.0).collect());
            }
        }
        for figure in &plan.figures {
            let Picture::Curve(curve) = &figure.picture else {
                continue;
            };
            if curve.endpoint == own.endpoint.key {
                let cohort = context.study.cohort()?;
                let panel = cohort.panel(&own.endpoint, curve.months, curve.policies)?;
                for status in panel.status {
                    let of = status.iter().map(|status| *status == Some(true));
                    found.related.push(of.collect());
                }
            }
        }
        Ok(found)
    }

    /// The people behind the points of one arm, and the sums between them: those who reached the
    /// event, those at risk and those who left make up the arm, at each point and from one to the
    /// next.
    fn cells(
        &self,
        context: &Context<'_>,
        group: usize,
        points: &[&CurvePoint],
        results: &mut Results,
    ) -> Vec<Cells> {
        let people = &self.followed.people;
        let own: Vec<usize> = (0..people.time.len())
            .filter(|&i| people.group[i] == group)
            .collect();
        let rows = |wanted: &dyn Fn(usize) -> bool| -> Vec<usize> {
            let found = own.iter().copied().filter(|&i| wanted(i));
            found.map(|i| self.followed.rows[i]).collect()
        };
        let arm = &people.groups[group];
        let cell = |label: &str, rows: &[usize]| {
            context.cell(&format!("{} {arm} {label}", self.key), rows.iter().copied())
        };
        let is_event = |i: usize| people.cause[i] == 1;
        let reached = rows(&is_event);
        let arm_rows: Vec<usize> = rows(&|_| true);
        let related: Vec<Vec<usize>> = self
            .related
            .iter()
            .map(|flags| arm_rows.iter().copied().filter(|&row| flags[row]).collect())
            .collect();
        let mut found = Vec::new();
        let mut earlier: Option<[Vec<usize>; 3]> = None;
        for point in points {
            let is_before = |i: usize| match point.coarse {
                true => people.time[i] < point.time,
                false => people.time[i] <= point.time,
            };
            let with = rows(&|i| is_event(i) && is_before(i));
            let left = rows(&|i| !is_event(i) && people.time[i] < point.time);
            let at_risk = rows(&|i| people.time[i] >= point.time);
            let label = format!("day {}", point.time);
            let name = |what: &str| format!("{what} {label}");
            let of_left = cell(&name("left"), &left);
            let (of_with, of_risk) = (
                cell(&name("with"), &with),
                cell(&name("at risk"), &at_risk),
            );
            if point.coarse {
                results.counts.missing(of_left);
                let parts = [of_with, of_risk, of_left];
                results.counts.sum(cell("all", &arm_rows), parts);
                nested(context, &name("total"), &reached, &with, results);
                if let Some([with_then, risk_then, left_then]) = earlier.take() {
                    let new = |now: &[usize], then: &[usize]| -> Vec<usize> {
                        let is_new = |row: &&usize| then.binary_search(row).is_err();
                        now.iter().filter(is_new).copied().collect()
                    };
                    let of_new = cell(&name("new"), &new(&with, &with_then));
                    let of_gone = cell(&name("gone"), &new(&left, &left_then));
                    results.counts.missing(of_gone);
                    let counts = &mut results.counts;
                    counts.sum(of_with, [cell("with then", &with_then), of_new]);
                    counts.sum(of_left, [cell("left then", &left_then), of_gone]);
                    counts.sum(cell("risk then", &risk_then), [of_risk, of_new, of_gone]);
                }
                for others in &related {
                    nested(context, &name("related"), others, &with, results);
                    nested(context, &name("related"), &with, others, results);
                }
                earlier = Some([with, at_risk, left]);
            }
            found.push(Cells::showing([of_with, of_risk]));
        }
        found
    }
}

//! The survival curve of a time to an event by arm, with the numbers at risk.

use super::counts::nested;
use super::marks::{Mark, link, marks};
use super::records::{diagnostic, record};
use super::survival::{CurvePoint, CurveRequest, curve_points};
use super::times::Followed;
use super::{Context, entry};
use crate::StudyError;
use crate::plan::{FigurePlan, OutcomePlan, OutcomeSource, Picture, TimeCurvePlan};
use regtrial_outcomes::calendar::Offset;
use regtrial_results::{AnalysisKind, Cells, Policy, Results};

pub(crate) fn run(
    context: &Context<'_>,
    figure: &FigurePlan,
    curve: &TimeCurvePlan,
    results: &mut Results,
) -> Result<(), StudyError> {
    let Some(outcome) = context.study.plan().outcome(&curve.outcome) else {
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
    let marks = marks(context, outcome, results)?;
    let registered = Registered::new(context, &followed, outcome, (&figure.key, &marks))?;
    let known = |group: usize, day: f64| registered.allows(context, group, day);
    let found = curve_points(&followed.people, &request, context.policy(), &known)
        .map_err(StudyError::analysis(&figure.key))?;
    let kind = AnalysisKind::SurvivalCurve;
    let mut listed = entry(&figure.key, &figure.title, kind, &outcome.key);
    listed.landmarks = found.ticks;
    listed.effect = origin(outcome).to_owned();
    results.catalogue.analyses.push(listed);
    for (group, name) in followed.people.groups.iter().enumerate() {
        let own = found.points.iter().filter(|point| point.group == group);
        let own: Vec<&CurvePoint> = own.collect();
        if own.len() < 2 {
            let message = format!("no step of the curve of {name} has enough events to be shown");
            let term = Some(figure.key.as_str());
            let found = diagnostic("curve_withheld", "note", term, &message);
            results.diagnostics.push(found);
        }
        let withheld = context.policy().rounds() && own.iter().any(|point| !point.rounded);
        if withheld {
            let message = format!(
                "the curve of {name} is withheld: from rounded numbers there is none where events \
                 compete"
            );
            let term = Some(figure.key.as_str());
            let found = diagnostic("curve_withheld", "note", term, &message);
            results.diagnostics.push(found);
        }
        let mut cells = registered.cells(context, group, &own, results);
        for at in 1..cells.len() {
            // What is computed from the points before shows them too.
            if own[at].rounded {
                let before = cells[at - 1].shows.clone();
                cells[at].shows.extend(before);
            }
        }
        for (point, mut cells) in own.iter().zip(cells) {
            cells.rounded = point.rounded;
            let mut made = record(&figure.key, &context.population, &point.estimate);
            made.outcome.clone_from(&outcome.key);
            made.group.clone_from(name);
            made.time = point.time;
            made.n = Some(
                followed
                    .people
                    .group
                    .iter()
                    .filter(|g| **g == group)
                    .count() as u64,
            );
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
        OutcomeSource::Derived(derived)
            if derived.from != Offset::Months(0) && derived.from.from(0) != 0 =>
        {
            "the window's first day"
        }
        _ => "",
    }
}

/// What readers know of the people behind a curve.
struct Registered<'a> {
    followed: &'a Followed,
    key: &'a str,
    /// People with an event by another outcome, or in a state in a month, of the same endpoint.
    related: Vec<Vec<bool>>,
    /// Days at which the number of those with the event is known already.
    marks: &'a [Mark],
    /// All of these, arm by arm.
    relations: Vec<Vec<Relation>>,
}

/// Those of an arm who reached the event, and others of whom readers know.
struct Relation {
    /// How many the others are.
    size: u64,
    /// Days of the event of those who are among them, ascending.
    inside: Vec<f64>,
    /// The first day of the event of one who is not.
    first_outside: f64,
}

impl Relation {
    /// Whether the number of those with the event before a day gives no small number back. Where one
    /// of both is a part of the other, the rest is known.
    fn allows(&self, reached: u64, day: f64, policy: Policy) -> bool {
        let both = self.inside.partition_point(|time| *time < day) as u64;
        let rest = if day <= self.first_outside {
            self.size - both
        } else if both == self.size {
            reached - both
        } else {
            return true;
        };
        policy.allows(rest) || !policy.allows(self.size)
    }
}

impl<'a> Registered<'a> {
    fn new(
        context: &Context<'_>,
        followed: &'a Followed,
        outcome: &OutcomePlan,
        (key, marks): (&'a str, &'a [Mark]),
    ) -> Result<Self, StudyError> {
        let related = related(context, outcome)?;
        let people = &followed.people;
        let of_arm = |group: usize, flags: &[bool]| {
            let own = (0..people.time.len()).filter(|&i| people.group[i] == group);
            let own: Vec<usize> = own.collect();
            let times = |inside: bool| -> Vec<f64> {
                let wanted =
                    |i: &&usize| people.cause[**i] == 1 && flags[followed.rows[**i]] == inside;
                let mut times: Vec<f64> =
                    own.iter().filter(wanted).map(|&i| people.time[i]).collect();
                times.sort_by(f64::total_cmp);
                times
            };
            Relation {
                size: own.iter().filter(|&&i| flags[followed.rows[i]]).count() as u64,
                inside: times(true),
                first_outside: times(false).first().copied().unwrap_or(f64::INFINITY),
            }
        };
        let groups = 0..people.groups.len();
        let rows = context.table.height();
        let relations = groups.map(|group| {
            let own = marks.iter().filter(|mark| mark.arm == people.groups[group]);
            let of_marks = own.map(|mark| {
                let is_in = |row: usize| mark.with.binary_search(&row).is_ok();
                of_arm(group, &(0..rows).map(is_in).collect::<Vec<bool>>())
            });
            let of_related = related.iter().map(|flags| of_arm(group, flags));
            of_related.chain(of_marks).collect()
        });
        Ok(Self {
            marks,
            relations: relations.collect(),
            followed,
            key,
            related,
        })
    }

    /// Whether it may be known how many of an arm had the event before a day, beside the others of
    /// whom readers know. All of them may be: the table of outcomes has their number.
    fn allows(&self, context: &Context<'_>, group: usize, day: f64) -> bool {
        let people = &self.followed.people;
        let of_group = |i: &usize| people.group[*i] == group && people.cause[*i] == 1;
        let own = (0..people.time.len()).filter(of_group);
        let (mut reached, mut total) = (0, 0);
        for i in own {
            total += 1;
            reached += u64::from(people.time[i] < day);
        }
        let policy = context.policy();
        let fine = |relation: &Relation| relation.allows(reached, day, policy);
        reached == 0 || reached == total || self.relations[group].iter().all(fine)
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
        let marks: Vec<&Mark> = self.marks.iter().filter(|mark| mark.arm == *arm).collect();
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
            let (of_with, of_risk) = (cell(&name("with"), &with), cell(&name("at risk"), &at_risk));
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
                let still = Some([at_risk.as_slice(), left.as_slice()]);
                let of = (people.event.as_str(), name("mark"));
                link(context, (of.0, &of.1), &with, still, &marks, results);
                if !with.is_empty() && with.len() < reached.len() {
                    for others in &related {
                        nested(context, &name("related"), others, &with, results);
                        nested(context, &name("related"), &with, others, results);
                    }
                }
                earlier = Some([with, at_risk, left]);
            }
            // How many are followed stands beside every point, and follows from its value.
            found.push(Cells::showing([of_with, of_risk, cell("all", &arm_rows)]));
        }
        found
    }
}

/// People with an event by another outcome of the same endpoint, or in its state in a month. Of a time
/// in columns every other outcome that is a rule on columns may be related.
pub(super) fn related(
    context: &Context<'_>,
    outcome: &OutcomePlan,
) -> Result<Vec<Vec<bool>>, StudyError> {
    let mut found: Vec<Vec<bool>> = Vec::new();
    let plan = context.study.plan();
    for other in &plan.outcomes {
        let may = match (&outcome.source, &other.source) {
            (OutcomeSource::Derived(own), OutcomeSource::Derived(derived)) => {
                own.endpoint == derived.endpoint
            }
            (OutcomeSource::Derived(_), _) | (_, OutcomeSource::Derived(_)) => false,
            _ => true,
        };
        if may && context.is_binary(other)? {
            let values = context.numbers(&other.key)?;
            found.push(values.iter().map(|value| *value == 1.0).collect());
        }
    }
    let OutcomeSource::Derived(own) = &outcome.source else {
        return Ok(found);
    };
    for figure in &plan.figures {
        let Picture::Curve(curve) = &figure.picture else {
            continue;
        };
        if curve.endpoint == own.endpoint.key {
            let cohort = context.study.cohort()?;
            let panel = cohort.panel(&own.endpoint, curve.months, curve.policies)?;
            for status in panel.status {
                let flags = status.iter().map(|status| *status == Some(true));
                found.push(flags.collect());
            }
        }
    }
    found.sort_unstable();
    found.dedup();
    Ok(found)
}

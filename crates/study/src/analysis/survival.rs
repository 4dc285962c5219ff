//! Time to event by group, for plans and for ad-hoc commands alike.

mod alone;
mod hazards;
mod mean_steps;
mod rates;
mod ratios;
mod recurrent;
mod steps;
mod weeks;

pub use alone::{restricted, tested};
pub use hazards::{Coefficients, Hazards, HazardsModel, term_cells};
pub use mean_steps::{MeanCurveRequest, MeanPoint, MeanPoints, mean_points};
pub use recurrent::{RecurrentPeople, recurrent};
pub use steps::{CurvePoint, CurvePoints, CurveRequest, curve_points};

use super::records::{contrast, diagnostic, record};
use rates::{GroupRate, rates};
use ratios::{PairRatio, hazard_ratios, subdistribution_ratios};
use regtrial_results::{Cells, DiagnosticRecord, Record};
use regtrial_stats::survival::competing::{AalenJohansen, CompetingFollowUp, gray};
use regtrial_stats::survival::log_rank::{FlemingHarrington, log_rank};
use regtrial_stats::survival::restricted_mean::{self, common_horizon};
use regtrial_stats::survival::{FollowUp, KaplanMeier, SurvivalInterval};
use regtrial_stats::{ConfidenceLevel, Estimate, Statistic, StatsError};

/// People with a known time, event and group.
#[derive(Debug, Clone)]
pub struct TimeToEvent {
    /// Days to the event or to the end of observation.
    pub time: Vec<f64>,
    /// 1 for the event, 2 for one that ends it all, 0 for the end of observation.
    pub cause: Vec<u32>,
    /// Index into `groups`.
    pub group: Vec<usize>,
    /// Stratum, if tests are stratified.
    pub stratum: Option<Vec<usize>>,
    /// Names of the groups, the reference first.
    pub groups: Vec<String>,
    /// What the groups are called together.
    pub by: String,
    /// What the event is called.
    pub event: String,
}

impl TimeToEvent {
    /// Some of the people.
    pub(super) fn at(&self, rows: &[usize]) -> Self {
        Self {
            time: rows.iter().map(|&i| self.time[i]).collect(),
            cause: rows.iter().map(|&i| self.cause[i]).collect(),
            group: rows.iter().map(|&i| self.group[i]).collect(),
            stratum: self.stratum.as_ref().map(|labels| rows.iter().map(|&i| labels[i]).collect()),
            ..self.clone()
        }
    }
}

/// What is wanted.
#[derive(Debug, Clone)]
pub struct SurvivalRequest {
    /// Times at which the curves are read; empty for every event time.
    pub times: Vec<f64>,
    /// Scale of the curves' intervals.
    pub interval: SurvivalInterval,
    /// Shares whose times are wanted.
    pub quantiles: Vec<f64>,
    /// Horizon of the restricted means; the latest possible if none is given.
    pub tau: Option<f64>,
    /// Weights of the test.
    pub weights: FlemingHarrington,
    /// Rates are given per this many units of time, if at all.
    pub rates_per: Option<f64>,
    /// Confidence level.
    pub level: ConfidenceLevel,
}

/// Records and remarks, and the horizon that was used.
#[derive(Debug, Clone, Default)]
pub struct SurvivalRecords {
    /// The estimates.
    pub records: Vec<Record>,
    /// What is fragile.
    pub diagnostics: Vec<DiagnosticRecord>,
    /// The horizon of the restricted means.
    pub tau: Option<f64>,
}

struct Group {
    name: String,
    curve: KaplanMeier,
    competing: CompetingFollowUp,
}

impl Group {
    fn cells(&self) -> Cells {
        Cells::proportion(self.curve.events, self.curve.nobs)
    }
}

/// Curves, tests and contrasts.
///
/// # Errors
/// An empty group, impossible times, or a horizon beyond a group's follow-up.
pub fn survival(
    people: &TimeToEvent,
    request: &SurvivalRequest,
) -> Result<SurvivalRecords, StatsError> {
    let groups = groups(people)?;
    let competing = people.cause.contains(&2);
    let mut found = SurvivalRecords::default();
    for group in &groups {
        if competing {
            incidences(group, request, &mut found)?;
        } else {
            curve(group, request, &mut found);
        }
        if group.curve.events == 0 {
            let message = "nobody in this group has the event";
            found.diagnostics.push(diagnostic(
                "no_events",
                "warning",
                Some(&group.name),
                message,
            ));
        }
    }
    if !competing {
        restricted_means(&groups, request, &mut found)?;
    }
    if let Some(per) = request.rates_per {
        let of = |(index, group): (usize, &Group)| {
            let own = people.time.iter().zip(&people.group);
            GroupRate {
                name: group.name.clone(),
                people: group.curve.nobs,
                events: group.curve.events,
                person_time: own
                    .filter(|(_, g)| **g == index)
                    .map(|(time, _)| time)
                    .sum(),
                cells: group.cells(),
            }
        };
        let all: Vec<GroupRate> = groups.iter().enumerate().map(of).collect();
        found.records.extend(rates(&all, per, request.level)?);
    }
    tests(people, &groups, request, &mut found)?;
    if people.time.iter().any(|time| time.fract() != 0.0) {
        let message =
            "times are not whole days: those that differ by rounding alone are taken as ties";
        found
            .diagnostics
            .push(diagnostic("fractional_times", "note", None, message));
    }
    Ok(found)
}

fn groups(people: &TimeToEvent) -> Result<Vec<Group>, StatsError> {
    let mut groups = Vec::new();
    for (index, name) in people.groups.iter().enumerate() {
        let own: Vec<usize> = (0..people.time.len())
            .filter(|&i| people.group[i] == index)
            .collect();
        let time: Vec<f64> = own.iter().map(|&i| people.time[i]).collect();
        let cause: Vec<u32> = own.iter().map(|&i| people.cause[i]).collect();
        let event: Vec<bool> = cause.iter().map(|c| *c == 1).collect();
        let data = FollowUp::new(&time, &event)?;
        groups.push(Group {
            name: name.clone(),
            curve: KaplanMeier::new(&data),
            competing: CompetingFollowUp::new(&time, &cause)?,
        });
    }
    Ok(groups)
}

fn of_group(group: &Group, estimate: &Estimate) -> Record {
    let mut made = record("survive", "all rows", estimate);
    made.group.clone_from(&group.name);
    made.n = Some(group.curve.nobs);
    made.events = Some(group.curve.events);
    made.cells = group.cells();
    made
}

/// The times at which a group's curve is read.
fn reading_times(group: &Group, request: &SurvivalRequest) -> Vec<f64> {
    if request.times.is_empty() {
        let steps = group.curve.steps.iter().filter(|step| step.events > 0);
        return steps.map(|step| step.time).collect();
    }
    request.times.clone()
}

/// A point of a curve: its counts are those up to it, and those since the point before.
fn at_time(
    group: &Group,
    time: f64,
    before: &mut (u64, u64),
    estimate: &Estimate,
    found: &mut SurvivalRecords,
) {
    let (events, n_risk) = (group.curve.events_to(time), group.curve.n_risk(time));
    let mut made = of_group(group, estimate);
    made.time = time;
    made.events = Some(events);
    made.n_risk = Some(n_risk);
    let since = events - before.0.min(events);
    let left = before.1.saturating_sub(n_risk);
    made.cells = Cells::counts([events, n_risk, since, left]);
    *before = (events, n_risk);
    found.records.push(made);
    if estimate.estimate.is_nan() {
        let message =
            "a time lies beyond the longest follow-up of this group: the curve is undefined there";
        found.diagnostics.push(diagnostic(
            "beyond_follow_up",
            "note",
            Some(&group.name),
            message,
        ));
    }
}

fn curve(group: &Group, request: &SurvivalRequest, found: &mut SurvivalRecords) {
    let mut before = (0, group.curve.nobs);
    for time in reading_times(group, request) {
        let estimate = group.curve.estimate(time, request.interval, request.level);
        at_time(group, time, &mut before, &estimate, found);
    }
    for &share in &request.quantiles {
        let estimate = group.curve.quantile(share, request.interval, request.level);
        let mut made = of_group(group, &estimate);
        if estimate.statistic != Statistic::MedianSurvival {
            made.term = format!("p = {share}");
        }
        found.records.push(made);
    }
}

fn incidences(
    group: &Group,
    request: &SurvivalRequest,
    found: &mut SurvivalRecords,
) -> Result<(), StatsError> {
    let curve = AalenJohansen::new(&group.competing, 1)?;
    let mut before = (0, group.curve.nobs);
    for time in reading_times(group, request) {
        let estimate = curve.estimate(time, request.level);
        at_time(group, time, &mut before, &estimate, found);
    }
    Ok(())
}

fn restricted_means(
    groups: &[Group],
    request: &SurvivalRequest,
    found: &mut SurvivalRecords,
) -> Result<(), StatsError> {
    let curves: Vec<KaplanMeier> = groups.iter().map(|group| group.curve.clone()).collect();
    let tau = request.tau.unwrap_or_else(|| common_horizon(&curves));
    if tau <= 0.0 && request.tau.is_none() {
        return Ok(());
    }
    found.tau = Some(tau);
    let mut means = Vec::new();
    for group in groups {
        let mean = restricted_mean::of_curve(&group.curve, tau)?;
        let mut made = of_group(group, &mean.estimate(request.level));
        made.time = tau;
        found.records.push(made);
        means.push(mean);
    }
    for (treated, control) in pairs(groups.len()) {
        let (x, y) = (means[treated], means[control]);
        for estimate in [
            restricted_mean::difference(x, y, request.level),
            restricted_mean::ratio(x, y, request.level),
        ] {
            let mut made = of_pair(&groups[treated], &groups[control], &estimate);
            made.time = tau;
            found.records.push(made);
        }
    }
    Ok(())
}

/// Every later group against every earlier one.
fn pairs(groups: usize) -> impl Iterator<Item = (usize, usize)> {
    (1..groups).flat_map(|treated| (0..treated).map(move |control| (treated, control)))
}

fn of_pair(treated: &Group, control: &Group, estimate: &Estimate) -> Record {
    let mut made = record("survive", "all rows", estimate);
    made.contrast = contrast(estimate, &treated.name, &control.name);
    made.n = Some(treated.curve.nobs + control.curve.nobs);
    made.events = Some(treated.curve.events + control.curve.events);
    made.cells = Cells::counts([treated.cells().counts, control.cells().counts].concat());
    made
}

/// The people of two groups, as a test wants them.
struct Pair {
    kept: Vec<usize>,
    arm: Vec<usize>,
    stratum: Option<Vec<usize>>,
}

impl Pair {
    fn new(people: &TimeToEvent, treated: usize, control: usize) -> Self {
        let kept: Vec<usize> = (0..people.time.len())
            .filter(|&i| people.group[i] == treated || people.group[i] == control)
            .collect();
        let arm = |&i: &usize| usize::from(people.group[i] == treated);
        let stratum = people.stratum.as_ref();
        Self {
            arm: kept.iter().map(arm).collect(),
            stratum: stratum.map(|labels| kept.iter().map(|&i| labels[i]).collect()),
            kept,
        }
    }

    fn of<T: Copy>(&self, values: &[T]) -> Vec<T> {
        self.kept.iter().map(|&i| values[i]).collect()
    }
}

fn tests(
    people: &TimeToEvent,
    groups: &[Group],
    request: &SurvivalRequest,
    found: &mut SurvivalRecords,
) -> Result<(), StatsError> {
    if groups.len() < 2 {
        return Ok(());
    }
    let competing = people.cause.contains(&2);
    let event: Vec<bool> = people.cause.iter().map(|c| *c == 1).collect();
    if groups.len() > 2 {
        let stratum = people.stratum.as_deref();
        let (group, number) = (&people.group, groups.len());
        let everyone = FollowUp::new(&people.time, &event)?;
        let test = log_rank(&everyone, group, number, stratum, request.weights);
        let test = test.map(|test| test.estimate(request.level));
        overall(people, groups, test, found);
        if competing {
            let everyone = CompetingFollowUp::new(&people.time, &people.cause)?;
            let test = gray(&everyone, 1, group, number, stratum).map(|test| test.estimate());
            overall(people, groups, test, found);
        }
    }
    let hazard = hazard_ratios(people, request.level, found)?;
    let subdistribution = match competing {
        true => subdistribution_ratios(people, request.level)?,
        false => Vec::new(),
    };
    for (treated, control) in pairs(groups.len()) {
        let pair = Pair::new(people, treated, control);
        let name = format!("{} / {}", groups[treated].name, groups[control].name);
        let data = FollowUp::new(&pair.of(&people.time), &pair.of(&event))?;
        let stratum = pair.stratum.as_deref();
        let test = log_rank(&data, &pair.arm, 2, stratum, request.weights);
        let test = test.map(|test| test.estimate(request.level));
        let mut estimates: Vec<Estimate> = tell(test, &name, found).into_iter().collect();
        let own = |ratio: &&PairRatio| (ratio.treated, ratio.control) == (treated, control);
        estimates.extend(hazard.iter().find(own).map(|ratio| ratio.estimate));
        if competing {
            let data = CompetingFollowUp::new(&pair.of(&people.time), &pair.of(&people.cause))?;
            let test = gray(&data, 1, &pair.arm, 2, stratum).map(|test| test.estimate());
            estimates.extend(tell(test, &name, found));
            estimates.extend(subdistribution.iter().find(own).map(|ratio| ratio.estimate));
        }
        for estimate in &estimates {
            let made = of_pair(&groups[treated], &groups[control], estimate);
            found.records.push(made);
        }
    }
    Ok(())
}

/// One test of all groups.
fn overall(
    people: &TimeToEvent,
    groups: &[Group],
    test: Result<Estimate, StatsError>,
    found: &mut SurvivalRecords,
) {
    if let Some(estimate) = tell(test, &people.by, found) {
        let mut made = record("survive", "all rows", &estimate);
        made.term.clone_from(&people.by);
        made.n = Some(groups.iter().map(|group| group.curve.nobs).sum());
        made.events = Some(groups.iter().map(|group| group.curve.events).sum());
        made.cells = Cells::counts(
            groups
                .iter()
                .flat_map(|group| group.cells().counts)
                .collect::<Vec<u64>>(),
        );
        found.records.push(made);
    }
}

/// A test that cannot be made is a remark: the curves stand without it.
fn tell(
    test: Result<Estimate, StatsError>,
    term: &str,
    found: &mut SurvivalRecords,
) -> Option<Estimate> {
    test.map_err(|error| {
        let message = error.to_string();
        found
            .diagnostics
            .push(diagnostic("no_test", "warning", Some(term), &message));
    })
    .ok()
}

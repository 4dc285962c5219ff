//! Time to event by group, for plans and for ad-hoc commands alike.

mod alone;
mod curves;
mod hazards;
mod mean_steps;
mod rates;
mod ratios;
mod recurrent;
mod resampled;
mod steps;
mod tested;
mod weeks;

pub use alone::{restricted, tested};
pub use hazards::{Coefficients, Hazards, HazardsModel, term_cells};
pub use mean_steps::{MeanCurveRequest, MeanPoint, MeanPoints, mean_points};
pub use recurrent::{RecurrentPeople, recurrent};
pub use resampled::RestrictedBootstrap;
pub use steps::{CurvePoint, CurvePoints, CurveRequest, curve_points};

use super::records::{contrast, diagnostic, record};
use curves::{at_time, curve, incidences};
use rates::{GroupRate, rates};
use regtrial_results::{Cells, DiagnosticRecord, Record};
use regtrial_stats::survival::competing::CompetingFollowUp;
use regtrial_stats::survival::log_rank::FlemingHarrington;
use regtrial_stats::survival::restricted_mean::{self, common_horizon};
use regtrial_stats::survival::{FollowUp, KaplanMeier, SurvivalInterval};
use regtrial_stats::{ConfidenceLevel, Estimate, StatsError, contrast_pairs};
use tested::{Pair, overall, tell, tests};

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
            stratum: self
                .stratum
                .as_ref()
                .map(|labels| rows.iter().map(|&i| labels[i]).collect()),
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
    for (treated, control) in contrast_pairs(groups.len()) {
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

fn of_pair(treated: &Group, control: &Group, estimate: &Estimate) -> Record {
    let mut made = record("survive", "all rows", estimate);
    made.contrast = contrast(estimate, &treated.name, &control.name);
    made.n = Some(treated.curve.nobs + control.curve.nobs);
    made.events = Some(treated.curve.events + control.curve.events);
    made.cells = Cells::counts([treated.cells().counts, control.cells().counts].concat());
    made
}

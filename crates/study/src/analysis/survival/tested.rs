//! Tests of the groups: of all of them together, and of every pair with its hazard ratio.

use super::super::records::{diagnostic, record};
use super::ratios::{PairRatio, hazard_ratios, subdistribution_ratios};
use super::{Group, SurvivalRecords, SurvivalRequest, TimeToEvent, of_pair};
use regtrial_results::Cells;
use regtrial_stats::survival::FollowUp;
use regtrial_stats::survival::competing::{CompetingFollowUp, gray};
use regtrial_stats::survival::log_rank::log_rank;
use regtrial_stats::{Estimate, StatsError, contrast_pairs};

/// The people of two groups, as a test wants them.
pub(super) struct Pair {
    kept: Vec<usize>,
    pub(super) arm: Vec<usize>,
    pub(super) stratum: Option<Vec<usize>>,
}

impl Pair {
    pub(super) fn new(people: &TimeToEvent, treated: usize, control: usize) -> Self {
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

    pub(super) fn of<T: Copy>(&self, values: &[T]) -> Vec<T> {
        self.kept.iter().map(|&i| values[i]).collect()
    }
}

pub(super) fn tests(
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
    for (treated, control) in contrast_pairs(groups.len()) {
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
pub(super) fn overall(
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
pub(super) fn tell(
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

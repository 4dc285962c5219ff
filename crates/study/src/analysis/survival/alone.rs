//! Restricted means and single tests of groups, where no curves are asked for.

use super::{
    Pair, SurvivalRecords, SurvivalRequest, TimeToEvent, at_time, groups, of_group, of_pair,
    overall, restricted_means, tell,
};
use regtrial_stats::survival::FollowUp;
use regtrial_stats::survival::competing::{AalenJohansen, CompetingFollowUp, gray};
use regtrial_stats::survival::log_rank::log_rank;
use regtrial_stats::{Estimate, StatsError, contrast_pairs};

/// Restricted means of the groups, their differences and ratios.
///
/// # Errors
/// A competing event, an empty group, or a horizon beyond a group's follow-up.
pub fn restricted(
    people: &TimeToEvent,
    request: &SurvivalRequest,
) -> Result<SurvivalRecords, StatsError> {
    if people.cause.contains(&2) {
        return Err(StatsError::Argument {
            argument: "restricted means",
            rule: "have no meaning beside a competing event: take fine-gray, gray or cox"
                .to_owned(),
        });
    }
    let mut found = SurvivalRecords::default();
    restricted_means(&groups(people)?, request, &mut found)?;
    Ok(found)
}

/// A test of the groups, with the median time of each, or where events compete with the incidence
/// at the last of the request's times.
///
/// # Errors
/// An empty group; a test that cannot be made.
pub fn tested(
    people: &TimeToEvent,
    request: &SurvivalRequest,
    of_incidence: bool,
) -> Result<SurvivalRecords, StatsError> {
    let groups = groups(people)?;
    if groups.len() < 2 {
        return Err(StatsError::Argument {
            argument: "a test of groups",
            rule: "needs two or more of them in which times are known".to_owned(),
        });
    }
    let mut found = SurvivalRecords::default();
    for group in &groups {
        if people.cause.contains(&2) {
            let curve = AalenJohansen::new(&group.competing, 1)?;
            if let Some(&time) = request.times.last() {
                let estimate = curve.estimate(time, request.level);
                at_time(
                    group,
                    time,
                    &mut (0, group.curve.nobs),
                    &estimate,
                    &mut found,
                );
            }
        } else {
            let median = group.curve.quantile(0.5, request.interval, request.level);
            found.records.push(of_group(group, &median));
        }
    }
    if groups.len() > 2 {
        let all = Sample {
            time: &people.time,
            cause: &people.cause,
            group: &people.group,
            groups: groups.len(),
            stratum: people.stratum.as_deref(),
        };
        overall(people, &groups, all.test(request, of_incidence), &mut found);
    }
    for (treated, control) in contrast_pairs(groups.len()) {
        let pair = Pair::new(people, treated, control);
        let both = Sample {
            time: &pair.of(&people.time),
            cause: &pair.of(&people.cause),
            group: &pair.arm,
            groups: 2,
            stratum: pair.stratum.as_deref(),
        };
        let made = both.test(request, of_incidence);
        // The only test that was asked for has to be made; of several pairs one may not have it.
        let estimate = match groups.len() {
            2 => Some(made?),
            _ => {
                let name = format!("{} / {}", groups[treated].name, groups[control].name);
                tell(made, &name, &mut found)
            }
        };
        if let Some(estimate) = estimate {
            let made = of_pair(&groups[treated], &groups[control], &estimate);
            found.records.push(made);
        }
    }
    Ok(found)
}

/// People as a test wants them.
struct Sample<'a> {
    time: &'a [f64],
    cause: &'a [u32],
    group: &'a [usize],
    groups: usize,
    stratum: Option<&'a [usize]>,
}

impl Sample<'_> {
    fn test(&self, request: &SurvivalRequest, of_incidence: bool) -> Result<Estimate, StatsError> {
        if of_incidence {
            let data = CompetingFollowUp::new(self.time, self.cause)?;
            let test = gray(&data, 1, self.group, self.groups, self.stratum)?;
            return Ok(test.estimate());
        }
        let event: Vec<bool> = self.cause.iter().map(|cause| *cause == 1).collect();
        let data = FollowUp::new(self.time, &event)?;
        let test = log_rank(
            &data,
            self.group,
            self.groups,
            self.stratum,
            request.weights,
        )?;
        Ok(test.estimate(request.level))
    }
}

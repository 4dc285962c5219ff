//! Restricted means with the intervals of a bootstrap.

use super::{SurvivalRecords, TimeToEvent, groups, of_group, of_pair};
use regtrial_stats::resampling::{BootstrapFit, BootstrapInterval};
use regtrial_stats::survival::resampled::RestrictedMeans;
use regtrial_stats::{ConfidenceLevel, StatsError, contrast_pairs};

/// A bootstrap that is asked for.
#[derive(Debug, Clone, Copy)]
pub struct RestrictedBootstrap<'a> {
    /// Kinds of interval.
    pub kinds: &'a [BootstrapInterval],
    /// Replicates.
    pub replicates: usize,
    /// Seed.
    pub seed: u64,
    /// The cluster of each person, if whole clusters are drawn.
    pub clusters: Option<&'a [usize]>,
    /// Level of the intervals.
    pub level: ConfidenceLevel,
}

impl RestrictedBootstrap<'_> {
    /// Puts the records of every kind before those found, at their horizon; nothing where there is none.
    ///
    /// # Errors
    /// An interval that does not exist.
    pub fn add(
        &self,
        people: &TimeToEvent,
        found: &mut SurvivalRecords,
    ) -> Result<Option<BootstrapFit>, StatsError> {
        let Some(tau) = found.tau else {
            return Ok(None);
        };
        let groups = groups(people)?;
        let event: Vec<bool> = people.cause.iter().map(|cause| *cause == 1).collect();
        let means = RestrictedMeans {
            time: &people.time,
            event: &event,
            group: &people.group,
            clusters: self.clusters,
            tau,
        };
        let fit = means.bootstrap(self.replicates, self.seed, self.kinds)?;
        let mut records = Vec::new();
        for &kind in self.kinds {
            for (at, group) in groups.iter().enumerate() {
                records.push(of_group(group, &fit.group(at, kind, self.level)?));
            }
            for (treated, control) in contrast_pairs(groups.len()) {
                for estimate in fit.contrasts(treated, control, kind, self.level)? {
                    records.push(of_pair(&groups[treated], &groups[control], &estimate));
                }
            }
        }
        for record in &mut records {
            record.time = tau;
            record.replicates = Some(fit.replicates.replicates.len() as u64);
        }
        let first = found.records.iter();
        let first = first
            .take_while(|record| record.statistic != "restricted_mean")
            .count();
        found.records.splice(first..first, records);
        Ok(Some(fit.replicates))
    }
}

//! The bootstrap of restricted means.
//!
//! People are drawn within their groups, or whole clusters of them. The horizon is that of the data: a
//! replicate in which nobody of a group is followed to it has no value. The standard errors that studentised
//! intervals need are those of the Kaplan-Meier areas, which take people as independent.
//!
//! References: as for [`restricted_mean`](super::restricted_mean); A. C. Davison, D. V. Hinkley (1997),
//! Bootstrap Methods and their Application, section 3.5 (censored times: people are drawn with what is known
//! of them) and chapter 5.

use super::FollowUp;
use super::restricted_mean::{RestrictedMean, restricted_mean};
use crate::resampling::{Bootstrap, BootstrapFit, BootstrapInterval, Replicate, Resample};
use crate::{ConfidenceLevel, Estimate, Statistic, StatsError, contrast_pairs};

/// Times by group, and the horizon of their restricted means.
#[derive(Debug, Clone, Copy)]
pub struct RestrictedMeans<'a> {
    /// Days to the event or to the end of observation.
    pub time: &'a [f64],
    /// Whether it is the event.
    pub event: &'a [bool],
    /// The group of each row, from 0.
    pub group: &'a [usize],
    /// The cluster of each row, if whole clusters are drawn.
    pub clusters: Option<&'a [usize]>,
    /// The horizon.
    pub tau: f64,
}

/// Replicates of the groups' restricted means and of their contrasts.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct RestrictedMeanBootstrap {
    /// Means of the groups, then difference and logarithm of the ratio of every pair.
    pub replicates: BootstrapFit,
    groups: usize,
}

impl RestrictedMeans<'_> {
    /// Replicates, with what the intervals need.
    ///
    /// # Errors
    /// [`StatsError::Argument`] for a horizon beyond the follow-up of a group, in the data or in one replicate
    /// in ten; for studentised intervals by clusters; and those of [`Bootstrap::run`].
    ///
    /// ```
    /// use regtrial_stats::{ConfidenceLevel, resampling::BootstrapInterval};
    /// use regtrial_stats::survival::resampled::RestrictedMeans;
    /// let people = RestrictedMeans {
    ///     time: &[10.0, 20.0, 50.0, 60.0, 30.0, 40.0, 55.0, 70.0],
    ///     event: &[true, true, true, false, true, true, true, false],
    ///     group: &[0, 0, 0, 0, 1, 1, 1, 1],
    ///     clusters: None,
    ///     tau: 50.0,
    /// };
    /// let kind = BootstrapInterval::Percentile;
    /// let found = people.bootstrap(500, 1, &[kind])?;
    /// let difference = found.contrasts(1, 0, kind, ConfidenceLevel::NINETY_FIVE)?[0];
    /// // Days up to 50: (30 + 40 + 50 + 50 - 10 - 20 - 50 - 50) / 4.
    /// assert!((difference.estimate - 10.0).abs() < 1e-12);
    /// # Ok::<(), regtrial_stats::StatsError>(())
    /// ```
    pub fn bootstrap(
        &self,
        replicates: usize,
        seed: u64,
        kinds: &[BootstrapInterval],
    ) -> Result<RestrictedMeanBootstrap, StatsError> {
        let rows = self.time.len();
        if self.event.len() != rows || self.group.len() != rows {
            return Err(StatsError::argument(
                "time",
                "must be as many as events and groups",
            ));
        }
        let studentised = kinds.contains(&BootstrapInterval::Studentised);
        if studentised && self.clusters.is_some() {
            let rule = "needs a standard error that knows of the clusters, and a restricted mean has none: \
                        percentile, basic and BCa do without";
            return Err(StatsError::argument("the studentised interval", rule));
        }
        let groups = self.group.iter().max().map_or(0, |last| last + 1);
        let everyone: Vec<usize> = (0..rows).collect();
        self.means(&everyone, groups)?;
        let bootstrap = Bootstrap {
            replicates,
            seed,
            resample: Resample::within(self.group.to_vec(), self.clusters),
        };
        let jackknife = kinds.contains(&BootstrapInterval::Bca);
        let found = bootstrap.run(rows, jackknife, |drawn| {
            let means = self.means(drawn, groups).ok()?;
            Some(statistics(&means, studentised))
        });
        let replicates = found.map_err(|error| match error {
            StatsError::Argument {
                argument: "estimator",
                ..
            } => {
                let rule = "lies beyond the follow-up of a group in many replicates, or without one of its people: \
                            an earlier one";
                StatsError::argument("tau", rule)
            }
            other => other,
        })?;
        Ok(RestrictedMeanBootstrap { replicates, groups })
    }

    /// The groups' restricted means among the rows drawn.
    fn means(&self, drawn: &[usize], groups: usize) -> Result<Vec<RestrictedMean>, StatsError> {
        let of = |wanted: usize| {
            let own = drawn
                .iter()
                .copied()
                .filter(|&row| self.group[row] == wanted);
            let (time, event): (Vec<f64>, Vec<bool>) =
                own.map(|row| (self.time[row], self.event[row])).unzip();
            restricted_mean(&FollowUp::new(&time, &event)?, self.tau)
        };
        (0..groups).map(of).collect()
    }
}

fn statistics(means: &[RestrictedMean], studentised: bool) -> Replicate {
    let mut values: Vec<f64> = means.iter().map(|group| group.mean).collect();
    let mut std_errors: Vec<f64> = means.iter().map(|group| group.std_error).collect();
    let relative = |group: &RestrictedMean| group.std_error / group.mean;
    for (treated, control) in contrast_pairs(means.len()) {
        let (x, y) = (&means[treated], &means[control]);
        values.extend([x.mean - y.mean, (x.mean / y.mean).ln()]);
        std_errors.extend([
            x.std_error.hypot(y.std_error),
            relative(x).hypot(relative(y)),
        ]);
    }
    Replicate {
        values,
        std_errors: if studentised { std_errors } else { Vec::new() },
    }
}

impl RestrictedMeanBootstrap {
    /// The restricted mean of one group.
    ///
    /// # Errors
    /// Those of [`BootstrapFit::limits`].
    pub fn group(
        &self,
        group: usize,
        interval: BootstrapInterval,
        level: ConfidenceLevel,
    ) -> Result<Estimate, StatsError> {
        self.replicates
            .estimate(group, Statistic::RestrictedMean, interval, level)
    }

    /// Difference and ratio of two groups.
    ///
    /// # Errors
    /// Those of [`BootstrapFit::limits`]; a group that is not there or not later than the control.
    pub fn contrasts(
        &self,
        treated: usize,
        control: usize,
        interval: BootstrapInterval,
        level: ConfidenceLevel,
    ) -> Result<[Estimate; 2], StatsError> {
        let Some(pair) = contrast_pairs(self.groups).position(|pair| pair == (treated, control))
        else {
            let rule = "must be a later against an earlier one";
            return Err(StatsError::argument("groups", rule));
        };
        let at = self.groups + 2 * pair;
        let ratio = Statistic::RestrictedMeanRatio;
        let difference = Statistic::RestrictedMeanDifference;
        Ok([
            self.replicates.estimate(at, difference, interval, level)?,
            self.replicates
                .estimate(at + 1, ratio, interval, level)?
                .exponentiated(ratio),
        ])
    }
}

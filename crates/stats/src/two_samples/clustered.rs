//! Rank tests of clusters that were allotted whole.
//!
//! Everyone has a score that does not depend on the arms: the rank among all less the mean rank, or of a
//! time the events less those expected. Clusters are exchangeable if the arms do not differ, whatever
//! goes on within them, and so are the sums S_c of their people's scores. With k clusters the sum over
//! the treated ones is compared with its distribution over all allotments of as many clusters, by its
//! exact mean and variance and Student's t with k - 2 degrees of freedom: the pooled t test of the S_c.
//!
//! References: M. H. Gail et al. (1996), Statistics in Medicine 15:1069-1092; T. M. Braun, Z. Feng
//! (2001), JASA 96:1424-1432; B. Rosner, R. J. Glynn, M.-L. T. Lee (2003), Biometrics 59:1089-1098, for
//! rank sums of clusters.

use super::check;
use crate::distributions::t;
use crate::survival::FollowUp;
use crate::survival::log_rank::{FlemingHarrington, scores};
use crate::{Estimate, Method, Statistic, StatsError};
use std::collections::BTreeMap;

/// The rank-sum test of clusters, with P(X > Y) - P(Y > X) for a treated X and a control Y as its
/// estimate, everyone counting alike. `statistic_value` is t. `arm` is 1 for the treated and 0 for the
/// controls, and the same for all people of a cluster.
///
/// # Errors
/// [`StatsError::Argument`] if lengths differ, a value is not finite, an arm is not 0 or 1, a cluster has
/// people of both, an arm has no cluster, or there are fewer than three; or if all sums are the same.
///
/// ```
/// use regtrial_stats::two_samples::clustered::rank_sum;
/// let (y, arm) = ([1.0, 2.0, 4.0, 3.0, 5.0, 6.0], [0, 0, 0, 1, 1, 1]);
/// let test = rank_sum(&y, &arm, &[1, 1, 2, 3, 4, 4])?;
/// // Of nine pairs the treated person is above in eight.
/// assert!((test.estimate - 7.0 / 9.0).abs() < 1e-15);
/// assert_eq!(test.df, 2.0);
/// # Ok::<(), regtrial_stats::StatsError>(())
/// ```
pub fn rank_sum(y: &[f64], arm: &[usize], cluster: &[u64]) -> Result<Estimate, StatsError> {
    check("outcome", y)?;
    let mut order: Vec<usize> = (0..y.len()).collect();
    order.sort_by(|&a, &b| y[a].total_cmp(&y[b]));
    let centre = (y.len() as f64 + 1.0) / 2.0;
    let mut centred = vec![0.0; y.len()];
    let mut before = 0.0;
    for tied in order.chunk_by(|&a, &b| y[a] >= y[b]) {
        let n = tied.len() as f64;
        for &i in tied {
            centred[i] = before + (n + 1.0) / 2.0 - centre;
        }
        before += n;
    }
    let sums = Sums::new(&centred, arm, cluster)?;
    let people = arm.iter().sum::<usize>() as f64;
    // The ranks of the treated less their mean are half the pairs won less half of those lost.
    let pairs = people * (arm.len() as f64 - people);
    let estimate = 2.0 * sums.of_treated / pairs;
    let statistic = Statistic::ProbabilityDifference;
    sums.test(Estimate::point(
        statistic,
        Method::ClusteredRankSum,
        estimate,
    ))
}

/// The log-rank test of clusters, weighted or not, with the events of the treated less those expected of
/// them as its estimate; else as [`rank_sum`]. Times may be censored, in a cluster together or not.
///
/// # Errors
/// Those of [`rank_sum`]; a negative weight.
///
/// ```
/// use regtrial_stats::survival::FollowUp;
/// use regtrial_stats::two_samples::clustered::log_rank;
/// let data = FollowUp::new(&[1.0, 2.0, 3.0, 4.0], &[true; 4])?;
/// let test = log_rank(&data, &[0, 0, 1, 1], &[1, 2, 3, 3], Default::default())?;
/// // The first two have 2 events and expect 1/2 + 1/3 of one.
/// assert!((test.estimate - (5.0 / 6.0 - 2.0)).abs() < 1e-15);
/// # Ok::<(), regtrial_stats::StatsError>(())
/// ```
pub fn log_rank(
    data: &FollowUp,
    arm: &[usize],
    cluster: &[u64],
    weights: FlemingHarrington,
) -> Result<Estimate, StatsError> {
    let sums = Sums::new(&scores(data, None, weights)?, arm, cluster)?;
    let statistic = Statistic::ObservedMinusExpected;
    let method = Method::ClusteredLogRank;
    sums.test(Estimate::point(statistic, method, sums.of_treated))
}

/// Scores summed over clusters.
struct Sums {
    /// Of each cluster, whether it is treated and its sum.
    clusters: Vec<(bool, f64)>,
    of_treated: f64,
}

impl Sums {
    fn new(scores: &[f64], arm: &[usize], cluster: &[u64]) -> Result<Self, StatsError> {
        let n = scores.len();
        if arm.len() != n || cluster.len() != n {
            let rule = "must have an arm and a cluster a person";
            return Err(StatsError::argument("data", rule));
        }
        if arm.iter().any(|arm| *arm > 1) {
            return Err(StatsError::argument("arm", "must be 0 or 1"));
        }
        let mut found = BTreeMap::<u64, (bool, f64)>::new();
        for ((score, &arm), &label) in scores.iter().zip(arm).zip(cluster) {
            let own = found.entry(label).or_insert((arm == 1, 0.0));
            if own.0 != (arm == 1) {
                let rule =
                    "has people of both arms: this test is of clusters that were allotted whole";
                return Err(StatsError::argument("cluster", rule));
            }
            own.1 += score;
        }
        let clusters: Vec<(bool, f64)> = found.into_values().collect();
        let treated = clusters.iter().filter(|(treated, _)| *treated).count();
        if clusters.len() < 3 || treated == 0 || treated == clusters.len() {
            let rule = "must number three or more, with both arms among them";
            return Err(StatsError::argument("clusters", rule));
        }
        let own = clusters.iter().filter(|(treated, _)| *treated);
        Ok(Self {
            of_treated: own.map(|(_, sum)| sum).sum(),
            clusters,
        })
    }

    fn test(&self, mut estimate: Estimate) -> Result<Estimate, StatsError> {
        let k = self.clusters.len() as f64;
        let treated = self.clusters.iter().filter(|(treated, _)| *treated).count() as f64;
        let mean = self.clusters.iter().map(|(_, sum)| sum).sum::<f64>() / k;
        let squares = |(_, sum): &(bool, f64)| (sum - mean) * (sum - mean);
        let total: f64 = self.clusters.iter().map(squares).sum();
        // The variance over all allotments of this many clusters.
        let variance = total * treated * (k - treated) / (k * (k - 1.0));
        let scale: f64 = self.clusters.iter().map(|(_, sum)| sum * sum).sum();
        if variance <= 1e-24 * scale || variance <= 0.0 {
            let rule = "have the same sum of scores in every cluster: there is nothing to compare";
            return Err(StatsError::argument("clusters", rule));
        }
        let z = (self.of_treated - treated * mean) / variance.sqrt();
        let df = k - 2.0;
        estimate.df = df;
        // At most k - 1, where the clusters of an arm do not vary at all.
        let left = (k - 1.0 - z * z).max(0.0);
        estimate.statistic_value = z * (df / left).sqrt();
        estimate.p_value = match left > 0.0 {
            true => (2.0 * t::sf(estimate.statistic_value.abs(), df)).min(1.0),
            false => 0.0,
        };
        Ok(estimate)
    }
}

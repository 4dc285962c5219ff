//! Comparisons by ranks.
//!
//! References: M. Hollander, D. A. Wolfe, E. Chicken (2014), *Nonparametric Statistical Methods*,
//! sections 4.1 to 4.3; E. R. DeLong et al. (1988), Biometrics 44:837-845, for the variance of
//! P(X > Y).

use super::TwoSamples;
use crate::describe::variance;
use crate::distributions::normal;
use crate::{ConfidenceLevel, Estimate, Method, Statistic, roots};

/// Below this size in both groups, and without ties, the null distribution is enumerated.
const EXACT_BELOW: usize = 50;

/// Counts of pairs (treated, control).
struct Pairs {
    /// Per treated person: control people below, plus half of those tied.
    treated_placements: Vec<f64>,
    /// Per control person: treated people above, plus half of those tied.
    control_placements: Vec<f64>,
    /// Treated above control, ties counted half: the Mann-Whitney U.
    u: f64,
    /// Sum over tied values of t³ - t.
    tie_sum: f64,
}

impl Pairs {
    fn new(samples: TwoSamples<'_>) -> Self {
        let treated = sorted(samples.treated);
        let control = sorted(samples.control);
        let treated_placements: Vec<f64> = samples
            .treated
            .iter()
            .map(|&x| below_and_half(&control, x))
            .collect();
        let n1 = treated.len() as f64;
        let control_placements = samples
            .control
            .iter()
            .map(|&y| n1 - below_and_half(&treated, y))
            .collect();
        let mut all = [treated, control].concat();
        all.sort_by(f64::total_cmp);
        let tie_sum = all
            .chunk_by(|a, b| a == b)
            .map(|group| {
                let t = group.len() as f64;
                t * t * t - t
            })
            .sum();
        let u = treated_placements.iter().sum();
        Self {
            treated_placements,
            control_placements,
            u,
            tie_sum,
        }
    }

    /// Variance of U when both distributions agree, corrected for ties.
    fn null_variance(&self) -> f64 {
        let (n1, n2) = (
            self.treated_placements.len() as f64,
            self.control_placements.len() as f64,
        );
        let n = n1 + n2;
        n1 * n2 / 12.0 * (n + 1.0 - self.tie_sum / (n * (n - 1.0)))
    }

    fn exact(&self) -> bool {
        self.tie_sum == 0.0
            && self.treated_placements.len() < EXACT_BELOW
            && self.control_placements.len() < EXACT_BELOW
    }
}

/// The Mann-Whitney test, with P(X > Y) - P(Y > X) for a treated X and a control Y as its
/// estimate and DeLong's standard error and interval beside it.
///
/// The p-value is exact when both groups have fewer than 50 people and no value is tied, else
/// normal with tie and continuity correction. `statistic_value` is U, the pairs in which the
/// treated person is above, ties counted half.
#[must_use]
pub fn mann_whitney(samples: TwoSamples<'_>, level: ConfidenceLevel) -> Estimate {
    let pairs = Pairs::new(samples);
    let (n1, n2) = (samples.treated.len(), samples.control.len());
    let product = n1 as f64 * n2 as f64;
    let probability = pairs.u / product;
    let scaled = |placements: &[f64], n: usize| {
        let shares: Vec<f64> = placements.iter().map(|p| p / n as f64).collect();
        variance(&shares) / placements.len() as f64
    };
    let std_error = 2.0
        * (scaled(&pairs.treated_placements, n2) + scaled(&pairs.control_placements, n1)).sqrt();
    let difference = 2.0 * probability - 1.0;
    let mut result = Estimate::point(
        Statistic::ProbabilityDifference,
        Method::MannWhitney,
        difference,
    );
    if std_error > 0.0 {
        let half = level.normal_quantile() * std_error;
        result = result.with_interval(
            (difference - half).max(-1.0),
            (difference + half).min(1.0),
            level,
        );
        result.std_error = std_error;
    }
    result.statistic_value = pairs.u;
    result.p_value = if pairs.exact() {
        let counts = exact_distribution(n1, n2);
        let u = pairs.u as usize;
        let total: f64 = counts.iter().sum();
        let below: f64 = counts[..=u].iter().sum::<f64>() / total;
        let above: f64 = counts[u..].iter().sum::<f64>() / total;
        (2.0 * below.min(above)).min(1.0)
    } else {
        let distance = (pairs.u - product / 2.0).abs();
        let corrected = (distance - 0.5).max(0.0);
        let variance = pairs.null_variance();
        if variance > 0.0 {
            (2.0 * normal::sf(corrected / variance.sqrt())).min(1.0)
        } else {
            f64::NAN
        }
    };
    result
}

/// Hodges and Lehmann's shift: the median of all differences between a treated and a control
/// person. Its limits are the order statistics of those differences that the rank test does not
/// reject; exact under the conditions of [`mann_whitney`], else from the normal approximation with
/// the tie-corrected variance.
#[must_use]
pub fn hodges_lehmann(samples: TwoSamples<'_>, level: ConfidenceLevel) -> Estimate {
    let pairs = Pairs::new(samples);
    let (n1, n2) = (samples.treated.len(), samples.control.len());
    let differences = Differences::new(samples);
    let count = n1 * n2;
    let median = if count % 2 == 1 {
        differences.smallest(count / 2 + 1)
    } else {
        f64::midpoint(
            differences.smallest(count / 2),
            differences.smallest(count / 2 + 1),
        )
    };
    let tail = level.alpha() / 2.0;
    let rank = if pairs.exact() {
        exact_quantile(&exact_distribution(n1, n2), tail)
    } else {
        let centre = count as f64 / 2.0;
        (centre + normal::quantile(tail) * pairs.null_variance().sqrt())
            .floor()
            .max(0.0) as usize
    };
    let rank = rank.max(1);
    Estimate::point(Statistic::LocationShift, Method::HodgesLehmann, median).with_interval(
        differences.smallest(rank),
        differences.smallest(count + 1 - rank),
        level,
    )
}

/// All differences treated minus control, never written out: n1 * n2 of them would not fit.
struct Differences {
    treated: Vec<f64>,
    control: Vec<f64>,
}

impl Differences {
    fn new(samples: TwoSamples<'_>) -> Self {
        Self {
            treated: sorted(samples.treated),
            control: sorted(samples.control),
        }
    }

    /// How many differences are at most `limit`, by one walk along both sorted samples.
    fn at_most(&self, limit: f64) -> usize {
        let mut above = self.control.len();
        let mut count = 0;
        for x in self.treated.iter().rev() {
            // Control people y with x - y <= limit are those from some place on.
            while above > 0 && x - self.control[above - 1] <= limit {
                above -= 1;
            }
            // `above` can only grow when x shrinks: walk back.
            while above < self.control.len() && x - self.control[above] > limit {
                above += 1;
            }
            count += self.control.len() - above;
        }
        count
    }

    /// The k-th smallest difference, k from 1.
    fn smallest(&self, k: usize) -> f64 {
        let (Some(first), Some(last)) = (self.treated.first(), self.treated.last()) else {
            return f64::NAN;
        };
        let low = first - self.control[self.control.len() - 1];
        let high = last - self.control[0];
        if self.at_most(low) >= k {
            return low;
        }
        let below = roots::bisect(low, high, |limit| self.at_most(limit) < k);
        // The smallest double above `below` is the difference itself.
        // Adding 0 makes a negative zero positive.
        if below < high {
            below.next_up() + 0.0
        } else {
            high
        }
    }
}

fn sorted(sample: &[f64]) -> Vec<f64> {
    let mut sorted = sample.to_vec();
    sorted.sort_by(f64::total_cmp);
    sorted
}

fn below_and_half(sorted: &[f64], x: f64) -> f64 {
    let below = sorted.partition_point(|y| *y < x);
    let at_most = sorted.partition_point(|y| *y <= x);
    f64::midpoint(below as f64, at_most as f64)
}

/// The number of arrangements of n1 and n2 people that give each U from 0 to n1 * n2.
fn exact_distribution(n1: usize, n2: usize) -> Vec<f64> {
    // counts[u] of partitions of u into at most n1 parts of size at most n2: the Gaussian binomial,
    // multiplied by (1 - q^(n2 + i)) and divided by (1 - q^i) for i = 1..n1.
    // In integers: fewer than 50 people a group stay below 1e29.
    let size = n1 * n2 + 1;
    let mut counts = vec![0_i128; size];
    counts[0] = 1;
    for i in 1..=n1 {
        for u in (n2 + i..size).rev() {
            counts[u] -= counts[u - n2 - i];
        }
        for u in i..size {
            counts[u] += counts[u - i];
        }
    }
    counts.into_iter().map(|count| count as f64).collect()
}

/// The smallest u with P(U <= u) >= p.
fn exact_quantile(counts: &[f64], p: f64) -> usize {
    let total: f64 = counts.iter().sum();
    let mut sum = 0.0;
    for (u, count) in counts.iter().enumerate() {
        sum += count;
        if sum / total >= p {
            return u;
        }
    }
    counts.len() - 1
}

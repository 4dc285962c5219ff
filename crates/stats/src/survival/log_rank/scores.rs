//! The log-rank test as a sum over people: each person's events less those expected of them.
//!
//! With d_j events among n_j at risk at the event times t_j of a stratum and weights w_j, the score of a
//! person followed to t is w(t) if that ended with the event, less the sum of w_j d_j / n_j up to t. The
//! scores of a group add up to its observed minus expected events. They do not depend on the groups,
//! which is what a permutation test needs.
//!
//! References: R. Peto, J. Peto (1972), Journal of the Royal Statistical Society A 135:185-207;
//! T. Hothorn, B. Lausen (2003), Computational Statistics & Data Analysis 43:121-137.

use super::{FlemingHarrington, strata};
use crate::StatsError;
use crate::survival::{FollowUp, KaplanMeier};

/// The score of each person; `stratum` holds any labels, or nothing.
///
/// # Errors
/// [`StatsError::Argument`] if lengths differ or a weight is negative.
///
/// ```
/// use regtrial_stats::survival::{FollowUp, log_rank};
/// let data = FollowUp::new(&[1.0, 2.0, 3.0], &[true, false, true])?;
/// // One of three at risk on day 1; on day 3 the last one.
/// let scores = log_rank::scores(&data, None, Default::default())?;
/// assert!((scores[0] - 2.0 / 3.0).abs() < 1e-15);
/// assert!((scores[1] + 1.0 / 3.0).abs() < 1e-15 && (scores[2] + 1.0 / 3.0).abs() < 1e-15);
/// # Ok::<(), regtrial_stats::StatsError>(())
/// ```
pub fn scores(
    data: &FollowUp,
    stratum: Option<&[usize]>,
    weights: FlemingHarrington,
) -> Result<Vec<f64>, StatsError> {
    if stratum.is_some_and(|labels| labels.len() != data.nobs()) {
        return Err(StatsError::argument("stratum", "must be one a person"));
    }
    weights.check()?;
    let mut found = vec![0.0; data.nobs()];
    for members in strata(stratum, data.nobs()) {
        let own = data.at(&members);
        let curve = KaplanMeier::new(&own);
        let order = own.order();
        let (mut at, mut before, mut expected) = (0, 1.0, 0.0);
        for step in &curve.steps {
            let weight = weights.weight(before);
            before = step.survival;
            if step.events > 0 {
                expected += weight * step.events as f64 / step.n_risk as f64;
            }
            let end = at + (step.events + step.censored) as usize;
            for &i in &order[at..end] {
                let event = if own.event()[i] { weight } else { 0.0 };
                found[members[i]] = event - expected;
            }
            at = end;
        }
    }
    Ok(found)
}

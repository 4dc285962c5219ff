//! Harrell's concordance.
//!
//! Of two people of a stratum who were at risk together, of whom one had the event while the other
//! stayed on, the pair is concordant if the one with the event had the higher linear predictor.
//! Pairs with equal predictors count half; pairs with events on the same day do not count.
//!
//! References: F. E. Harrell et al. (1982), JAMA 247:2543-2546.

use super::risk_sets::RiskSets;
use ndarray::Array1;

/// Pairs and their share.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct Concordance {
    /// Pairs in the right order.
    pub concordant: u64,
    /// Pairs in the wrong order.
    pub discordant: u64,
    /// Pairs with the same linear predictor.
    pub tied: u64,
    /// (concordant + tied / 2) / all of them; 1/2 is no better than chance.
    pub estimate: f64,
}

/// Counts at ranks, summed in logarithmic time (P. M. Fenwick 1994).
struct Counts(Vec<i64>);

impl Counts {
    fn add(&mut self, rank: usize, by: i64) {
        let mut at = rank + 1;
        while at < self.0.len() {
            self.0[at] += by;
            at += at & at.wrapping_neg();
        }
    }

    /// Sum over ranks below `rank`.
    fn below(&self, rank: usize) -> i64 {
        let (mut at, mut sum) = (rank, 0);
        while at > 0 {
            sum += self.0[at];
            at &= at - 1;
        }
        sum
    }
}

pub(super) fn harrell(sets: &RiskSets, beta: &Array1<f64>) -> Concordance {
    // The centres of strata differ, which does not matter: pairs are within strata.
    let eta: Vec<f64> = (0..sets.rows())
        .map(|i| {
            let dot: f64 = sets.row(i).iter().zip(beta).map(|(x, b)| x * b).sum();
            dot + sets.offset[i]
        })
        .collect();
    let mut levels = eta.clone();
    levels.sort_by(f64::total_cmp);
    levels.dedup();
    let rank = |i: usize| levels.partition_point(|level| *level < eta[i]);
    let (mut concordant, mut discordant, mut tied) = (0_i64, 0_i64, 0_i64);
    let mut next = 0;
    for (stratum, rows) in sets.strata.iter().enumerate() {
        let mut counts = Counts(vec![0; levels.len() + 1]);
        let mut inside = vec![false; rows.len()];
        let (mut entered, mut left, mut size) = (rows.start, rows.start, 0_i64);
        while let Some(moment) = sets.moments.get(next).filter(|m| m.stratum == stratum) {
            // Who stays on: later times, and those censored on the day itself.
            while entered < moment.rows.end {
                let stays = entered < moment.rows.start || !sets.event[entered];
                if stays && !inside[entered - rows.start] {
                    counts.add(rank(entered), 1);
                    inside[entered - rows.start] = true;
                    size += 1;
                }
                entered += 1;
            }
            if let Some(start) = &sets.start {
                while left < rows.end && start[sets.by_start[left]] >= moment.time {
                    let i = sets.by_start[left];
                    if inside[i - rows.start] {
                        counts.add(rank(i), -1);
                        inside[i - rows.start] = false;
                        size -= 1;
                    }
                    left += 1;
                }
            }
            for i in moment.rows.clone().filter(|&i| sets.event[i]) {
                let below = counts.below(rank(i));
                let to = counts.below(rank(i) + 1);
                concordant += below;
                tied += to - below;
                discordant += size - to;
            }
            // From now on they were at risk at every earlier time.
            for i in moment.rows.clone().filter(|&i| sets.event[i]) {
                counts.add(rank(i), 1);
                inside[i - rows.start] = true;
                size += 1;
            }
            next += 1;
        }
    }
    let all = (concordant + discordant + tied) as f64;
    Concordance {
        concordant: concordant.max(0) as u64,
        discordant: discordant.max(0) as u64,
        tied: tied.max(0) as u64,
        estimate: (concordant as f64 + 0.5 * tied as f64) / all,
    }
}

//! Harrell's concordance.
//!
//! Of two people of a stratum who were at risk together, of whom one had the event while the other
//! stayed on, the pair is concordant if the one with the event had the higher linear predictor.
//! Pairs with equal predictors count half; pairs with events on the same day do not count.
//!
//! The standard error is the infinitesimal jackknife: with c, t and m the concordant, tied and all pairs that a row is
//! in, N all pairs and C the concordance, leaving the row out moves C by (c + t/2 - C m) / N; squares of these,
//! summed within clusters first, are added up.
//!
//! References: F. E. Harrell et al. (1982), JAMA 247:2543-2546; T. M. Therneau, E. Atkinson (2020),
//! "Concordance", vignette of R's survival.

use super::risk_sets::RiskSets;
use ndarray::Array1;
use rayon::slice::ParallelSliceMut;

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
    /// Its standard error by the infinitesimal jackknife; by clusters if the fit's covariance is.
    pub std_error: f64,
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

/// The pairs of one row.
#[derive(Debug, Clone, Copy, Default)]
struct Pairs {
    concordant: i64,
    discordant: i64,
    tied: i64,
}

/// The share with its error; `clusters` in the order of the design.
pub(super) fn harrell(
    sets: &RiskSets,
    beta: &Array1<f64>,
    clusters: Option<&[usize]>,
) -> Concordance {
    // The centres of strata differ, which does not matter: pairs are within strata.
    let eta: Vec<f64> = (0..sets.rows())
        .map(|i| {
            let dot: f64 = sets.row(i).iter().zip(beta).map(|(x, b)| x * b).sum();
            dot + sets.offset[i]
        })
        .collect();
    let (ranks, levels) = ranked(&eta);
    let ask = |of: fn(&RiskSets, &[usize], usize, &mut [Pairs])| {
        let mut pairs = vec![Pairs::default(); sets.rows()];
        of(sets, &ranks, levels, &mut pairs);
        pairs
    };
    let (first, stayed) = rayon::join(|| ask(with_event), || ask(staying));
    let sum = |part: fn(&Pairs) -> i64| first.iter().map(part).sum::<i64>();
    let concordant = sum(|own| own.concordant);
    let discordant = sum(|own| own.discordant);
    let tied = sum(|own| own.tied);
    let all = (concordant + discordant + tied) as f64;
    let estimate = (concordant as f64 + 0.5 * tied as f64) / all;
    // Without clusters every row is one.
    let mut changes = vec![0.0; number_of(clusters.unwrap_or(&sets.order))];
    for ((first, stayed), &row) in first.iter().zip(&stayed).zip(&sets.order) {
        let concordant = first.concordant + stayed.concordant;
        let tied = first.tied + stayed.tied;
        let count = concordant + tied + first.discordant + stayed.discordant;
        let score = concordant as f64 + 0.5 * tied as f64;
        let change = (score - estimate * count as f64) / all;
        changes[clusters.map_or(row, |labels| labels[row])] += change;
    }
    Concordance {
        concordant: concordant.max(0) as u64,
        discordant: discordant.max(0) as u64,
        tied: tied.max(0) as u64,
        estimate,
        std_error: changes
            .iter()
            .map(|change| change * change)
            .sum::<f64>()
            .sqrt(),
    }
}

/// The place of each number among the different ones, and how many of these there are.
fn ranked(numbers: &[f64]) -> (Vec<usize>, usize) {
    let mut order: Vec<usize> = (0..numbers.len()).collect();
    order.par_sort_unstable_by(|&i, &j| numbers[i].total_cmp(&numbers[j]));
    let mut ranks = vec![0; numbers.len()];
    let (mut rank, mut last) = (0, None);
    for i in order {
        if last.is_some_and(|last| last != numbers[i]) {
            rank += 1;
        }
        last = Some(numbers[i]);
        ranks[i] = rank;
    }
    (ranks, rank + usize::from(last.is_some()))
}

/// How many labels there may be: they are numbers from 0.
fn number_of(labels: &[usize]) -> usize {
    labels.iter().max().map_or(0, |last| last + 1)
}

/// Counts for every event those of its stratum who stay on.
fn with_event(sets: &RiskSets, ranks: &[usize], levels: usize, pairs: &mut [Pairs]) {
    let mut next = 0;
    for (stratum, rows) in sets.strata.iter().enumerate() {
        let mut counts = Counts(vec![0; levels + 1]);
        let mut inside = vec![false; rows.len()];
        let (mut entered, mut left, mut size) = (rows.start, rows.start, 0_i64);
        while let Some(moment) = sets.moments.get(next).filter(|m| m.stratum == stratum) {
            // Who stays on: later times, and those censored on the day itself.
            while entered < moment.rows.end {
                let stays = entered < moment.rows.start || !sets.event[entered];
                if stays && !inside[entered - rows.start] {
                    counts.add(ranks[entered], 1);
                    inside[entered - rows.start] = true;
                    size += 1;
                }
                entered += 1;
            }
            if let Some(start) = &sets.start {
                while left < rows.end && start[sets.by_start[left]] >= moment.time {
                    let i = sets.by_start[left];
                    if inside[i - rows.start] {
                        counts.add(ranks[i], -1);
                        inside[i - rows.start] = false;
                        size -= 1;
                    }
                    left += 1;
                }
            }
            for i in moment.rows.clone().filter(|&i| sets.event[i]) {
                let below = counts.below(ranks[i]);
                let to = counts.below(ranks[i] + 1);
                pairs[i].concordant += below;
                pairs[i].tied += to - below;
                pairs[i].discordant += size - to;
            }
            // From now on they were at risk at every earlier time.
            for i in moment.rows.clone().filter(|&i| sets.event[i]) {
                counts.add(ranks[i], 1);
                inside[i - rows.start] = true;
                size += 1;
            }
            next += 1;
        }
    }
}

/// Counts the same pairs for those who stay on: the events of the stratum while they were at risk.
fn staying(sets: &RiskSets, ranks: &[usize], levels: usize, pairs: &mut [Pairs]) {
    let mut first = 0;
    for (stratum, rows) in sets.strata.iter().enumerate() {
        let own = sets.moments[first..]
            .iter()
            .take_while(|moment| moment.stratum == stratum)
            .count();
        let moments = &sets.moments[first..first + own];
        first += own;
        // Moments stand in descending time: how many of them lie before a time, or up to it.
        let up_to = |time: f64| own - moments.partition_point(|m| m.time > time);
        let before = |time: f64| own - moments.partition_point(|m| m.time >= time);
        let mut asked: Vec<(usize, usize, i64)> = Vec::with_capacity(2 * rows.len());
        for i in rows.clone() {
            let end = match sets.event[i] {
                true => before(sets.stop[i]),
                false => up_to(sets.stop[i]),
            };
            asked.push((end, i, 1));
            if let Some(start) = &sets.start {
                asked.push((up_to(start[i]), i, -1));
            }
        }
        asked.sort_unstable();
        let mut counts = Counts(vec![0; levels + 1]);
        let (mut passed, mut size) = (0, 0_i64);
        for (reach, i, sign) in asked {
            while passed < reach {
                let moment = &moments[own - 1 - passed];
                for event in moment.rows.clone().filter(|&i| sets.event[i]) {
                    counts.add(ranks[event], 1);
                    size += 1;
                }
                passed += 1;
            }
            let below = counts.below(ranks[i]);
            let to = counts.below(ranks[i] + 1);
            pairs[i].concordant += sign * (size - to);
            pairs[i].tied += sign * (to - below);
            pairs[i].discordant += sign * below;
        }
    }
}

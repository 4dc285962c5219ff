//! A band around a curve of differences of proportions that holds at all times at once.
//!
//! Notation: $\hat d_t$ the difference at time $t$, $\psi_{it}$ what person $i$ contributes to it,
//! $\pm (y_{it} - \hat p_t) / n_t$ and 0 if not observed. $R$ is the correlation of the differences,
//! from $\sum_i \psi_{it} \psi_{is}$. The critical value is the quantile of $\max_t |Z_t|$ with
//! $Z \sim N(0, R)$ (sup-t band; Montiel Olea and Plagborg-Møller 2019, J Appl Econometrics 34:1-17,
//! algorithm 1), found from draws. At each time the band is centred and as wide as the interval of
//! Agresti and Caffo (2000, American Statistician 54:280-288), with one event and one person
//! without added to each group, so that it holds with few events and exists with none.

use super::TwoByTwo;
use super::difference::plus_four;
use crate::resampling::Draws;
use crate::{ConfidenceLevel, Estimate, Method};

const DRAWS: usize = 50_000;

/// How many standard errors a band has to reach so that it holds at all times at once. `treated`
/// and `control` hold, for each time, the state of each person of a group: yes, no or not observed.
///
/// Between the normal quantile of the level (one time, or times that say the same) and that of
/// Bonferroni's level. Rounded up to two decimals; the Monte Carlo error is below 0.01.
///
/// # Missing data
/// People count at the times at which they are observed. Times at which the difference cannot vary
/// are left out.
#[must_use]
pub fn critical_value(
    treated: &[Vec<Option<bool>>],
    control: &[Vec<Option<bool>>],
    level: ConfidenceLevel,
    seed: u64,
) -> f64 {
    let mut covariance = covariances(treated);
    for (row, other) in covariance.iter_mut().zip(covariances(control)) {
        row.iter_mut()
            .zip(other)
            .for_each(|(sum, part)| *sum += part);
    }
    let varies: Vec<usize> = (0..covariance.len())
        .filter(|&t| covariance[t][t] > 0.0)
        .collect();
    let correlation =
        |t: usize, s: usize| covariance[t][s] / (covariance[t][t] * covariance[s][s]).sqrt();
    let rows = varies
        .iter()
        .map(|&t| varies.iter().map(|&s| correlation(t, s)).collect());
    let factor = root(&rows.collect::<Vec<Vec<f64>>>());
    if factor.is_empty() {
        return level.normal_quantile();
    }
    let mut draws = Draws::new(seed, 0);
    let mut largest: Vec<f64> = (0..DRAWS)
        .map(|_| {
            let normals: Vec<f64> = (0..factor.len()).map(|_| draws.standard_normal()).collect();
            let value = |row: &Vec<f64>| row.iter().zip(&normals).map(|(a, b)| a * b).sum::<f64>();
            factor
                .iter()
                .map(|row| value(row).abs())
                .fold(0.0, f64::max)
        })
        .collect();
    largest.sort_by(f64::total_cmp);
    let place = (level.value() * (DRAWS + 1) as f64).ceil() as usize;
    let found = largest
        .get(place.saturating_sub(1))
        .copied()
        .unwrap_or(f64::NAN);
    (found * 100.0).ceil() / 100.0
}

/// The difference at one time with its part of the band.
///
/// # Variance
/// Unpooled, of the proportions with one event and one person without added to each group; the
/// limits are centred at the difference of these, the estimate is the observed difference.
#[must_use]
pub fn difference(table: TwoByTwo, critical_value: f64, level: ConfidenceLevel) -> Estimate {
    plus_four(table, Method::Simultaneous, critical_value, level)
}

/// The covariances of a group's proportions at the times.
fn covariances(states: &[Vec<Option<bool>>]) -> Vec<Vec<f64>> {
    let contributions: Vec<Vec<f64>> = states
        .iter()
        .map(|of_people| {
            let known = of_people.iter().flatten();
            let n = known.clone().count() as f64;
            let share = known.filter(|yes| **yes).count() as f64 / n;
            let part = |state: &Option<bool>| {
                state.map_or(0.0, |yes| (f64::from(u8::from(yes)) - share) / n)
            };
            of_people.iter().map(part).collect()
        })
        .collect();
    let product = |a: &Vec<f64>, b: &Vec<f64>| a.iter().zip(b).map(|(a, b)| a * b).sum();
    contributions
        .iter()
        .map(|a| contributions.iter().map(|b| product(a, b)).collect())
        .collect()
}

/// A lower triangular root of a positive semidefinite matrix (Cholesky): columns that depend on
/// earlier ones are zero.
fn root(matrix: &[Vec<f64>]) -> Vec<Vec<f64>> {
    let size = matrix.len();
    let mut root = vec![vec![0.0; size]; size];
    for j in 0..size {
        for i in j..size {
            let done: f64 = (0..j).map(|k| root[i][k] * root[j][k]).sum();
            let left = matrix[i][j] - done;
            root[i][j] = match (i == j, root[j][j] > 0.0) {
                (true, _) if left > 1e-10 => left.sqrt(),
                (false, true) => left / root[j][j],
                _ => 0.0,
            };
        }
    }
    root
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a failing test may panic")]
mod tests {
    use super::{critical_value, difference, root};
    use crate::ConfidenceLevel;
    use crate::proportion::TwoByTwo;

    const LEVEL: ConfidenceLevel = ConfidenceLevel::NINETY_FIVE;

    fn half(people: usize) -> Vec<Option<bool>> {
        (0..people).map(|i| Some(i % 2 == 0)).collect()
    }

    /// Times that say the same are one time; times without anything in common are as by Šidák.
    #[test]
    fn between_one_time_and_independent_times() {
        let same = vec![half(64); 5];
        let found = critical_value(&same, &same, LEVEL, 1);
        assert!((found - 1.96).abs() < 0.025, "{found}");
        // Rows of bits: states at different times are uncorrelated.
        let bits = |bit: u32| (0..64).map(|i: u32| Some(i >> bit & 1 == 1)).collect();
        let apart: Vec<Vec<Option<bool>>> = (0..5).map(bits).collect();
        let found = critical_value(&apart, &apart, LEVEL, 1);
        // The normal quantile of 1 - (1 - 0.95^(1/5)) / 2.
        assert!((found - 2.569).abs() < 0.035, "{found}");
    }

    #[test]
    fn times_that_cannot_vary_are_left_out() {
        let nobody = vec![vec![Some(false); 10]];
        assert_eq!(
            critical_value(&nobody, &nobody, LEVEL, 1),
            LEVEL.normal_quantile()
        );
        assert_eq!(critical_value(&[], &[], LEVEL, 1), LEVEL.normal_quantile());
        let unseen = vec![half(40), vec![None; 40]];
        let found = critical_value(&unseen, &[half(40), half(40)], LEVEL, 1);
        assert!(found.is_finite() && found < 2.4, "{found}");
    }

    /// With the normal quantile the band is Agresti and Caffo's interval.
    #[test]
    fn at_one_time_it_is_the_plus_four_interval() {
        let table = TwoByTwo::from_counts(14, 31, 5, 29).unwrap_or_else(|_| unreachable!());
        let band = difference(table, LEVEL.normal_quantile(), LEVEL);
        let interval = crate::proportion::difference::agresti_caffo(table, LEVEL);
        assert!((band.conf_low - interval.conf_low).abs() < 1e-14);
        assert!((band.conf_high - interval.conf_high).abs() < 1e-14);
        assert!((band.estimate - (14.0 / 31.0 - 5.0 / 29.0)).abs() < 1e-15);
    }

    #[test]
    fn a_root_of_a_singular_matrix() {
        let found = root(&[
            vec![1.0, 1.0, 0.5],
            vec![1.0, 1.0, 0.5],
            vec![0.5, 0.5, 1.0],
        ]);
        assert_eq!(found[1], [1.0, 0.0, 0.0]);
        assert!((found[2][2] - 0.75_f64.sqrt()).abs() < 1e-15);
    }
}

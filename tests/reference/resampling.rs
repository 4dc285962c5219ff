//! Bootstrap and permutation against enumeration and closed forms.

use regtrial_stats::ConfidenceLevel;
use regtrial_stats::resampling::{
    Alternative, Bootstrap, BootstrapInterval, Permutation, Randomisation, Resample,
};

const Y: [f64; 8] = [1.0, 3.0, 4.0, 9.0, 2.0, 7.0, 11.0, 15.0];
const ARM: [usize; 8] = [0, 0, 0, 0, 1, 1, 1, 1];

fn difference(arm: &[usize]) -> f64 {
    let mean = |wanted: usize| {
        let own: Vec<f64> = (0..8).filter(|&i| arm[i] == wanted).map(|i| Y[i]).collect();
        own.iter().sum::<f64>() / own.len() as f64
    };
    mean(1) - mean(0)
}

/// Share of the 70 allocations of four in eight that are at least as extreme.
#[test]
fn permutation_finds_the_exact_p_value() {
    let observed = difference(&ARM);
    let (mut extreme, mut all) = (0.0, 0.0);
    for mask in 0_u32..256 {
        if mask.count_ones() == 4 {
            let arm: Vec<usize> = (0..8).map(|i| (mask >> i & 1) as usize).collect();
            all += 1.0;
            extreme += f64::from(u8::from(difference(&arm).abs() >= observed.abs() - 1e-12));
        }
    }
    let test = Permutation {
        replicates: 20_000,
        seed: 11,
        randomisation: Randomisation::Complete,
        alternative: Alternative::TwoSided,
    };
    let fit = test.run(&ARM, |arm| Some(difference(arm))).unwrap();
    assert_eq!(fit.p_value, (fit.extreme as f64 + 1.0) / 20_001.0);
    let distance = (fit.p_value - extreme / all).abs();
    assert!(
        distance < 4.0 * fit.monte_carlo_error,
        "{} {}",
        fit.p_value,
        extreme / all
    );
}

/// In blocks of two only the order within each pair is random: 16 allocations.
#[test]
fn blocks_are_replayed() {
    let arm = [0, 1, 0, 1, 0, 1, 0, 1];
    let test = Permutation {
        replicates: 4000,
        seed: 5,
        randomisation: Randomisation::Blocks(vec![0, 0, 1, 1, 2, 2, 3, 3]),
        alternative: Alternative::Greater,
    };
    let fit = test.run(&arm, |arm| {
        assert!((0..4).all(|b| arm[2 * b] + arm[2 * b + 1] == 1));
        Some(difference(arm))
    });
    let fit = fit.unwrap();
    // Differences within pairs are 2, 5, 5, 4, all upwards: only the allocation made reaches their sum.
    assert!(
        (fit.p_value - 1.0 / 16.0).abs() < 4.0 * fit.monte_carlo_error,
        "{}",
        fit.p_value
    );
    assert!(test.run(&[1; 8], |arm| Some(difference(arm))).is_err());
}

#[test]
fn bootstrap_of_a_mean_has_its_standard_error() {
    let mean = |rows: &[usize]| {
        Some(vec![
            rows.iter().map(|&i| Y[i]).sum::<f64>() / rows.len() as f64,
        ])
    };
    let fit = Bootstrap::new(20_000, 3).run(8, true, mean).unwrap();
    let centre = Y.iter().sum::<f64>() / 8.0;
    // The plug-in standard error has divisor n.
    let exact = (Y.iter().map(|y| (y - centre).powi(2)).sum::<f64>()).sqrt() / 8.0;
    assert!(
        (fit.std_error(0) / exact - 1.0).abs() < 0.03,
        "{} {exact}",
        fit.std_error(0)
    );
    assert!(fit.bias(0).abs() < 4.0 * exact / 20_000_f64.sqrt());
    let level = ConfidenceLevel::NINETY_FIVE;
    let (low, high) = fit.limits(0, BootstrapInterval::Percentile, level).unwrap();
    let (basic_low, basic_high) = fit.limits(0, BootstrapInterval::Basic, level).unwrap();
    assert!(
        (basic_low - (2.0 * centre - high)).abs() < 1e-12
            && (basic_high - (2.0 * centre - low)).abs() < 1e-12
    );
    // Skewed to the right: BCa lies above the percentile interval.
    let (bca_low, bca_high) = fit.limits(0, BootstrapInterval::Bca, level).unwrap();
    assert!(
        bca_low > low && bca_high > high,
        "{bca_low} {bca_high} {low} {high}"
    );
}

#[test]
fn strata_keep_their_sizes_and_clusters_stay_whole() {
    let labels = vec![0, 0, 0, 1, 1, 2, 2, 2];
    let run = |resample: Resample, check: &(dyn Fn(&[usize]) -> bool + Sync)| {
        let bootstrap = Bootstrap {
            resample,
            ..Bootstrap::new(200, 9)
        };
        let ok = |rows: &[usize]| Some(vec![f64::from(u8::from(check(rows)))]);
        bootstrap
            .run(8, false, ok)
            .unwrap()
            .replicates
            .iter()
            .all(|r| r[0] == 1.0)
    };
    let of = |rows: &[usize], label: usize| rows.iter().filter(|&&i| labels[i] == label).count();
    assert!(run(Resample::Strata(labels.clone()), &|rows| {
        (of(rows, 0), of(rows, 1), of(rows, 2)) == (3, 2, 3)
    }));
    assert!(run(Resample::Clusters(labels.clone()), &|rows| {
        of(rows, 0) % 3 == 0 && of(rows, 1) % 2 == 0 && of(rows, 2) % 3 == 0
    }));
}

#[test]
fn a_seed_gives_the_same_answer() {
    let sum = |rows: &[usize]| Some(vec![rows.iter().map(|&i| Y[i]).sum::<f64>()]);
    let first = Bootstrap::new(50, 1).run(8, false, sum).unwrap();
    let longer = Bootstrap::new(80, 1).run(8, false, sum).unwrap();
    assert_eq!(first.replicates[..], longer.replicates[..50]);
}

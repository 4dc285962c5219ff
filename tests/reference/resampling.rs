//! Bootstrap and permutation against enumeration and closed forms.

use regtrial_stats::ConfidenceLevel;
use regtrial_stats::resampling::{
    Alternative, Bootstrap, BootstrapInterval, Draws, Factor, Imbalance, Minimisation, Permutation,
    Randomisation, Resample,
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

/// Four clusters of 1, 2, 2 and 3 people, two of them treated: six allocations, by hand. Sums of the clusters are 1,
/// 7, 11 and 33 over these sizes.
#[test]
fn whole_clusters_are_replayed() {
    let clusters = vec![7, 3, 3, 5, 5, 1, 1, 1];
    let arms = [1, 1, 1, 0, 0, 0, 0, 0];
    let sum = |arm: &[usize]| (0..8).filter(|&i| arm[i] == 1).map(|i| Y[i]).sum::<f64>();
    let size = |arm: &[usize]| arm.iter().sum::<usize>();
    let statistic = |arm: &[usize]| {
        // Whole clusters: each has one arm.
        assert!(arm[1] == arm[2] && arm[3] == arm[4] && arm[5] == arm[6] && arm[6] == arm[7]);
        let (treated, all) = (sum(arm), Y.iter().sum::<f64>());
        let n = size(arm) as f64;
        Some(treated / n - (all - treated) / (8.0 - n))
    };
    // Treated clusters: {7,3} 8/3 - 44/5 = -6.13; {7,5} 12/3 - 40/5 = -4; {7,1} 34/4 - 18/4 = 4; and these with the
    // arms turned round. At least 6.13 far: two of six.
    let test = |clusters: Vec<usize>, within, alternative| Permutation {
        replicates: 6_000,
        seed: 2,
        randomisation: Randomisation::Clusters { clusters, within },
        alternative,
    };
    let two_sided = test(clusters.clone(), None, Alternative::TwoSided);
    let fit = two_sided.run(&arms, statistic).unwrap();
    assert!((fit.observed - (8.0 / 3.0 - 44.0 / 5.0)).abs() < 1e-12);
    assert!(
        (fit.p_value - 2.0 / 6.0).abs() < 4.0 * fit.monte_carlo_error,
        "{}",
        fit.p_value
    );
    // In pairs {7, 5} and {3, 1} there are four allocations: {7,3}, {7,1}, {5,3}, {5,1}, of which one is as low.
    let pairs = Some(vec![0, 1, 1, 0, 0, 1, 1, 1]);
    let paired = test(clusters.clone(), pairs, Alternative::Less);
    let fit = paired.run(&arms, statistic).unwrap();
    assert!(
        (fit.p_value - 1.0 / 4.0).abs() < 4.0 * fit.monte_carlo_error,
        "{}",
        fit.p_value
    );
    // Clusters of one person each are people.
    let one_by_one = test((0..8).collect(), None, Alternative::TwoSided);
    let people = Permutation {
        randomisation: Randomisation::Complete,
        ..one_by_one.clone()
    };
    let plain = |arm: &[usize]| Some(sum(arm) / size(arm) as f64 - 5.0);
    assert_eq!(one_by_one.run(&arms, plain), people.run(&arms, plain));
    let refused = |test: Permutation, arms: &[usize], words: &str| {
        let error = test.run(arms, plain).unwrap_err().to_string();
        assert!(error.contains(words), "{error}");
    };
    refused(two_sided.clone(), &[1, 1, 0, 0, 0, 0, 0, 0], "one arm each");
    let across = Some(vec![0, 1, 0, 0, 0, 1, 1, 1]);
    refused(
        test(clusters.clone(), across, Alternative::Less),
        &arms,
        "in one stratum",
    );
    refused(
        test(vec![1, 2], None, Alternative::Less),
        &arms,
        "one a row",
    );
    refused(
        test(clusters, None, Alternative::Less),
        &[1; 8],
        "nothing to permute",
    );
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

/// Two factors, four people in the order 2, 0, 3, 1; p = 0.75 for the arm that balances best.
fn rule(probability: f64) -> Minimisation {
    let factor = |levels: [usize; 4], weight: f64| Factor {
        levels: levels.to_vec(),
        weight,
    };
    Minimisation {
        factors: vec![factor([0, 1, 0, 1], 1.0), factor([0, 0, 1, 1], 2.0)],
        order: vec![2, 0, 3, 1],
        ratio: vec![1.0, 1.0],
        imbalance: Imbalance::Range,
        probability,
    }
}

/// The probabilities of all 16 allocations, by hand: person 2 is the first, either arm with 1/2. Person 0
/// shares the first factor with person 2: the other arm is the better one. Person 3 shares the second
/// factor (weight 2) with person 2 alone: the other arm than person 2's. Person 1 shares the second factor with person 0 (weight 2) and the
/// first with person 3 (weight 1): the other arm than person 0's, whatever person 3 has.
fn by_hand(arm: &[usize], p: f64) -> f64 {
    let other = |a: usize, b: usize| if arm[a] != arm[b] { p } else { 1.0 - p };
    0.5 * other(0, 2) * other(3, 2) * other(1, 0)
}

#[test]
fn minimisation_is_replayed_with_its_probabilities() {
    let y = [1.0, 8.0, 5.0, 3.0];
    let made = [0, 1, 1, 0];
    let difference = |arm: &[usize]| {
        let mean = |wanted: usize| {
            let own: Vec<f64> = (0..4).filter(|&i| arm[i] == wanted).map(|i| y[i]).collect();
            own.iter().sum::<f64>() / own.len() as f64
        };
        Some(mean(1) - mean(0)).filter(|value| value.is_finite())
    };
    let observed = difference(&made).unwrap();
    let (mut extreme, mut all) = (0.0, 0.0);
    for mask in 0_usize..16 {
        let arm: Vec<usize> = (0..4).map(|i| mask >> i & 1).collect();
        // Allocations of everyone to one arm have no difference.
        if let Some(value) = difference(&arm) {
            let probability = by_hand(&arm, 0.75);
            all += probability;
            if value.abs() >= observed.abs() - 1e-12 {
                extreme += probability;
            }
        }
    }
    let test = Permutation {
        replicates: 40_000,
        seed: 4,
        randomisation: Randomisation::Minimisation(rule(0.75)),
        alternative: Alternative::TwoSided,
    };
    let fit = test.run(&made, difference).unwrap();
    let exact = extreme / all;
    assert!((0.1..0.9).contains(&exact));
    assert!(
        (fit.p_value - exact).abs() < 4.0 * fit.monte_carlo_error,
        "{} {exact}",
        fit.p_value
    );
    // Persons 0, 3 and 1 have one best arm each; 0 and 1 got theirs, and so did 3.
    let agreement = rule(0.75).agreement(&made).unwrap();
    assert_eq!((agreement.preferred, agreement.decided), (3, 3));
}

#[test]
fn minimisation_refuses_what_it_cannot_have_made() {
    // With probability 1 the second person cannot have the first one's arm.
    assert!(rule(1.0).agreement(&[1, 0, 1, 0]).is_err());
    assert!(rule(1.0).agreement(&[0, 1, 1, 0]).is_ok());
    let broken = |change: &dyn Fn(&mut Minimisation)| {
        let mut rule = rule(0.75);
        change(&mut rule);
        rule.agreement(&[0, 1, 1, 0]).is_err()
    };
    assert!(broken(&|rule| rule.factors.clear()));
    assert!(broken(&|rule| rule.factors[0].weight = 0.0));
    assert!(broken(&|rule| rule.factors[1].weight = f64::NAN));
    assert!(broken(&|rule| rule.factors[0].levels.truncate(3)));
    assert!(broken(&|rule| rule.order = vec![0, 1, 2, 2]));
    assert!(broken(&|rule| rule.order = vec![0, 1, 2]));
    assert!(broken(&|rule| rule.order = vec![0, 1, 2, 9]));
    assert!(broken(&|rule| rule.ratio = vec![1.0]));
    assert!(broken(&|rule| rule.ratio = vec![1.0, -1.0]));
    for probability in [0.3, 1.1, f64::NAN] {
        assert!(broken(&|rule| rule.probability = probability));
    }
}

/// Outcomes drift with enrolment and hang on the factors, and no arm does anything: 5 % of trials are found.
#[test]
fn replayed_minimisation_keeps_its_level() {
    let (n, trials) = (40, 500);
    for (imbalance, ratio) in [
        (Imbalance::Range, vec![1.0, 1.0]),
        (Imbalance::Variance, vec![1.0, 2.0]),
    ] {
        let mut found = 0;
        for trial in 0..trials {
            let mut draws = Draws::new(100, trial);
            let site: Vec<usize> = (0..n).map(|_| draws.below(3)).collect();
            let sex: Vec<usize> = (0..n).map(|_| draws.below(2)).collect();
            let noise: Vec<f64> = (0..n).map(|_| draws.below(1000) as f64 / 250.0).collect();
            let y: Vec<f64> = (0..n)
                .map(|i| 0.1 * i as f64 + site[i] as f64 + 2.0 * sex[i] as f64 + noise[i])
                .collect();
            let rule = Minimisation {
                factors: [site, sex]
                    .map(|levels| Factor {
                        levels,
                        weight: 1.0,
                    })
                    .to_vec(),
                order: (0..n).collect(),
                ratio: ratio.clone(),
                imbalance,
                probability: 0.85,
            };
            let difference = |arm: &[usize]| {
                let (mut sums, mut sizes) = ([0.0; 2], [0.0; 2]);
                for (&arm, value) in arm.iter().zip(&y) {
                    sums[arm] += value;
                    sizes[arm] += 1.0;
                }
                Some(sums[1] / sizes[1] - sums[0] / sizes[0])
            };
            // The trial itself: one more allocation by the rule.
            let mut made = vec![0; n];
            let first = Permutation {
                replicates: 1,
                seed: 7 + trial,
                randomisation: Randomisation::Minimisation(rule.clone()),
                alternative: Alternative::TwoSided,
            };
            let drawn = std::sync::Mutex::new(Vec::new());
            made[0] = 1;
            let keep = |arm: &[usize]| {
                drawn.lock().unwrap().push(arm.to_vec());
                Some(1.0)
            };
            first.run(&made, keep).unwrap();
            let made = drawn.into_inner().unwrap().pop().unwrap();
            let test = Permutation {
                replicates: 199,
                seed: 1_000_000 + trial,
                randomisation: Randomisation::Minimisation(rule),
                alternative: Alternative::TwoSided,
            };
            found += usize::from(test.run(&made, difference).unwrap().p_value <= 0.05);
        }
        let share = found as f64 / trials as f64;
        let error = (0.05_f64 * 0.95 / trials as f64).sqrt();
        assert!((share - 0.05).abs() < 4.0 * error, "{imbalance:?} {share}");
    }
}

//! Power by ranks, with repeated measures and by simulation against R.

use regtrial_stats::power::{
    PlannedAnalysis, ProportionTest, RanksTrial, RepeatedMeasures, SimulatedOutcome,
    SimulatedTrial, Sizes, TwoProportions,
};
use regtrial_tests::{CLOSED_FORM, Comparison, expected, number};

#[test]
fn ranks_and_repeated_measures_agree() {
    let mut comparison = Comparison::default();
    let cases = &expected("power_designs")["cases"][0];
    for case in cases["ranks"].as_array().unwrap() {
        let get = |key: &str| number(&case[key]);
        let trial = RanksTrial {
            probability: get("probability"),
            alpha: 0.05,
            ratio: get("ratio"),
        };
        let sizes = trial.sizes(get("target")).unwrap();
        let what = case.to_string();
        comparison.check(&what, sizes.treated as f64, get("n1"), 0.0);
        comparison.check(&what, sizes.control as f64, get("n2"), 0.0);
        comparison.check(
            &what,
            trial.power(sizes).unwrap(),
            get("power"),
            CLOSED_FORM,
        );
    }
    for case in cases["repeated"].as_array().unwrap() {
        let get = |key: &str| number(&case[key]);
        let repeated = RepeatedMeasures {
            follow_ups: get("follow_ups") as u32,
            baselines: get("baselines") as u32,
            correlation: get("correlation"),
        };
        let ours = repeated.variance_factor().unwrap();
        comparison.check(&case.to_string(), ours, get("factor"), CLOSED_FORM);
    }
    comparison.finish(60);
}

#[test]
fn simulated_power_agrees_within_monte_carlo_error() {
    let cases = &expected("power_designs")["cases"][0];
    for case in cases["simulated"].as_array().unwrap() {
        let get = |key: &str| number(&case[key]);
        let outcome = SimulatedOutcome::Proportions {
            treated: get("treated"),
            control: get("control"),
            prognostic: get("prognostic"),
            non_inferiority_margin: None,
        };
        let trial = SimulatedTrial::new(outcome, PlannedAnalysis::Logistic, 0.05);
        let sizes = Sizes::new(get("n1") as u64, get("n2") as u64).unwrap();
        let found = trial.power(sizes, 2000, 7).unwrap();
        let theirs = get("power");
        let error = found
            .std_error
            .hypot((theirs * (1.0 - theirs) / get("trials")).sqrt());
        assert!(
            (found.power - theirs).abs() < 4.0 * error,
            "{found:?} {theirs}"
        );
        assert_eq!(found.failed, 0);
        // The standardised difference has the same test, asymptotically.
        let standardised = SimulatedTrial {
            analysis: PlannedAnalysis::Standardised,
            ..trial
        };
        let other = standardised.power(sizes, 500, 7).unwrap();
        assert!(
            (other.power - found.power).abs() < 0.07,
            "{other:?} {found:?}"
        );
        assert_eq!(other, standardised.power(sizes, 500, 7).unwrap());
    }
}

#[test]
fn without_a_covariate_simulated_power_is_the_exact_one() {
    let sizes = Sizes::new(40, 50).unwrap();
    let exact = TwoProportions::new(0.5, 0.25, 0.05);
    let exact = exact
        .exact_power(sizes, ProportionTest::ChiSquared)
        .unwrap();
    let outcome = SimulatedOutcome::Proportions {
        treated: 0.5,
        control: 0.25,
        prognostic: 0.0,
        non_inferiority_margin: None,
    };
    let trial = SimulatedTrial::new(outcome, PlannedAnalysis::ChiSquared, 0.05);
    let found = trial.power(sizes, 20_000, 11).unwrap();
    assert!(
        (found.power - exact).abs() < 4.0 * found.std_error,
        "{found:?} {exact}"
    );
}

//! Times, causes and covariates that no estimator of events can use: each gives an error, or
//! numbers that mean something. Never a panic.

use ndarray::{Array2, array};
use regtrial_stats::design::Data;
use regtrial_stats::formula::Formula;
use regtrial_stats::meta::{Effect, Measure, MetaAnalysis, MixedMeta, MixedModel};
use regtrial_stats::power::{PlannedAnalysis, SimulatedOutcome, SimulatedTrial, Sizes};
use regtrial_stats::proportion::TwoByTwo;
use regtrial_stats::rates::{Rate, difference, exact_ratio, ratio};
use regtrial_stats::survival::competing::{CompetingDesign, CompetingFollowUp, FineGray, gray};
use regtrial_stats::survival::log_rank::{self, FlemingHarrington};
use regtrial_stats::survival::recurrent::{
    MeanCount, RecurrentEvents, mean_count_regression, proportional_means,
};
use regtrial_stats::survival::{Cox, ExactCoxFit, FollowUp, SurvivalDesign};
use regtrial_stats::two_samples::stratified::StratifiedSamples;
use regtrial_stats::{ConfidenceLevel, Estimate};

const LEVEL: ConfidenceLevel = ConfidenceLevel::NINETY_FIVE;
const NAN: f64 = f64::NAN;

struct Bad {
    name: &'static str,
    time: Vec<f64>,
    cause: Vec<f64>,
    x: Vec<f64>,
    /// Whether every model must be refused.
    hopeless: bool,
}

fn bad() -> Vec<Bad> {
    let time = || vec![3.0, 1.0, 4.0, 1.0, 5.0, 9.0, 2.0, 6.0, 5.0, 3.0];
    let cause = || vec![1.0, 0.0, 2.0, 1.0, 1.0, 0.0, 2.0, 1.0, 0.0, 1.0];
    let x = || vec![2.0, 7.0, 1.0, 8.0, 2.0, 8.0, 1.0, 8.0, 2.0, 8.5];
    let with = |mut values: Vec<f64>, value: f64| {
        values[4] = value;
        values
    };
    let of = |name, time, cause, x, hopeless| Bad {
        name,
        time,
        cause,
        x,
        hopeless,
    };
    vec![
        of("nobody has the event", time(), vec![0.0; 10], x(), true),
        of("competing events only", time(), vec![2.0; 10], x(), true),
        of(
            "everyone on one day",
            vec![7.0; 10],
            vec![1.0; 10],
            x(),
            false,
        ),
        of("day 0", vec![0.0; 10], cause(), x(), false),
        of("a constant covariate", time(), cause(), vec![3.0; 10], true),
        of(
            "an infinite covariate",
            time(),
            cause(),
            with(x(), f64::INFINITY),
            true,
        ),
        of("a huge covariate", time(), cause(), with(x(), 1e308), false),
        of(
            "two huge covariates",
            time(),
            cause(),
            [1e308, -1e308].repeat(5),
            false,
        ),
        of(
            "an infinite time",
            with(time(), f64::INFINITY),
            cause(),
            x(),
            true,
        ),
        of("a negative time", with(time(), -1.0), cause(), x(), true),
        of(
            "a cause that is no kind",
            time(),
            with(cause(), 0.5),
            x(),
            true,
        ),
        of("missing everywhere", vec![NAN; 10], cause(), x(), true),
        of("one person", vec![2.0], vec![1.0], vec![1.0], true),
        of(
            "two people",
            vec![2.0, 3.0],
            vec![1.0, 0.0],
            vec![1.0, 2.0],
            false,
        ),
        of(
            "perfect order",
            time(),
            cause(),
            time().iter().map(|t| -t).collect(),
            false,
        ),
    ]
}

fn means_something(what: &str, estimate: &Estimate) {
    let limits = estimate.conf_low > estimate.conf_high;
    let p_fits = estimate.p_value.is_nan() || (0.0..=1.0).contains(&estimate.p_value);
    assert!(!limits && p_fits, "{what} {estimate:?}");
}

#[test]
fn models_of_events_refuse_what_they_cannot_use() {
    for case in bad() {
        let data = Data::new()
            .with_numbers("t", case.time.clone())
            .with_numbers("cause", case.cause.clone())
            .with_numbers("x", case.x.clone());
        let formula = Formula::parse("Surv(t, cause) ~ x").unwrap();
        let fit = CompetingDesign::new(&formula, &data, None)
            .and_then(|design| FineGray::default().fit(&design));
        assert!(!case.hopeless || fit.is_err(), "fine-gray: {}", case.name);
        if let Ok(fit) = fit {
            let finite = fit
                .beta
                .iter()
                .chain(&fit.covariance)
                .all(|v| v.is_finite());
            assert!(finite, "fine-gray: {} {fit:?}", case.name);
        }
        let formula = Formula::parse("Surv(t, cause == 1) ~ x").unwrap();
        let Ok(design) = SurvivalDesign::new(&formula, &data) else {
            continue;
        };
        let only_event = case.hopeless && case.name != "a cause that is no kind";
        let exact = ExactCoxFit::new(&design);
        assert!(!only_event || exact.is_err(), "exact: {}", case.name);
        if let Ok(fit) = exact {
            assert!(
                fit.beta.iter().all(|v| v.is_finite()),
                "exact: {}",
                case.name
            );
        }
        if let Ok(terms) = Cox::default()
            .fit(&design)
            .and_then(|fit| fit.profile(LEVEL))
        {
            terms
                .iter()
                .for_each(|t| means_something(case.name, &t.estimate));
        }
    }
}

#[test]
fn tests_and_counts_of_events_refuse_what_they_cannot_use() {
    for case in bad() {
        let n = case.time.len();
        let cause: Vec<u32> = case.cause.iter().map(|c| *c as u32).collect();
        let event: Vec<bool> = cause.iter().map(|c| *c == 1).collect();
        let group: Vec<usize> = (0..n).map(|i| i % 2).collect();
        if let Ok(people) = CompetingFollowUp::new(&case.time, &cause)
            && let Ok(test) = gray(&people, 1, &group, 2, None)
        {
            means_something(case.name, &test.estimate());
            assert!(test.statistic.is_finite(), "{}", case.name);
        }
        // Two rows a person; who is followed longest ends it, whatever the row says.
        let rows = || case.time.chunks(2).zip(event.chunks(2));
        let end = rows().map(|(time, _)| time.iter().copied().fold(NAN, f64::max));
        let own = rows().map(|(time, event)| {
            let times = time.iter().zip(event).filter(|(_, event)| **event);
            times.map(|(time, _)| *time).collect()
        });
        let Ok(people) = RecurrentEvents::of_people(end.collect(), own.collect()) else {
            continue;
        };
        let curve = MeanCount::new(&people);
        for time in [0.0, 2.0, 5.0, 1e9] {
            means_something(case.name, &curve.estimate(time, LEVEL));
        }
        let group: Vec<usize> = (0..people.nobs()).map(|i| i % 2).collect();
        if let Ok(fit) = proportional_means(&people, &group, 2, None) {
            assert!(fit.beta[0].is_finite(), "{}", case.name);
            means_something(case.name, &fit.ratio(1, 0, LEVEL));
        }
        let x = Array2::from_shape_fn((people.nobs(), 1), |(i, _)| case.x[2 * i]);
        match mean_count_regression(&people, &x, &["x".to_owned()], None) {
            Ok(fit) => {
                means_something(case.name, &fit.ratio(array![1.0].view(), LEVEL));
                assert!(fit.beta[0].is_finite(), "{}", case.name);
            }
            Err(error) => assert!(!error.to_string().is_empty()),
        }
        if let Ok(data) = FollowUp::new(&case.time, &event) {
            let scores = log_rank::scores(&data, None, FlemingHarrington::default()).unwrap();
            let sum: f64 = scores.iter().sum();
            assert!(sum.abs() < 1e-12, "{} {sum}", case.name);
        }
    }
    let negative = FlemingHarrington {
        rho: -1.0,
        gamma: 0.0,
    };
    let data = FollowUp::new(&[1.0], &[true]).unwrap();
    assert!(log_rank::scores(&data, None, negative).is_err());
    assert!(log_rank::scores(&data, Some(&[0, 1]), Default::default()).is_err());
    // Nobody, other lengths, no time, an event after the end.
    for (end, events) in [
        (vec![], vec![]),
        (vec![3.0], vec![]),
        (vec![NAN], vec![vec![]]),
        (vec![-1.0], vec![vec![]]),
        (vec![3.0], vec![vec![4.0]]),
        (vec![3.0], vec![vec![NAN]]),
    ] {
        assert!(RecurrentEvents::of_people(end, events).is_err());
    }
    // An event after the end of observation, two ends; another person's rows do not matter.
    for (person, time, event, wrong) in [
        ([1, 1, 2], [5.0, 9.0, 2.0], [true, false, false], None),
        ([1, 1, 2], [9.0, 9.0, 2.0], [true, false, true], None),
        ([1, 1, 2], [9.0, 5.0, 2.0], [true, false, false], Some(0)),
        ([1, 1, 2], [5.0, 9.0, 2.0], [false, false, false], Some(1)),
        ([1, 1, 2], [5.0, 5.0, 2.0], [false, false, false], Some(1)),
    ] {
        assert_eq!(RecurrentEvents::after_end(&person, &time, &event), wrong);
        let made = RecurrentEvents::new(&person, &time, &event);
        assert_eq!(made.is_err(), wrong.is_some());
    }
}

#[test]
fn rates_strata_and_plans_keep_their_heads() {
    assert!(Rate::new(1, 0.0).is_err() && Rate::new(1, NAN).is_err());
    for (a, b) in [(0, 0), (0, 3), (3, 0), (1, 1), (2000, 1)] {
        let (x, y) = (Rate::new(a, 1e-3).unwrap(), Rate::new(b, 1e6).unwrap());
        for estimate in [
            x.estimate(LEVEL),
            exact_ratio(x, y, LEVEL),
            ratio(x, y, LEVEL),
            difference(x, y, LEVEL),
        ] {
            means_something("rates", &estimate);
        }
    }
    assert!(StratifiedSamples::new(Vec::new()).is_err());
    assert!(StratifiedSamples::new(vec![(vec![1.0], Vec::new())]).is_err());
    assert!(StratifiedSamples::new(vec![(vec![1.0], vec![NAN])]).is_err());
    for arms in [
        (vec![1.0], vec![1.0]),
        (vec![0.0, 0.0], vec![0.0]),
        (vec![1e308, -1e308], vec![1e308, 0.0]),
    ] {
        let samples = StratifiedSamples::new(vec![arms]).unwrap();
        for estimate in [
            samples.student(LEVEL),
            samples.welch(LEVEL),
            samples.van_elteren(),
            samples.rate_ratio(LEVEL),
        ] {
            means_something("strata", &estimate);
        }
    }
    let effects: Vec<Effect> = [0.1, 0.4, 0.2]
        .iter()
        .map(|v| Effect::new(*v, 0.3).unwrap())
        .collect();
    let regress = |x: Vec<f64>, columns: usize| {
        let data = x
            .chunks(3)
            .enumerate()
            .fold(Data::new(), |data, (j, column)| {
                data.with_numbers(&format!("x{j}"), column.to_vec())
            });
        let terms: Vec<String> = (0..columns).map(|j| format!("x{j}")).collect();
        let formula = Formula::parse(&format!("1 ~ {}", terms.join(" + "))).unwrap();
        let design = regtrial_stats::design::Design::new(&formula, &data).unwrap();
        let analysis = MetaAnalysis::new(Measure::MeanDifference);
        analysis.regress(&effects, &design.x, &design.terms, None, LEVEL)
    };
    assert!(
        regress(vec![2.0, 2.0, 2.0], 1).is_err(),
        "a constant moderator"
    );
    assert!(
        regress(vec![1.0, 2.0, 4.0, 3.0, 1.0, 1.0], 2).is_err(),
        "too few studies"
    );
    assert!(regress(vec![1.0, 2.0, 4.0], 1).is_ok());
    let tables = [(3, 20, 5, 21), (2, 30, 1, 30), (4, 25, 6, 24), (0, 9, 0, 9)]
        .map(|(a, n1, c, n2)| TwoByTwo::from_counts(a, n1, c, n2).unwrap());
    let names = ["(Intercept)", "x"].map(str::to_owned);
    for x in [NAN, f64::INFINITY, 1.0, 3.0] {
        let x = Array2::from_shape_fn((4, 2), |(i, j)| match (i, j) {
            (_, 0) => 1.0,
            (0, _) => x,
            _ => 1.0,
        });
        let fit = MixedMeta::new(MixedModel::FixedStudies).regress(&tables, &x, &names, LEVEL);
        // NaN, infinity and a constant are refused; the table without events says nothing.
        assert_eq!(fit.is_ok(), x[(0, 1)] == 3.0);
        if let Ok(fit) = fit {
            assert_eq!((fit.studies, fit.silent), (3, 1));
            fit.terms
                .iter()
                .for_each(|term| means_something("counts", &term.estimate));
        }
    }
    let of = |treated: f64| {
        let outcome = SimulatedOutcome::Proportions {
            treated,
            control: 0.2,
            prognostic: 1.0,
            non_inferiority_margin: None,
        };
        SimulatedTrial::new(outcome, PlannedAnalysis::Standardised, 0.05)
    };
    let trial = of(0.5);
    let tiny = Sizes::new(1, 2).unwrap();
    assert!(trial.power(tiny, 0, 1).is_err());
    let found = trial.power(tiny, 20, 1).unwrap();
    assert!((0.0..=1.0).contains(&found.power) && found.failed > 0);
    assert!(of(1.0).power(tiny, 10, 1).is_err());
}

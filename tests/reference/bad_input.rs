//! Data that no estimator can use: each gives an error, or numbers that mean something. Never a
//! panic, never an infinite coefficient or an undefined standard error without a word.

use regtrial_stats::design::{Data, Design};
use regtrial_stats::formula::Formula;
use regtrial_stats::glm::{
    ClusterCorrection, Correlation, Covariance, Dispersion, Family, Firth, Gee, GeeVariance, Glm,
    Link, NegativeBinomial, TermEstimate, Testable,
};
use regtrial_stats::marginal::{Fitting, MarginalVariance, Standardisation};
use regtrial_stats::proportion::stratified::{self, Stratified};
use regtrial_stats::proportion::{Proportion, TwoByTwo};
use regtrial_stats::two_samples::{TwoSamples, counts, means, ranks};
use regtrial_stats::{ConfidenceLevel, Estimate, StatsError, describe};

const LEVEL: ConfidenceLevel = ConfidenceLevel::NINETY_FIVE;
const NAN: f64 = f64::NAN;

/// Outcome, covariate and arm.
struct Bad {
    name: &'static str,
    y: Vec<f64>,
    x: Vec<f64>,
    arm: Vec<&'static str>,
    /// Whether any model of `y ~ arm + x` must be refused.
    hopeless: bool,
}

fn bad() -> Vec<Bad> {
    let y = || vec![1.0, 0.0, 1.0, 0.0, 1.0, 1.0, 0.0, 0.0, 1.0, 0.0, 1.0, 0.0];
    let x = || vec![3.0, 1.0, 4.0, 1.5, 5.0, 9.0, 2.0, 6.0, 5.5, 3.5, 8.0, 9.7];
    let arm = || ["A", "A", "B", "B"].repeat(3);
    let of = |name, y, x, arm, hopeless| Bad {
        name,
        y,
        x,
        arm,
        hopeless,
    };
    vec![
        of(
            "nothing but missing values",
            vec![NAN; 12],
            x(),
            arm(),
            true,
        ),
        of(
            "a covariate that is missing",
            y(),
            vec![NAN; 12],
            arm(),
            true,
        ),
        of(
            "an infinite covariate",
            y(),
            [&[f64::INFINITY][..], &x()[1..]].concat(),
            arm(),
            true,
        ),
        of(
            "an infinite outcome",
            [&[f64::INFINITY][..], &y()[1..]].concat(),
            x(),
            arm(),
            true,
        ),
        of("a constant covariate", y(), vec![7.0; 12], arm(), true),
        of("a covariate of zeros", y(), vec![0.0; 12], arm(), true),
        of("one arm", y(), x(), vec!["A"; 12], true),
        of("no events", vec![0.0; 12], x(), arm(), true),
        of("all events", vec![1.0; 12], x(), arm(), false),
        of("one person", vec![1.0], vec![2.0], vec!["A"], true),
        of(
            "two people",
            vec![1.0, 0.0],
            vec![2.0, 3.0],
            vec!["A", "B"],
            true,
        ),
        of("no people", vec![], vec![], vec![], true),
        of(
            "a huge covariate",
            y(),
            x().iter().map(|v| v * 1e307).collect(),
            arm(),
            false,
        ),
        of(
            "a tiny covariate",
            y(),
            x().iter().map(|v| v * 1e-300).collect(),
            arm(),
            false,
        ),
        of(
            "a huge outcome",
            y().iter().map(|v| v * 1e308).collect(),
            x(),
            arm(),
            false,
        ),
        of(
            "a negative outcome",
            y().iter().map(|v| v - 5.0).collect(),
            x(),
            arm(),
            false,
        ),
        of("outcome and covariate the same", y(), y(), arm(), false),
        of(
            "the arm is the outcome",
            [1.0, 1.0, 0.0, 0.0].repeat(3),
            x(),
            arm(),
            false,
        ),
    ]
}

type Fitted = Result<Vec<Estimate>, StatsError>;
type Fit = Box<dyn Fn(&Formula, &Data) -> Fitted>;

fn plain(terms: Vec<TermEstimate>) -> Vec<Estimate> {
    terms.into_iter().map(|term| term.estimate).collect()
}

/// Every model, by name.
fn models() -> Vec<(String, Fit)> {
    let mut models: Vec<(String, Fit)> = Vec::new();
    let labels = |design: &Design| -> Vec<u64> {
        let last = design.rows.iter().max().map_or(0, |row| row + 1);
        (0..last as u64).map(|row| row / 3).collect()
    };
    for family in [Family::Gaussian, Family::Binomial, Family::Poisson] {
        for dispersion in [Dispersion::Model, Dispersion::Pearson] {
            for kind in 0..9 {
                let name = format!("{} {dispersion:?} covariance {kind}", family.as_str());
                let fit = move |formula: &Formula, data: &Data| {
                    let design = Design::new(formula, data)?;
                    let covariance = match kind {
                        0 => Covariance::Classical,
                        1 => Covariance::Hc0,
                        2 => Covariance::Hc1,
                        3 => Covariance::Hc2,
                        4 => Covariance::Hc3,
                        5 => Covariance::Cluster(labels(&design)),
                        6 => Covariance::CorrectedCluster(labels(&design), ClusterCorrection::Cr1),
                        7 => Covariance::CorrectedCluster(labels(&design), ClusterCorrection::Cr2),
                        _ => Covariance::CorrectedCluster(labels(&design), ClusterCorrection::Cr3),
                    };
                    let model = Glm::new(family)
                        .with_dispersion(dispersion)
                        .with_covariance(covariance);
                    Ok(plain(model.fit(&design)?.confint(LEVEL)))
                };
                models.push((name, Box::new(fit)));
            }
        }
        for correlation in [
            Correlation::Independence,
            Correlation::Exchangeable,
            Correlation::Ar1,
        ] {
            for variance in [
                GeeVariance::Robust,
                GeeVariance::ModelBased,
                GeeVariance::ManclDeRouen,
                GeeVariance::KauermannCarroll,
            ] {
                let name = format!("gee {} {correlation:?} {variance:?}", family.as_str());
                let fit = move |formula: &Formula, data: &Data| {
                    let design = Design::new(formula, data)?;
                    let model = Gee::new(family)
                        .with_correlation(correlation)
                        .with_variance(variance);
                    Ok(plain(model.fit(&design, &labels(&design))?.confint(LEVEL)))
                };
                models.push((name, Box::new(fit)));
            }
        }
        for variance in [
            MarginalVariance::Ye,
            MarginalVariance::LeaveOneOut,
            MarginalVariance::LeaveOneOutOneStep,
            MarginalVariance::Ge,
            MarginalVariance::Delta,
        ] {
            for fitting in [Fitting::MaximumLikelihood, Fitting::Firth] {
                let name = format!("standardise {} {variance:?} {fitting:?}", family.as_str());
                let fit = move |formula: &Formula, data: &Data| {
                    let spec = Standardisation::new(Glm::new(family), "arm")
                        .with_variance(variance)
                        .with_fitting(fitting);
                    let fit = spec.fit(formula, data)?;
                    Ok((0..fit.arms.len()).map(|arm| fit.arm(arm, LEVEL)).collect())
                };
                models.push((name, Box::new(fit)));
            }
        }
        let name = format!("profile {}", family.as_str());
        let fit = move |formula: &Formula, data: &Data| {
            let design = Design::new(formula, data)?;
            let model = Glm::new(family);
            let fit = model.fit(&design)?;
            Ok(plain(model.profile(&design, &fit, LEVEL)?))
        };
        models.push((name, Box::new(fit)));
        let name = format!("elimination {}", family.as_str());
        let fit = move |formula: &Formula, data: &Data| {
            let design = Design::new(formula, data)?;
            let model = Glm::new(family);
            let found = Testable::Glm(model.clone()).eliminate(formula, &design, 0.2, &[])?;
            Ok(plain(model.fit(&found.design)?.confint(LEVEL)))
        };
        models.push((name, Box::new(fit)));
    }
    for link in [Link::Identity, Link::Log, Link::Probit] {
        let fit = move |formula: &Formula, data: &Data| {
            let design = Design::new(formula, data)?;
            let fit = Glm::new(Family::Binomial).with_link(link).fit(&design)?;
            if !fit.at_edge {
                return Ok(plain(fit.confint(LEVEL)));
            }
            // Estimates without standard errors are given with the word for it.
            assert_eq!(fit.diagnostics[0].code, "edge_of_link");
            assert!(fit.coef().iter().all(|value| value.is_finite()));
            Ok(Vec::new())
        };
        models.push((format!("binomial {}", link.as_str()), Box::new(fit)));
    }
    let firth = |formula: &Formula, data: &Data| {
        let design = Design::new(formula, data)?;
        let fit = Firth.fit(&design)?;
        Ok(plain(Firth.confint(&design, &fit, LEVEL)?))
    };
    models.push(("firth".to_owned(), Box::new(firth)));
    let negative_binomial = |formula: &Formula, data: &Data| {
        let design = Design::new(formula, data)?;
        Ok(plain(
            NegativeBinomial::default()
                .fit(&design)?
                .model
                .confint(LEVEL),
        ))
    };
    models.push(("negative binomial".to_owned(), Box::new(negative_binomial)));
    models
}

#[test]
fn models_refuse_what_they_cannot_use() {
    let formula = Formula::parse("y ~ arm + x").unwrap();
    let mut wrong = Vec::new();
    let mut refused = 0;
    for case in bad() {
        let data = Data::new()
            .with_numbers("y", case.y.clone())
            .with_numbers("x", case.x.clone())
            .with_text("arm", &case.arm);
        for (name, fit) in models() {
            match fit(&formula, &data) {
                Err(_) => refused += 1,
                Ok(estimates) => {
                    let sound = |e: &Estimate| e.estimate.is_finite() && e.std_error.is_finite();
                    // A linear model of an outcome that does not vary is refused elsewhere; no
                    // events are no hopeless case for it.
                    if case.hopeless || !estimates.iter().all(sound) {
                        wrong.push(format!("{}: {name}: {estimates:?}", case.name));
                    }
                }
            }
        }
    }
    assert!(refused > 900, "only {refused} refusals");
    let shown: Vec<&str> = wrong.iter().take(15).map(String::as_str).collect();
    assert!(
        wrong.is_empty(),
        "{} answers:\n{}",
        wrong.len(),
        shown.join("\n")
    );
}

#[test]
fn samples_and_tables_refuse_what_they_cannot_use() {
    let good = [1.0, 2.0, 4.0];
    for sample in [
        &[][..],
        &[NAN, 1.0],
        &[f64::INFINITY, 1.0],
        &[f64::NEG_INFINITY],
    ] {
        assert!(TwoSamples::new(sample, &good).is_err());
        assert!(TwoSamples::new(&good, sample).is_err());
        assert!(describe::mean_estimate(sample, LEVEL).is_err());
    }
    assert!(Proportion::new(1, 0).is_err() && Proportion::new(2, 1).is_err());
    assert!(Stratified::new(Vec::new()).is_err());
    assert!(ConfidenceLevel::new(NAN).is_err() && ConfidenceLevel::new(1.0).is_err());
}

/// One person an arm, no spread, 1e308: undefined is `NaN`, and no interval is inside out.
#[test]
fn samples_at_the_edge_keep_their_heads() {
    let edges: [&[f64]; 5] = [
        &[3.0],
        &[2.0, 2.0, 2.0],
        &[0.0, 0.0],
        &[1e308, -1e308],
        &[5e-324, 0.0],
    ];
    for treated in edges {
        for control in edges {
            let samples = TwoSamples::new(treated, control).unwrap();
            for estimate in [
                means::student(samples, LEVEL),
                means::welch(samples, LEVEL),
                ranks::mann_whitney(samples, LEVEL),
                ranks::hodges_lehmann(samples, LEVEL),
                counts::poisson(samples, LEVEL),
                counts::robust(samples, LEVEL),
            ] {
                let inside_out = estimate.conf_low > estimate.conf_high;
                let p_fits = estimate.p_value.is_nan() || (0.0..=1.0).contains(&estimate.p_value);
                assert!(
                    !inside_out && p_fits,
                    "{treated:?} {control:?} {estimate:?}"
                );
            }
        }
    }
}

/// Every table of up to three people an arm, alone and in two strata.
#[test]
fn small_tables_have_ordered_limits() {
    let mut tables = Vec::new();
    for n1 in 1..=3 {
        for n0 in 1..=3 {
            for a in 0..=n1 {
                for c in 0..=n0 {
                    tables.push(TwoByTwo::from_counts(a, n1, c, n0).unwrap());
                }
            }
        }
    }
    for one in &tables {
        for other in &tables {
            let strata = Stratified::new(vec![*one, *other]).unwrap();
            for estimate in stratified::all(&strata, LEVEL) {
                let inside_out = estimate.conf_low > estimate.conf_high
                    || estimate.conf_low > estimate.estimate + 1e-12
                    || estimate.estimate > estimate.conf_high + 1e-12;
                let p_fits = estimate.p_value.is_nan() || (0.0..=1.0).contains(&estimate.p_value);
                assert!(!inside_out && p_fits, "{strata:?} {estimate:?}");
            }
        }
    }
}

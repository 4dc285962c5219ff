//! Generalised linear models against R's glm, lm and sandwich.

use super::support::read;
use regtrial_stats::design::{Data, Design};
use regtrial_stats::formula::Formula;
use regtrial_stats::glm::{Covariance, Family, Glm, Link};
use regtrial_stats::{ConfidenceLevel, StatsError};
use regtrial_tests::{COEFFICIENT, Comparison, STANDARD_ERROR, expected, number, root, versions};
use serde_json::Value;

fn model(case: &Value) -> Glm {
    let family = match case["family"].as_str().unwrap() {
        "gaussian" => Family::Gaussian,
        "poisson" => Family::Poisson,
        _ => Family::Binomial,
    };
    let link = match case["link"].as_str().unwrap() {
        "identity" => Link::Identity,
        "log" => Link::Log,
        "probit" => Link::Probit,
        _ => Link::Logit,
    };
    Glm::new(family).with_link(link)
}

fn data(case: &Value) -> Data {
    read(
        &root()
            .join("tests/reference/glm")
            .join(case["data"].as_str().unwrap()),
    )
}

/// R writes `siteB` and `treat:nodegree`; we write `site[B]`.
fn r_name(term: &str) -> String {
    term.replace(['[', ']'], "")
}

fn cases() -> Vec<Value> {
    expected("glm")["cases"].as_array().unwrap().clone()
}

#[test]
fn coefficients_errors_and_likelihood_agree_with_r() {
    let mut comparison = Comparison::default();
    for case in cases() {
        let of = |field: &str| case[field].as_str().unwrap();
        let name = format!("{}:{} {}", of("family"), of("link"), of("name"));
        let name = name.as_str();
        let formula = Formula::parse(case["formula"].as_str().unwrap()).unwrap();
        let design = Design::new(&formula, &data(&case)).unwrap();
        let fit = model(&case).fit(&design).unwrap();
        let theirs = case["terms"].as_array().unwrap();
        assert_eq!(fit.terms.len(), theirs.len(), "{name}");
        for (ours, theirs) in fit.confint(ConfidenceLevel::NINETY_FIVE).iter().zip(theirs) {
            assert_eq!(
                r_name(&ours.term),
                theirs["term"].as_str().unwrap(),
                "{name}"
            );
            let mut check = |field: &str, value: f64, tolerance: f64| {
                let what = format!("{name} {} {field}", ours.term);
                // Relative to the standard error, so that a coefficient near 0 is not held to
                // digits that nobody can have.
                comparison.check(&what, value, number(&theirs[field]), tolerance);
            };
            check("estimate", ours.estimate.estimate, COEFFICIENT);
            check("std_error", ours.estimate.std_error, STANDARD_ERROR);
            check("p_value", ours.estimate.p_value, STANDARD_ERROR);
            check("conf_low", ours.estimate.conf_low, STANDARD_ERROR);
            check("conf_high", ours.estimate.conf_high, STANDARD_ERROR);
        }
        let mut check = |field: &str, value: f64| {
            comparison.check(
                &format!("{name} {field}"),
                value,
                number(&case[field]),
                1e-10,
            );
        };
        check("log_likelihood", fit.log_likelihood());
        check("aic", fit.aic());
        check("deviance", fit.deviance);
        check("null_deviance", fit.null_deviance);
        check("df_residual", fit.df_residual);
        check("dispersion", fit.dispersion);
        let test = fit.model_test();
        let theirs = &case["likelihood_ratio"];
        if !theirs.is_null() {
            let name = &format!("{name} likelihood_ratio");
            comparison.check(
                name,
                test.statistic_value,
                number(&theirs["statistic"]),
                1e-9,
            );
            comparison.check(name, test.p_value, number(&theirs["p_value"]), 1e-9);
        }
    }
    let against = versions(&expected("glm"), &["R"]);
    comparison.finish_as("regressions", &against, 200, |what| {
        let model = match what.split(' ').next() {
            Some("binomial:logit") => "logistic_regression",
            Some("gaussian:identity") => "linear_regression",
            Some("poisson:log") => "poisson_regression",
            _ => "binomial_regression",
        };
        match what.rsplit(' ').next() {
            Some("log_likelihood" | "aic") => vec!["likelihood"],
            Some("likelihood_ratio") => vec!["likelihood_ratio"],
            Some("std_error" | "p_value" | "conf_low" | "conf_high") => vec![model, "wald"],
            Some("estimate") => vec![model],
            _ => Vec::new(),
        }
    });
}

#[test]
fn robust_covariances_agree_with_sandwich() {
    let mut comparison = Comparison::default();
    for case in cases() {
        if case["terms"][0]["robust_std_error"].is_null() {
            continue;
        }
        let data = data(&case);
        let clusters: Vec<u64> = match data.column("site").unwrap() {
            regtrial_stats::design::Column::Factor { codes, .. } => {
                codes.iter().map(|code| u64::from(code.unwrap())).collect()
            }
            regtrial_stats::design::Column::Numbers(_) => panic!("site is a factor"),
        };
        let formula = Formula::parse(case["formula"].as_str().unwrap()).unwrap();
        let design = Design::new(&formula, &data).unwrap();
        let gaussian = case["family"] == "gaussian";
        for (covariance, key) in [
            (Covariance::Hc0, "HC0"),
            (Covariance::Hc1, "HC1"),
            (Covariance::Hc2, "HC2"),
            (Covariance::Hc3, "HC3"),
            (
                Covariance::Cluster(clusters),
                if gaussian {
                    "cluster_HC1"
                } else {
                    "cluster_HC0_cadjust"
                },
            ),
        ] {
            let fit = model(&case)
                .with_covariance(covariance)
                .fit(&design)
                .unwrap();
            for (j, std_error) in fit.stderror().iter().enumerate() {
                let theirs = &case["terms"][j]["robust_std_error"][key];
                let what = format!("{} {key} {}", case["name"], fit.terms[j]);
                comparison.check(&what, *std_error, number(theirs), STANDARD_ERROR);
            }
        }
    }
    comparison.finish(100);
}

#[test]
fn profile_intervals_agree_with_exact_refits_in_r() {
    let mut comparison = Comparison::default();
    for case in cases() {
        if case["terms"][0]["profile_conf_low"].is_null() {
            continue;
        }
        let formula = Formula::parse(case["formula"].as_str().unwrap()).unwrap();
        let design = Design::new(&formula, &data(&case)).unwrap();
        let glm = model(&case);
        let fit = glm.fit(&design).unwrap();
        let terms = glm
            .profile(&design, &fit, ConfidenceLevel::NINETY_FIVE)
            .unwrap();
        for (ours, theirs) in terms.iter().zip(case["terms"].as_array().unwrap()) {
            let low = number(&theirs["profile_conf_low"]);
            let high = number(&theirs["profile_conf_high"]);
            comparison.check(&ours.term, ours.estimate.conf_low, low, STANDARD_ERROR);
            comparison.check(&ours.term, ours.estimate.conf_high, high, STANDARD_ERROR);
        }
    }
    comparison.finish(20);
}

#[test]
fn separation_names_the_term() {
    let data = Data::new()
        .with_numbers("y", (0..40).map(|i| f64::from(i % 2)).collect())
        .with_numbers(
            "perfect",
            (0..40).map(|i| f64::from(i % 2) * 2.0 - 1.0).collect(),
        )
        .with_numbers("harmless", (0..40).map(|i| f64::from(i * 7 % 11)).collect());
    let formula = Formula::parse("y ~ harmless + perfect").unwrap();
    let design = Design::new(&formula, &data).unwrap();
    let error = Glm::new(Family::Binomial).fit(&design).unwrap_err();
    assert_eq!(
        error,
        StatsError::Separation {
            terms: vec!["perfect".to_owned()],
            family: Family::Binomial,
        }
    );
    assert!(error.help().unwrap().contains("Firth"));
}

#[test]
fn quasi_separation_names_the_empty_level() {
    // Nobody in site C has the event; the other sites are mixed.
    let sites: Vec<&str> = (0..90).map(|i| ["A", "B", "C"][i % 3]).collect();
    let y = (0..90)
        .map(|i| f64::from(u8::from(i % 3 != 2 && (i / 3) % 2 == 0)))
        .collect();
    let data = Data::new().with_numbers("y", y).with_text("site", &sites);
    let design = Design::new(&Formula::parse("y ~ site").unwrap(), &data).unwrap();
    let error = Glm::new(Family::Binomial).fit(&design).unwrap_err();
    assert_eq!(
        error,
        StatsError::Separation {
            terms: vec!["site[C]".to_owned()],
            family: Family::Binomial,
        }
    );
}

#[test]
fn aliased_terms_are_named() {
    let x: Vec<f64> = (0..30).map(|i| f64::from(i * 5 % 7)).collect();
    let twice = x.iter().map(|v| 2.0 * v + 1.0).collect();
    let y = (0..30).map(|i| f64::from(i * 3 % 4)).collect();
    let data = Data::new()
        .with_numbers("x", x)
        .with_numbers("twice", twice)
        .with_numbers("y", y);
    let design = Design::new(&Formula::parse("y ~ x + twice").unwrap(), &data).unwrap();
    let error = Glm::new(Family::Gaussian).fit(&design).unwrap_err();
    assert_eq!(
        error,
        StatsError::RankDeficient {
            terms: vec!["twice".to_owned()]
        }
    );
}

/// Nobody in the second group has an event: the likelihood climbs for ever.
#[test]
fn an_empty_group_separates_a_count_model() {
    let group: Vec<&str> = (0..60).map(|i| ["A", "B"][i % 2]).collect();
    let y = (0..60_u32)
        .map(|i| if i % 2 == 0 { f64::from(i % 4) } else { 0.0 })
        .collect();
    let data = Data::new().with_numbers("y", y).with_text("group", &group);
    let design = Design::new(&Formula::parse("y ~ group").unwrap(), &data).unwrap();
    let error = Glm::new(Family::Poisson).fit(&design).unwrap_err();
    assert_eq!(
        error,
        StatsError::Separation {
            terms: vec!["group[B]".to_owned()],
            family: Family::Poisson,
        }
    );
    assert!(!error.help().unwrap().contains("firth"));
}

/// Slow for Fisher scoring, and R's glm stops short of the maximum (deviance 203.19). The values are
/// of Newton's method with the observed information in R (score below 2e-12); standard errors of the
/// expected information.
#[test]
fn log_binomial_reaches_its_maximum() {
    let data = read(&root().join("tests/reference/glm/birthwt.csv"));
    let model = Glm::new(Family::Binomial).with_link(Link::Log);
    let mut comparison = Comparison::default();
    let mut check = |formula: &str, deviance: f64, values: &[(f64, f64)]| {
        let design = Design::new(&Formula::parse(formula).unwrap(), &data).unwrap();
        let fit = model.fit(&design).unwrap();
        assert!(fit.iterations < 20);
        comparison.check(formula, fit.deviance, deviance, 1e-10);
        let ours = fit.confint(ConfidenceLevel::NINETY_FIVE);
        assert_eq!(ours.len(), values.len());
        for (ours, (estimate, std_error)) in ours.iter().zip(values) {
            let name = format!("{formula} {}", ours.term);
            comparison.check(&name, ours.estimate.estimate, *estimate, COEFFICIENT);
            comparison.check(&name, ours.estimate.std_error, *std_error, STANDARD_ERROR);
        }
    };
    check(
        "low ~ smoke + age + lwt + factor(race) + ht + ui + ptl",
        202.732_312_019_6,
        &[
            (-0.648_937_277_429, 0.551_134_473_178),
            (0.597_923_104_555, 0.190_269_790_074),
            (-0.022_917_189_034, 0.018_037_134_587),
            (-0.006_995_583_722, 0.003_373_622_396),
            (0.940_411_504_211, 0.235_720_008_369),
            (0.596_728_099_787, 0.219_003_551_791),
            (1.016_001_026_347, 0.223_209_276_067),
            (0.415_152_821_096, 0.207_402_282_732),
            (0.208_970_523_045, 0.124_014_792_186),
        ],
    );
    check(
        "low ~ lwt + ht + ui + ptl",
        217.280_168_978_0,
        &[
            (-0.408_162_541_104, 0.510_188_673_270),
            (-0.007_579_837_836, 0.003_958_150_665),
            (0.890_464_315_280, 0.261_435_755_400),
            (0.404_973_358_792, 0.257_483_866_857),
            (0.164_809_087_712, 0.142_548_527_729),
        ],
    );
    comparison.finish(30);
}

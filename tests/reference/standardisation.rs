//! Standardised risks and their variances against the formulas of the papers, in R.

use super::support::{numbers, read};
use regtrial_stats::ConfidenceLevel;
use regtrial_stats::formula::Formula;
use regtrial_stats::glm::{Family, Glm};
use regtrial_stats::marginal::{MarginalVariance, Standardisation};
use regtrial_tests::{COEFFICIENT, Comparison, STANDARD_ERROR, expected, number, root, versions};

#[test]
fn risks_contrasts_and_every_variance_agree() {
    let mut comparison = Comparison::default();
    for case in expected("standardisation")["cases"].as_array().unwrap() {
        let file = root()
            .join("tests/reference/standardisation")
            .join(case["data"].as_str().unwrap());
        let data = read(&file);
        let arms: Vec<String> = numbers(&data, "treat").iter().map(f64::to_string).collect();
        let data = data.with_text("treat", &arms);
        let formula = Formula::parse(case["formula"].as_str().unwrap()).unwrap();
        for (variance, key) in [
            (MarginalVariance::Ye, "ye"),
            (MarginalVariance::Ge, "delta"),
            (MarginalVariance::Delta, "delta"),
            (MarginalVariance::LeaveOneOut, "loo_influence_n"),
        ] {
            let name = format!("{} {}", case["name"], variance.as_str());
            let of_error = format!("{name} error");
            let fit = Standardisation::new(Glm::new(Family::Binomial), "treat")
                .with_variance(variance)
                .fit(&formula, &data)
                .unwrap();
            let theirs = &case["estimates"];
            let errors = &case["methods"][key]["std_error"];
            let level = ConfidenceLevel::NINETY_FIVE;
            for (arm, field) in [(0, "mu0"), (1, "mu1")] {
                let ours = fit.arm(arm, level);
                comparison.check(&name, ours.estimate, number(&theirs[field]), COEFFICIENT);
                comparison.check(
                    &of_error,
                    ours.std_error,
                    number(&errors[field]),
                    STANDARD_ERROR,
                );
            }
            let contrasts = fit.contrasts(1, 0, level);
            let on_scale = [
                contrasts[0].estimate,
                contrasts[1].estimate.ln(),
                contrasts[2].estimate.ln(),
            ];
            for (i, field) in ["rd", "log_rr", "log_or"].into_iter().enumerate() {
                comparison.check(&name, on_scale[i], number(&theirs[field]), COEFFICIENT);
                let theirs = number(&errors[field]);
                comparison.check(&of_error, contrasts[i].std_error, theirs, STANDARD_ERROR);
            }
        }
    }
    let against = versions(&expected("standardisation"), &["R"]);
    comparison.finish_as("standardised_risks", &against, 100, |what| {
        match what
            .strip_suffix(" error")
            .and_then(|what| what.rsplit(' ').next())
        {
            Some("ye") => vec!["variance_ye"],
            Some("ge") => vec!["variance_ge"],
            Some("delta") => vec!["variance_delta"],
            Some(_) => vec!["variance_loo"],
            None => vec!["standardisation"],
        }
    });
}

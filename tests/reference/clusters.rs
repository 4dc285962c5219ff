//! Cluster-robust covariances against clubSandwich.

use super::support::{numbers, read};
use regtrial_stats::design::{Data, Design};
use regtrial_stats::formula::Formula;
use regtrial_stats::glm::{ClusterCorrection, Covariance, Family, Glm};
use regtrial_stats::{ConfidenceLevel, StatsError};
use regtrial_tests::{Comparison, STANDARD_ERROR, expected, number, root};

const CORRECTIONS: [ClusterCorrection; 4] = [
    ClusterCorrection::Cr0,
    ClusterCorrection::Cr1,
    ClusterCorrection::Cr2,
    ClusterCorrection::Cr3,
];

#[test]
fn corrections_agree_with_clubsandwich() {
    let data = read(&root().join("tests/reference/gee/few.csv"));
    let labels: Vec<u64> = numbers(&data, "id").iter().map(|id| *id as u64).collect();
    let mut comparison = Comparison::default();
    for case in expected("clusters")["cases"].as_array().unwrap() {
        let formula = Formula::parse(case["formula"].as_str().unwrap()).unwrap();
        let design = Design::new(&formula, &data).unwrap();
        let family = match case["family"].as_str().unwrap() {
            "gaussian" => Family::Gaussian,
            "binomial" => Family::Binomial,
            _ => Family::Poisson,
        };
        for correction in CORRECTIONS {
            let kind = Covariance::CorrectedCluster(labels.clone(), correction);
            let fit = Glm::new(family).with_covariance(kind).fit(&design).unwrap();
            for (j, ours) in fit.stderror().iter().enumerate() {
                let what = format!("{} {}", case["name"], correction.as_str());
                let theirs = number(&case[correction.as_str()][j]);
                comparison.check(&what, *ours, theirs, STANDARD_ERROR);
            }
        }
    }
    comparison.finish(36);
}

#[test]
fn a_cluster_with_a_coefficient_of_its_own_is_refused() {
    let data = Data::new()
        .with_numbers("y", vec![1.0, 2.0, 4.0, 3.0, 6.0, 2.0])
        .with_numbers("own", vec![0.0, 0.0, 0.0, 0.0, 1.0, 1.0]);
    let design = Design::new(&Formula::parse("y ~ own").unwrap(), &data).unwrap();
    let labels = vec![1, 1, 2, 2, 3, 3];
    for correction in [ClusterCorrection::Cr2, ClusterCorrection::Cr3] {
        let kind = Covariance::CorrectedCluster(labels.clone(), correction);
        let fit = Glm::new(Family::Gaussian)
            .with_covariance(kind)
            .fit(&design);
        assert!(matches!(fit, Err(StatsError::Argument { .. })));
    }
}

#[test]
fn degrees_of_freedom_of_cr2_agree_with_clubsandwich() {
    let data = read(&root().join("tests/reference/gee/few.csv"));
    let labels: Vec<u64> = numbers(&data, "id").iter().map(|id| *id as u64).collect();
    let mut comparison = Comparison::default();
    for case in expected("satterthwaite")["cases"].as_array().unwrap() {
        let text = case["formula"].as_str().unwrap();
        let design = Design::new(&Formula::parse(text).unwrap(), &data).unwrap();
        let kind = Covariance::CorrectedCluster(labels.clone(), ClusterCorrection::Cr2);
        let model = Glm::new(Family::Gaussian).with_covariance(kind);
        let fit = model.fit(&design).unwrap();
        let terms = fit.confint(ConfidenceLevel::NINETY_FIVE);
        for (j, term) in terms.iter().enumerate() {
            let ours = &term.estimate;
            let mut check = |value: f64, field: &str| {
                let what = format!("{text} {field} {j}");
                comparison.check(&what, value, number(&case[field][j]), STANDARD_ERROR);
            };
            check(ours.df, "df");
            check(ours.std_error, "std_errors");
            check(ours.p_value, "p_values");
            check(ours.conf_low, "conf_low");
            check(ours.conf_high, "conf_high");
        }
    }
    comparison.finish(40);
}

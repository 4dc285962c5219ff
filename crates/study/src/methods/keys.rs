//! Which methods of the list made a number.

use crate::plan::{Estimator, HazardsPlan, ModelPlan, MultiplicityMethod, RateFamily, TiesPlan};
use regtrial_results::Record;
use regtrial_stats::glm::{Covariance, Family, GeeVariance, Link};
use regtrial_stats::marginal::MarginalVariance;
use regtrial_stats::survival::CoxVariance;

/// Keys of the methods behind a record: those of the analysis's model, and those of the statistic.
pub(super) fn of_record(estimator: Option<&Estimator>, record: &Record) -> Vec<String> {
    let own = match (record.statistic.as_str(), estimator) {
        ("interaction", Some(Estimator::MeanCount(_))) if record.scale != "log" => {
            Some("interaction_mean_counts".to_owned())
        }
        _ => of_statistic(record),
    };
    let mut keys = Vec::new();
    if own.as_deref() != Some("counts") && record.statistic != "interaction" {
        keys.extend(estimator.map(of_estimator).unwrap_or_default());
    }
    keys.extend(own.filter(|own| !keys.contains(own)));
    keys
}

/// The model and the variance of its estimates.
fn of_estimator(estimator: &Estimator) -> Vec<String> {
    let keys = match estimator {
        Estimator::Difference | Estimator::RestrictedMean { .. } | Estimator::TimeTest(_) => {
            Vec::new()
        }
        Estimator::Regression(model) => {
            let robust = model.covariance != Covariance::Classical;
            let robust = robust.then_some("robust_hc");
            std::iter::once(of_family(model)).chain(robust).collect()
        }
        Estimator::Standardisation(model, variance) => {
            vec!["standardisation", of_family(model), of_marginal(*variance)]
        }
        Estimator::Hazards(model) => of_hazards(model),
        Estimator::Rate(rate) => vec![
            "rate",
            match rate.family {
                RateFamily::Poisson => "poisson_regression",
                RateFamily::QuasiPoisson => "quasi_poisson",
                RateFamily::NegativeBinomial => "negative_binomial",
            },
        ],
        Estimator::MeanCount(_) => vec!["nelson_aalen"],
        Estimator::Gee(gee) => vec![
            "gee",
            match gee.variance {
                GeeVariance::ModelBased => "gee_model_based",
                GeeVariance::ManclDeRouen => "gee_mancl_derouen",
                GeeVariance::KauermannCarroll => "gee_kauermann_carroll",
                _ => "gee_robust",
            },
        ],
    };
    keys.into_iter().map(str::to_owned).collect()
}

fn of_family(model: &ModelPlan) -> &'static str {
    match (model.family, model.link) {
        _ if model.firth => "firth_logistic",
        (Family::Binomial, Link::Logit) => "logistic_regression",
        (Family::Binomial, _) => "binomial_regression",
        (Family::Poisson, _) => "poisson_regression",
        _ => "linear_regression",
    }
}

fn of_marginal(variance: MarginalVariance) -> &'static str {
    match variance {
        MarginalVariance::Ye => "variance_ye",
        MarginalVariance::LeaveOneOut => "variance_loo",
        MarginalVariance::Ge => "variance_ge",
        MarginalVariance::Delta => "variance_delta",
        _ => "variance_loo_one_step",
    }
}

fn of_hazards(model: &HazardsPlan) -> Vec<&'static str> {
    if model.subdistribution {
        return vec!["fine_gray"];
    }
    let mut keys = vec![match model.ties {
        _ if model.firth => "cox_firth",
        TiesPlan::Efron => "cox_efron",
        TiesPlan::Breslow => "cox_breslow",
        TiesPlan::Exact => "cox_exact",
    }];
    if model.variance == CoxVariance::Robust || model.formula.survival.cluster.is_some() {
        keys.push("cox_robust");
    }
    keys
}

/// How p-values are adjusted.
pub(super) fn of_multiplicity(method: MultiplicityMethod) -> String {
    method.name().replace([' ', '-'], "_")
}

/// What is particular to a statistic and how its interval or test was computed; nothing where the
/// model says all.
fn of_statistic(record: &Record) -> Option<String> {
    let key = match (record.statistic.as_str(), record.method.as_str()) {
        ("flow", _) => "consort",
        ("interaction", "wald") if record.scale == "log" => "interaction_ratio_wald",
        ("interaction", _) if record.scale == "log" => "interaction_ratio",
        ("interaction", _) => "interaction_difference",
        (
            "people" | "count" | "proportion" | "missing" | "missing_proportion" | "observations"
            | "dropped" | "events" | "rows" | "clusters" | "competing_events",
            "",
        ) => "counts",
        ("mean" | "sd", "") => "mean_sd",
        ("median" | "q1" | "q3", "") => "quantiles",
        ("standardised_difference", "") => "standardised_difference",
        ("log_likelihood" | "penalised_log_likelihood" | "aic", "") => "likelihood",
        ("concordance", "") => "concordance",
        ("person_days", "") => "counts",
        (_, "") => return None,
        ("pseudo_r_squared", _) => "pseudo_r_squared",
        ("number_needed_to_treat", _) => "number_needed_to_treat",
        ("risk_difference", "wald") => "wald_difference",
        ("rate_ratio", "conditional_exact") => "poisson_exact",
        ("rate_difference", _) => "rate",
        ("mean", "student") => "mean_t",
        (statistic, "kaplan_meier") if statistic.starts_with("restricted_mean") => {
            "restricted_mean"
        }
        (_, "kaplan_meier_plain" | "kaplan_meier_log" | "kaplan_meier_log_log") => "kaplan_meier",
        (_, "life_table_plain" | "life_table_log" | "life_table_log_log") => "life_table",
        (_, "score") => "score_test",
        (_, other) => other,
    };
    Some(key.to_owned())
}

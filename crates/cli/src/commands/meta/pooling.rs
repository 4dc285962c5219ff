//! How `regtrial meta` pools: normal effects with known variances, or the likelihood of the counts.

use super::trials::Studies;
use crate::args::{MeasureChoice, MetaArgs, ModelChoice, PooledTestChoice, Tau2Choice};
use crate::failure::Failure;
use regtrial_results::DiagnosticRecord;
use regtrial_stats::meta::{
    Effect, Measure, MetaAnalysis, MetaFit, MixedFit, MixedMeta, MixedModel, MixedTest, PooledTest,
    StudyVariance, Tau2Method,
};
use regtrial_stats::proportion::TwoByTwo;
use regtrial_stats::{ConfidenceLevel, Estimate};
use serde::Serialize;

pub(super) enum Pooling {
    Normal(MetaAnalysis),
    Mixed(MixedMeta),
}

/// What either gives.
pub(super) struct Fit {
    pub(super) pooled: Estimate,
    pub(super) prediction_low: f64,
    pub(super) prediction_high: f64,
    pub(super) heterogeneity: Between,
    /// Shares of the studies; the likelihood of the counts has none.
    pub(super) weights: Vec<f64>,
}

#[derive(Serialize)]
pub(super) struct Between {
    pub(super) tau2: f64,
    tau2_low: f64,
    tau2_high: f64,
    pub(super) i2: f64,
    /// Cochran's Q, or twice the difference of the log-likelihoods.
    pub(super) q: f64,
    pub(super) df: f64,
    pub(super) p_value: f64,
    #[serde(flatten)]
    mixed: Option<MixedBetween>,
}

/// What the likelihood of the counts has besides.
#[derive(Serialize)]
struct MixedBetween {
    wald: f64,
    wald_p_value: f64,
    study_variance: f64,
    log_likelihood: f64,
}

impl Between {
    /// What `q` is.
    pub(super) fn name(&self) -> &'static str {
        match self.mixed {
            None => "Q",
            Some(_) => "likelihood ratio",
        }
    }
}

fn refused(rule: &str, help: &str) -> Failure {
    Failure::message("argument", rule).with_help(help.to_owned())
}

impl Pooling {
    pub(super) fn of(args: &MetaArgs) -> Result<Self, Failure> {
        let model = match args.model {
            ModelChoice::Normal => return normal(args).map(Self::Normal),
            ModelChoice::ConditionalHypergeometric => MixedModel::ConditionalExact,
            ModelChoice::ConditionalBinomial => MixedModel::ConditionalApproximate,
            ModelChoice::FixedStudies => MixedModel::FixedStudies,
            ModelChoice::RandomStudies => MixedModel::RandomStudies,
        };
        if args.estimate.is_some() {
            let rule = "--model other than normal pools counts, not estimates";
            let help =
                "give --events-treated, --total-treated, --events-control and --total-control";
            return Err(refused(rule, help));
        }
        if !matches!(args.measure, None | Some(MeasureChoice::OddsRatio)) {
            let rule = "--model other than normal pools odds ratios";
            return Err(refused(rule, "leave out --measure"));
        }
        let test = match args.test {
            PooledTestChoice::Z => MixedTest::Z,
            PooledTestChoice::T => MixedTest::T,
            PooledTestChoice::HartungKnapp | PooledTestChoice::HartungKnappTruncated => {
                let rule = "--model other than normal has no Hartung-Knapp test: it has no weights that \
                            the test could rescale";
                let help = "--test t: t distribution on the studies less the coefficients";
                return Err(refused(rule, help));
            }
        };
        if args.robust {
            let rule = "--robust needs --model normal";
            let help = "leave out --model, or combine the rows of a study by --several-arms";
            return Err(refused(rule, help));
        }
        let variance = match args.tau2 {
            None | Some(Tau2Choice::Ml) => StudyVariance::MaximumLikelihood,
            Some(Tau2Choice::Common) => StudyVariance::None,
            Some(_) => {
                let rule = "--model other than normal estimates tau2 by maximum likelihood";
                return Err(refused(
                    rule,
                    "--tau2 ml, or --tau2 common for one odds ratio",
                ));
            }
        };
        Ok(Self::Mixed(MixedMeta {
            model,
            variance,
            test,
            tau2_interval: true,
        }))
    }

    /// For the effect alone.
    pub(super) fn of_effect(&self) -> Self {
        match self {
            Self::Normal(analysis) => Self::Normal(*analysis),
            Self::Mixed(analysis) => Self::Mixed(MixedMeta {
                tau2_interval: false,
                ..*analysis
            }),
        }
    }

    /// Pools the studies `own`. A single one is taken as it is.
    pub(super) fn fit(
        &self,
        studies: &Studies,
        own: &[usize],
        level: ConfidenceLevel,
    ) -> Result<Fit, Failure> {
        let fit = match self {
            Self::Normal(analysis) => {
                let effects: Vec<Effect> = own.iter().map(|&i| studies.effects[i]).collect();
                let mut analysis = *analysis;
                if own.len() == 1 && studies.effects.len() > 1 {
                    analysis.test = PooledTest::Z;
                }
                analysis.fit(&effects, level).map(Fit::from)
            }
            Self::Mixed(analysis) => {
                let tables: Vec<TwoByTwo> = own.iter().map(|&i| studies.counts[i]).collect();
                let mut analysis = *analysis;
                if own.len() == 1 && studies.effects.len() > 1 {
                    analysis.variance = StudyVariance::None;
                    analysis.test = MixedTest::Z;
                }
                analysis.fit(&tables, level).map(Fit::from)
            }
        };
        fit.map_err(|error| Failure::stats(&error, None))
    }

    /// What is fragile about the model for these studies, or about what they gave.
    pub(super) fn remark(
        &self,
        studies: &Studies,
        fit: &Fit,
        level: ConfidenceLevel,
    ) -> Option<DiagnosticRecord> {
        let analysis = match self {
            Self::Mixed(analysis) => analysis,
            Self::Normal(analysis) => return narrower(*analysis, studies, fit, level),
        };
        let sum = |part: &dyn Fn(&TwoByTwo) -> u64| studies.counts.iter().map(part).sum::<u64>();
        let common = 10 * sum(&|table| table.events()) > sum(&|table| table.total());
        let binomial = analysis.model == MixedModel::ConditionalApproximate;
        (binomial && common).then(|| DiagnosticRecord {
            code: "events_not_rare".to_owned(),
            severity: "warning".to_owned(),
            term: None,
            message: "more than one person in ten has the event: the binomial approximation pulls the odds \
                      ratio towards 1, conditional-hypergeometric does not"
                .to_owned(),
        })
    }

    pub(super) fn measure(&self) -> Measure {
        match self {
            Self::Normal(analysis) => analysis.measure,
            Self::Mixed(_) => Measure::OddsRatio,
        }
    }

    /// Whether effects differ between studies.
    pub(super) fn has_variance(&self) -> bool {
        match self {
            Self::Normal(analysis) => analysis.tau2.is_some(),
            Self::Mixed(analysis) => analysis.variance == StudyVariance::MaximumLikelihood,
        }
    }

    pub(super) fn model(&self) -> &'static str {
        match self {
            Self::Normal(_) => "normal",
            Self::Mixed(analysis) => analysis.model.method().as_str(),
        }
    }

    pub(super) fn tau2(&self) -> &'static str {
        match self {
            _ if !self.has_variance() => "common",
            Self::Normal(analysis) => analysis
                .tau2
                .map_or("common", |method| method.method().as_str()),
            Self::Mixed(_) => "maximum_likelihood",
        }
    }

    pub(super) fn test(&self) -> &'static str {
        match self {
            Self::Mixed(analysis) => match analysis.test {
                MixedTest::Z => "z",
                MixedTest::T => "t",
            },
            Self::Normal(analysis) => match analysis.test {
                PooledTest::Z => "z",
                PooledTest::HartungKnapp => "hartung_knapp",
                PooledTest::HartungKnappTruncated => "hartung_knapp_truncated",
            },
        }
    }
}

fn normal(args: &MetaArgs) -> Result<MetaAnalysis, Failure> {
    let measure = match args.measure.unwrap_or(MeasureChoice::RiskRatio) {
        MeasureChoice::RiskRatio => Measure::RiskRatio,
        MeasureChoice::OddsRatio => Measure::OddsRatio,
        MeasureChoice::RiskDifference => Measure::RiskDifference,
        MeasureChoice::HazardRatio => Measure::HazardRatio,
        MeasureChoice::MeanDifference => Measure::MeanDifference,
    };
    let tau2 = match args.tau2.unwrap_or(Tau2Choice::Reml) {
        Tau2Choice::Dl => Some(Tau2Method::DerSimonianLaird),
        Tau2Choice::Reml => Some(Tau2Method::Reml),
        Tau2Choice::Pm => Some(Tau2Method::PauleMandel),
        Tau2Choice::Common => None,
        Tau2Choice::Ml => {
            let rule = "--tau2 ml is for the likelihood of the counts";
            let help = "choose one with --model, or --tau2 reml";
            return Err(refused(rule, help));
        }
    };
    let test = match args.test {
        PooledTestChoice::Z => PooledTest::Z,
        PooledTestChoice::T => {
            let rule = "--test t goes with the likelihood of the counts";
            let help = "choose one with --model, or --test hartung-knapp";
            return Err(refused(rule, help));
        }
        PooledTestChoice::HartungKnapp => PooledTest::HartungKnapp,
        PooledTestChoice::HartungKnappTruncated => PooledTest::HartungKnappTruncated,
    };
    Ok(MetaAnalysis {
        measure,
        tau2,
        test,
    })
}

impl From<MetaFit> for Fit {
    fn from(fit: MetaFit) -> Self {
        let found = fit.heterogeneity;
        Self {
            pooled: fit.pooled,
            prediction_low: fit.prediction_low,
            prediction_high: fit.prediction_high,
            heterogeneity: Between {
                tau2: found.tau2.estimate,
                tau2_low: found.tau2.conf_low,
                tau2_high: found.tau2.conf_high,
                i2: found.i2,
                q: found.q,
                df: found.df,
                p_value: found.p_value,
                mixed: None,
            },
            weights: fit.weights,
        }
    }
}

impl From<MixedFit> for Fit {
    fn from(fit: MixedFit) -> Self {
        let found = fit.heterogeneity;
        Self {
            pooled: fit.pooled,
            prediction_low: fit.prediction_low,
            prediction_high: fit.prediction_high,
            heterogeneity: Between {
                tau2: found.tau2,
                tau2_low: found.tau2_low,
                tau2_high: found.tau2_high,
                i2: found.i2,
                q: found.likelihood_ratio,
                df: found.df,
                p_value: found.likelihood_ratio_p,
                mixed: Some(MixedBetween {
                    wald: found.wald,
                    wald_p_value: found.wald_p,
                    study_variance: found.study_variance,
                    log_likelihood: fit.log_likelihood,
                }),
            },
            weights: Vec::new(),
        }
    }
}

/// Hartung and Knapp's factor falls below 1 where studies differ less than their errors do.
fn narrower(
    analysis: MetaAnalysis,
    studies: &Studies,
    fit: &Fit,
    level: ConfidenceLevel,
) -> Option<DiagnosticRecord> {
    let normal = MetaAnalysis {
        test: PooledTest::Z,
        ..analysis
    };
    let plain = normal.fit(&studies.effects, level).ok()?;
    let narrower =
        analysis.test == PooledTest::HartungKnapp && fit.pooled.std_error < plain.pooled.std_error;
    narrower.then(|| DiagnosticRecord {
        code: "narrower_than_normal".to_owned(),
        severity: "note".to_owned(),
        term: None,
        message: "the studies differ less than their standard errors let expect, so that Hartung and Knapp's \
                  standard error is smaller than that of the test by z: --test hartung-knapp-truncated never is"
            .to_owned(),
    })
}

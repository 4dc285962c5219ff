//! Pooled odds ratios by the likelihood of the counts, for rare events: generalised linear mixed
//! models. No cell is corrected and no study's variance is taken as known.
//!
//! The log odds ratio of study i is mu + tau z, z standard normal. Given it, the likelihood is that of
//! [`MixedModel`]; random effects are integrated out ([`quadrature`]) and mu, tau and whatever else the
//! model has maximised together; with moderators mu is x'beta. Standard errors come from the observed
//! information of all of them; limits are those of the normal or the t distribution, the prediction interval
//! is mu ± z sqrt(tau² + se²), and tau² has a profile-likelihood interval.
//!
//! References: T. Stijnen, T. H. Hamza, P. Oezdemir (2010), Statistics in Medicine 29:3046-3067;
//! D. Jackson, M. Law, T. Stijnen, W. Viechtbauer, I. R. White (2018), Statistics in Medicine
//! 37:1059-1085 (a comparison; random effects of both arms are centred here).

mod fit;
mod heterogeneity;
mod maximise;
mod profile;
mod quadrature;
mod study;
mod whole;

use crate::glm::TermEstimate;
use crate::{Estimate, Method};
use ndarray::Array2;
use study::Latent;

/// The likelihood of a study.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum MixedModel {
    /// The treated events given both margins: noncentral hypergeometric. `CM.EL` in R's metafor.
    ConditionalExact,
    /// The same for rare events: binomial among all events, with the arms' sizes as offset. `CM.AL`.
    ConditionalApproximate,
    /// Both arms binomial, each study with a risk of its own. `UM.FS`.
    FixedStudies,
    /// Both arms binomial, the studies' log odds normal about a mean. `UM.RS`.
    RandomStudies,
}

impl MixedModel {
    /// Its name in results.
    #[must_use]
    pub fn method(self) -> Method {
        match self {
            Self::ConditionalExact => Method::ConditionalHypergeometric,
            Self::ConditionalApproximate => Method::ConditionalBinomial,
            Self::FixedStudies => Method::FixedStudies,
            Self::RandomStudies => Method::RandomStudies,
        }
    }

    fn latents(self, variance: StudyVariance) -> &'static [Latent] {
        match (self, variance) {
            (Self::RandomStudies, StudyVariance::None) => &[Latent::Base],
            (Self::RandomStudies, StudyVariance::MaximumLikelihood) => {
                &[Latent::Effect, Latent::Base]
            }
            (_, StudyVariance::None) => &[],
            (_, StudyVariance::MaximumLikelihood) => &[Latent::Effect],
        }
    }
}

/// Whether odds ratios differ between studies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StudyVariance {
    /// One common odds ratio.
    None,
    /// Normal log odds ratios, their variance by maximum likelihood.
    MaximumLikelihood,
}

/// The reference distribution of tests and limits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum MixedTest {
    /// The normal distribution.
    #[default]
    Z,
    /// t on the studies less the coefficients, with the same standard errors: `test = "t"` in R's metafor.
    T,
}

/// A pooled odds ratio by the likelihood of the counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MixedMeta {
    /// The likelihood of a study.
    pub model: MixedModel,
    /// Whether odds ratios differ.
    pub variance: StudyVariance,
    /// The reference distribution of tests and limits.
    pub test: MixedTest,
    /// Whether the variance between studies gets its interval, most of the work of a fit; else it is NaN.
    pub tau2_interval: bool,
}

/// How much odds ratios differ beyond chance: one odds ratio against one of its own for each study.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct MixedHeterogeneity {
    /// Variance of the log odds ratios between studies; NaN for a common one.
    pub tau2: f64,
    /// Lower limit of its profile-likelihood interval.
    pub tau2_low: f64,
    /// Upper limit; infinite where the likelihood never falls far enough.
    pub tau2_high: f64,
    /// Variance of the studies' log odds, in [`MixedModel::RandomStudies`]; else NaN.
    pub study_variance: f64,
    /// tau2 / (tau2 + a typical variance within studies, by Woolf with one half where a cell is empty).
    pub i2: f64,
    /// Twice the difference of the log-likelihoods.
    pub likelihood_ratio: f64,
    /// Its p-value.
    pub likelihood_ratio_p: f64,
    /// Wald's test of the same; studies whose own odds ratio is 0 or infinite add nothing.
    pub wald: f64,
    /// Its p-value.
    pub wald_p: f64,
    /// Degrees of freedom of both.
    pub df: f64,
}

/// A pooled odds ratio.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct MixedFit {
    /// The pooled odds ratio.
    pub pooled: Estimate,
    /// Where the odds ratio of a new study is expected: lower limit. NaN for a common odds ratio.
    pub prediction_low: f64,
    /// Upper limit.
    pub prediction_high: f64,
    /// How much studies differ.
    pub heterogeneity: MixedHeterogeneity,
    /// The largest log-likelihood.
    pub log_likelihood: f64,
    /// Studies that say something.
    pub studies: usize,
    /// Studies left out: nobody or everybody has the event in both arms.
    pub silent: usize,
}

/// Log odds ratios explained by what studies have.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct MixedRegression {
    /// Coefficients, on the scale of the log odds ratio.
    pub terms: Vec<TermEstimate>,
    /// Their covariance.
    pub covariance: Array2<f64>,
    /// Variance between studies that the moderators leave; NaN for a common effect.
    pub tau2: f64,
    /// Lower limit of its profile-likelihood interval.
    pub tau2_low: f64,
    /// Upper limit; infinite where the likelihood never falls far enough.
    pub tau2_high: f64,
    /// Variance of the studies' log odds, in [`MixedModel::RandomStudies`]; else NaN.
    pub study_variance: f64,
    /// Whether odds ratios vary beyond chance around the line: likelihood ratio of one odds ratio for each
    /// study against the line without variance between studies.
    pub residual: Estimate,
    /// Whether all moderators together explain anything (Wald); with t tests F on `df` and
    /// `denominator_df`.
    pub moderators: Estimate,
    /// Degrees of freedom of the coefficients' t tests; infinite for normal ones.
    pub denominator_df: f64,
    /// The largest log-likelihood.
    pub log_likelihood: f64,
    /// Studies that say something.
    pub studies: usize,
    /// Studies left out: nobody or everybody has the event in both arms.
    pub silent: usize,
}

//! One estimate with its uncertainty: the currency of the crate.

mod names;

pub use names::{Method, Statistic};

use crate::StatsError;
use crate::distributions::normal;

/// The contrasts of several groups (or arms) by their places: every later one against every earlier one.
pub fn contrast_pairs(groups: usize) -> impl Iterator<Item = (usize, usize)> {
    (1..groups).flat_map(|treated| (0..treated).map(move |control| (treated, control)))
}

/// A confidence level strictly between 0 and 1.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ConfidenceLevel(f64);

impl ConfidenceLevel {
    /// The usual 95 %.
    pub const NINETY_FIVE: Self = Self(0.95);

    /// A level in (0, 1).
    ///
    /// # Errors
    /// [`StatsError::Argument`] outside the open interval.
    pub fn new(level: f64) -> Result<Self, StatsError> {
        if level > 0.0 && level < 1.0 {
            Ok(Self(level))
        } else {
            Err(StatsError::argument(
                "confidence level",
                "must lie strictly between 0 and 1",
            ))
        }
    }

    /// The level as a number.
    #[must_use]
    pub fn value(self) -> f64 {
        self.0
    }

    /// The probability outside, both tails together.
    #[must_use]
    pub fn alpha(self) -> f64 {
        1.0 - self.0
    }

    /// The standard normal quantile that leaves half of [`alpha`](Self::alpha) above it.
    #[must_use]
    pub fn normal_quantile(self) -> f64 {
        -normal::quantile(self.alpha() / 2.0)
    }
}

impl Default for ConfidenceLevel {
    fn default() -> Self {
        Self::NINETY_FIVE
    }
}

/// The scale on which a standard error is given.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Scale {
    /// The same scale as the estimate.
    #[default]
    Identity,
    /// The natural logarithm of the estimate.
    Log,
}

impl Scale {
    /// The name used in results.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Identity => "identity",
            Self::Log => "log",
        }
    }
}

/// A number, its uncertainty and how both were obtained. `NaN` is "undefined".
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct Estimate {
    /// What is estimated.
    pub statistic: Statistic,
    /// How.
    pub method: Method,
    /// Where the standard error lives.
    pub scale: Scale,
    /// The point estimate, on its natural scale.
    pub estimate: f64,
    /// Standard error, on [`scale`](Self::scale).
    pub std_error: f64,
    /// The test statistic behind the p-value.
    pub statistic_value: f64,
    /// Degrees of freedom of its reference distribution.
    pub df: f64,
    /// Two-sided p-value.
    pub p_value: f64,
    /// Lower confidence limit, on the natural scale.
    pub conf_low: f64,
    /// Upper confidence limit, on the natural scale.
    pub conf_high: f64,
    /// Confidence level of the limits.
    pub conf_level: f64,
}

impl Estimate {
    /// An estimate of which only the point is known.
    #[must_use]
    pub fn point(statistic: Statistic, method: Method, estimate: f64) -> Self {
        Self {
            statistic,
            method,
            scale: Scale::Identity,
            estimate,
            std_error: f64::NAN,
            statistic_value: f64::NAN,
            df: f64::NAN,
            p_value: f64::NAN,
            conf_low: f64::NAN,
            conf_high: f64::NAN,
            conf_level: f64::NAN,
        }
    }

    /// The same estimate with confidence limits.
    #[must_use]
    pub fn with_interval(mut self, low: f64, high: f64, level: ConfidenceLevel) -> Self {
        self.conf_low = low;
        self.conf_high = high;
        self.conf_level = level.value();
        self
    }

    /// The same estimate with a test against a standard normal.
    #[must_use]
    pub fn with_z(mut self, z: f64) -> Self {
        self.statistic_value = z;
        self.p_value = two_sided_normal(z);
        self
    }

    /// A normal-theory estimate of a quantity on its own scale.
    #[must_use]
    pub fn wald(
        statistic: Statistic,
        method: Method,
        estimate: f64,
        std_error: f64,
        level: ConfidenceLevel,
    ) -> Self {
        let half = level.normal_quantile() * std_error;
        let mut result = Self::point(statistic, method, estimate).with_interval(
            estimate - half,
            estimate + half,
            level,
        );
        result.std_error = std_error;
        if std_error > 0.0 {
            result.with_z(estimate / std_error)
        } else {
            result
        }
    }

    /// A normal-theory estimate of a ratio, computed on the log scale.
    #[must_use]
    pub fn wald_log(
        statistic: Statistic,
        method: Method,
        ratio: f64,
        log_std_error: f64,
        level: ConfidenceLevel,
    ) -> Self {
        let mut result = Self::wald(statistic, method, ratio.ln(), log_std_error, level);
        result.scale = Scale::Log;
        result.estimate = ratio;
        result.conf_low = result.conf_low.exp();
        result.conf_high = result.conf_high.exp();
        result
    }

    /// A ratio that exists although its logarithm has no standard error (an empty cell).
    #[must_use]
    pub fn ratio_without_error(statistic: Statistic, method: Method, ratio: f64) -> Self {
        Self {
            scale: Scale::Log,
            ..Self::point(statistic, method, ratio)
        }
    }

    /// Exponentiates estimate and limits: a coefficient becomes a ratio.
    #[must_use]
    pub fn exponentiated(mut self, statistic: Statistic) -> Self {
        self.statistic = statistic;
        self.scale = Scale::Log;
        self.estimate = self.estimate.exp();
        self.conf_low = self.conf_low.exp();
        self.conf_high = self.conf_high.exp();
        self
    }
}

/// Two-sided p-value of a standard normal statistic; undefined for an undefined one.
pub(crate) fn two_sided_normal(z: f64) -> f64 {
    if z.is_nan() {
        f64::NAN
    } else {
        (2.0 * normal::sf(z.abs())).min(1.0)
    }
}

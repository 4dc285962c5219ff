//! Rates of events over person-time.
//!
//! Events are taken as Poisson: right for one event a person with a constant hazard; for recurrent
//! events only if people do not differ, and
//! [`survival::recurrent`](crate::survival::recurrent) is there if they do.
//!
//! References: F. Garwood (1936), Biometrika 28:437-442; J. Przyborowski, H. Wilenski (1940),
//! Biometrika 31:313-323 (the conditional test); K. J. Rothman et al. (2008), Modern Epidemiology,
//! chapter 14.

use crate::distributions::{beta, binomial, chi_squared};
use crate::{ConfidenceLevel, Estimate, Method, Statistic, StatsError};

/// Events over person-time.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Rate {
    events: u64,
    person_time: f64,
}

impl Rate {
    /// Events and the time over which they were counted, in the unit that rates are wanted in.
    ///
    /// # Errors
    /// [`StatsError::Argument`] if the time is not positive and finite.
    pub fn new(events: u64, person_time: f64) -> Result<Self, StatsError> {
        if !(person_time.is_finite() && person_time > 0.0) {
            let rule = "must be positive and finite";
            return Err(StatsError::argument("person-time", rule));
        }
        Ok(Self {
            events,
            person_time,
        })
    }

    /// Events per unit of time.
    #[must_use]
    pub fn value(self) -> f64 {
        self.events as f64 / self.person_time
    }

    /// The rate with Garwood's exact limits.
    ///
    /// ```
    /// use regtrial_stats::{ConfidenceLevel, rates::Rate};
    /// // With no event the upper limit is -ln(0.025) over the time.
    /// let rate = Rate::new(0, 2.0)?.estimate(ConfidenceLevel::NINETY_FIVE);
    /// assert!((rate.conf_high + 0.025_f64.ln() / 2.0).abs() < 1e-12);
    /// # Ok::<(), regtrial_stats::StatsError>(())
    /// ```
    #[must_use]
    pub fn estimate(self, level: ConfidenceLevel) -> Estimate {
        let d = self.events as f64;
        let tail = level.alpha() / 2.0;
        let low = match self.events {
            0 => 0.0,
            _ => chi_squared::quantile(tail, 2.0 * d) / 2.0,
        };
        let high = chi_squared::quantile(1.0 - tail, 2.0 * d + 2.0) / 2.0;
        let mut result = Estimate::point(Statistic::Rate, Method::PoissonExact, self.value())
            .with_interval(low / self.person_time, high / self.person_time, level);
        result.std_error = d.sqrt() / self.person_time;
        result
    }
}

/// The ratio of two rates, exact given the sum of their events; the p-value adds up outcomes no likelier
/// than the one seen.
#[must_use]
pub fn exact_ratio(treated: Rate, control: Rate, level: ConfidenceLevel) -> Estimate {
    let ratio = treated.value() / control.value();
    let result =
        Estimate::ratio_without_error(Statistic::RateRatio, Method::ConditionalExact, ratio);
    let (x, n) = (treated.events, treated.events + control.events);
    if n == 0 {
        return result;
    }
    let (xf, nf, tail) = (x as f64, n as f64, level.alpha() / 2.0);
    let low = match x {
        0 => 0.0,
        _ => beta::quantile(tail, xf, nf - xf + 1.0),
    };
    let high = match x == n {
        true => 1.0,
        false => beta::quantile(1.0 - tail, xf + 1.0, nf - xf),
    };
    let ratio_of = |share: f64| share / (1.0 - share) * control.person_time / treated.person_time;
    let mut result = result.with_interval(ratio_of(low), ratio_of(high), level);
    let share = treated.person_time / (treated.person_time + control.person_time);
    let own = binomial::pmf(x, n, share) * (1.0 + 1e-7);
    let sum: f64 = (0..=n)
        .map(|k| binomial::pmf(k, n, share))
        .filter(|p| *p <= own)
        .sum();
    result.p_value = sum.min(1.0);
    result
}

/// The ratio of two rates with a normal interval on the log scale.
#[must_use]
pub fn ratio(treated: Rate, control: Rate, level: ConfidenceLevel) -> Estimate {
    let ratio = treated.value() / control.value();
    if treated.events == 0 || control.events == 0 {
        return Estimate::ratio_without_error(Statistic::RateRatio, Method::Wald, ratio);
    }
    let variance = (treated.events as f64).recip() + (control.events as f64).recip();
    Estimate::wald_log(
        Statistic::RateRatio,
        Method::Wald,
        ratio,
        variance.sqrt(),
        level,
    )
}

/// The difference of two rates with a normal interval.
#[must_use]
pub fn difference(treated: Rate, control: Rate, level: ConfidenceLevel) -> Estimate {
    let variance = |rate: Rate| rate.events as f64 / rate.person_time.powi(2);
    Estimate::wald(
        Statistic::RateDifference,
        Method::Wald,
        treated.value() - control.value(),
        (variance(treated) + variance(control)).sqrt(),
        level,
    )
}

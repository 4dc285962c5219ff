//! Probability distributions: the one module that owns them.
//!
//! Log-gamma and the inverse error function come from statrs, the error function from libm
//! (statrs's has ten digits). statrs's incomplete beta and gamma functions lose accuracy at the
//! degrees of freedom that register data bring (its t quantile at 1e7 degrees of freedom is 7 %
//! off), so those two are ours: continued fractions and series with a saddle-point prefactor
//! (Loader 2000). Every other distribution here follows from them. Quantiles are bracketed roots,
//! never an approximation that can miss.
//!
//! Every `cdf` has its `sf` (one minus it, computed directly) so that a small upper tail keeps all
//! its digits.

pub mod beta;
pub mod binomial;
pub mod chi_squared;
pub mod f;
pub mod hypergeometric;
pub mod noncentral_chi_squared;
pub mod noncentral_t;
pub mod normal;
pub mod t;

mod incomplete_beta;
mod incomplete_gamma;
pub(crate) mod polygamma;
mod saddle_point;

/// Both tails of a distribution at one point.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Tails {
    pub(crate) lower: f64,
    pub(crate) upper: f64,
}

impl Tails {
    pub(crate) const UNDEFINED: Self = Self {
        lower: f64::NAN,
        upper: f64::NAN,
    };

    pub(crate) fn swapped(self) -> Self {
        Self {
            lower: self.upper,
            upper: self.lower,
        }
    }
}

/// The quantile of a distribution on the positive half-line.
///
/// Works on whichever tail is the smaller one, so that p = 1e-300 and p = 1 - 1e-16 are both met.
pub(crate) fn positive_quantile(p: f64, maximum: f64, tails: impl Fn(f64) -> Tails) -> f64 {
    if !(0.0..=1.0).contains(&p) {
        return f64::NAN;
    }
    if p == 0.0 {
        return 0.0;
    }
    if p == 1.0 {
        return maximum;
    }
    let bound = if maximum.is_finite() {
        maximum
    } else {
        f64::MAX
    };
    if p <= 0.5 {
        crate::roots::bisect_positive(0.0, bound, |x| tails(x).lower < p)
    } else {
        let q = 1.0 - p;
        crate::roots::bisect_positive(0.0, bound, |x| tails(x).upper > q)
    }
}

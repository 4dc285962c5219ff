//! The model of a family of counts.

use crate::plan::RateFamily;
use regtrial_stats::design::Design;
use regtrial_stats::glm::{Dispersion, Family, Glm, GlmFit, NegativeBinomial, TermEstimate};
use regtrial_stats::{ConfidenceLevel, Diagnostic, StatsError};

pub(super) struct Fitted {
    pub(super) terms: Vec<TermEstimate>,
    pub(super) diagnostics: Vec<Diagnostic>,
    /// What says how far counts vary about their means, with its standard error.
    pub(super) spread: Option<(&'static str, f64, f64)>,
}

impl RateFamily {
    pub(super) fn fit(self, design: &Design, level: ConfidenceLevel) -> Result<Fitted, StatsError> {
        if self == Self::NegativeBinomial {
            let fit = NegativeBinomial::default().fit(design)?;
            return Ok(Fitted {
                terms: fit.model.confint(level),
                diagnostics: fit.model.diagnostics,
                spread: Some(("theta", fit.theta, fit.theta_std_error)),
            });
        }
        let fit = self.glm().fit(design)?;
        let quasi = self == Self::QuasiPoisson;
        Ok(Fitted {
            terms: fit.confint(level),
            spread: quasi.then_some(("dispersion", fit.dispersion, f64::NAN)),
            diagnostics: fit.diagnostics,
        })
    }

    /// The model alone. Counts that vary no more than Poisson ones have the Poisson model, which the negative
    /// binomial one becomes.
    pub(super) fn model(self, design: &Design) -> Result<GlmFit, StatsError> {
        if self == Self::NegativeBinomial {
            match NegativeBinomial::default().fit(design) {
                Ok(fit) => return Ok(fit.model),
                Err(StatsError::NoOverdispersion) => {}
                Err(error) => return Err(error),
            }
        }
        self.glm().fit(design)
    }

    fn glm(self) -> Glm {
        let model = Glm::new(Family::Poisson);
        match self {
            Self::QuasiPoisson => model.with_dispersion(Dispersion::Pearson),
            _ => model,
        }
    }
}

//! Pooling two-by-two tables directly: Mantel-Haenszel and Peto. No correction of empty cells is
//! made; tables that say nothing drop out of the sums by themselves.
//!
//! References: N. Mantel, W. Haenszel (1959), JNCI 22:719-748; J. Robins, N. Breslow, S. Greenland
//! (1986), Biometrics 42:311-323 (odds ratio); S. Greenland, J. Robins (1985), Biometrics 41:55-68
//! (risk ratio); T. Sato (1989), Biometrics 45:1323-1324 (risk difference); S. Yusuf et al. (1985),
//! Progress in Cardiovascular Diseases 27:335-371 (Peto).

use super::Measure;
use crate::proportion::TwoByTwo;
use crate::{ConfidenceLevel, Estimate, Method, StatsError};

/// Events and non-events of both arms as numbers.
struct Cells {
    a: f64,
    b: f64,
    c: f64,
    d: f64,
}

impl Cells {
    fn new(table: TwoByTwo) -> Self {
        Self {
            a: table.treated.events() as f64,
            b: table.treated.non_events() as f64,
            c: table.control.events() as f64,
            d: table.control.non_events() as f64,
        }
    }

    fn treated(&self) -> f64 {
        self.a + self.b
    }

    fn control(&self) -> f64 {
        self.c + self.d
    }

    fn total(&self) -> f64 {
        self.treated() + self.control()
    }
}

/// Mantel and Haenszel's pooled estimate, with the variances of the references above.
///
/// # Errors
/// [`StatsError::Argument`] without tables, for a measure that tables do not have, or where the
/// estimate does not exist (no event in one arm of every study).
pub fn mantel_haenszel(
    tables: &[TwoByTwo],
    measure: Measure,
    level: ConfidenceLevel,
) -> Result<Estimate, StatsError> {
    let cells: Vec<Cells> = tables.iter().map(|table| Cells::new(*table)).collect();
    let sum = |part: &dyn Fn(&Cells) -> f64| cells.iter().map(part).sum::<f64>();
    let (value, variance) = match measure {
        Measure::RiskRatio => {
            let r = sum(&|s| s.a * s.control() / s.total());
            let t = sum(&|s| s.c * s.treated() / s.total());
            let p = sum(&|s| {
                let n = s.total();
                (s.treated() * s.control() * (s.a + s.c) - s.a * s.c * n) / (n * n)
            });
            ((r / t).ln(), p / (r * t))
        }
        Measure::OddsRatio => {
            let r = sum(&|s| s.a * s.d / s.total());
            let t = sum(&|s| s.b * s.c / s.total());
            let p = |s: &Cells| (s.a + s.d) / s.total();
            let q = |s: &Cells| (s.b + s.c) / s.total();
            let pr = sum(&|s| p(s) * s.a * s.d / s.total());
            let mixed = sum(&|s| (p(s) * s.b * s.c + q(s) * s.a * s.d) / s.total());
            let qs = sum(&|s| q(s) * s.b * s.c / s.total());
            let variance = (pr / (r * r) + mixed / (r * t) + qs / (t * t)) / 2.0;
            ((r / t).ln(), variance)
        }
        Measure::RiskDifference => {
            let weight = sum(&|s| s.treated() * s.control() / s.total());
            let difference = sum(&|s| (s.a * s.control() - s.c * s.treated()) / s.total()) / weight;
            let p = sum(&|s| {
                let (n, n1, n2) = (s.total(), s.treated(), s.control());
                (n1 * n1 * s.c - n2 * n2 * s.a + n1 * n2 * (n2 - n1) / 2.0) / (n * n)
            });
            let q = sum(&|s| (s.a * s.d + s.c * s.b) / (2.0 * s.total()));
            (difference, (difference * p + q) / (weight * weight))
        }
        Measure::HazardRatio | Measure::MeanDifference => {
            let rule = "cannot be computed from two-by-two tables";
            return Err(StatsError::argument("measure", rule));
        }
    };
    finish(measure, Method::MantelHaenszel, value, variance, level)
}

/// Peto's one-step odds ratio: exp(sum (O - E) / sum V), V hypergeometric. Good for rare events in
/// arms of similar size, biased for large effects.
///
/// # Errors
/// [`StatsError::Argument`] without tables, or if no table has an event and a non-event.
pub fn peto(tables: &[TwoByTwo], level: ConfidenceLevel) -> Result<Estimate, StatsError> {
    let (mut difference, mut variance) = (0.0, 0.0);
    for table in tables {
        let s = Cells::new(*table);
        let (n, events) = (s.total(), s.a + s.c);
        difference += s.a - s.treated() * events / n;
        if n > 1.0 {
            variance += s.treated() * s.control() * events * (n - events) / (n * n * (n - 1.0));
        }
    }
    let measure = Measure::OddsRatio;
    finish(
        measure,
        Method::Peto,
        difference / variance,
        variance.recip(),
        level,
    )
}

fn finish(
    measure: Measure,
    method: Method,
    value: f64,
    variance: f64,
    level: ConfidenceLevel,
) -> Result<Estimate, StatsError> {
    if value.is_finite() && variance.is_finite() && variance > 0.0 {
        return Ok(measure.wald(method, value, variance.sqrt(), level));
    }
    let rule = format!("hold too few events for the {} estimate", method.as_str());
    Err(StatsError::argument("tables", rule))
}

//! Profile-likelihood intervals.
//!
//! Reference: D. J. Venzon, S. H. Moolgavkar (1988), Applied Statistics 37:87-94; here the limit is
//! found by a bracketed root of the profile itself.

use super::fit::{GlmFit, TermEstimate};
use super::model::Glm;
use crate::design::{Design, column_major};
use crate::distributions::chi_squared;
use crate::{ConfidenceLevel, Method, StatsError};
use ndarray::Array2;

/// Steps away from the estimate before the likelihood is called flat.
const MAX_STEPS: usize = 60;

pub(super) fn maximum_likelihood(
    model: &Glm,
    design: &Design,
    fit: &GlmFit,
    level: ConfidenceLevel,
) -> Result<Vec<TermEstimate>, StatsError> {
    let critical = chi_squared::quantile(level.value(), 1.0);
    let mut terms = fit.confint(level);
    for (j, term) in terms.iter_mut().enumerate() {
        let rest = without_column(&design.x, j);
        let rest_terms: Vec<String> = design
            .terms
            .iter()
            .enumerate()
            .filter(|(i, _)| *i != j)
            .map(|(_, t)| t.clone())
            .collect();
        let lost = |value: f64| -> Result<f64, StatsError> {
            let offset = shifted_offset(design, j, value);
            let deviance = if rest_terms.is_empty() {
                let means = offset.iter().zip(&design.response);
                means
                    .map(|(&eta, &y)| model.family.unit_deviance(y, model.link.mean(eta)))
                    .sum()
            } else {
                model
                    .problem(design, &rest, Some(&offset), &rest_terms)
                    .maximise()?
                    .deviance
            };
            Ok((deviance - fit.deviance) / fit.dispersion)
        };
        let centre = term.estimate.estimate;
        let step = term.estimate.std_error;
        term.estimate.method = Method::Profile;
        term.estimate.conf_low = crossing(centre, -step, critical, &lost)?;
        term.estimate.conf_high = crossing(centre, step, critical, &lost)?;
        // The test that belongs to the interval.
        let at_zero = lost(0.0)?;
        term.estimate.statistic_value = at_zero;
        term.estimate.df = 1.0;
        term.estimate.p_value = chi_squared::sf(at_zero.max(0.0), 1.0);
    }
    Ok(terms)
}

/// Where `lost` passes `critical` on the side of `step`; infinite if it never does.
pub(crate) fn crossing(
    centre: f64,
    step: f64,
    critical: f64,
    lost: &impl Fn(f64) -> Result<f64, StatsError>,
) -> Result<f64, StatsError> {
    let (mut inside, mut outside) = (centre, centre + step);
    let mut length = step;
    let mut steps = 0;
    while lost(outside)? < critical {
        steps += 1;
        if steps == MAX_STEPS {
            return Ok(if step > 0.0 {
                f64::INFINITY
            } else {
                f64::NEG_INFINITY
            });
        }
        inside = outside;
        length *= 1.5;
        outside += length;
    }
    // False position (Illinois) on the square root, which is nearly linear.
    let root = |value: f64| value.max(0.0).sqrt() - critical.sqrt();
    let (mut f_inside, mut f_outside) = (root(lost(inside)?), root(lost(outside)?));
    let mut middle = outside;
    for _ in 0..200 {
        middle = inside - f_inside * (outside - inside) / (f_outside - f_inside);
        if middle == inside || middle == outside || !middle.is_finite() {
            middle = f64::midpoint(inside, outside);
        }
        let value = root(lost(middle)?);
        if value.abs() < 1e-11 || (outside - inside).abs() < 1e-14 * outside.abs() {
            break;
        }
        if value < 0.0 {
            (inside, f_inside) = (middle, value);
            f_outside *= 0.5;
        } else {
            (outside, f_outside) = (middle, value);
            f_inside *= 0.5;
        }
    }
    Ok(middle)
}

fn without_column(x: &Array2<f64>, j: usize) -> Array2<f64> {
    let shift = |column: usize| column + usize::from(column >= j);
    column_major(x.nrows(), x.ncols() - 1, |row, column| {
        x[(row, shift(column))]
    })
}

pub(super) fn shifted_offset(design: &Design, j: usize, value: f64) -> Vec<f64> {
    let base = |i: usize| design.offset.as_ref().map_or(0.0, |offset| offset[i]);
    (0..design.nobs())
        .map(|i| base(i) + value * design.x[(i, j)])
        .collect()
}

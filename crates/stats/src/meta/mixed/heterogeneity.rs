//! Whether one odds ratio will do: the model with one for each study against it.
//!
//! A study with an empty cell has an odds ratio of 0 or infinity, at which its likelihood has a finite
//! limit and its information vanishes: it counts in the likelihood ratio and adds nothing to Wald's test.

use super::maximise::maximise;
use super::quadrature::integrate;
use super::study::{GAMMA, MU, Parameters, SIGMA, Study, Value};
use super::whole::Top;
use super::{MixedHeterogeneity, MixedModel};
use crate::distributions::chi_squared;
use crate::linear::Factored;
use crate::proportion::{Proportion, TwoByTwo};
use ndarray::{Array1, Array2};

/// Both tests; `one` is the maximum with a common odds ratio.
pub(super) fn test(model: MixedModel, kept: &[TwoByTwo], one: &Top) -> MixedHeterogeneity {
    let df = kept.len() as f64 - 1.0;
    let (log, wald) = match model {
        MixedModel::RandomStudies => random_studies(kept, one).unwrap_or((f64::NAN, f64::NAN)),
        _ => apart(model, kept),
    };
    // Rounding alone is below 0; undefined stays undefined.
    let gained = 2.0 * (log - one.value.log);
    let likelihood_ratio = if gained < 0.0 { 0.0 } else { gained };
    MixedHeterogeneity {
        tau2: f64::NAN,
        tau2_low: f64::NAN,
        tau2_high: f64::NAN,
        study_variance: f64::NAN,
        i2: f64::NAN,
        likelihood_ratio,
        likelihood_ratio_p: test_of(likelihood_ratio, df),
        wald,
        wald_p: test_of(wald, df),
        df,
    }
}

/// Log-likelihood and Wald statistic where studies share nothing but the odds ratio.
fn apart(model: MixedModel, kept: &[TwoByTwo]) -> (f64, f64) {
    let (mut log, mut own) = (0.0, Vec::new());
    for table in kept {
        let (a, c) = (table.treated.x(), table.control.x());
        let (b, d) = (
            table.treated.non_events() as f64,
            table.control.non_events() as f64,
        );
        let study = Study::new(*table, model);
        // The parameter at which the study alone is most likely, with its information.
        let estimate = match model {
            MixedModel::ConditionalExact => exact(&study, table),
            MixedModel::ConditionalApproximate => {
                let offset = (table.treated.total() as f64 / table.control.total() as f64).ln();
                let found = ((a / c).ln() - offset, (a.recip() + c.recip()).recip());
                Some(found).filter(|found| found.0.is_finite())
            }
            _ => {
                let variance = a.recip() + b.recip() + c.recip() + d.recip();
                Some(((a * d / (b * c)).ln(), variance.recip())).filter(|_| variance.is_finite())
            }
        };
        log += match (model, estimate) {
            (MixedModel::FixedStudies, _) => saturated(table.treated) + saturated(table.control),
            (_, Some((theta, _))) => integrate(&study, &[theta, 0.0, 0.0, 0.0], &[]).log,
            // Conditionally on the margins, the table at the edge is certain.
            (_, None) => 0.0,
        };
        own.extend(estimate);
    }
    let weight: f64 = own.iter().map(|(_, w)| w).sum();
    let mean = own.iter().map(|(theta, w)| theta * w).sum::<f64>() / weight;
    let wald = own.iter().map(|(theta, w)| w * (theta - mean).powi(2));
    (log, wald.sum())
}

/// The conditional maximum-likelihood log odds ratio and its information.
fn exact(study: &Study, table: &TwoByTwo) -> Option<(f64, f64)> {
    if table.smallest_cell() == 0 {
        return None;
    }
    let look = |at: &Parameters| Some(integrate(study, at, &[]));
    let (at, value) = maximise(look, &[MU], [0.0; 4])?;
    Some((at[MU], -value.hessian[MU][MU]))
}

/// The log probability of an arm's events at its own risk.
fn saturated(arm: Proportion) -> f64 {
    crate::distributions::binomial::pmf(arm.events(), arm.total(), arm.x() / arm.total() as f64)
        .ln()
}

/// The same where the studies' risks come from one distribution: each study's log odds ratio is
/// maximised within the likelihood of the mean and spread of the risks.
fn random_studies(kept: &[TwoByTwo], one: &Top) -> Option<(f64, f64)> {
    let latents = MixedModel::RandomStudies.latents(super::StudyVariance::None);
    let alone = |table: &TwoByTwo| {
        let arm = table.treated;
        arm.events() == 0 || arm.non_events() == 0
    };
    let of = |table: &TwoByTwo| match alone(table) {
        true => Study::control_alone(*table),
        false => Study::new(*table, MixedModel::RandomStudies),
    };
    let studies: Vec<(Study, bool)> = kept.iter().map(|t| (of(t), !alone(t))).collect();
    let each = |at: &Parameters| -> Option<Vec<([f64; 4], Value)>> {
        let own = |(study, free): &(Study, bool)| {
            let look = |at: &Parameters| Some(integrate(study, at, latents));
            if *free {
                maximise(look, &[MU], *at)
            } else {
                Some((*at, integrate(study, at, latents)))
            }
        };
        studies.iter().map(own).collect()
    };
    let look = |at: &Parameters| {
        let mut sum = Value::default();
        for ((_, value), (_, free)) in each(at)?.into_iter().zip(&studies) {
            sum.add(&if *free { value.without(MU) } else { value });
        }
        Some(sum)
    };
    let shared = [GAMMA, SIGMA];
    let [.., gamma, sigma] = one.at[..] else {
        return None;
    };
    let (at, top) = maximise(look, &shared, [one.at[0], 0.0, gamma, sigma])?;
    // Information of the studies' log odds ratios with mean and spread of the risks maximised away:
    // D - C A⁻¹ C', A the information of mean and spread.
    let found: Vec<(f64, Value)> = each(&at)?
        .into_iter()
        .zip(&studies)
        .filter(|(_, (_, free))| *free)
        .map(|((own, value), _)| (own[MU], value))
        .collect();
    let k = found.len();
    let own = Array2::from_shape_fn((k, k), |(i, j)| match i == j {
        true => -found[i].1.hessian[MU][MU],
        false => 0.0,
    });
    let cross = Array2::from_shape_fn((k, 2), |(i, j)| -found[i].1.hessian[MU][shared[j]]);
    // `top` has the studies' own parameters maximised away; A needs them back in.
    let mut whole = Array2::from_shape_fn((2, 2), |(i, j)| -top.hessian[shared[i]][shared[j]]);
    for (i, (_, value)) in found.iter().enumerate() {
        let row = cross.row(i);
        for p in 0..2 {
            for q in 0..2 {
                whole[(p, q)] += row[p] * row[q] / -value.hessian[MU][MU];
            }
        }
    }
    let inverse = Factored::new(&whole)?.inverse();
    let left = &own - &cross.dot(&inverse).dot(&cross.t());
    let theta: Array1<f64> = found.iter().map(|(theta, _)| *theta).collect();
    let ones = Array1::<f64>::ones(k);
    let with = |u: &Array1<f64>, v: &Array1<f64>| u.dot(&left.dot(v));
    let wald = with(&theta, &theta) - with(&ones, &theta).powi(2) / with(&ones, &ones);
    Some((top.log, wald))
}

fn test_of(statistic: f64, df: f64) -> f64 {
    if df > 0.0 && statistic.is_finite() {
        chi_squared::sf(statistic, df)
    } else {
        f64::NAN
    }
}

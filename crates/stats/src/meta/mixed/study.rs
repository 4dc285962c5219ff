//! What one study says about the parameters, given its random effects.
//!
//! Every model is a product of binomial or noncentral hypergeometric probabilities whose parameter is
//! eta = offset + a mu + b tau z1 + g (gamma + sigma z2), with z1, z2 standard normal: mu the mean log odds
//! ratio, tau its standard deviation between studies, gamma a study's (or the mean) log odds of the
//! event, sigma their standard deviation.

use super::MixedModel;
use crate::distributions::binomial;
use crate::proportion::conditional::Conditional;
use crate::proportion::{Proportion, TwoByTwo};

pub(super) const MU: usize = 0;
pub(super) const TAU: usize = 1;
pub(super) const GAMMA: usize = 2;
pub(super) const SIGMA: usize = 3;

/// mu, tau, gamma, sigma.
pub(super) type Parameters = [f64; 4];

/// A random effect, as a multiple of its standard deviation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Latent {
    /// Of the log odds ratio: z1.
    Effect,
    /// Of the log odds of the event: z2.
    Base,
}

impl Latent {
    /// The parameter that is its standard deviation.
    pub(super) fn deviation(self) -> usize {
        match self {
            Self::Effect => TAU,
            Self::Base => SIGMA,
        }
    }
}

enum Kernel {
    Binomial {
        events: f64,
        total: f64,
        ln_choose: f64,
    },
    Hypergeometric(Conditional),
}

impl Kernel {
    fn binomial(events: u64, total: u64) -> Self {
        Self::Binomial {
            events: events as f64,
            total: total as f64,
            ln_choose: binomial::ln_choose(events, total),
        }
    }

    /// The log probability with its first two derivatives in eta.
    fn at(&self, eta: f64) -> [f64; 3] {
        match self {
            Self::Hypergeometric(table) => table.log_probability(eta),
            Self::Binomial {
                events,
                total,
                ln_choose,
            } => {
                // ln(1 + e^eta), p and q without overflow or cancellation on either side.
                let small = (-eta.abs()).exp();
                let softplus = eta.max(0.0) + small.ln_1p();
                let (less, more) = (small / (1.0 + small), 1.0 / (1.0 + small));
                let (p, q) = if eta > 0.0 {
                    (more, less)
                } else {
                    (less, more)
                };
                [
                    ln_choose + events * eta - total * softplus,
                    events * q - (total - events) * p,
                    -total * p * q,
                ]
            }
        }
    }
}

struct Cell {
    kernel: Kernel,
    offset: f64,
    effect: f64,
    spread: f64,
    base: f64,
}

/// One study's probabilities.
pub(super) struct Study {
    cells: Vec<Cell>,
}

/// A log-density with its gradient and Hessian in the parameters.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Value {
    pub(super) log: f64,
    pub(super) gradient: [f64; 4],
    pub(super) hessian: [[f64; 4]; 4],
}

impl Value {
    pub(super) fn add(&mut self, other: &Self) {
        self.log += other.log;
        for i in 0..4 {
            self.gradient[i] += other.gradient[i];
            for j in 0..4 {
                self.hessian[i][j] += other.hessian[i][j];
            }
        }
    }

    /// As a function of the other parameters, with parameter `local` at its maximum.
    pub(super) fn without(mut self, local: usize) -> Self {
        let (row, own) = (self.hessian[local], self.hessian[local][local]);
        for i in 0..4 {
            for j in 0..4 {
                self.hessian[i][j] -= row[i] * row[j] / own;
            }
        }
        self.gradient[local] = 0.0;
        self
    }
}

impl Study {
    pub(super) fn new(table: TwoByTwo, model: MixedModel) -> Self {
        let (treated, control) = (table.treated, table.control);
        let cells = match model {
            MixedModel::ConditionalExact => vec![Cell {
                kernel: Kernel::Hypergeometric(Conditional::new(table)),
                offset: 0.0,
                effect: 1.0,
                spread: 1.0,
                base: 0.0,
            }],
            MixedModel::ConditionalApproximate => vec![Cell {
                kernel: Kernel::binomial(treated.events(), table.events()),
                offset: (treated.total() as f64 / control.total() as f64).ln(),
                effect: 1.0,
                spread: 1.0,
                base: 0.0,
            }],
            MixedModel::FixedStudies | MixedModel::RandomStudies => {
                vec![arm(treated, 1.0, 0.5), arm(control, 0.0, -0.5)]
            }
        };
        Self { cells }
    }

    /// The control arm alone: what is left of a study whose own odds ratio is 0 or infinite.
    pub(super) fn control_alone(table: TwoByTwo) -> Self {
        Self {
            cells: vec![arm(table.control, 0.0, -0.5)],
        }
    }

    /// The log probability at these random effects, its gradient and Hessian in *them*.
    pub(super) fn in_latents(
        &self,
        at: &Parameters,
        latents: &[Latent],
        z: [f64; 2],
    ) -> (f64, [f64; 2], [[f64; 2]; 2]) {
        let (mut log, mut gradient, mut hessian) = (0.0, [0.0; 2], [[0.0; 2]; 2]);
        for cell in &self.cells {
            let [value, first, second] = cell.kernel.at(cell.eta(at, latents, z));
            log += value;
            for (i, one) in latents.iter().enumerate() {
                gradient[i] += first * cell.slope(at, *one);
                for (j, other) in latents.iter().enumerate() {
                    hessian[i][j] += second * cell.slope(at, *one) * cell.slope(at, *other);
                }
            }
        }
        (log, gradient, hessian)
    }

    /// The same in the parameters.
    pub(super) fn in_parameters(&self, at: &Parameters, latents: &[Latent], z: [f64; 2]) -> Value {
        let mut made = Value::default();
        for cell in &self.cells {
            let [value, first, second] = cell.kernel.at(cell.eta(at, latents, z));
            let mut x = [cell.effect, 0.0, cell.base, 0.0];
            for (latent, z) in latents.iter().zip(z) {
                x[latent.deviation()] = cell.loading(*latent) * z;
            }
            made.log += value;
            for i in 0..4 {
                made.gradient[i] += first * x[i];
                for j in 0..4 {
                    made.hessian[i][j] += second * x[i] * x[j];
                }
            }
        }
        made
    }

    /// The fastest that any eta changes along a direction of the random effects.
    pub(super) fn rate(&self, at: &Parameters, latents: &[Latent], direction: [f64; 2]) -> f64 {
        let along = |cell: &Cell| {
            let parts = latents.iter().zip(direction);
            parts
                .map(|(l, d)| cell.slope(at, *l) * d)
                .sum::<f64>()
                .abs()
        };
        self.cells.iter().map(along).fold(0.0, f64::max)
    }
}

impl Cell {
    fn loading(&self, latent: Latent) -> f64 {
        match latent {
            Latent::Effect => self.spread,
            Latent::Base => self.base,
        }
    }

    fn slope(&self, at: &Parameters, latent: Latent) -> f64 {
        self.loading(latent) * at[latent.deviation()]
    }

    fn eta(&self, at: &Parameters, latents: &[Latent], z: [f64; 2]) -> f64 {
        let random = latents.iter().zip(z);
        let random: f64 = random.map(|(l, z)| self.slope(at, *l) * z).sum();
        self.offset + self.effect * at[MU] + self.base * at[GAMMA] + random
    }
}

fn arm(arm: Proportion, effect: f64, spread: f64) -> Cell {
    Cell {
        kernel: Kernel::binomial(arm.events(), arm.total()),
        offset: 0.0,
        effect,
        spread,
        base: 1.0,
    }
}

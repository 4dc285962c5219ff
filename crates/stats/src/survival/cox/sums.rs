//! Running sums over who is at risk and over who has the event.

/// Sums over the rows at risk.
#[derive(Debug, Clone)]
pub(super) struct AtRisk {
    pub(super) s0: f64,
    pub(super) s1: Vec<f64>,
    members: usize,
}

impl AtRisk {
    pub(super) fn new(p: usize) -> Self {
        Self {
            s0: 0.0,
            s1: vec![0.0; p],
            members: 0,
        }
    }

    pub(super) fn clear(&mut self) {
        self.s0 = 0.0;
        self.s1.fill(0.0);
        self.members = 0;
    }

    pub(super) fn add(&mut self, weight: f64, row: &[f64]) {
        self.s0 += weight;
        self.members += 1;
        for (sum, x) in self.s1.iter_mut().zip(row) {
            *sum += weight * x;
        }
    }

    /// Adds the sums of other rows.
    pub(super) fn absorb(&mut self, other: &Self) {
        self.s0 += other.s0;
        self.members += other.members;
        for (sum, value) in self.s1.iter_mut().zip(&other.s1) {
            *sum += value;
        }
    }

    pub(super) fn remove(&mut self, weight: f64, row: &[f64]) {
        self.members -= 1;
        if self.members == 0 {
            // Nobody is left: no rounding is carried on.
            self.clear();
            return;
        }
        self.s0 -= weight;
        for (sum, x) in self.s1.iter_mut().zip(row) {
            *sum -= weight * x;
        }
    }
}

/// Sums over the rows with the event at one time.
#[derive(Debug, Clone)]
pub(super) struct Dying {
    pub(super) s0: f64,
    pub(super) s1: Vec<f64>,
    /// Sum of x without weights.
    pub(super) x: Vec<f64>,
    /// Sum of the linear predictors.
    pub(super) eta: f64,
}

impl Dying {
    pub(super) fn new(p: usize) -> Self {
        Self {
            s0: 0.0,
            s1: vec![0.0; p],
            x: vec![0.0; p],
            eta: 0.0,
        }
    }

    pub(super) fn clear(&mut self) {
        self.s0 = 0.0;
        self.eta = 0.0;
        self.s1.fill(0.0);
        self.x.fill(0.0);
    }

    pub(super) fn add(&mut self, weight: f64, row: &[f64]) {
        self.s0 += weight;
        self.eta += weight.ln();
        for ((s1, sum), x) in self.s1.iter_mut().zip(&mut self.x).zip(row) {
            *s1 += weight * x;
            *sum += x;
        }
    }
}

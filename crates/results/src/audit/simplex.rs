//! How small and how large a count can be, given sums of counts: a linear program.
//!
//! Minimise or maximise $x_j$ subject to $Ax = b$, $x \ge 0$, by the two-phase simplex method on a
//! dense tableau with Bland's rule, which cannot cycle (Bland 1977). The systems are those of a few
//! tables, so clarity wins over sparse algebra.

/// An equation: coefficients by variable, and what they add up to.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Equation {
    pub(crate) terms: Vec<(usize, f64)>,
    pub(crate) total: f64,
}

const TINY: f64 = 1e-7;

struct Tableau {
    /// One row an equation: coefficients, then the right side.
    rows: Vec<Vec<f64>>,
    /// The variable that each row is solved for.
    basis: Vec<usize>,
    columns: usize,
}

/// The least and the greatest value of a variable; infinite where nothing limits it. `None` if the
/// equations contradict each other.
pub(crate) fn range(equations: &[Equation], variables: usize, target: usize) -> Option<(f64, f64)> {
    let mut tableau = Tableau::feasible(equations, variables)?;
    let mut cost = vec![0.0; variables];
    cost[target] = 1.0;
    let least = tableau.minimise(&cost).unwrap_or(f64::NEG_INFINITY);
    cost[target] = -1.0;
    let greatest = tableau
        .minimise(&cost)
        .map_or(f64::INFINITY, |value| -value);
    Some((least, greatest))
}

impl Tableau {
    /// A first solution, by artificial variables that are driven to zero.
    fn feasible(equations: &[Equation], variables: usize) -> Option<Self> {
        let columns = variables + equations.len();
        let mut rows = Vec::with_capacity(equations.len());
        for (i, equation) in equations.iter().enumerate() {
            let sign = if equation.total < 0.0 { -1.0 } else { 1.0 };
            let mut row = vec![0.0; columns + 1];
            for (variable, coefficient) in &equation.terms {
                row[*variable] += sign * coefficient;
            }
            row[variables + i] = 1.0;
            row[columns] = sign * equation.total;
            rows.push(row);
        }
        let basis = (variables..columns).collect();
        let mut tableau = Self {
            rows,
            basis,
            columns,
        };
        let mut cost = vec![0.0; columns];
        cost[variables..].fill(1.0);
        if tableau.minimise(&cost)? > TINY {
            return None;
        }
        tableau.drop_artificial(variables);
        Some(tableau)
    }

    /// Takes the artificial variables out; rows that have nothing else are superfluous.
    fn drop_artificial(&mut self, variables: usize) {
        let mut i = 0;
        while i < self.rows.len() {
            if self.basis[i] >= variables {
                match (0..variables).find(|&j| self.rows[i][j].abs() > TINY) {
                    Some(j) => self.pivot(i, j),
                    None => {
                        self.rows.swap_remove(i);
                        self.basis.swap_remove(i);
                        continue;
                    }
                }
            }
            i += 1;
        }
        for row in &mut self.rows {
            let right = row[self.columns];
            row.truncate(variables);
            row.push(right);
        }
        self.columns = variables;
    }

    /// The least cost from the solution at hand; `None` if there is no least.
    fn minimise(&mut self, cost: &[f64]) -> Option<f64> {
        loop {
            let entering = (0..self.columns).find(|&j| self.reduced(cost, j) < -TINY);
            let Some(entering) = entering else {
                let right = |i: usize| cost[self.basis[i]] * self.rows[i][self.columns];
                return Some((0..self.rows.len()).map(right).sum());
            };
            let mut leaving: Option<(f64, usize)> = None;
            for (i, row) in self.rows.iter().enumerate() {
                if row[entering] <= TINY {
                    continue;
                }
                let ratio = row[self.columns] / row[entering];
                let better = leaving.is_none_or(|(least, other)| {
                    ratio < least - TINY
                        || (ratio <= least + TINY && self.basis[i] < self.basis[other])
                });
                if better {
                    leaving = Some((ratio, i));
                }
            }
            let (_, leaving) = leaving?;
            self.pivot(leaving, entering);
        }
    }

    /// What one more of a variable that is zero costs.
    fn reduced(&self, cost: &[f64], column: usize) -> f64 {
        let spent = |(row, basic): (&Vec<f64>, &usize)| cost[*basic] * row[column];
        cost[column] - self.rows.iter().zip(&self.basis).map(spent).sum::<f64>()
    }

    fn pivot(&mut self, row: usize, column: usize) {
        let factor = self.rows[row][column];
        for value in &mut self.rows[row] {
            *value /= factor;
        }
        let pivot = self.rows[row].clone();
        for (i, other) in self.rows.iter_mut().enumerate() {
            let share = other[column];
            if i != row && share != 0.0 {
                for (value, of_pivot) in other.iter_mut().zip(&pivot) {
                    *value -= share * of_pivot;
                }
            }
        }
        self.basis[row] = column;
    }
}

#[cfg(test)]
mod tests {
    use super::{Equation, range};

    fn equation(terms: &[(usize, f64)], total: f64) -> Equation {
        Equation {
            terms: terms.to_vec(),
            total,
        }
    }

    /// Two unknown parts of 7; then also a second sum that pins them.
    #[test]
    fn two_parts_share_what_is_left() {
        let sum = equation(&[(0, 1.0), (1, 1.0)], 7.0);
        assert_eq!(range(std::slice::from_ref(&sum), 2, 0), Some((0.0, 7.0)));
        let other = equation(&[(0, 1.0), (1, -1.0)], 1.0);
        let found = range(&[sum, other], 2, 1).unwrap_or((0.0, 0.0));
        assert!((found.0 - 3.0).abs() < 1e-9 && (found.1 - 3.0).abs() < 1e-9);
    }

    /// A 2x2 table with all margins known: one cell moves between the bounds of Fréchet.
    #[test]
    fn a_table_with_known_margins_keeps_frechet_bounds() {
        let equations = [
            equation(&[(0, 1.0), (1, 1.0)], 10.0),
            equation(&[(2, 1.0), (3, 1.0)], 20.0),
            equation(&[(0, 1.0), (2, 1.0)], 24.0),
            equation(&[(1, 1.0), (3, 1.0)], 6.0),
        ];
        assert_eq!(range(&equations, 4, 0), Some((4.0, 10.0)));
        assert_eq!(range(&equations, 4, 1), Some((0.0, 6.0)));
    }

    #[test]
    fn nothing_known_and_contradictions() {
        assert_eq!(range(&[], 1, 0), Some((0.0, f64::INFINITY)));
        let contradiction = [equation(&[(0, 1.0)], 1.0), equation(&[(0, 1.0)], 2.0)];
        assert_eq!(range(&contradiction, 1, 0), None);
        assert_eq!(range(&[equation(&[(0, 1.0)], -1.0)], 1, 0), None);
    }
}

//! How small and how large a count can be, given sums of counts: a linear program.
//!
//! Minimise or maximise $x_j$ subject to $Ax = b$, $x \ge 0$, by the two-phase simplex method on a dense
//! tableau. The variable that saves most enters; after some steps that saved nothing the first that saves
//! (Bland 1977), with which it cannot cycle. The systems are those of a few tables, so clarity wins over
//! sparse algebra, but rows and columns of zeros are passed over.

/// An equation: coefficients by variable, and what they add up to.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Equation {
    pub(crate) terms: Vec<(usize, f64)>,
    pub(crate) total: f64,
}

const TINY: f64 = 1e-7;
/// Steps in turn that save nothing after which Bland's rule decides.
const PATIENCE: usize = 40;

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
    /// A first solution. A variable that stands in one equation alone solves it; other equations get an
    /// artificial one, and these are driven to zero.
    fn feasible(equations: &[Equation], variables: usize) -> Option<Self> {
        let mut rows = Vec::with_capacity(equations.len());
        let mut uses = vec![0_u32; variables];
        for equation in equations {
            let sign = if equation.total < 0.0 { -1.0 } else { 1.0 };
            let mut row = vec![0.0; variables + 1];
            for (variable, coefficient) in &equation.terms {
                row[*variable] += sign * coefficient;
            }
            row[variables] = sign * equation.total;
            for (value, uses) in row.iter().zip(&mut uses) {
                *uses += u32::from(*value != 0.0);
            }
            rows.push(row);
        }
        let mut basis = Vec::with_capacity(rows.len());
        let mut columns = variables;
        for (row, equation) in rows.iter_mut().zip(equations) {
            let mut own = equation.terms.iter().map(|(variable, _)| *variable);
            if let Some(own) = own.find(|&j| uses[j] == 1 && row[j] > TINY) {
                let factor = row[own];
                row.iter_mut().for_each(|value| *value /= factor);
                basis.push(own);
            } else {
                basis.push(columns);
                columns += 1;
            }
        }
        for (row, &basic) in rows.iter_mut().zip(&basis) {
            let right = std::mem::take(&mut row[variables]);
            row.resize(columns + 1, 0.0);
            row[columns] = right;
            if basic >= variables {
                row[basic] = 1.0;
            }
        }
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
        let mut reduced = self.reduced(cost);
        let (mut is_exact, mut idle) = (true, 0);
        loop {
            let saves = |j: &usize| reduced[*j] < -TINY;
            let mut saving = (0..self.columns).filter(saves);
            let entering = match idle {
                0..PATIENCE => saving.min_by(|a, b| reduced[*a].total_cmp(&reduced[*b])),
                _ => saving.next(),
            };
            let Some(entering) = entering else {
                if !is_exact {
                    // Errors of many steps may hide that something saves.
                    (reduced, is_exact) = (self.reduced(cost), true);
                    continue;
                }
                let right = |i: usize| cost[self.basis[i]] * self.rows[i][self.columns];
                return Some((0..self.rows.len()).map(right).sum());
            };
            let (ratio, leaving) = self.leaving(entering)?;
            idle = if ratio > TINY { 0 } else { idle + 1 };
            self.pivot(leaving, entering);
            subtract(&mut reduced, &self.rows[leaving], entering);
            is_exact = false;
        }
    }

    /// The row that limits an entering variable most, and its limit; nothing if none does.
    fn leaving(&self, entering: usize) -> Option<(f64, usize)> {
        let mut leaving: Option<(f64, usize)> = None;
        for (i, row) in self.rows.iter().enumerate() {
            if row[entering] <= TINY {
                continue;
            }
            let ratio = row[self.columns] / row[entering];
            let better = leaving.is_none_or(|(least, other)| {
                ratio < least - TINY || (ratio <= least + TINY && self.basis[i] < self.basis[other])
            });
            if better {
                leaving = Some((ratio, i));
            }
        }
        leaving
    }

    /// What one more of each variable costs.
    fn reduced(&self, cost: &[f64]) -> Vec<f64> {
        let mut reduced = cost.to_vec();
        // The right side is no variable, but stands in every row.
        reduced.push(0.0);
        for (row, basic) in self.rows.iter().zip(&self.basis) {
            if cost[*basic] != 0.0 {
                for (value, of_row) in reduced.iter_mut().zip(row) {
                    *value -= cost[*basic] * of_row;
                }
            }
        }
        reduced
    }

    fn pivot(&mut self, row: usize, column: usize) {
        let factor = self.rows[row][column];
        for value in &mut self.rows[row] {
            *value /= factor;
        }
        let pivot = std::mem::take(&mut self.rows[row]);
        for other in self.rows.iter_mut().filter(|other| !other.is_empty()) {
            subtract(other, &pivot, column);
        }
        self.rows[row] = pivot;
        self.basis[row] = column;
    }
}

/// Takes as much of a pivot's row from another as leaves nothing in the column.
fn subtract(other: &mut [f64], pivot: &[f64], column: usize) {
    let share = other[column];
    if share != 0.0 {
        for (value, of_pivot) in other.iter_mut().zip(pivot) {
            *value -= share * of_pivot;
        }
        other[column] = 0.0;
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

//! Curves as columns: orthogonal polynomials and natural cubic splines, fixed on the rows of a fit
//! and applicable to others. The columns are those of R's `poly` and `splines::ns`.
//!
//! References: W. J. Kennedy, J. E. Gentle (1980), *Statistical Computing*, section 8.3 (three-term
//! recurrence); C. de Boor (1978), *A Practical Guide to Splines*; T. Hastie (1992) in *Statistical
//! Models in S*, section 7.6.2 (natural splines by the null space of the end conditions).

use crate::describe::quantile;
use crate::formula::Shape;

/// A curve with its constants.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Basis {
    Polynomial {
        centres: Vec<f64>,
        /// Squared norms of the polynomials from degree 0.
        norms: Vec<f64>,
    },
    NaturalSpline {
        knots: Vec<f64>,
        /// Two reflections that turn the conditions on the second derivatives at both ends into
        /// the first two coordinates.
        reflections: [Vec<f64>; 2],
    },
}

/// Why a curve cannot be drawn through these values.
pub(super) const TOO_FEW_VALUES: &str =
    "takes too few different values for a curve of that many columns";

impl Basis {
    /// The curve over some values, none missing.
    pub(super) fn new(shape: Shape, values: &[f64]) -> Result<Self, &'static str> {
        let mut distinct = values.to_vec();
        distinct.sort_by(f64::total_cmp);
        distinct.dedup();
        match shape {
            _ if distinct.iter().any(|value| value.is_infinite()) => Err("holds an infinite value"),
            Shape::Polynomial { degree } if distinct.len() > degree => {
                Ok(polynomial(degree, values))
            }
            Shape::NaturalSpline { df } if distinct.len() > df + 1 => natural(df, values),
            _ => Err(TOO_FEW_VALUES),
        }
    }

    /// How many columns.
    pub(super) fn len(&self) -> usize {
        match self {
            Self::Polynomial { centres, .. } => centres.len(),
            Self::NaturalSpline { knots, .. } => knots.len() - 7,
        }
    }

    /// Column `index` at a value.
    pub(super) fn value(&self, index: usize, x: f64) -> f64 {
        if x.is_nan() {
            return f64::NAN;
        }
        match self {
            Self::Polynomial { centres, norms } => {
                let (mut before, mut now) = (0.0, 1.0);
                for (degree, centre) in centres.iter().enumerate().take(index + 1) {
                    let back = if degree == 0 {
                        0.0
                    } else {
                        norms[degree] / norms[degree - 1]
                    };
                    let next = (x - centre) * now - back * before;
                    (before, now) = (now, next);
                }
                now / norms[index + 1].sqrt()
            }
            Self::NaturalSpline { knots, reflections } => {
                let mut row = extrapolated(knots, x);
                row.remove(0);
                for direction in reflections {
                    reflect(direction, &mut row);
                }
                row[index + 2]
            }
        }
    }
}

/// Stieltjes' recurrence: each polynomial is the last one times (x - centre), made orthogonal to
/// the two before it.
fn polynomial(degree: usize, values: &[f64]) -> Basis {
    let n = values.len() as f64;
    let mut before = vec![0.0; values.len()];
    let mut now = vec![1.0; values.len()];
    let mut norms = vec![n];
    let mut centres = Vec::new();
    for step in 0..degree {
        let weighted: f64 = values.iter().zip(&now).map(|(x, z)| x * z * z).sum();
        let centre = weighted / norms[step];
        let back = if step == 0 {
            0.0
        } else {
            norms[step] / norms[step - 1]
        };
        let next: Vec<f64> = values
            .iter()
            .zip(now.iter().zip(&before))
            .map(|(x, (z, b))| (x - centre) * z - back * b)
            .collect();
        norms.push(next.iter().map(|z| z * z).sum());
        centres.push(centre);
        before = now;
        now = next;
    }
    Basis::Polynomial { centres, norms }
}

fn natural(df: usize, values: &[f64]) -> Result<Basis, &'static str> {
    let at = |share: f64| quantile(values, share);
    let (low, high) = (at(0.0), at(1.0));
    let mut knots = vec![low; 4];
    knots.extend((1..df).map(|i| at(i as f64 / df as f64)));
    knots.extend([high; 4]);
    let inner = &knots[4..knots.len() - 4];
    if inner.iter().any(|knot| *knot <= low || *knot >= high)
        || inner.windows(2).any(|w| w[0] >= w[1])
    {
        return Err("has knots that coincide: too many rows share a value");
    }
    let second = |x: f64| -> Vec<f64> {
        (1..knots.len() - 4)
            .map(|i| spline(&knots, i, 4, x, 2))
            .collect()
    };
    let first = householder(&second(low), 0);
    let mut rest = second(high);
    reflect(&first, &mut rest);
    let reflections = [first, householder(&rest, 1)];
    Ok(Basis::NaturalSpline { knots, reflections })
}

/// The reflection that leaves nothing of `v` below position `from`.
fn householder(v: &[f64], from: usize) -> Vec<f64> {
    let mut direction: Vec<f64> = v.to_vec();
    direction[..from].fill(0.0);
    let norm = direction.iter().map(|x| x * x).sum::<f64>().sqrt();
    direction[from] += norm.copysign(direction[from]);
    direction
}

fn reflect(direction: &[f64], v: &mut [f64]) {
    let square: f64 = direction.iter().map(|x| x * x).sum();
    let along: f64 = direction.iter().zip(v.iter()).map(|(a, b)| a * b).sum();
    for (value, part) in v.iter_mut().zip(direction) {
        *value -= 2.0 * along / square * part;
    }
}

/// All cubic B-splines at a value; straight lines outside the outer knots.
fn extrapolated(knots: &[f64], x: f64) -> Vec<f64> {
    let (low, high) = (knots[0], knots[knots.len() - 1]);
    let inside = x.clamp(low, high);
    (0..knots.len() - 4)
        .map(|i| {
            let value = spline(knots, i, 4, inside, 0);
            if x == inside {
                value
            } else {
                value + (x - inside) * spline(knots, i, 4, inside, 1)
            }
        })
        .collect()
}

/// B-spline `i` of an order (degree plus one), or a derivative of it.
fn spline(knots: &[f64], i: usize, order: usize, x: f64, derivative: usize) -> f64 {
    let last = knots[knots.len() - 1];
    if order == 1 {
        // The last interval holds its right end.
        let closed = x == last && knots[i + 1] == last && knots[i] < last;
        return f64::from(u8::from((knots[i] <= x && x < knots[i + 1]) || closed));
    }
    let left = knots[i + order - 1] - knots[i];
    let right = knots[i + order] - knots[i + 1];
    let part = |width: f64, numerator: f64, of: usize, derivative: usize| {
        if width > 0.0 {
            numerator / width * spline(knots, of, order - 1, x, derivative)
        } else {
            0.0
        }
    };
    if derivative > 0 {
        let degree = (order - 1) as f64;
        part(left, degree, i, derivative - 1) - part(right, degree, i + 1, derivative - 1)
    } else {
        part(left, x - knots[i], i, 0) + part(right, knots[i + order] - x, i + 1, 0)
    }
}

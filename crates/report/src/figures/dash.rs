//! Dashed lines: the pieces that are drawn.

use super::scene::{Dash, Point};

/// Cuts a line into its dashes. The pattern runs on around corners.
pub(crate) fn pieces(points: &[Point], pattern: Dash) -> Vec<Vec<Point>> {
    let mut pieces = Vec::new();
    let Some(&first) = points.first() else {
        return pieces;
    };
    if pattern.dash <= 0.0 || pattern.gap <= 0.0 {
        return vec![points.to_vec()];
    }
    let (mut drawing, mut left) = (true, pattern.dash);
    let mut piece = vec![first];
    for pair in points.windows(2) {
        let (mut from, to) = (pair[0], pair[1]);
        loop {
            let length = (to.0 - from.0).hypot(to.1 - from.1);
            if length < left {
                left -= length;
                piece.push(to);
                break;
            }
            from = along(from, to, left / length);
            piece.push(from);
            if drawing {
                pieces.push(std::mem::take(&mut piece));
            }
            piece = vec![from];
            drawing = !drawing;
            left = if drawing { pattern.dash } else { pattern.gap };
        }
    }
    if drawing && piece.len() > 1 {
        pieces.push(piece);
    }
    pieces
}

fn along(from: Point, to: Point, part: f64) -> Point {
    (
        from.0 + (to.0 - from.0) * part,
        from.1 + (to.1 - from.1) * part,
    )
}

#[cfg(test)]
mod tests {
    use super::{Dash, pieces};

    #[test]
    fn the_pattern_runs_around_a_corner() {
        let line = [(0.0, 0.0), (3.0, 0.0), (3.0, 4.0)];
        let found = pieces(
            &line,
            Dash {
                dash: 2.0,
                gap: 2.0,
            },
        );
        assert_eq!(found[0], [(0.0, 0.0), (2.0, 0.0)]);
        assert_eq!(found[1], [(3.0, 1.0), (3.0, 3.0)]);
        assert_eq!(found.len(), 2);
    }
}

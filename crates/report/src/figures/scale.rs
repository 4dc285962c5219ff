//! Axes: how far they reach and where their ticks are.

/// The upper end of a percentage axis: the largest value, up to the next ten per cent.
pub(crate) fn upper_percent(largest: f64) -> f64 {
    if !largest.is_finite() {
        return 100.0;
    }
    // A limit of exactly 0.4 is drawn on the axis's end, not below an empty tenth.
    let tens = (largest * 10.0 - 1e-9).ceil();
    (tens * 10.0).clamp(10.0, 100.0)
}

/// Ticks of a percentage axis that ends at `upper`.
pub(crate) fn percent_ticks(upper: f64) -> Vec<f64> {
    let step = match upper {
        _ if upper <= 10.0 => 2.0,
        _ if upper <= 20.0 => 5.0,
        _ => 10.0,
    };
    steps(upper, step)
}

/// The upper end of an axis of mean counts: the largest value, up to the next tick.
pub(crate) fn upper_count(largest: f64) -> f64 {
    if !largest.is_finite() || largest <= 0.0 {
        return 1.0;
    }
    let step = count_step(largest);
    (largest / step - 1e-9).ceil() * step
}

/// Ticks of an axis of mean counts that ends at `upper`.
pub(crate) fn count_ticks(upper: f64) -> Vec<f64> {
    steps_within(0.0, upper, count_step(upper))
}

/// Four to ten steps from 0.
fn count_step(largest: f64) -> f64 {
    let power = 10_f64.powf((largest / 4.0).log10().floor());
    let fits = |unit: &&f64| largest / (**unit * power) >= 4.0 - 1e-9;
    let unit = [5.0, 2.0, 1.0].iter().find(fits).copied().unwrap_or(1.0);
    unit * power
}

/// Decimals that the ticks of such an axis need.
pub(crate) fn count_decimals(upper: f64) -> usize {
    (-count_step(upper).log10() + 1e-9).ceil().max(0.0) as usize
}

/// Ticks of an axis of months: quarters if they fit.
///
/// `room` is how many labels have space.
pub(crate) fn month_ticks(last: f64, room: f64) -> Vec<f64> {
    let quarters = [3.0, 6.0, 12.0, 24.0, 60.0, 120.0];
    let fits = |step: &f64| last / step <= room;
    let step = if last <= 4.0 {
        Some(1.0)
    } else {
        quarters.into_iter().find(fits)
    };
    steps(last, step.unwrap_or(240.0))
}

/// Multiples of a step from one end to the other.
pub(crate) fn steps_within(low: f64, high: f64, step: f64) -> Vec<f64> {
    let first = (low / step - 1e-9).ceil();
    let ticks = std::iter::successors(Some(first), |tick| Some(tick + 1.0));
    // Adding zero makes zero of its negative.
    let ticks = ticks.map(|tick| tick * step + 0.0);
    ticks.take_while(|tick| *tick <= high + 1e-9).collect()
}

fn steps(last: f64, step: f64) -> Vec<f64> {
    std::iter::successors(Some(0.0), |tick| Some(tick + step))
        .take_while(|tick| *tick <= last + 1e-9)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::{
        count_decimals, count_ticks, month_ticks, percent_ticks, steps_within, upper_count,
        upper_percent,
    };

    #[test]
    fn the_axis_ends_at_the_next_ten() {
        assert_eq!(upper_percent(0.41), 50.0);
        assert_eq!(upper_percent(0.4), 40.0);
        assert_eq!(upper_percent(0.0), 10.0);
        assert_eq!(upper_percent(1.0), 100.0);
        assert_eq!(upper_percent(f64::NAN), 100.0);
    }

    #[test]
    fn counts_have_round_ticks() {
        assert_eq!(upper_count(4.3), 5.0);
        assert_eq!(count_ticks(5.0), [0.0, 1.0, 2.0, 3.0, 4.0, 5.0]);
        assert_eq!(upper_count(0.9), 1.0);
        assert_eq!(count_ticks(24.0), [0.0, 5.0, 10.0, 15.0, 20.0]);
        assert_eq!([0.2, 0.9, 3.0, 24.0].map(count_decimals), [2, 1, 1, 0]);
        assert_eq!(upper_count(f64::NAN), 1.0);
        assert_eq!(upper_count(0.0), 1.0);
    }

    #[test]
    fn months_are_marked_by_quarters() {
        assert_eq!(month_ticks(12.0, 10.0), [0.0, 3.0, 6.0, 9.0, 12.0]);
        assert_eq!(
            month_ticks(60.0, 10.0),
            [
                0.0, 6.0, 12.0, 18.0, 24.0, 30.0, 36.0, 42.0, 48.0, 54.0, 60.0
            ]
        );
        assert_eq!(steps_within(-20.0, 30.0, 20.0), [-20.0, 0.0, 20.0]);
        assert_eq!(steps_within(-10.0, 10.0, 10.0), [-10.0, 0.0, 10.0]);
        assert_eq!(month_ticks(0.0, 10.0), [0.0]);
        assert_eq!(percent_ticks(20.0), [0.0, 5.0, 10.0, 15.0, 20.0]);
    }
}

//! Bracketed roots: slower than Newton's method and never wrong.

/// The largest double `x` in `[low, high]` with `go_right(x)`, for a predicate that is true up to
/// some point and false after it. Bisects until the bracket holds no further double.
pub(crate) fn bisect(mut low: f64, mut high: f64, go_right: impl Fn(f64) -> bool) -> f64 {
    loop {
        let middle = low + (high - low) / 2.0;
        // Also where the bracket is too wide for its middle to be a number.
        let splits = middle > low && middle < high;
        if !splits {
            return low;
        }
        if go_right(middle) {
            low = middle;
        } else {
            high = middle;
        }
    }
}

/// As [`bisect`], over positive doubles on a logarithmic ladder: at most 64 steps whether the
/// answer is 1e-300 or 1e300. The bit patterns of positive doubles are ordered as the doubles are.
pub(crate) fn bisect_positive(low: f64, high: f64, go_right: impl Fn(f64) -> bool) -> f64 {
    let (mut low, mut high) = (low.to_bits(), high.to_bits());
    while high - low > 1 {
        let middle = low + (high - low) / 2;
        if go_right(f64::from_bits(middle)) {
            low = middle;
        } else {
            high = middle;
        }
    }
    f64::from_bits(low)
}

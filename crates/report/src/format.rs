//! Numbers as readers see them. The text is the same for every format; each format then says how
//! it writes a minus sign, an undefined number and an infinite one.

/// What stands for an undefined number.
pub(crate) const UNDEFINED: &str = "–";
/// What stands for a withheld contrast, model term or summary.
pub(crate) const WITHHELD: &str = "withheld";
/// The minus sign of every text made here.
pub(crate) const MINUS: char = '\u{2212}';

/// So many decimals; never a negative zero.
pub(crate) fn fixed(value: f64, decimals: usize) -> String {
    if value.is_nan() {
        return UNDEFINED.to_owned();
    }
    let size = value.abs();
    let text = if size.is_infinite() {
        "∞".to_owned()
    } else {
        format!("{size:.decimals$}")
    };
    let zero = text.chars().all(|digit| matches!(digit, '0' | '.'));
    if value < 0.0 && !zero {
        format!("{MINUS}{text}")
    } else {
        text
    }
}

/// A proportion in per cent, or a difference of two in percentage points: one decimal.
pub(crate) fn percent(proportion: f64) -> String {
    fixed(proportion * 100.0, 1)
}

/// A ratio: two decimals, three below 0.1.
pub(crate) fn ratio(value: f64) -> String {
    match value {
        _ if value > 0.0 && value < 0.0005 => "<0.001".to_owned(),
        _ if value < 0.0995 => fixed(value, 3),
        _ => fixed(value, 2),
    }
}

/// Decimals for a ratio of one small unit (a krone, a dollar), whose interval two decimals would
/// print as 1.00 to 1.00.
pub(crate) fn narrow_ratio_decimals(log_std_error: f64) -> Option<usize> {
    let narrow = log_std_error > 0.0 && log_std_error < 0.005;
    narrow.then(|| ((1.0 - log_std_error.log10()).ceil() as usize).min(8))
}

/// Decimals for a quantity whose spread (or size) is this.
pub(crate) fn decimals(spread: f64) -> usize {
    match spread.abs() {
        size if size >= 100.0 => 0,
        size if size >= 10.0 => 1,
        _ => 2,
    }
}

/// Decimals for a coefficient with this standard error.
pub(crate) fn coefficient_decimals(std_error: f64) -> usize {
    match std_error.abs() {
        size if size < 0.001 => 5,
        size if size < 0.01 => 4,
        size if size < 0.1 => 3,
        size => decimals(size),
    }
}

/// A p-value: three decimals, and no claim beyond them.
pub(crate) fn p_value(p: f64) -> String {
    match p {
        _ if p < 0.001 => "<0.001".to_owned(),
        _ if p >= 0.9995 => ">0.99".to_owned(),
        _ => fixed(p, 3),
    }
}

/// An estimate and, if both limits are defined, its interval: `1.20 (0.90 to 1.60)`.
pub(crate) fn with_interval(
    estimate: f64,
    low: f64,
    high: f64,
    write: impl Fn(f64) -> String,
) -> String {
    if low.is_nan() || high.is_nan() {
        return write(estimate);
    }
    format!("{} ({} to {})", write(estimate), write(low), write(high))
}

/// The confidence level as a heading says it: `95% CI`.
pub(crate) fn interval_name(confidence: f64) -> String {
    format!("{}% CI", level(confidence))
}

/// The confidence level in per cent without idle decimals: `95`, `99.9`.
pub(crate) fn level(confidence: f64) -> String {
    let text = fixed(confidence * 100.0, 1);
    text.strip_suffix(".0").map(str::to_owned).unwrap_or(text)
}

/// With a capital first letter.
pub(crate) fn capitalised(text: &str) -> String {
    let mut letters = text.chars();
    match letters.next() {
        Some(first) => first.to_uppercase().chain(letters).collect(),
        None => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::{
        coefficient_decimals, decimals, fixed, level, narrow_ratio_decimals, p_value, percent,
        ratio, with_interval,
    };

    #[test]
    fn percentages_have_one_decimal_and_no_negative_zero() {
        assert_eq!(percent(0.2832), "28.3");
        assert_eq!(percent(-0.111), "\u{2212}11.1");
        assert_eq!(percent(-0.0001), "0.0");
        assert_eq!(percent(f64::NAN), "–");
    }

    #[test]
    fn ratios_have_two_decimals_and_three_when_small() {
        assert_eq!(ratio(1.634), "1.63");
        assert_eq!(ratio(0.0341), "0.034");
        assert_eq!(ratio(0.0996), "0.10");
        assert_eq!(ratio(0.0001), "<0.001");
        assert_eq!(ratio(f64::INFINITY), "∞");
        assert_eq!(ratio(f64::NAN), "–");
    }

    #[test]
    fn ratios_of_a_small_unit_keep_their_interval() {
        assert_eq!(narrow_ratio_decimals(0.2), None);
        assert_eq!(narrow_ratio_decimals(0.000_028), Some(6));
        assert_eq!(narrow_ratio_decimals(f64::NAN), None);
    }

    #[test]
    fn p_values_claim_no_more_than_three_decimals() {
        assert_eq!(p_value(0.000_4), "<0.001");
        assert_eq!(p_value(0.001), "0.001");
        assert_eq!(p_value(0.013_2), "0.013");
        assert_eq!(p_value(0.999_7), ">0.99");
        assert_eq!(p_value(0.995), "0.995");
        assert_eq!(p_value(f64::NAN), "–");
    }

    #[test]
    fn decimals_follow_the_spread() {
        assert_eq!(fixed(1234.56, decimals(250.0)), "1235");
        assert_eq!(fixed(36.21, decimals(10.4)), "36.2");
        assert_eq!(fixed(3.456, decimals(1.2)), "3.46");
        assert_eq!(fixed(0.012_34, coefficient_decimals(0.004)), "0.0123");
    }

    #[test]
    fn an_interval_needs_both_limits() {
        assert_eq!(with_interval(1.2, 0.9, 1.6, ratio), "1.20 (0.90 to 1.60)");
        assert_eq!(with_interval(1.2, f64::NAN, 1.6, ratio), "1.20");
        assert_eq!(
            with_interval(0.1, -0.05, 0.25, percent),
            "10.0 (\u{2212}5.0 to 25.0)"
        );
    }

    #[test]
    fn levels_drop_idle_decimals() {
        assert_eq!(level(0.95), "95");
        assert_eq!(level(0.999), "99.9");
    }
}

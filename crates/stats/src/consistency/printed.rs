//! A number as it was printed.

use crate::StatsError;
use std::fmt;
use std::ops::RangeInclusive;

/// A decimal number with the digits it was printed with: 5.0 says more than 5.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Printed {
    /// The number in units of its last digit.
    units: i64,
    decimals: u32,
}

/// More decimals than any table has; products of all that follows stay within 128 bits.
const MOST_DECIMALS: usize = 9;

/// Rounding of a computed number, in units of the last printed digit, that is no disagreement.
const SLACK: f64 = 1e-9;

impl Printed {
    /// Reads a number such as `46.5`, `-0.12` or `.05`.
    ///
    /// # Errors
    /// [`StatsError::Argument`] for anything but digits with at most one point and a sign, and for more
    /// than nine decimals or fifteen digits.
    ///
    /// ```
    /// use regtrial_stats::consistency::Printed;
    /// let printed = Printed::parse("46.50")?;
    /// assert_eq!((printed.value(), printed.decimals()), (46.5, 2));
    /// # Ok::<(), regtrial_stats::StatsError>(())
    /// ```
    pub fn parse(text: &str) -> Result<Self, StatsError> {
        let wrong = || {
            let rule = "must be a decimal number as it was printed, such as 46.5";
            StatsError::argument("a printed number", rule)
        };
        let (negative, digits) = match text.strip_prefix(['-', '\u{2212}']) {
            Some(rest) => (true, rest),
            None => (false, text),
        };
        let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
        let all = format!("{whole}{fraction}");
        let plain = !all.is_empty() && all.bytes().all(|byte| byte.is_ascii_digit());
        if !plain || fraction.len() > MOST_DECIMALS || all.len() > 15 {
            return Err(wrong());
        }
        let units: i64 = all.parse().map_err(|_| wrong())?;
        Ok(Self {
            units: if negative { -units } else { units },
            decimals: fraction.len() as u32,
        })
    }

    /// The number.
    #[must_use]
    pub fn value(self) -> f64 {
        self.units as f64 / self.scale() as f64
    }

    /// Digits after the point.
    #[must_use]
    pub fn decimals(self) -> u32 {
        self.decimals
    }

    /// The size of one unit of the last digit.
    #[must_use]
    pub fn unit(self) -> f64 {
        (self.scale() as f64).recip()
    }

    /// The smallest number that may be printed so.
    #[must_use]
    pub fn low(self) -> f64 {
        (2 * self.units - 1) as f64 / (2 * self.scale()) as f64
    }

    /// The largest number that may be printed so.
    #[must_use]
    pub fn high(self) -> f64 {
        (2 * self.units + 1) as f64 / (2 * self.scale()) as f64
    }

    /// How far a number lies from the printed one, in units of the last printed digit.
    ///
    /// ```
    /// use regtrial_stats::consistency::Printed;
    /// let distance = Printed::parse("5")?.distance(100.0 / 23.0);
    /// assert!((distance + 15.0 / 23.0).abs() < 1e-12);
    /// # Ok::<(), regtrial_stats::StatsError>(())
    /// ```
    #[must_use]
    pub fn distance(self, value: f64) -> f64 {
        value * self.scale() as f64 - self.units as f64
    }

    /// Whether a number may be printed so: halves may go either way.
    #[must_use]
    pub fn is_of(self, value: f64) -> bool {
        self.distance(value).abs() <= 0.5 + SLACK * self.units.unsigned_abs().max(1) as f64
    }

    /// Whether some number between two others may be printed so.
    pub(super) fn meets(self, low: f64, high: f64) -> bool {
        let slack = SLACK * self.unit();
        low <= self.high() + slack && high >= self.low() - slack
    }

    /// The whole numbers k for which `factor` k / n may be printed so: exact.
    pub(super) fn numerators(self, factor: u64, n: u64) -> RangeInclusive<i128> {
        let divisor = 2 * i128::from(factor) * i128::from(self.scale());
        let at = |units: i64| i128::from(units) * i128::from(n);
        let (low, high) = (at(2 * self.units - 1), at(2 * self.units + 1));
        -(-low).div_euclid(divisor)..=high.div_euclid(divisor)
    }

    fn scale(self) -> i64 {
        10_i64.pow(self.decimals)
    }
}

impl fmt::Display for Printed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:.*}", self.decimals as usize, self.value())
    }
}

#[cfg(test)]
mod tests {
    use super::Printed;

    #[test]
    fn what_is_no_printed_number_is_refused() {
        for text in [
            "",
            ".",
            "-",
            "1,5",
            "1e3",
            "NaN",
            "1.2.3",
            "+1",
            "0.1234567890",
            "1234567890123456",
        ] {
            assert!(Printed::parse(text).is_err(), "{text}");
        }
        for (text, value) in [
            (".05", 0.05),
            ("-3", -3.0),
            ("7.", 7.0),
            ("\u{2212}0.5", -0.5),
        ] {
            assert_eq!(Printed::parse(text).unwrap().value(), value, "{text}");
        }
    }

    #[test]
    fn a_half_may_be_rounded_either_way() {
        // 1/8 = 12.5 %: printed as 12 (to even) and as 13 (up), exactly.
        for text in ["12", "13"] {
            let printed = Printed::parse(text).unwrap();
            assert!(
                printed.is_of(12.5) && printed.numerators(100, 8) == (1..=1),
                "{text}"
            );
        }
        assert!(Printed::parse("14").unwrap().numerators(100, 8).is_empty());
        // 0.285 has no binary form; it is printed as 0.28 or 0.29.
        assert!(Printed::parse("0.28").unwrap().is_of(0.285));
        assert!(Printed::parse("0.29").unwrap().is_of(0.285));
    }
}

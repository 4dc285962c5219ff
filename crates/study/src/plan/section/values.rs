//! Keys of a section that hold one value: a text, a number, a date, yes or no.

use super::Section;
use regtrial_registers::Day;
use std::ops::Range;
use toml::de::DeValue;

impl Section<'_> {
    pub(in crate::plan) fn string(&self, key: &str) -> Option<String> {
        self.spanned_string(key).map(|(text, _)| text)
    }

    pub(in crate::plan) fn spanned_string(&self, key: &str) -> Option<(String, Range<usize>)> {
        let value = self.get(key)?;
        match value.get_ref().as_str() {
            Some(text) => Some((text.to_owned(), value.span())),
            None => {
                self.wrong_type(key, value, "a text");
                None
            }
        }
    }

    pub(in crate::plan) fn required_string(&self, key: &str) -> Option<String> {
        self.require(key);
        self.string(key)
    }

    /// A text that must be one of a few.
    pub(in crate::plan) fn choice(&self, key: &str, allowed: &[&str]) -> Option<String> {
        let (text, span) = self.spanned_string(key)?;
        if allowed.contains(&text.as_str()) {
            return Some(text);
        }
        let rule = format!(
            "`{}` must be one of {}",
            self.child_name(key),
            allowed.join(", ")
        );
        self.source.problem("bad_value", span, rule);
        None
    }

    pub(in crate::plan) fn integer(&self, key: &str, least: i64, most: i64) -> Option<i64> {
        let value = self.get(key)?;
        let number = value.get_ref().as_integer().and_then(|number| {
            i64::from_str_radix(&number.as_str().replace('_', ""), number.radix()).ok()
        });
        match number {
            Some(number) if (least..=most).contains(&number) => Some(number),
            Some(number) => {
                let name = self.child_name(key);
                let rule = match number < least {
                    true => format!("`{name}` must be {least} or more"),
                    false => format!("`{name}` must be {most} or less"),
                };
                self.source.problem("bad_value", value.span(), rule);
                None
            }
            None => {
                self.wrong_type(key, value, "a whole number");
                None
            }
        }
    }

    /// A number, of which only finite ones from `least` on are allowed.
    pub(in crate::plan) fn number(&self, key: &str, least: f64) -> Option<f64> {
        let value = self.get(key)?;
        let number = match value.get_ref() {
            DeValue::Integer(number) => {
                let digits = number.as_str().replace('_', "");
                i64::from_str_radix(&digits, number.radix())
                    .ok()
                    .map(|n| n as f64)
            }
            DeValue::Float(number) => number.as_str().replace('_', "").parse().ok(),
            _ => {
                self.wrong_type(key, value, "a number");
                return None;
            }
        };
        let number = number.filter(|n: &f64| n.is_finite() && *n >= least);
        if number.is_none() {
            let rule = format!(
                "`{}` must be a number from {least} on",
                self.child_name(key)
            );
            self.source.problem("bad_value", value.span(), rule);
        }
        number
    }

    /// A number from 0 to 1.
    pub(in crate::plan) fn fraction(&self, key: &str) -> Option<f64> {
        let value = self.get(key)?;
        let number = match value.get_ref() {
            DeValue::Float(number) => number.as_str().replace('_', "").parse::<f64>().ok(),
            DeValue::Integer(number) => number.as_str().parse::<f64>().ok(),
            _ => None,
        };
        match number {
            Some(number) if (0.0..=1.0).contains(&number) => Some(number),
            _ => {
                self.wrong_type(key, value, "a number from 0 to 1");
                None
            }
        }
    }

    /// Yes or no; no if the key is absent.
    pub(in crate::plan) fn flag(&self, key: &str) -> bool {
        match self.get(key) {
            None => false,
            Some(value) => match value.get_ref() {
                DeValue::Boolean(flag) => *flag,
                _ => {
                    self.wrong_type(key, value, "true or false");
                    false
                }
            },
        }
    }

    /// A date, bare or in quotes.
    pub(in crate::plan) fn date(&self, key: &str) -> Option<Day> {
        self.require(key);
        let value = self.get(key)?;
        let day = day_of(value.get_ref());
        if day.is_none() {
            self.wrong_type(key, value, "a date such as 2020-03-31");
        }
        day
    }
}

/// A date, bare or in quotes.
pub(super) fn day_of(value: &DeValue<'_>) -> Option<Day> {
    match value {
        DeValue::Datetime(datetime) => datetime.date.and_then(|date| {
            let (month, day) = (u32::from(date.month), u32::from(date.day));
            regtrial_outcomes::calendar::day(i32::from(date.year), month, day)
        }),
        DeValue::String(text) => regtrial_registers::parse_day(text),
        _ => None,
    }
}

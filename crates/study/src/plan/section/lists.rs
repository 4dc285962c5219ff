//! Keys of a section that hold several values.

use super::Section;
use super::values::day_of;
use regtrial_registers::Day;
use std::collections::BTreeMap;
use std::ops::Range;
use toml::Spanned;
use toml::de::DeValue;

impl Section<'_> {
    pub(in crate::plan) fn string_list(&self, key: &str) -> Option<Vec<String>> {
        Some(
            self.spanned_list(key)?
                .into_iter()
                .map(|(text, _)| text)
                .collect(),
        )
    }

    pub(in crate::plan) fn spanned_list(&self, key: &str) -> Option<Vec<(String, Range<usize>)>> {
        let value = self.get(key)?;
        let Some(array) = value.get_ref().as_array() else {
            self.wrong_type(key, value, "a list of texts");
            return None;
        };
        let mut texts = Vec::new();
        for item in array.iter() {
            match item.get_ref().as_str() {
                Some(text) => texts.push((text.to_owned(), item.span())),
                None => self.wrong_type(key, item, "a list of texts"),
            }
        }
        Some(texts)
    }

    /// A text or a list of texts.
    pub(in crate::plan) fn one_or_more(&self, key: &str) -> Option<Vec<String>> {
        let value = self.get(key)?;
        match value.get_ref().as_str() {
            Some(text) => Some(vec![text.to_owned()]),
            None => self.string_list(key),
        }
    }

    pub(in crate::plan) fn integers(&self, key: &str, least: i64, most: i64) -> Option<Vec<i64>> {
        let value = self.get(key)?;
        let Some(array) = value.get_ref().as_array() else {
            self.wrong_type(key, value, "a list of whole numbers");
            return None;
        };
        let mut numbers = Vec::new();
        for item in array.iter() {
            match item
                .get_ref()
                .as_integer()
                .and_then(|n| n.as_str().parse::<i64>().ok())
            {
                Some(number) if (least..=most).contains(&number) => numbers.push(number),
                _ => self.wrong_type(key, item, &format!("a list of whole numbers from {least}")),
            }
        }
        Some(numbers)
    }

    /// A list of numbers.
    pub(in crate::plan) fn number_list(&self, key: &str) -> Option<Vec<f64>> {
        self.numbers_of(key, self.get(key)?)
    }

    /// A list of lists of numbers, each with its place.
    pub(in crate::plan) fn number_lists(&self, key: &str) -> Option<Vec<(Vec<f64>, Range<usize>)>> {
        let value = self.get(key)?;
        let Some(array) = value.get_ref().as_array() else {
            self.wrong_type(key, value, "a list of lists of numbers");
            return None;
        };
        let lines = array.iter();
        let lines = lines.map(|line| Some((self.numbers_of(key, line)?, line.span())));
        // A line that is no list has been told.
        Some(lines.flatten().collect())
    }

    fn numbers_of(&self, key: &str, value: &Spanned<DeValue<'_>>) -> Option<Vec<f64>> {
        let Some(array) = value.get_ref().as_array() else {
            self.wrong_type(key, value, "a list of numbers");
            return None;
        };
        let mut numbers = Vec::new();
        for item in array.iter() {
            let text = match item.get_ref() {
                DeValue::Integer(number) => Some(number.as_str()),
                DeValue::Float(number) => Some(number.as_str()),
                _ => None,
            };
            let number = text.and_then(|text| text.replace('_', "").parse::<f64>().ok());
            match number.filter(|number| number.is_finite()) {
                Some(number) => numbers.push(number),
                None => {
                    self.wrong_type(key, item, "a list of numbers");
                    return None;
                }
            }
        }
        Some(numbers)
    }

    /// A list of dates, bare or in quotes.
    pub(in crate::plan) fn dates(&self, key: &str) -> Option<Vec<Day>> {
        let value = self.get(key)?;
        let array = value.get_ref().as_array();
        let days =
            array.and_then(|array| array.iter().map(|item| day_of(item.get_ref())).collect());
        if days.is_none() {
            self.wrong_type(key, value, "a list of dates such as 2020-03-31");
        }
        days
    }

    /// Every key of the table as a text.
    pub(in crate::plan) fn strings_map(&self) -> BTreeMap<String, String> {
        let keys: Vec<String> = self
            .table
            .iter()
            .map(|(key, _)| key.get_ref().to_string())
            .collect();
        keys.into_iter()
            .filter_map(|key| self.string(&key).map(|text| (key, text)))
            .collect()
    }

    /// Every key of the table as a text with its place, in the order of the plan.
    pub(in crate::plan) fn ordered_strings(&self) -> Vec<(String, String, Range<usize>)> {
        let mut keys: Vec<_> = self.table.iter().map(|(key, _)| key).collect();
        keys.sort_by_key(|key| key.span().start);
        let texts = keys.into_iter().filter_map(|key| {
            let (text, span) = self.spanned_string(key.get_ref())?;
            Some((key.get_ref().to_string(), text, span))
        });
        texts.collect()
    }
}

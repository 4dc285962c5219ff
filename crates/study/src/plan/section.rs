//! A table of study.toml that knows which of its keys were asked for.

use super::source::Source;
use regtrial_registers::Day;
use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// A table of the plan.
pub(super) struct Section<'a> {
    source: &'a Source<'a>,
    /// `outcomes.employed_18m`, for messages.
    pub(super) name: String,
    table: &'a DeTable<'a>,
    pub(super) span: Range<usize>,
    used: RefCell<BTreeSet<String>>,
}

impl<'a> Section<'a> {
    pub(super) fn new(
        source: &'a Source<'a>,
        name: String,
        table: &'a DeTable<'a>,
        span: Range<usize>,
    ) -> Self {
        Self {
            source,
            name,
            table,
            span,
            used: RefCell::default(),
        }
    }

    fn get(&self, key: &str) -> Option<&'a Spanned<DeValue<'a>>> {
        self.used.borrow_mut().insert(key.to_owned());
        self.table
            .iter()
            .find(|(name, _)| name.get_ref() == key)
            .map(|(_, value)| value)
    }

    fn child_name(&self, key: &str) -> String {
        if self.name.is_empty() {
            key.to_owned()
        } else {
            format!("{}.{key}", self.name)
        }
    }

    pub(super) fn problem(&self, code: &'static str, span: Range<usize>, rule: impl Into<String>) {
        self.source.problem(code, span, rule);
    }

    /// A problem at a key, or at the section if the key is absent.
    pub(super) fn problem_at(&self, key: &str, code: &'static str, rule: impl Into<String>) {
        let span = self.get(key).map_or(self.span.clone(), Spanned::span);
        self.source.problem(code, span, rule);
    }

    /// A problem with what can be done about it.
    pub(super) fn problem_with_help(
        &self,
        code: &'static str,
        span: Range<usize>,
        rule: impl Into<String>,
        help: &str,
    ) {
        let help = Some(help.to_owned());
        self.source.problem_with_help(code, span, rule, help);
    }

    /// The same at a key, or at the section if the key is absent.
    pub(super) fn problem_at_with_help(
        &self,
        key: &str,
        code: &'static str,
        rule: impl Into<String>,
        help: &str,
    ) {
        let span = self.get(key).map_or(self.span.clone(), Spanned::span);
        self.problem_with_help(code, span, rule, help);
    }

    fn wrong_type(&self, key: &str, value: &Spanned<DeValue<'_>>, wanted: &str) {
        let found = value.get_ref().type_str();
        let rule = format!("`{}` must be {wanted}, not {found}", self.child_name(key));
        self.source.problem("wrong_type", value.span(), rule);
    }

    /// Whether it holds no key.
    pub(super) fn is_empty(&self) -> bool {
        self.table.is_empty()
    }

    pub(super) fn has(&self, key: &str) -> bool {
        self.get(key).is_some()
    }

    pub(super) fn string(&self, key: &str) -> Option<String> {
        self.spanned_string(key).map(|(text, _)| text)
    }

    pub(super) fn spanned_string(&self, key: &str) -> Option<(String, Range<usize>)> {
        let value = self.get(key)?;
        match value.get_ref().as_str() {
            Some(text) => Some((text.to_owned(), value.span())),
            None => {
                self.wrong_type(key, value, "a text");
                None
            }
        }
    }

    pub(super) fn required_string(&self, key: &str) -> Option<String> {
        self.require(key);
        self.string(key)
    }

    fn require(&self, key: &str) {
        if self.get(key).is_none() {
            let rule = format!("`{}` is missing", self.child_name(key));
            self.source.problem("missing_key", self.span.clone(), rule);
        }
    }

    /// A text that must be one of a few.
    pub(super) fn choice(&self, key: &str, allowed: &[&str]) -> Option<String> {
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

    pub(super) fn string_list(&self, key: &str) -> Option<Vec<String>> {
        Some(
            self.spanned_list(key)?
                .into_iter()
                .map(|(text, _)| text)
                .collect(),
        )
    }

    pub(super) fn spanned_list(&self, key: &str) -> Option<Vec<(String, Range<usize>)>> {
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

    pub(super) fn integer(&self, key: &str, least: i64, most: i64) -> Option<i64> {
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

    pub(super) fn integers(&self, key: &str, least: i64, most: i64) -> Option<Vec<i64>> {
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
    pub(super) fn number_list(&self, key: &str) -> Option<Vec<f64>> {
        self.numbers_of(key, self.get(key)?)
    }

    /// A list of lists of numbers, each with its place.
    pub(super) fn number_lists(&self, key: &str) -> Option<Vec<(Vec<f64>, Range<usize>)>> {
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

    /// A number from 0 to 1.
    pub(super) fn fraction(&self, key: &str) -> Option<f64> {
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

    /// A date, bare or in quotes.
    pub(super) fn date(&self, key: &str) -> Option<Day> {
        self.require(key);
        let value = self.get(key)?;
        let day = day_of(value.get_ref());
        if day.is_none() {
            self.wrong_type(key, value, "a date such as 2020-03-31");
        }
        day
    }

    /// A list of dates, bare or in quotes.
    pub(super) fn dates(&self, key: &str) -> Option<Vec<Day>> {
        let value = self.get(key)?;
        let array = value.get_ref().as_array();
        let days =
            array.and_then(|array| array.iter().map(|item| day_of(item.get_ref())).collect());
        if days.is_none() {
            self.wrong_type(key, value, "a list of dates such as 2020-03-31");
        }
        days
    }

    /// A text or a list of texts.
    pub(super) fn one_or_more(&self, key: &str) -> Option<Vec<String>> {
        let value = self.get(key)?;
        match value.get_ref().as_str() {
            Some(text) => Some(vec![text.to_owned()]),
            None => self.string_list(key),
        }
    }

    /// Takes every key as read: what they mean depends on another one, which is wrong.
    pub(super) fn use_all(&self) {
        for (key, _) in self.table {
            self.used.borrow_mut().insert(key.get_ref().to_string());
        }
    }

    pub(super) fn section(&self, key: &str) -> Option<Section<'a>> {
        let value = self.get(key)?;
        match value.get_ref() {
            DeValue::Table(table) => Some(Section::new(
                self.source,
                self.child_name(key),
                table,
                value.span(),
            )),
            _ => {
                self.wrong_type(key, value, "a table");
                None
            }
        }
    }

    pub(super) fn required_section(&self, key: &str) -> Option<Section<'a>> {
        if self.get(key).is_none() {
            let rule = format!("the table [{}] is missing", self.child_name(key));
            self.source
                .problem("missing_key", self.span.start..self.span.start, rule);
        }
        self.section(key)
    }

    /// The named tables under a key, in the order of the text.
    pub(super) fn sections(&self, key: &str) -> Vec<(String, Section<'a>)> {
        self.section(key)
            .map_or_else(Vec::new, |parent| parent.children())
    }

    /// The tables of this table, in the order of the text; anything else in it is an error.
    pub(super) fn children(&self) -> Vec<(String, Section<'a>)> {
        let parent = self;
        let mut entries: Vec<_> = parent.table.iter().collect();
        entries.sort_by_key(|(name, _)| name.span().start);
        let mut found = Vec::new();
        let is_plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-');
        for (name, value) in entries {
            if name.get_ref().is_empty() || !name.get_ref().chars().all(is_plain) {
                let rule = format!(
                    "a key of [{}] is made of the letters a to z, digits, `_` and `-`",
                    parent.name
                );
                self.source.problem("bad_key", name.span(), rule);
            }
            match value.get_ref() {
                DeValue::Table(table) => {
                    let child = parent.child_name(name.get_ref());
                    let section = Section::new(self.source, child, table, name.span());
                    found.push((name.get_ref().to_string(), section));
                }
                _ => parent.wrong_type(name.get_ref(), value, "a table"),
            }
        }
        found
    }

    /// The line on which the section starts.
    pub(super) fn line(&self) -> u64 {
        let before = &self.source.text[..self.span.start.min(self.source.text.len())];
        before.matches('\n').count() as u64 + 1
    }

    /// Every key of the table as a text.
    pub(super) fn strings_map(&self) -> BTreeMap<String, String> {
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
    pub(super) fn ordered_strings(&self) -> Vec<(String, String, Range<usize>)> {
        let mut keys: Vec<_> = self.table.iter().map(|(key, _)| key).collect();
        keys.sort_by_key(|key| key.span().start);
        let texts = keys.into_iter().filter_map(|key| {
            let (text, span) = self.spanned_string(key.get_ref())?;
            Some((key.get_ref().to_string(), text, span))
        });
        texts.collect()
    }

    /// A number, of which only finite ones from `least` on are allowed.
    pub(super) fn number(&self, key: &str, least: f64) -> Option<f64> {
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

    /// Yes or no; no if the key is absent.
    pub(super) fn flag(&self, key: &str) -> bool {
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

    /// A reference to something named elsewhere in the plan.
    pub(super) fn unknown_reference(
        &self,
        what: &str,
        name: &str,
        span: Range<usize>,
        known: &[&str],
    ) {
        let rule = format!("there is no {what} `{name}` in this plan");
        let help = if known.is_empty() {
            format!("the plan declares no {what}")
        } else {
            format!("declared: {}", known.join(", "))
        };
        self.source
            .problem_with_help("unknown_reference", span, rule, Some(help));
    }

    /// Reports every key that nobody asked for.
    pub(super) fn finish(&self) {
        let used = self.used.borrow();
        for (key, _) in self
            .table
            .iter()
            .filter(|(key, _)| !used.contains(key.get_ref().as_ref()))
        {
            let place = if self.name.is_empty() {
                "the plan".to_owned()
            } else {
                format!("[{}]", self.name)
            };
            let rule = format!("unknown key `{}` in {place}", key.get_ref());
            let known: Vec<&str> = used.iter().map(String::as_str).collect();
            let help = format!("known here: {}", known.join(", "));
            self.source
                .problem_with_help("unknown_key", key.span(), rule, Some(help));
        }
    }

    /// A key that holds either a table or a text.
    pub(super) fn section_or_string(&self, key: &str) -> Option<Result<Section<'a>, String>> {
        let value = self.get(key)?;
        match value.get_ref() {
            DeValue::String(text) => Some(Err(text.to_string())),
            DeValue::Table(_) => self.section(key).map(Ok),
            _ => {
                self.wrong_type(key, value, "a text or a table");
                None
            }
        }
    }
}

fn day_of(value: &DeValue<'_>) -> Option<Day> {
    match value {
        DeValue::Datetime(datetime) => datetime.date.and_then(|date| {
            let (month, day) = (u32::from(date.month), u32::from(date.day));
            regtrial_outcomes::calendar::day(i32::from(date.year), month, day)
        }),
        DeValue::String(text) => regtrial_registers::parse_day(text),
        _ => None,
    }
}

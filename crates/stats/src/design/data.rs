//! Columns for a model: numbers and factors, with missing values marked.

use crate::StatsError;
use crate::formula::Expression;

/// One column.
#[derive(Debug, Clone, PartialEq)]
pub enum Column {
    /// Numbers; `NaN` is missing.
    Numbers(Vec<f64>),
    /// A factor; `None` is missing.
    Factor {
        /// Levels in order, the reference first.
        levels: Vec<String>,
        /// Index into `levels` a row.
        codes: Vec<Option<u32>>,
    },
}

impl Column {
    /// Whether there is a value in a row.
    pub(crate) fn is_present(&self, row: usize) -> bool {
        match self {
            Self::Numbers(values) => values.get(row).is_some_and(|value| !value.is_nan()),
            Self::Factor { codes, .. } => codes.get(row).is_some_and(Option::is_some),
        }
    }

    fn len(&self) -> usize {
        match self {
            Self::Numbers(values) => values.len(),
            Self::Factor { codes, .. } => codes.len(),
        }
    }
}

/// Named columns of equal length.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Data {
    columns: Vec<(String, Column)>,
    rows: usize,
}

impl Data {
    /// No columns yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds or replaces a column. A column shorter than the others is filled up with missing values.
    #[must_use]
    pub fn with(mut self, name: &str, column: Column) -> Self {
        self.rows = self.rows.max(column.len());
        match self.columns.iter_mut().find(|(other, _)| other == name) {
            Some((_, slot)) => *slot = column,
            None => self.columns.push((name.to_owned(), column)),
        }
        self
    }

    /// Adds a numeric column; `NaN` is missing.
    #[must_use]
    pub fn with_numbers(self, name: &str, values: Vec<f64>) -> Self {
        self.with(name, Column::Numbers(values))
    }

    /// Adds a text column as a factor: levels sort bytewise, the empty text is missing.
    #[must_use]
    pub fn with_text<S: AsRef<str>>(self, name: &str, values: &[S]) -> Self {
        let mut levels: Vec<String> = values
            .iter()
            .map(|value| value.as_ref().to_owned())
            .filter(|value| !value.is_empty())
            .collect();
        levels.sort_unstable();
        levels.dedup();
        let codes = values
            .iter()
            .map(|value| {
                levels
                    .binary_search_by(|level| level.as_str().cmp(value.as_ref()))
                    .ok()
            })
            .map(|found| found.map(|i| i as u32))
            .collect();
        self.with(name, Column::Factor { levels, codes })
    }

    /// Rows.
    #[must_use]
    pub fn rows(&self) -> usize {
        self.rows
    }

    /// Names of the columns.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.columns.iter().map(|(name, _)| name.as_str())
    }

    /// A column by name.
    ///
    /// # Errors
    /// [`StatsError::UnknownColumn`], with the closest name that exists.
    pub fn column(&self, name: &str) -> Result<&Column, StatsError> {
        self.get(name).ok_or_else(|| StatsError::UnknownColumn {
            column: name.to_owned(),
            suggestion: closest(name, self.names()),
        })
    }

    fn get(&self, name: &str) -> Option<&Column> {
        self.columns
            .iter()
            .find(|(other, _)| other == name)
            .map(|(_, column)| column)
    }

    /// A label for each of some rows, the same where the column's values are: clusters, strata. A
    /// missing value is a label of its own.
    ///
    /// # Errors
    /// [`StatsError::UnknownColumn`].
    pub fn labels(&self, name: &str, rows: &[usize]) -> Result<Vec<u64>, StatsError> {
        let column = self.column(name)?;
        let label = |&row: &usize| match column {
            // Adding 0 makes a negative zero positive.
            Column::Numbers(values) => values.get(row).map_or(u64::MAX, |v| (v + 0.0).to_bits()),
            Column::Factor { codes, .. } => codes
                .get(row)
                .copied()
                .flatten()
                .map_or(u64::MAX, u64::from),
        };
        Ok(rows.iter().map(label).collect())
    }

    /// Whether a row has a value in a column; it has none in a column that is not there.
    #[must_use]
    pub fn is_present(&self, name: &str, row: usize) -> bool {
        self.get(name).is_some_and(|column| column.is_present(row))
    }

    /// A numeric expression in some rows.
    pub(crate) fn evaluate(
        &self,
        expression: &Expression,
        rows: &[usize],
    ) -> Result<Vec<f64>, StatsError> {
        let mut names = Vec::new();
        expression.columns(&mut names);
        for name in &names {
            if let Column::Factor { .. } = self.column(name)? {
                return Err(StatsError::ColumnType {
                    column: name.clone(),
                    rule: "holds text where a number is needed".to_owned(),
                });
            }
        }
        let numbers: Vec<(&str, &[f64])> = names
            .iter()
            .filter_map(|name| match self.get(name) {
                Some(Column::Numbers(values)) => Some((name.as_str(), values.as_slice())),
                _ => None,
            })
            .collect();
        let value = |row: usize, name: &str| {
            let values = numbers.iter().find(|(other, _)| *other == name);
            values
                .and_then(|(_, values)| values.get(row))
                .copied()
                .unwrap_or(f64::NAN)
        };
        Ok(rows
            .iter()
            .map(|&row| expression.evaluate(&|name| value(row, name)))
            .collect())
    }
}

/// The name most like `wanted`, if it is a likely slip of the hand.
pub(crate) fn closest<'a>(wanted: &str, names: impl Iterator<Item = &'a str>) -> Option<String> {
    let limit = 1 + wanted.chars().count() / 4;
    names
        .map(|name| (distance(wanted, name), name))
        .filter(|(distance, _)| *distance <= limit)
        .min()
        .map(|(_, name)| name.to_owned())
}

/// Levenshtein's edit distance, blind to case.
fn distance(a: &str, b: &str) -> usize {
    let a: Vec<char> = a.to_lowercase().chars().collect();
    let b: Vec<char> = b.to_lowercase().chars().collect();
    let mut previous: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.iter().enumerate() {
        let mut current = vec![i + 1];
        for (j, y) in b.iter().enumerate() {
            let substitute = previous[j] + usize::from(x != y);
            current.push(substitute.min(previous[j + 1] + 1).min(current[j] + 1));
        }
        previous = current;
    }
    previous[b.len()]
}

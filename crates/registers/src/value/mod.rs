//! Cells to values.

pub(crate) mod date;
pub(crate) mod number;
pub(crate) mod quantity;

/// Texts that mean "missing" in register extracts, whatever the column.
pub(crate) fn is_missing(cell: &str) -> bool {
    matches!(
        cell,
        "" | "." | "-" | "NA" | "NULL" | "NaN" | "nan" | "null" | "N/A"
    )
}

//! Cells to values.

pub(crate) mod date;
pub(crate) mod number;
pub(crate) mod quantity;

/// A text without white space around it; most have none.
pub(crate) fn trimmed(text: &str) -> &str {
    match text.as_bytes() {
        [first, .., last] if first.is_ascii_graphic() && last.is_ascii_graphic() => text,
        _ => text.trim(),
    }
}

/// Texts that mean "missing" in register extracts, whatever the column.
pub(crate) fn is_missing(cell: &str) -> bool {
    matches!(
        cell,
        "" | "." | "-" | "NA" | "NULL" | "NaN" | "nan" | "null" | "N/A"
    )
}

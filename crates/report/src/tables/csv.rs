//! Comma-separated: UTF-8, line feeds, a hyphen for a minus, nothing for an undefined number.

use super::table::Table;
use crate::ReportError;
use crate::format::{MINUS, UNDEFINED};

impl Table {
    /// Every row with its headings, the cells as they are shown. A label of a group's row does not
    /// repeat the group; notes are not written.
    ///
    /// # Errors
    /// [`ReportError::Csv`] if the writer fails.
    pub fn to_csv(&self) -> Result<String, ReportError> {
        let failed = |reason: String| ReportError::csv(&self.key, reason);
        let mut writer = ::csv::WriterBuilder::new()
            .terminator(::csv::Terminator::Any(b'\n'))
            .from_writer(Vec::new());
        writer
            .write_record(&self.columns)
            .map_err(|error| failed(error.to_string()))?;
        for row in &self.rows {
            let cells = row.cells.iter().map(|cell| plain(cell));
            let record = std::iter::once(row.label.clone()).chain(cells);
            writer
                .write_record(record)
                .map_err(|error| failed(error.to_string()))?;
        }
        let bytes = writer
            .into_inner()
            .map_err(|error| failed(error.to_string()))?;
        String::from_utf8(bytes).map_err(|error| failed(error.to_string()))
    }
}

fn plain(cell: &str) -> String {
    if cell == UNDEFINED {
        return String::new();
    }
    cell.replace(MINUS, "-").replace('∞', "Inf")
}

#[cfg(test)]
mod tests {
    use super::plain;

    #[test]
    fn a_minus_is_a_hyphen_and_undefined_is_empty() {
        assert_eq!(
            plain("\u{2212}1.2 (\u{2212}3.0 to 0.6)"),
            "-1.2 (-3.0 to 0.6)"
        );
        assert_eq!(plain("–"), "");
    }
}

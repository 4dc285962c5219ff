//! Excel: one sheet with the table, its title above and its notes below. A cell that is a number
//! and nothing else is written as a number, shown with the decimals of the table.

use super::table::{RowKind, Table};
use crate::ReportError;
use crate::format::{MINUS, UNDEFINED};
use rust_xlsxwriter::{
    DocProperties, ExcelDateTime, Format, FormatAlign, FormatBorder, Workbook, Worksheet, XlsxError,
};

/// The number of the paper's size.
const A4: u8 = 9;
/// Widest column, in letters.
const WIDEST: usize = 44;

impl Table {
    /// The table as an .xlsx file. The same table gives the same bytes.
    ///
    /// # Errors
    /// [`ReportError::Office`] if the writer fails.
    pub fn to_xlsx(&self) -> Result<Vec<u8>, ReportError> {
        self.workbook()
            .map_err(|error| ReportError::office(&self.key, error))
    }

    fn workbook(&self) -> Result<Vec<u8>, XlsxError> {
        let mut book = Workbook::new();
        // The day on which the reader's clock starts: no clock is read.
        let day = ExcelDateTime::from_ymd(1970, 1, 1)?;
        book.set_properties(
            &DocProperties::new()
                .set_title(&self.title)
                .set_creation_datetime(&day),
        );
        self.fill(book.add_worksheet())?;
        book.save_to_buffer()
    }

    fn fill(&self, sheet: &mut Worksheet) -> Result<(), XlsxError> {
        let bold = Format::new().set_bold();
        let heading = bold
            .clone()
            .set_text_wrap()
            .set_border_top(FormatBorder::Thin);
        let heading = heading.set_border_bottom(FormatBorder::Thin);
        sheet.set_name(sheet_name(&self.key))?;
        sheet.write_string_with_format(0, 0, self.title.as_str(), &bold)?;
        for (column, text) in (0_u16..).zip(&self.columns) {
            let centred = if column == 0 {
                heading.clone()
            } else {
                heading.clone().set_align(FormatAlign::Center)
            };
            sheet.write_string_with_format(2, column, text.as_str(), &centred)?;
            sheet.set_column_width(column, self.letters(usize::from(column)) as f64)?;
        }
        let lines = (0..self.columns.len()).map(|column| {
            let room = self.letters(column).saturating_sub(2).max(1);
            wrapped_lines(&self.columns[column], room)
        });
        sheet.set_row_height(2, 15.5 * lines.max().unwrap_or(1) as f64)?;
        sheet.set_freeze_panes(3, 1)?;
        let rows = self.listed().count();
        let mut at = 3;
        for row in self.listed() {
            let mut label = match row.kind {
                RowKind::Heading => Format::new().set_bold(),
                RowKind::Detail => Format::new().set_indent(1),
                _ => Format::new(),
            };
            let mut centred = Format::new().set_align(FormatAlign::Center);
            if at as usize == rows + 2 {
                label = label.set_border_bottom(FormatBorder::Thin);
                centred = centred.set_border_bottom(FormatBorder::Thin);
            }
            sheet.write_string_with_format(at, 0, row.label.as_str(), &label)?;
            for (column, text) in (1_u16..).zip(&row.cells) {
                match number(text) {
                    Some((value, decimals)) => {
                        let digits = match decimals {
                            0 => "0".to_owned(),
                            _ => format!("0.{}", "0".repeat(decimals)),
                        };
                        let format = centred.clone().set_num_format(digits);
                        sheet.write_number_with_format(at, column, value, &format)?;
                    }
                    None => {
                        sheet.write_string_with_format(at, column, text.as_str(), &centred)?;
                    }
                }
            }
            at += 1;
        }
        self.notes(sheet, at + 1)?;
        // On paper a page wide.
        sheet.set_landscape().set_paper_size(A4);
        sheet.set_print_fit_to_pages(1, 0);
        Ok(())
    }

    /// Below the table and as wide as it, in as many lines as a note needs.
    fn notes(&self, sheet: &mut Worksheet, first: u32) -> Result<(), XlsxError> {
        let columns = 0..self.columns.len();
        let room: usize = columns.map(|column| self.letters(column)).sum();
        let last = u16::try_from(self.columns.len().saturating_sub(1)).unwrap_or(0);
        let wrapped = Format::new()
            .set_text_wrap()
            .set_align(FormatAlign::Top)
            .set_font_size(9);
        for (at, note) in (first..).zip(&self.notes) {
            if last == 0 {
                sheet.write_string_with_format(at, 0, note.as_str(), &wrapped)?;
            } else {
                sheet.merge_range(at, 0, at, last, note.as_str(), &wrapped)?;
            }
            // In smaller letters than the table, but words do not fill a line to its end.
            let lines = (note.chars().count() * 19 / 20).div_ceil(room.max(1));
            sheet.set_row_height(at, 13.0 * lines as f64)?;
        }
        Ok(())
    }

    /// The width of a column: its longest cell, or what its heading needs.
    fn letters(&self, column: usize) -> usize {
        let letters = |text: &str| text.chars().count() + 2;
        let cells = self.listed().map(|row| match column {
            0 => letters(&row.label),
            _ => row.cells.get(column - 1).map_or(0, |cell| letters(cell)),
        });
        let heading = self.heading_letters(column) + 2;
        cells.max().unwrap_or(0).max(heading).clamp(8, WIDEST)
    }
}

/// Lines that a heading takes where each holds so many letters.
fn wrapped_lines(text: &str, room: usize) -> usize {
    let (mut lines, mut filled) = (1, 0);
    for word in text.split_whitespace().map(|word| word.chars().count()) {
        if filled > 0 && filled + 1 + word > room {
            (lines, filled) = (lines + 1, word);
        } else {
            filled += word + usize::from(filled > 0);
        }
    }
    lines
}

/// A name that a sheet may have: 31 letters, none of `[]:*?/\`.
fn sheet_name(key: &str) -> String {
    let allowed = key.chars().filter(|c| !"[]:*?/\\'".contains(*c));
    let name: String = allowed.take(31).collect();
    if name.is_empty() {
        "table".to_owned()
    } else {
        name
    }
}

/// A cell that is a plain number, and its decimals.
fn number(text: &str) -> Option<(f64, usize)> {
    if text == UNDEFINED || !text.ends_with(|c: char| c.is_ascii_digit()) {
        return None;
    }
    let plain = text.replace(MINUS, "-").replace(',', ".");
    let digits = |c: char| c.is_ascii_digit() || matches!(c, '.' | '-');
    let value = plain.chars().all(digits).then(|| plain.parse().ok())??;
    let decimals = plain.split_once('.').map_or(0, |(_, after)| after.len());
    Some((value, decimals))
}

#[cfg(test)]
mod tests {
    use super::{number, sheet_name, wrapped_lines};

    #[test]
    fn a_heading_breaks_between_words() {
        assert_eq!(wrapped_lines("Risk difference (95% CI)", 40), 1);
        assert_eq!(wrapped_lines("Risk difference (95% CI)", 15), 2);
        assert_eq!(wrapped_lines("Risk difference (95% CI)", 8), 3);
        assert_eq!(wrapped_lines("p", 1), 1);
    }

    #[test]
    fn only_plain_numbers_are_numbers() {
        assert_eq!(number("\u{2212}0.04"), Some((-0.04, 2)));
        assert_eq!(number("0,013"), Some((0.013, 3)));
        assert_eq!(number("12"), Some((12.0, 0)));
        for text in ["<0.001", "12 (3.0)", "–", "", "1.2 to 3", "10/40"] {
            assert_eq!(number(text), None, "{text}");
        }
    }

    #[test]
    fn a_sheet_has_an_allowed_name() {
        assert_eq!(sheet_name("a/b[c]"), "abc");
        assert_eq!(sheet_name(&"x".repeat(40)).len(), 31);
        assert_eq!(sheet_name("?"), "table");
    }
}

//! Word: one document with the table as a table, its title above and its notes below.

use super::table::{Row, RowKind, Table};
use crate::ReportError;
use docx_rs::{
    AlignmentType, BorderType, Docx, LineSpacing, PageMargin, PageOrientationType, Paragraph, Run,
    RunFonts, TableCell, TableCellBorder, TableCellBorderPosition, TableCellBorders, TableRow,
    WidthType,
};
use std::io::Cursor;

/// A4 in twentieths of a point.
const SHORT: u32 = 11_906;
const LONG: u32 = 16_838;
const MARGIN: u32 = 1_134;
/// Sizes in half points.
const TEXT: usize = 18;
const TITLE: usize = 22;
const NOTE: usize = 16;
/// More columns than this are set on a page on its side.
const UPRIGHT: usize = 5;

impl Table {
    /// The table as a .docx file. The same table gives the same bytes.
    ///
    /// # Errors
    /// [`ReportError::Office`] if the writer fails.
    pub fn to_docx(&self) -> Result<Vec<u8>, ReportError> {
        let wide = self.columns.len() > UPRIGHT;
        let (width, height) = if wide { (LONG, SHORT) } else { (SHORT, LONG) };
        let mut paragraphs = Paragraphs(0);
        let title = paragraphs.line(&self.title, TITLE, true).keep_next(true);
        let margin = MARGIN as i32;
        let mut document = Docx::new()
            // The day on which the reader's clock starts: no clock is read.
            .created_at("1970-01-01T00:00:00Z")
            .updated_at("1970-01-01T00:00:00Z")
            .default_fonts(RunFonts::new().ascii("Arial").hi_ansi("Arial").cs("Arial"))
            .page_size(width, height)
            .page_margin(PageMargin {
                top: margin,
                bottom: margin,
                left: margin,
                right: margin,
                ..PageMargin::default()
            })
            .add_paragraph(title);
        if wide {
            document = document.page_orient(PageOrientationType::Landscape);
        }
        document = document.add_table(self.word_table(width - 2 * MARGIN, &mut paragraphs));
        for note in &self.notes {
            document = document.add_paragraph(paragraphs.line(note, NOTE, false));
        }
        let mut file = Cursor::new(Vec::new());
        let packed = document.pack(&mut file);
        packed.map_err(|error| ReportError::office(&self.key, error))?;
        Ok(file.into_inner())
    }

    fn word_table(&self, room: u32, paragraphs: &mut Paragraphs) -> docx_rs::Table {
        let grid = self.word_grid(room as usize);
        let last = self.listed().count();
        let headings = self.columns.iter().zip(&grid).enumerate();
        let headings = headings.map(|(i, (heading, width))| {
            let line = paragraphs.line(heading, TEXT, true);
            cell(aligned(line, i), *width, true, true)
        });
        let mut rows = vec![TableRow::new(headings.collect()).cant_split()];
        for (at, row) in self.listed().enumerate() {
            let texts = std::iter::once(&row.label).chain(&row.cells);
            let cells = texts.zip(&grid).enumerate().map(|(i, (text, width))| {
                let line = paragraphs.line(text, TEXT, i == 0 && row.kind == RowKind::Heading);
                let line = if i == 0 { indented(line, row) } else { line };
                cell(aligned(line, i), *width, false, at + 1 == last)
            });
            rows.push(TableRow::new(cells.collect()).cant_split());
        }
        docx_rs::Table::without_borders(rows)
            .set_grid(grid.clone())
            .width(grid.iter().sum(), WidthType::Dxa)
    }

    /// Widths of the columns by their longest text, within bounds.
    fn word_grid(&self, room: usize) -> Vec<usize> {
        let letters = |text: &str| text.chars().count();
        let longest = |column: usize| {
            let cells = self.listed().map(|row| match column {
                0 => letters(&row.label) + 2,
                _ => row.cells.get(column - 1).map_or(0, |cell| letters(cell)),
            });
            let heading = self.heading_letters(column);
            cells.max().unwrap_or(0).max(heading).clamp(6, 36)
        };
        let wanted: Vec<usize> = (0..self.columns.len()).map(longest).collect();
        let sum: usize = wanted.iter().sum::<usize>().max(1);
        let unit = (room / sum).min(130);
        wanted.into_iter().map(|letters| letters * unit).collect()
    }
}

/// Paragraphs numbered in the order they are made: Word wants each to have its own number, and the
/// library would count on over all documents of a run.
struct Paragraphs(u32);

impl Paragraphs {
    fn line(&mut self, text: &str, size: usize, bold: bool) -> Paragraph {
        self.0 += 1;
        let clean: String = text.chars().filter(|c| !c.is_control()).collect();
        let run = Run::new().add_text(clean).size(size);
        Paragraph::new()
            .id(format!("{:08x}", self.0))
            .line_spacing(LineSpacing::new().before(30).after(30))
            .add_run(if bold { run.bold() } else { run })
    }
}

fn aligned(line: Paragraph, column: usize) -> Paragraph {
    if column == 0 {
        line
    } else {
        line.align(AlignmentType::Center)
    }
}

fn indented(line: Paragraph, row: &Row) -> Paragraph {
    if row.kind == RowKind::Detail {
        line.indent(Some(240), None, None, None)
    } else {
        line
    }
}

/// A cell with a rule above and below the headings, and below the last row.
fn cell(line: Paragraph, width: usize, top: bool, bottom: bool) -> TableCell {
    let mut borders = TableCellBorders::with_empty();
    for (wanted, position) in [
        (top, TableCellBorderPosition::Top),
        (bottom, TableCellBorderPosition::Bottom),
    ] {
        if wanted {
            let border = TableCellBorder::new(position).border_type(BorderType::Single);
            borders = borders.set(border.size(8).color("000000"));
        }
    }
    TableCell::new()
        .add_paragraph(line)
        .width(width, WidthType::Dxa)
        .set_borders(borders)
}

//! The fast scan against what was written: any rendering of the same rows is read the same, line
//! numbers included, and no border between blocks is seen.

use super::support::{Extract, refused, rows};
use proptest::prelude::*;
use regtrial::registers::RegisterKind;
use regtrial::registers::TableKind::JobSpell;

/// A row before it is written.
#[derive(Debug, Clone)]
struct Line {
    person: &'static str,
    month: u32,
    text: String,
    quoted: [bool; 3],
    line_end: &'static str,
    blank_lines: Vec<&'static str>,
    /// Cells too few or too many.
    ragged: Option<bool>,
}

/// How a file is written.
#[derive(Debug, Clone, Copy)]
struct Style {
    delimiter: char,
    cp_1252: bool,
    mark: bool,
    ends_in_line_end: bool,
}

const PEOPLE: &[&str] = &["007", "008", " 007", "008 ", "7", "0070", "x7", ""];
const PIECES: &[&str] = &[
    "a", "bc", "ø", "€", " ", "\"", "\"\"", ";", ",", "|", "\t", "\n", "\r\n", "'", "0", "-",
];

const LINE_ENDS: &[&str] = &["\n", "\r\n"];
const BLANK_LINES: &[&str] = &["\n", "\r\n", "  \n"];
const DELIMITERS: &[char] = &[';', ',', '\t', '|'];

fn lines() -> impl Strategy<Value = Vec<Line>> {
    let line = (
        prop::sample::select(PEOPLE),
        1..=12u32,
        prop::collection::vec(prop::sample::select(PIECES), 0..6),
        any::<[bool; 3]>(),
        prop::sample::select(LINE_ENDS),
        prop::collection::vec(prop::sample::select(BLANK_LINES), 0..3),
        prop::option::weighted(0.15, any::<bool>()),
    );
    let line = line.prop_map(
        |(person, month, text, quoted, line_end, blank_lines, ragged)| Line {
            person,
            month,
            text: text.concat(),
            quoted,
            line_end,
            blank_lines,
            ragged,
        },
    );
    prop::collection::vec(line, 0..12)
}

fn styles() -> impl Strategy<Value = Style> {
    let delimiter = prop::sample::select(DELIMITERS);
    let flags = (any::<bool>(), any::<bool>(), any::<bool>());
    (delimiter, flags).prop_map(|(delimiter, (cp_1252, mark, ends_in_line_end))| Style {
        delimiter,
        cp_1252,
        mark,
        ends_in_line_end,
    })
}

/// A cell as a writer of CSV writes it: in quotation marks where it must be, or where it may be.
fn cell(text: &str, quoted: bool, delimiter: char) -> String {
    if quoted || text.starts_with('"') || text.contains([delimiter, '\n']) {
        format!("\"{}\"", text.replace('"', "\"\""))
    } else {
        text.to_owned()
    }
}

/// What is to be read: rows in the order of the canonical table, and lines refused.
#[derive(Default)]
struct Expected {
    rows: Vec<(usize, u32, usize, String)>,
    refused: Vec<String>,
}

/// Writes the lines; one column of the header has a letter that tells the encodings apart.
fn render(lines: &[Line], style: Style) -> (String, Expected) {
    let with = |line: &str| line.replace(';', &style.delimiter.to_string());
    let mut text = with("person;start;end;job;sløyfe;type\n");
    let mut expected = Expected::default();
    for (number, line) in lines.iter().enumerate() {
        text.push_str(&line.blank_lines.concat());
        let at = text.matches('\n').count() + 1;
        let mut cells = vec![
            cell(line.person, line.quoted[0], style.delimiter),
            cell(
                &format!("2020-{:02}-01", line.month),
                line.quoted[1],
                style.delimiter,
            ),
            String::new(),
            format!("j{number}"),
            String::new(),
            cell(&line.text, line.quoted[2], style.delimiter),
        ];
        match line.ragged {
            Some(true) => cells.push("z".to_owned()),
            Some(false) => cells.truncate(2),
            None => {}
        }
        text.push_str(&cells.join(&style.delimiter.to_string()));
        text.push_str(line.line_end);
        let person = ["007", "008"]
            .iter()
            .position(|id| *id == line.person.trim());
        if line.ragged.is_some() {
            expected.refused.push(format!("{at} -"));
        } else if let Some(person) = person {
            let kept = line.text.trim();
            let kept = if matches!(kept, "" | "-") { "-" } else { kept };
            let row = format!("j{number} {kept}");
            expected.rows.push((person, line.month, at, row));
        }
    }
    expected.rows.sort();
    if !style.ends_in_line_end {
        text.truncate(text.trim_end_matches(['\r', '\n']).len());
    }
    (text, expected)
}

fn encode(text: &str, style: Style) -> Vec<u8> {
    if style.cp_1252 {
        let byte = |c: char| match c {
            '€' => 0x80,
            c => u8::try_from(u32::from(c)).unwrap(),
        };
        return text.chars().map(byte).collect();
    }
    let mark = if style.mark { "\u{feff}" } else { "" };
    format!("{mark}{text}").into_bytes()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(500))]

    #[test]
    fn however_rows_are_written_they_are_read_the_same(given in lines(), style in styles()) {
        let (text, expected) = render(&given, style);
        let register = Extract::new(RegisterKind::Spells)
            .file("spells.csv", encode(&text, style))
            .lenient()
            .read();
        let found = rows(&register, JobSpell, "person start line job type");
        let wanted: Vec<String> = expected
            .rows
            .iter()
            .map(|(person, month, line, row)| format!("{person} 2020-{month:02}-01 {line} {row}"))
            .collect();
        prop_assert_eq!(found, wanted);
        prop_assert_eq!(refused(&register), expected.refused);
        let log = &register.logs[0];
        prop_assert_eq!(log.rows, given.len() as u64);
        prop_assert_eq!(log.delimiter, Some(style.delimiter));
        prop_assert_eq!(log.encoding, if style.cp_1252 { "windows-1252" } else { "utf-8" });
    }
}

const THREE_MEBIBYTES: usize = 3 << 20;

/// The rows of 007 in a file of its own, by line and job.
fn read(content: impl AsRef<[u8]>) -> Vec<String> {
    let register = Extract::new(RegisterKind::Spells)
        .file("spells.csv", content)
        .read();
    rows(&register, JobSpell, "line job")
}

#[test]
fn line_breaks_in_cells_are_no_borders_of_blocks() {
    // Most of the file is in quotation marks: so is nearly every border of a block.
    let mut text = "person;start;end;job;type\n".to_owned();
    let (mut line, mut expected) = (2, Vec::new());
    for number in 0..30_000 {
        let breaks = number % 4;
        let piece = "lorem; ipsum \"\"dolor\"\" sit amet, consectetur";
        let person = if number % 997 == 0 { "007" } else { "x" };
        let note = vec![piece; breaks + 1].join("\n");
        text.push_str(&format!("{person};2020-01-01;;{number};\"{note}\"\n"));
        if person == "007" {
            expected.push(format!("{line} {number}"));
        }
        line += 1 + breaks;
    }
    assert!(text.len() > THREE_MEBIBYTES);
    assert_eq!(read(&text), expected);
}

#[test]
fn lines_are_counted_across_blocks_without_quotation_marks() {
    let mut text = "person;start;end;job\r\n".to_owned();
    let (mut line, mut expected) = (2, Vec::new());
    for number in 0..160_000 {
        if number % 1000 == 0 {
            text.push_str("\r\n\n");
            line += 2;
        }
        let person = if number % 4999 == 0 { "007" } else { "x" };
        text.push_str(&format!("{person};2020-01-01;;{number}\r\n"));
        if person == "007" {
            expected.push(format!("{line} {number}"));
        }
        line += 1;
    }
    assert!(text.len() > THREE_MEBIBYTES);
    assert_eq!(read(&text), expected);
}

#[test]
fn a_record_longer_than_a_block_is_one_record() {
    let long = "a line\n".repeat(400_000);
    let text = format!(
        "person;start;end;job;type\n007;2020-01-01;;1;x\nx;2020-01-01;;2;\"{long}\"\n007;2020-01-01;;3;x\n"
    );
    // It begins on line 3, holds 400,000 line breaks, and so ends on line 400,003.
    assert_eq!(read(&text), ["2 1", "400004 3"]);
}

#[test]
fn a_letter_that_is_no_utf_8_may_come_late() {
    let mut bytes = b"person;start;end;job;type\n".to_vec();
    bytes.extend(b"x;2020-01-01;;0;ordinary\n".repeat(130_000));
    bytes.extend(b"007;2020-01-01;;1;sj\xf8mann\n");
    assert!(bytes.len() > THREE_MEBIBYTES);
    let register = Extract::new(RegisterKind::Spells)
        .file("spells.csv", bytes)
        .read();
    assert_eq!(rows(&register, JobSpell, "line type"), ["130002 sjømann"]);
    assert_eq!(register.logs[0].encoding, "windows-1252");
}

#[test]
fn a_quotation_mark_left_open_is_found_at_its_line_in_a_large_file() {
    let mut text = "person;start;end;job\n".to_owned();
    text.push_str(&"x;2020-01-01;;1\n".repeat(120_000));
    text.push_str("x;2020-01-01;;\"2\n");
    text.push_str(&"x;2020-01-01;;3\n".repeat(120_000));
    assert!(text.len() > THREE_MEBIBYTES);
    let error = Extract::new(RegisterKind::Spells)
        .file("spells.csv", text)
        .error();
    assert!(
        error.contains("unclosed_quote") && error.contains("line 120002"),
        "{error}"
    );
}

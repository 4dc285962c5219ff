//! The tables of the invented trial, read as a reader would.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use super::{Table, tables};
use crate::example;
use crate::language::{is_listed, said};
use regtrial_results::{Analysis, AnalysisKind, Language, Policy, Record, Results};

fn table(key: &str) -> Option<Table> {
    tables(&example::released())
        .into_iter()
        .find(|table| table.key == key)
}

/// The cells of the first row with this label.
fn cells(key: &str, label: &str) -> Vec<String> {
    let rows = table(key).map(|table| table.rows).unwrap_or_default();
    rows.into_iter()
        .find(|row| row.label == label)
        .map(|row| row.cells)
        .unwrap_or_default()
}

#[test]
fn a_curve_is_no_table() {
    let keys: Vec<String> = tables(&example::released())
        .into_iter()
        .map(|table| table.key)
        .collect();
    assert_eq!(keys, ["baseline", "outcomes", "main"]);
}

#[test]
fn every_row_has_a_cell_for_every_heading() {
    for table in tables(&example::released()) {
        for row in &table.rows {
            assert_eq!(
                row.cells.len() + 1,
                table.columns.len(),
                "{}: {}",
                table.key,
                row.label
            );
        }
    }
}

#[test]
fn baseline_shows_quantities_levels_and_one_row_for_yes_or_no() {
    let columns = table("baseline")
        .map(|table| table.columns)
        .unwrap_or_default();
    let expected = [
        "Characteristic",
        "TAU (n = 40)",
        "IPS (n = 40)",
        "Std. difference",
    ];
    assert_eq!(columns, expected);
    assert_eq!(cells("baseline", "Age, years"), ["", "", "\u{2212}0.04"]);
    assert_eq!(
        cells("baseline", "Mean (SD)"),
        ["36.2 (10.4)", "35.8 (10.4)", ""]
    );
    assert_eq!(
        cells("baseline", "Median (IQR)"),
        ["35.0 (28.0 to 44.0)", "35.0 (28.0 to 44.0)", ""]
    );
    assert_eq!(
        cells("baseline", "Female, n (%)"),
        ["18 (45.0)", "21 (52.5)", ""]
    );
    assert_eq!(cells("baseline", "B"), ["withheld", "12 (30.0)", ""]);
    assert!(cells("baseline", "Missing").is_empty());
}

#[test]
fn a_withheld_count_is_explained_below() {
    let notes = table("baseline")
        .map(|table| table.notes)
        .unwrap_or_default();
    assert!(
        notes
            .iter()
            .any(|note| note.starts_with("Withheld: a count below 5")),
        "{notes:?}"
    );
}

#[test]
fn comparison_puts_two_arms_and_their_contrasts_on_one_row() {
    assert_eq!(
        cells("outcomes", "Employed at 12 months, n/N (%)"),
        [
            "10/40 (25.0)",
            "20/40 (50.0)",
            "25.0 (4.0 to 44.0)",
            "2.00 (1.08 to 3.71)",
            "3.00 (1.17 to 7.70)",
            "0.013"
        ]
    );
    let days = cells("outcomes", "Days worked, mean (SD)");
    assert_eq!(
        days,
        [
            "61.3 (48.0)",
            "57.1 (51.0)",
            "\u{2212}4.2 (\u{2212}26.2 to 17.8)",
            "",
            "",
            "0.013"
        ]
    );
}

#[test]
fn model_shows_ratios_and_keeps_the_intercept_for_the_file() {
    let table = table("main").unwrap();
    assert_eq!(table.columns, ["Term", "Odds ratio (95% CI)", "p"]);
    assert_eq!(cells("main", "Site: B"), ["0.98 (0.36 to 2.70)", "0.970"]);
    assert_eq!(cells("main", "Arm: IPS"), ["3.10 (1.20 to 7.90)", "0.019"]);
    assert!(!table.to_markdown().contains("Intercept"));
    assert!(
        table
            .to_csv()
            .is_ok_and(|csv| csv.contains("(Intercept),0.034 (0.010 to 0.12)"))
    );
    assert_eq!(table.notes[0], "People: 78; left out: 2; events: 30.");
    assert_eq!(
        table.notes[1],
        "Likelihood-ratio test: χ² = 12.30, df = 2, p = 0.002."
    );
}

#[test]
fn formats_write_the_minus_sign_their_own_way() {
    let table = table("outcomes").unwrap();
    assert!(
        table
            .to_csv()
            .is_ok_and(|csv| csv.contains(",-4.2 (-26.2 to 17.8),"))
    );
    assert!(
        table
            .to_markdown()
            .contains("\u{2212}4.2 (\u{2212}26.2 to 17.8)")
    );
    assert!(
        table
            .to_html()
            .contains("&#x2212;4.2 (&#x2212;26.2 to 17.8)")
    );
    assert!(table.to_latex().contains("$-$4.2 ($-$26.2 to 17.8)"));
}

/// The text of a part of a zipped document.
fn part(bytes: &[u8], name: &str) -> String {
    use std::io::Read;
    let mut text = String::new();
    let mut archive = zip::ZipArchive::new(std::io::Cursor::new(bytes)).unwrap();
    archive
        .by_name(name)
        .unwrap()
        .read_to_string(&mut text)
        .unwrap();
    text
}

#[test]
fn word_holds_every_cell_and_no_clock() {
    let table = table("outcomes").unwrap();
    let file = table.to_docx().unwrap();
    assert_eq!(file, table.to_docx().unwrap(), "the bytes repeat");
    let text = part(&file, "word/document.xml");
    for row in &table.rows {
        for cell in row.cells.iter().filter(|cell| !cell.is_empty()) {
            let escaped = cell.replace('<', "&lt;");
            assert!(text.contains(&escaped), "{cell}");
        }
    }
    assert!(text.contains("Outcomes by arm") && text.contains("w:orient=\"landscape\""));
    assert!(part(&file, "docProps/core.xml").contains("1970-01-01"));
}

#[test]
fn excel_holds_numbers_as_numbers() {
    let table = table("main").unwrap();
    let file = table.to_xlsx().unwrap();
    assert_eq!(file, table.to_xlsx().unwrap(), "the bytes repeat");
    let strings = part(&file, "xl/sharedStrings.xml");
    assert!(strings.contains("3.10 (1.20 to 7.90)") && strings.contains("Arm: IPS"));
    let sheet = part(&file, "xl/worksheets/sheet1.xml");
    assert!(sheet.contains("<v>0.019</v>"), "{sheet}");
    assert!(part(&file, "docProps/core.xml").contains("1970-01-01"));
}

/// The same table for a Norwegian reader and for JAMA.
#[test]
fn language_and_journal_change_words_and_marks_only() {
    use regtrial_results::{Journal, Language};
    let plain = table("outcomes").unwrap();
    let mut catalogue = example::released().catalogue().clone();
    catalogue.language = Language::Norwegian;
    let norwegian = plain.clone().presented(&catalogue);
    assert_eq!(norwegian.columns[0], "Utfall");
    assert_eq!(norwegian.columns[5], "Oddsratio (95 % KI)");
    assert_eq!(norwegian.rows[0].cells[0], "10/40 (25,0)");
    assert_eq!(norwegian.rows[0].cells[3], "2,00 (1,08 til 3,71)");
    catalogue.language = Language::English;
    catalogue.journal = Journal::Jama;
    let jama = plain.presented(&catalogue);
    assert_eq!(
        jama.rows[0].label,
        "Employed at 12 months, No./total No. (%)"
    );
    assert_eq!(jama.rows[0].cells[3], "2.00 (1.08-3.71)");
    assert_eq!(jama.columns[6], "P value");
}

/// Records of every kind of table beside those of the invented trial, with every effect there is.
fn every_table() -> Vec<Table> {
    use AnalysisKind::{Occupancy, Specification, Standardisation, Subgroups};
    let mut results = Results::default();
    let effects = [
        "risk_difference",
        "mean_difference",
        "risk_ratio",
        "odds_ratio",
        "rate_ratio",
        "hazard_ratio",
        "coefficient",
        "restricted_mean_difference",
    ];
    let mut add = |key: String, kind: AnalysisKind, statistic: &str| {
        results
            .catalogue
            .analyses
            .push(Analysis::new(&key, "Title", kind));
        let mut record = Record::new(&key, "all", statistic);
        record.estimate = 0.5;
        match kind {
            Occupancy => {
                (record.group, record.time) = ("IPS".to_owned(), 1.0);
                record.level = "none of these".to_owned();
            }
            _ => {
                record.contrast = "IPS - TAU".to_owned();
                (record.term, record.level) = ("sex".to_owned(), "1".to_owned());
            }
        }
        results.records.push(record);
    };
    for effect in effects {
        for kind in [Specification, Subgroups] {
            add(format!("{kind:?} {effect}"), kind, effect);
        }
    }
    add("states".to_owned(), Occupancy, "proportion");
    for effect in &effects[..4] {
        add(format!("standardised {effect}"), Standardisation, effect);
    }
    results.catalogue.arms = vec!["TAU".to_owned(), "IPS".to_owned()];
    results.catalogue.confidence = 0.95;
    let mut made = tables(&results.release(Policy::minimum(0)));
    made.extend(tables(&example::released()));
    made
}

/// What the plan does not name is said in every language: the heading without its interval, the
/// unit of its counts and the name of an arm.
#[test]
fn every_heading_has_its_words() {
    let made = every_table();
    assert!(made.len() > 20);
    for table in &made {
        for heading in &table.columns {
            let name = heading.split(" (9").next().unwrap_or_default();
            let name = name.strip_suffix(", n/N (%)").unwrap_or(name);
            let name = name.split(" (n = ").next().unwrap_or_default();
            let of_arm = ["TAU", "IPS"].contains(&name);
            assert!(of_arm || is_listed(name), "{}: {heading:?}", table.key);
        }
    }
    let languages = [Language::Norwegian, Language::Danish];
    let found = languages.map(|language| said(language, "Subgroup"));
    assert_eq!(found, ["Undergruppe", "Undergruppe"]);
}

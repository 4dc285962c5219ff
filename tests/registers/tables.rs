//! Analysis data: delimiters, encodings, numbers, dates.

use super::support::file;
use regtrial::registers::{ReadOptions, read_data};

/// The columns of a file as `name:type`, and its cells a row.
fn read(bytes: &[u8]) -> Result<(Vec<String>, Vec<Vec<String>>), String> {
    let (_folder, path) = file("data.csv", bytes);
    let frame = read_data(&path, &ReadOptions::default()).map_err(|error| error.to_string())?;
    let columns = frame.columns();
    let header = columns
        .iter()
        .map(|c| format!("{}:{}", c.name(), c.dtype()))
        .collect();
    let row = |i: usize| {
        columns
            .iter()
            .map(|c| c.get(i).unwrap().to_string())
            .collect()
    };
    Ok((header, (0..frame.height()).map(row).collect()))
}

#[test]
fn any_delimiter_with_quotes_bom_and_crlf() {
    for delimiter in [",", ";", "\t", "|"] {
        let text = "\u{feff}name;born;x\r\n\"Ås; by\";1970-01-31;1.5\r\nOslo;;2\r\n";
        let text = text.replace(';', delimiter).replace("Ås, by", "Ås; by");
        let (header, rows) = read(text.as_bytes()).unwrap();
        assert_eq!(header, ["name:str", "born:date", "x:f64"], "{delimiter:?}");
        assert_eq!(rows[1][1], "null");
        assert_eq!(rows[0][1], "1970-01-31");
        assert_eq!(rows[0][2], "1.5");
    }
}

#[test]
fn latin_1_is_decoded_and_never_lossy() {
    let (_, rows) = read(b"by;n\nTroms\xf8;1\n\xc5lesund;2\n").unwrap();
    assert_eq!(
        (rows[0][0].as_str(), rows[1][0].as_str()),
        ("\"Tromsø\"", "\"Ålesund\"")
    );
}

#[test]
fn a_decimal_comma_is_read_and_an_ambiguous_one_refused() {
    let (header, rows) = read(b"a;b\n37,5;1\n1,25;2\n").unwrap();
    assert_eq!((header[0].as_str(), rows[0][0].as_str()), ("a:f64", "37.5"));
    let error = read(b"a;b\n1,234;1\n2,345;2\n").unwrap_err();
    assert!(
        error.contains("column a") && error.contains("thousands"),
        "{error}"
    );
}

#[test]
fn missing_cells_are_empty_na_and_a_dot() {
    let (header, rows) = read(b"a,b\n1,x\nNA,.\n.,\n0,NA\n").unwrap();
    assert_eq!(header, ["a:f64", "b:str"]);
    let cells: Vec<&str> = rows.iter().map(|row| row[0].as_str()).collect();
    assert_eq!(cells, ["1.0", "null", "null", "0.0"], "0 stays 0");
}

#[test]
fn a_quoted_line_break_keeps_the_line_numbers() {
    let error = read(b"a,b\n\"one\ntwo\",1\n3\n").unwrap_err();
    assert!(
        error.contains("line 4") && error.contains("1 cells"),
        "{error}"
    );
}

#[test]
fn what_is_no_text_is_named() {
    for (bytes, what) in [
        (&b"PAR1xxxx"[..], "Parquet"),
        (b"\x1f\x8b\x08\x00", "cannot be read"),
        (b"\xff\xfea\x00,\x00", "UTF-16"),
        (b"PK\x03\x04rest", "Excel"),
        (b"", "no header"),
        (b"a,b\n", "no rows"),
        (b"a,a\n1,2\n", "twice"),
    ] {
        let error = read(bytes).unwrap_err();
        assert!(error.contains(what), "{what}: {error}");
    }
}

//! Numbers with a decimal point or a decimal comma.

/// A plain number with a decimal point; no thousands separators, no infinities.
pub(crate) fn parse(cell: &str) -> Option<f64> {
    let plain = cell
        .bytes()
        .all(|b| b.is_ascii_digit() || matches!(b, b'.' | b'-' | b'+' | b'e' | b'E'));
    if !plain || !cell.bytes().any(|b| b.is_ascii_digit()) {
        return None;
    }
    cell.parse::<f64>().ok().filter(|number| number.is_finite())
}

/// A number with a decimal comma, or with a decimal point, or with neither.
pub(crate) fn parse_comma(cell: &str) -> Option<f64> {
    match cell.split_once(',') {
        None => parse(cell),
        Some((whole, fraction)) if !whole.contains('.') && !fraction.contains(['.', ',']) => {
            parse(&format!("{whole}.{fraction}"))
        }
        Some(_) => None,
    }
}

/// Whether every number with a comma could as well be read with a comma between thousands:
/// `1,234` but not `37,5`.
pub(crate) fn comma_is_ambiguous<'a>(cells: impl Iterator<Item = &'a str>) -> bool {
    let mut any = false;
    for cell in cells.filter(|cell| cell.contains(',')) {
        let Some((whole, fraction)) = cell.split_once(',') else {
            continue;
        };
        let digits = whole.trim_start_matches(['-', '+']);
        if fraction.len() != 3 || digits.len() > 3 || digits.is_empty() || digits.starts_with('0') {
            return false;
        }
        any = true;
    }
    any
}

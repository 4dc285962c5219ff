//! Numbers with a decimal point or a decimal comma.

/// A plain number with a decimal point; no thousands separators, no infinities.
pub(crate) fn parse(cell: &str) -> Option<f64> {
    // A few digits: exact as a sum, and found in a fraction of the time.
    if (1..=15).contains(&cell.len()) && cell.bytes().all(|b| b.is_ascii_digit()) {
        let digits = cell.bytes().map(|byte| u64::from(byte - b'0'));
        return Some(digits.fold(0, |number, digit| 10 * number + digit) as f64);
    }
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

/// Whether a cell is a number as a spreadsheet writes a long one: 1.23E+10. Hexadecimal texts such
/// as 12e5 are not.
pub(crate) fn is_scientific(cell: &str) -> bool {
    cell.contains('+') && cell.to_lowercase().contains("e+") && parse_comma(cell).is_some()
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

/// What separates the decimals in a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DecimalMark {
    /// 37.5; commas separate thousands.
    Point,
    /// 37,5; points separate thousands.
    Comma,
}

/// The decimal mark of a column, from all of its cells; `None` where `1.234` or `1,234` could be
/// read both ways and no other cell tells.
pub(crate) fn decimal_mark<'a>(cells: impl Iterator<Item = &'a str>) -> Option<DecimalMark> {
    let mut tally = MarkTally::default();
    cells.for_each(|cell| tally.look(cell));
    tally.mark()
}

/// Which marks the numbers of a column, or of a part of it, hold.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct MarkTally {
    points: bool,
    commas: bool,
    thousands: bool,
}

impl MarkTally {
    /// As [`Self::look`], of digits alone or with one or two decimals; says whether the cell was that.
    pub(crate) fn look_plainly(&mut self, cell: &[u8]) -> bool {
        let (whole, mark) = match cell {
            [whole @ .., mark @ (b'.' | b','), b'0'..=b'9'] => (whole, *mark),
            [whole @ .., mark @ (b'.' | b','), b'0'..=b'9', b'0'..=b'9'] => (whole, *mark),
            _ => (cell, b' '),
        };
        let is_plain = whole.iter().all(u8::is_ascii_digit);
        self.points |= is_plain & (mark == b'.');
        self.commas |= is_plain & (mark == b',');
        is_plain
    }

    /// Looks at a cell that is not missing.
    pub(crate) fn look(&mut self, cell: &str) {
        if !self.look_plainly(cell.as_bytes()) {
            self.look_closely(cell);
        }
    }

    fn look_closely(&mut self, cell: &str) {
        let digits = cell.trim_start_matches(['-', '+']);
        match (digits.rfind('.'), digits.rfind(',')) {
            // The last of the two marks separates the decimals.
            (Some(point), Some(comma)) if point > comma => self.points = true,
            (Some(_), Some(_)) => self.commas = true,
            (None, None) => {}
            (point, comma) => {
                let mark = if point.is_some() { '.' } else { ',' };
                let groups: Vec<&str> = digits.split(mark).collect();
                let first = groups[0];
                let grouped = (1..=3).contains(&first.len())
                    && !first.starts_with('0')
                    && groups[1..].iter().all(|group| group.len() == 3);
                match (grouped, groups.len(), comma.is_some()) {
                    // 1.234.567: a mark that comes twice separates thousands.
                    (true, 3.., true) => self.points = true,
                    (true, 3.., false) => self.commas = true,
                    (true, ..) => self.thousands = true,
                    (false, _, true) => self.commas = true,
                    (false, ..) => self.points = true,
                }
            }
        }
    }

    /// Adds another part of the column.
    pub(crate) fn merge(&mut self, other: &Self) {
        self.points |= other.points;
        self.commas |= other.commas;
        self.thousands |= other.thousands;
    }

    /// The decimal mark, where it is certain.
    pub(crate) fn mark(&self) -> Option<DecimalMark> {
        match (self.points, self.commas) {
            (true, false) => Some(DecimalMark::Point),
            (false, true) => Some(DecimalMark::Comma),
            (false, false) if !self.thousands => Some(DecimalMark::Point),
            _ => None,
        }
    }
}

/// A number whose decimal mark is known.
pub(crate) fn parse_with(cell: &str, mark: DecimalMark) -> Option<f64> {
    let (decimal, thousands) = match mark {
        DecimalMark::Point => ('.', ','),
        DecimalMark::Comma => (',', '.'),
    };
    let (whole, fraction) = match cell.split_once(decimal) {
        Some((whole, fraction)) => (whole, Some(fraction)),
        None => (cell, None),
    };
    let groups: Vec<&str> = whole.split([thousands, ' ', '\u{a0}']).collect();
    if groups[1..].iter().any(|group| group.len() != 3) {
        return None;
    }
    let mut plain = groups.concat();
    if let Some(fraction) = fraction {
        plain.push('.');
        plain.push_str(fraction);
    }
    parse(&plain)
}

#[cfg(test)]
mod tests {
    use super::MarkTally;

    #[test]
    fn plain_numbers_tell_what_a_closer_look_would() {
        // Every text of up to six of these.
        let mut texts = vec![String::new()];
        for start in 0..19_608 {
            for added in ["0", "3", ".", ",", "-", " ", "x"] {
                let longer = format!("{}{added}", texts[start]);
                texts.push(longer);
            }
        }
        assert_eq!(texts.last().map(String::len), Some(6));
        let mut plain = 0;
        for text in &texts {
            let (mut quick, mut close) = (MarkTally::default(), MarkTally::default());
            if quick.look_plainly(text.as_bytes()) {
                close.look_closely(text);
                plain += 1;
            }
            assert_eq!(quick, close, "{text:?}");
        }
        // Of the lengths 0 to 6: digits alone, and a mark before one or two digits.
        assert_eq!(plain, 127 + 2 * (62 + 60));
    }
}

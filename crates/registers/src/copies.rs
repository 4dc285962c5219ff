//! Exact copies of rows: the first stays.

use crate::sheet::{Sheet, SheetRow};
use std::collections::hash_map::RandomState;
use std::hash::{BuildHasher, Hash, Hasher};

const DUPLICATE: &str = "exact copy of another row, left out";

/// A row by the hash of its cells: sheet and row.
type Hashed = (u64, usize, usize);

/// Leaves out of sheets every row that is a copy of an earlier one, of the same sheet alone if
/// `by_file`. Rows under different headers are no copies.
pub(crate) fn leave_out(sheets: &mut [Sheet], by_file: bool) {
    if by_file {
        for sheet in sheets {
            leave_out_of(std::slice::from_mut(sheet));
        }
    } else {
        leave_out_of(sheets);
    }
}

fn leave_out_of(sheets: &mut [Sheet]) {
    let state = RandomState::new();
    let mut hashed: Vec<Hashed> = Vec::new();
    for (number, sheet) in sheets.iter().enumerate() {
        let rows = sheet.rows.iter().enumerate();
        hashed.extend(rows.map(|(row, cells)| (hash(&state, cells), number, row)));
    }
    hashed.sort_unstable();
    let mut copies: Vec<Vec<usize>> = vec![Vec::new(); sheets.len()];
    for alike in hashed.chunk_by(|a, b| a.0 == b.0) {
        let mut kept: Vec<&Hashed> = Vec::with_capacity(1);
        for row in alike {
            if kept.iter().any(|first| is_copy(sheets, first, row)) {
                copies[row.1].push(row.2);
            } else {
                kept.push(row);
            }
        }
    }
    for (sheet, mut rows) in sheets.iter_mut().zip(copies) {
        sheet.log.repaired_times(DUPLICATE, rows.len() as u64);
        rows.sort_unstable();
        sheet.leave_out(&rows);
    }
}

fn cells(row: &SheetRow) -> impl Iterator<Item = &str> {
    row.record.iter().map(str::trim)
}

fn hash(state: &RandomState, row: &SheetRow) -> u64 {
    let mut hasher = state.build_hasher();
    for cell in cells(row) {
        cell.hash(&mut hasher);
    }
    hasher.finish()
}

fn is_copy(sheets: &[Sheet], (_, first, a): &Hashed, (_, second, b): &Hashed) -> bool {
    let (first, second) = (&sheets[*first], &sheets[*second]);
    cells(&first.rows[*a]).eq(cells(&second.rows[*b])) && first.header == second.header
}

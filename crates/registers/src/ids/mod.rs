//! The identifiers of the people of a study, and from the bytes of one to its person: millions of people in
//! a few tens of megabytes.

mod dense;
mod digits;
mod list;
mod numbers;
mod texts;

use crate::population::quick_hash as hash;
use crate::scan::trimmed;
use dense::Dense;
use digits::number_key;
use list::List;
use numbers::Numbers;
use texts::Texts;

const EMPTY: u64 = 0;
/// Nobody.
pub(crate) const NONE: u32 = u32::MAX;

/// Identifiers looked up at a time.
const TOGETHER: usize = 1 << 12;

/// The identifiers of people in their order, and everyone's position among them.
///
/// `["P1", "P2"].iter().collect::<IdTable>()` makes one.
#[derive(Debug, Clone)]
pub struct IdTable {
    list: List,
    table: Table,
}

/// By what they are found: the smallest and quickest table that can hold them.
#[derive(Debug, Clone)]
enum Table {
    Dense(Dense),
    Numbers(Numbers),
    Texts(Texts),
}

/// Of an identifier that comes twice, the first is found.
impl<T: AsRef<str>> FromIterator<T> for IdTable {
    fn from_iter<I: IntoIterator<Item = T>>(ids: I) -> Self {
        let list = ids.into_iter().collect();
        let table = Dense::new(&list).map(Table::Dense);
        let table = table.or_else(|| Numbers::new(&list).map(Table::Numbers));
        let table = table.unwrap_or_else(|| Table::Texts(Texts::new(&list)));
        Self { list, table }
    }
}

impl IdTable {
    /// A cell without white space around it.
    pub(crate) fn clean(cell: &[u8]) -> &[u8] {
        match cell {
            // Printed characters at both ends: nothing to trim.
            [first, .., last] if (0x21..0x7f).contains(first) && (0x21..0x7f).contains(last) => {
                cell
            }
            _ => trimmed(cell),
        }
    }

    /// Whose some identifiers are, in their order; [`NONE`] for nobody's.
    ///
    /// A look-up waits for the memory, not for the processor. So what all look-ups will read is read
    /// ahead of them, without a decision in between: then they wait together instead of in turn.
    pub(crate) fn find_all<'c>(
        &self,
        cells: impl Iterator<Item = &'c [u8]> + Clone,
        ahead: &mut Ahead,
        people: &mut Vec<u32>,
    ) {
        let Ahead { keys, slots, mark } = ahead;
        keys.clear();
        slots.clear();
        people.clear();
        match &self.table {
            Table::Dense(dense) => {
                // Nothing but the reading: as many of them wait at once as the processor can hold.
                keys.extend(cells.map(|cell| dense.place(Self::clean(cell))));
                people.extend(keys.iter().map(|place| dense.person(*place)));
            }
            Table::Numbers(numbers) => {
                keys.extend(cells.map(|cell| number_key(Self::clean(cell)).unwrap_or(0)));
                slots.extend(keys.iter().map(|key| numbers.word(*key)));
                let found = keys.iter().zip(slots.iter());
                people.extend(found.map(|(key, word)| numbers.person(*key, *word)));
            }
            Table::Texts(texts) => {
                keys.extend(cells.clone().map(|cell| hash(Self::clean(cell))));
                slots.extend(keys.iter().map(|hash| texts.slot(*hash)));
                *mark ^= slots.iter().fold(0, |all, slot| all ^ texts.packed(*slot));
                let found = keys.iter().zip(cells);
                people.extend(found.map(|(hash, cell)| {
                    let found = texts.find(&self.list, *hash, Self::clean(cell));
                    found.unwrap_or(NONE)
                }));
            }
        }
    }

    /// The position of a text.
    #[must_use]
    pub fn position(&self, text: &str) -> Option<usize> {
        let text = text.as_bytes();
        let person = match &self.table {
            Table::Dense(dense) => dense.person(dense.place(text)),
            Table::Numbers(numbers) => {
                let key = number_key(text)?;
                numbers.person(key, numbers.word(key))
            }
            Table::Texts(texts) => texts.find(&self.list, hash(text), text)?,
        };
        (person != NONE).then_some(person as usize)
    }

    /// Whether all are known to be digits.
    pub(crate) fn are_digits(&self) -> bool {
        !matches!(self.table, Table::Texts(_))
    }

    /// Everyone whose identifier came before, and who had it first.
    pub(crate) fn repeats(&self) -> Vec<(usize, usize)> {
        let (mut ahead, mut found) = (Ahead::default(), Vec::new());
        let mut repeats = Vec::new();
        if matches!(&self.table, Table::Dense(dense) if !dense.has_repeats) {
            return repeats;
        }
        for start in (0..self.len()).step_by(TOGETHER) {
            let people = start..(start + TOGETHER).min(self.len());
            let ids = people.clone().filter_map(|person| self.id(person));
            self.find_all(ids.map(str::as_bytes), &mut ahead, &mut found);
            let firsts = found.iter().map(|first| *first as usize);
            repeats.extend(people.zip(firsts).filter(|(person, first)| first < person));
        }
        repeats
    }

    /// Number of identifiers.
    #[must_use]
    pub fn len(&self) -> usize {
        self.list.len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// A person's identifier.
    #[must_use]
    pub fn id(&self, person: usize) -> Option<&str> {
        self.list.get(person)
    }

    /// The identifiers in order.
    pub fn iter(&self) -> impl Iterator<Item = &str> + Clone {
        self.list.iter()
    }
}

/// What look-ups read ahead.
#[derive(Debug, Default)]
pub(crate) struct Ahead {
    keys: Vec<u64>,
    slots: Vec<u64>,
    /// Of no meaning: keeps the reading ahead from being left out.
    mark: u128,
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a failing test may panic")]
mod tests {
    use super::{Ahead, IdTable, NONE};

    fn find(table: &IdTable, cells: &[&[u8]]) -> Vec<u32> {
        let (mut ahead, mut people) = (Ahead::default(), Vec::new());
        table.find_all(cells.iter().copied(), &mut ahead, &mut people);
        people
    }

    #[test]
    fn every_identifier_is_found_and_no_other() {
        let mixed: Vec<String> = (0..5000)
            .map(|i| match i % 3 {
                0 => format!("{i}"),
                1 => format!("P-{i:040}"),
                _ => format!("å{i}"),
            })
            .collect();
        let numbers: Vec<String> = (0..5000)
            .map(|i| match i % 2 {
                0 => format!("{i:09}"),
                _ => format!("{}", i * 13_000_000_u64),
            })
            .collect();
        let dense: Vec<String> = (0..5000).map(|i| format!("{:06}", 900 + 2 * i)).collect();
        for ids in [&mixed, &numbers, &dense] {
            let table: IdTable = ids.iter().collect();
            let padded: Vec<String> = ids.iter().map(|id| format!(" {id}\r")).collect();
            let cells: Vec<&[u8]> = ids.iter().chain(&padded).map(|id| id.as_bytes()).collect();
            let people: Vec<u32> = (0..5000).chain(0..5000).collect();
            assert_eq!(find(&table, &cells), people);
            for (person, id) in ids.iter().enumerate() {
                assert_eq!(table.position(id), Some(person));
                assert_eq!(table.id(person), Some(id.as_str()));
            }
            assert!(table.iter().eq(ids));
            assert_eq!(table.repeats(), []);
            for other in [
                "1",
                "",
                "x",
                "00000000000",
                "0000000000000000000",
                "999999999999",
            ] {
                assert_eq!(table.position(other), None, "{other}");
                assert_eq!(find(&table, &[other.as_bytes()]), [NONE], "{other}");
            }
        }
        for twice in [["7", "8", "7"], ["7", "123456789", "7"], ["p", "q", "p"]] {
            let table: IdTable = twice.iter().collect();
            assert_eq!(table.position(twice[0]), Some(0));
            assert_eq!(table.repeats(), [(2, 0)]);
        }
        let table: IdTable = mixed.iter().collect();
        assert_eq!(find(&table, &[b"\xe52"]), [2], "Windows-1252");
    }
}

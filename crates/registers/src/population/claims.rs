//! What a row claims, till it is held against the others of its person: for registers in which a row
//! may be a version of another, close a job that another file leaves open, or continue one.

use super::hash::seeded;
use super::row::{Kept, next, within};
use super::task::{Class, Task};
use crate::period::Period;
use crate::scan::Cells;
use crate::sheet::whole;
use crate::value::date::{DateCell, Day};
use crate::value::is_missing;
use crate::version;

/// File, block and line within it: the order of rows.
pub(crate) type Place = (u32, u32, u32);

/// A row and what it can be held against others by. Names and contents are hashes: they are compared
/// within a person's rows only.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Claim {
    /// Position of the person within the partition.
    pub(crate) person: u16,
    pub(crate) place: Place,
    /// What else is known of it, by bits.
    pub(crate) marks: u16,
    /// What the endpoints' rules say of it.
    pub(crate) truths: u16,
    /// Its days, if it has [`Claim::DAYS`], and how precisely they are known.
    pub(crate) first: Day,
    pub(crate) last: Day,
    pub(crate) precision: u8,
    /// Person, job and first day; 0 if a part is missing.
    pub(crate) record: u64,
    /// When it was registered, later is greater; [`Claim::NEVER`] if it does not say.
    pub(crate) registered: i64,
    /// All cells and the header's: exact copies count once.
    pub(crate) content: u64,
    /// The cells in which rows of one version cannot differ.
    pub(crate) version: u64,
    /// Employer and type, by which a job may go on in another; 0 without an employer.
    pub(crate) line_of_work: u64,
}

impl Claim {
    /// The row is a spell.
    pub(crate) const DAYS: u16 = 1;
    /// Its last day is left empty.
    pub(crate) const OPEN: u16 = 2;
    /// Its last day is a date.
    pub(crate) const CLOSED: u16 = 4;
    /// It says that the job never was.
    pub(crate) const VOID: u16 = 8;
    /// The job ended by a change of payroll.
    pub(crate) const SWITCHED: u16 = 16;
    /// Its dates are refused.
    pub(crate) const REFUSED: u16 = 32;
    /// Something stands where the date of registration is expected.
    pub(crate) const DATED: u16 = 64;

    pub(crate) const NEVER: i64 = i64::MIN;

    pub(crate) fn is(&self, mark: u16) -> bool {
        self.marks & mark != 0
    }
}

impl Kept for Claim {
    const BYTES: usize = 67;

    fn write(&self, bytes: &mut Vec<u8>) {
        let (file, block, line) = self.place;
        bytes.extend_from_slice(&self.person.to_le_bytes());
        for number in [file, block, line] {
            bytes.extend_from_slice(&number.to_le_bytes());
        }
        bytes.extend_from_slice(&self.marks.to_le_bytes());
        bytes.extend_from_slice(&self.truths.to_le_bytes());
        bytes.extend_from_slice(&self.first.to_le_bytes());
        bytes.extend_from_slice(&self.last.to_le_bytes());
        bytes.push(self.precision);
        bytes.extend_from_slice(&self.registered.to_le_bytes());
        for hash in [self.record, self.content, self.version, self.line_of_work] {
            bytes.extend_from_slice(&hash.to_le_bytes());
        }
    }

    fn read(mut bytes: &[u8]) -> Self {
        let bytes = &mut bytes;
        let person = u16::from_le_bytes(next(bytes));
        let mut number = || u32::from_le_bytes(next(bytes));
        let place = (number(), number(), number());
        let (marks, truths) = (
            u16::from_le_bytes(next(bytes)),
            u16::from_le_bytes(next(bytes)),
        );
        let mut day = || Day::from_le_bytes(next(bytes));
        let (first, last) = (day(), day());
        let [precision] = next(bytes);
        let registered = i64::from_le_bytes(next(bytes));
        let mut hash = || u64::from_le_bytes(next(bytes));
        Self {
            person,
            place,
            marks,
            truths,
            first,
            last,
            precision,
            registered,
            record: hash(),
            content: hash(),
            version: hash(),
            line_of_work: hash(),
        }
    }
}

/// The columns of a file by which its rows are held against others.
pub(crate) struct Names {
    pub(crate) job: Option<usize>,
    pub(crate) employer: Option<usize>,
    pub(crate) kind: Option<usize>,
    /// Position among the columns of dates, and column, of the date of registration.
    pub(crate) registered: Option<(usize, usize)>,
    /// By column, whether rows of one version may differ in it.
    pub(crate) details: Vec<bool>,
}

/// A row as it was read.
pub(super) struct Seen<'r> {
    pub(super) person: u32,
    pub(super) place: Place,
    /// The cells of the columns of dates; the first two are the job's days.
    pub(super) dates: &'r [DateCell],
    pub(super) days: Option<&'r Period>,
    pub(super) class: Class,
    pub(super) is_refused: bool,
}

/// The claim of a row.
pub(super) fn claim(task: &Task<'_>, seen: &Seen<'_>, row: &Cells<'_>) -> Claim {
    let names = &task.names;
    let date = |slot: usize| seen.dates.get(slot).copied().unwrap_or(DateCell::Missing);
    let hash = |column: Option<usize>, seed: u64| {
        let cell = task.decode(row.get(column?));
        let cell = cell.trim();
        (!is_missing(cell)).then(|| seeded(whole(cell).as_bytes(), seed).max(1))
    };
    let record = match date(0) {
        DateCell::Is(start, _) => hash(names.job, start as u64),
        _ => None,
    };
    let kind = hash(names.kind, 0).unwrap_or_default();
    let (mut marks, mut registered, mut version) = (0, Claim::NEVER, 0);
    if let Some((slot, column)) = names.registered {
        let cell = task.decode(row.get(column));
        let cell = cell.trim();
        if !is_missing(cell) {
            marks |= Claim::DATED;
        }
        if let DateCell::Is(day, _) = date(slot) {
            let time = version::milliseconds(whole(cell).get(10..).unwrap_or_default());
            // The day decides, then the time, which keeps to 32 bits.
            let time = time.clamp(i64::from(i32::MIN), i64::from(i32::MAX));
            registered = (i64::from(day) << 33) + time;
        }
        version = task.content(row, |column| !names.details[column], 0);
    }
    let mut mark = |is: bool, mark: u16| marks |= if is { mark } else { 0 };
    mark(seen.days.is_some(), Claim::DAYS);
    mark(date(1) == DateCell::Missing, Claim::OPEN);
    mark(matches!(date(1), DateCell::Is(..)), Claim::CLOSED);
    mark(seen.class.is_void, Claim::VOID);
    mark(seen.class.switches, Claim::SWITCHED);
    mark(seen.is_refused, Claim::REFUSED);
    Claim {
        person: within(seen.person),
        place: seen.place,
        marks,
        truths: seen.class.truths,
        first: seen.days.map_or(0, |days| days.start),
        last: seen.days.map_or(0, |days| days.end),
        precision: seen.days.map_or(0, |days| days.precision as u8),
        record: record.unwrap_or_default(),
        registered,
        content: task.content(row, |_| true, task.header_hashes.0),
        version,
        line_of_work: hash(names.employer, kind).unwrap_or_default(),
    }
}

//! AA-registeret in NAV's public field names, flattened to a CSV: a row a job, or a row a leave of
//! a job.

use super::job::{JobSpell, truth};
use super::leave::{Absence, FURLOUGH, LEAVE, Leave};
use super::{PERSON, field, required};
use crate::canonical::{EndStatus, Table, TableKind, table};
use crate::error::RegisterError;
use crate::header::{Field, fold};
use crate::options::RegisterOptions;
use crate::period::period;
use crate::reading::Reading;
use crate::sheet::{Part, Sheet};
use crate::value::date::{DateCell, Day};
use std::collections::HashSet;

pub(super) const PARTS: &[&Part] = &[&JOBS];

const JOBS: Part = Part {
    fields: FIELDS,
    id: "person",
    key: &["person", "job", "start"],
    details: DETAILS,
    by_file: false,
};

/// A job has a row a leave, or a row a period of its details.
const DETAILS: &[&str] = &[
    "leave_type",
    "leave_start",
    "leave_end",
    "leave_percent",
    "furlough_type",
    "furlough_start",
    "furlough_end",
    "furlough_percent",
    "detail_from",
    "detail_to",
    "percent",
    "hours",
    "occupation",
    "form",
];

const FIELDS: &[Field] = &[
    required("person", PERSON),
    field("job", &["arbeidsforholdid", "navarbeidsforholdid", "job"]),
    field("employer", &["arbeidsstedident", "arbeidssted", "employer"]),
    field(
        "legal_employer",
        &["opplysningspliktigident", "opplysningspliktig"],
    ),
    required(
        "start",
        &["ansettelsesperiodestartdato", "startdato", "start"],
    ),
    required("end", &["ansettelsesperiodesluttdato", "sluttdato", "end"]),
    field(
        "end_reason",
        &[
            "sluttaarsak",
            "ansettelsesperiodesluttaarsak",
            "sluttaarsakkode",
            "ansettelsesperiodesluttaarsakkode",
        ],
    ),
    field(
        "warning",
        &[
            "varsling",
            "varslingkode",
            "ansettelsesperiodevarsling",
            "ansettelsesperiodevarslingkode",
        ],
    ),
    required("type", &["typekode", "type", "arbeidsforholdtype"]),
    field(
        "percent",
        &[
            "avtaltstillingsprosent",
            "ansettelsesdetaljeravtaltstillingsprosent",
            "stillingsprosent",
            "percent",
        ],
    ),
    field(
        "hours",
        &[
            "antalltimerpruke",
            "ansettelsesdetaljerantalltimerpruke",
            "hours",
        ],
    ),
    field("pay", &["loennkontant", "pay"]),
    field(
        "occupation",
        &[
            "yrke",
            "yrkekode",
            "ansettelsesdetaljeryrke",
            "ansettelsesdetaljeryrkekode",
            "occupation",
        ],
    ),
    field("industry", &["naering", "naeringskode", "industry"]),
    field(
        "form",
        &[
            "ansettelsesform",
            "ansettelsesformkode",
            "ansettelsesdetaljeransettelsesform",
            "ansettelsesdetaljeransettelsesformkode",
            "form",
        ],
    ),
    field(
        "detail_from",
        &[
            "ansettelsesdetaljerrapporteringsmaanederfra",
            "rapporteringsmaanederfra",
            "detailfrom",
        ],
    ),
    field(
        "detail_to",
        &[
            "ansettelsesdetaljerrapporteringsmaanedertil",
            "rapporteringsmaanedertil",
            "detailto",
        ],
    ),
    field("subsidised", &["subsidised"]),
    field(
        "source",
        &[
            "rapporteringsordning",
            "rapporteringsordningkode",
            "ansettelsesdetaljerrapporteringsordning",
            "source",
        ],
    ),
    field(
        "registered",
        &[
            "registrert",
            "registreringsdato",
            "sistendret",
            "registered",
        ],
    ),
    field(
        "leave_type",
        &["permisjonertype", "permisjonertypekode", "leavetype"],
    ),
    field("leave_start", &["permisjonerstartdato", "leavestart"]),
    field("leave_end", &["permisjonersluttdato", "leaveend"]),
    field("leave_percent", &["permisjonerprosent", "leavepercent"]),
    field(
        "furlough_type",
        &["permitteringertype", "permitteringertypekode"],
    ),
    field("furlough_start", &["permitteringerstartdato"]),
    field("furlough_end", &["permitteringersluttdato"]),
    field("furlough_percent", &["permitteringerprosent"]),
];

/// The reason by which the employer says that the job never was, folded as headers are.
const VOID: &str = "arbeidsforholdetskullealdrivaertrapportert";
const VOIDED: &str = "void: the employer says the job never was, left out";
/// Warnings that say that a machine set the end.
const MACHINE: [&str; 6] = ["ERKONK", "EROPPH", "ERVIRK", "IBARBG", "IBKAOR", "IBPPAG"];
/// Reasons by which a job goes on under another identifier, folded.
const SWITCHES: [&str; 2] = [
    "byttetloenssystemellerregnskapsfoerer",
    "endringiorganisasjonsstrukturellerbyttetjobbinternt",
];
const NO_DETAIL: &str = "details of months outside the job, left out";
const MERGED: &str = "the same job under another identifier after a change of payroll, merged";
const SAME_JOB: &str = "the same job on another row (of its leaves), counted once";
const MACHINE_END: &str = "end set by a machine, kept and marked";

pub(super) fn read(reading: &mut Reading<'_>) -> Result<Vec<Table>, RegisterError> {
    let mut sheets = reading.main(&JOBS)?;
    let (mut jobs, mut leaves) = (Vec::new(), Vec::new());
    let mut known = HashSet::new();
    let void = void_jobs(&sheets)?;
    if !sheets
        .iter()
        .any(|sheet| sheet.has("leave_start") || sheet.has("furlough_start"))
    {
        reading.unfilled.push(TableKind::Leave);
    }
    for sheet in &mut sheets {
        let known = (&void, &mut known);
        rows(sheet, reading.options, known, &mut jobs, &mut leaves)?;
    }
    if let Some(days) = reading.options.merge_gaps {
        merge(&mut jobs, days, &mut sheets);
    }
    reading.finish(sheets)?;
    let jobs = jobs.into_iter().map(|(job, _)| job).collect();
    Ok(vec![table::<JobSpell>(jobs)?, table::<Leave>(leaves)?])
}

/// Whether a reason of an end says that the job never was.
pub(crate) fn is_void(reason: &str) -> bool {
    fold(reason) == VOID
}

/// Whether a reason of an end says that the job goes on under another identifier.
pub(crate) fn is_switch(reason: &str) -> bool {
    SWITCHES.contains(&fold(reason).as_str())
}

/// Whether a warning says that a machine set the end.
pub(crate) fn is_machine(code: &str) -> bool {
    MACHINE.contains(&code.to_uppercase().as_str())
}

/// A job by name: person, identifier, first day.
type Named = (usize, String, Day);

fn named(sheet: &Sheet, row: usize, start: DateCell) -> Option<Named> {
    match start {
        DateCell::Is(day, _) => Some((sheet.rows[row].key, sheet.owned(row, "job")?, day)),
        _ => None,
    }
}

/// Jobs of which some row says that they never were: no other row makes them true.
fn void_jobs(sheets: &[Sheet]) -> Result<HashSet<Named>, RegisterError> {
    let mut void = HashSet::new();
    for sheet in sheets {
        for (row, start) in sheet.dates("start")?.into_iter().enumerate() {
            if sheet.text(row, "end_reason").is_some_and(is_void) {
                void.extend(named(sheet, row, start));
            }
        }
    }
    Ok(void)
}

/// A job, and whether it ended because the payroll system changed.
type Ended = (JobSpell, bool);

fn rows(
    sheet: &mut Sheet,
    options: &RegisterOptions,
    (void, known): (&HashSet<Named>, &mut HashSet<String>),
    jobs: &mut Vec<Ended>,
    leaves: &mut Vec<Leave>,
) -> Result<(), RegisterError> {
    let (starts, ends) = (sheet.dates("start")?, sheet.dates("end")?);
    let percent = sheet.numbers("percent", 0.0..=200.0)?;
    let hours = sheet.numbers("hours", 0.0..=168.0)?;
    let pay = sheet.numbers("pay", 0.0..=1e8)?;
    let details = (sheet.dates("detail_from")?, sheet.dates("detail_to")?);
    let absences = [
        Absence::read(sheet, &LEAVE)?,
        Absence::read(sheet, &FURLOUGH)?,
    ];
    for row in 0..sheet.rows.len() {
        let reason = sheet.text(row, "end_reason").map(fold).unwrap_or_default();
        if reason == VOID || named(sheet, row, starts[row]).is_some_and(|job| void.contains(&job)) {
            sheet.log.repaired(VOIDED);
            continue;
        }
        // The end is the last day on, unless the plan says otherwise.
        let dates = (starts[row], ends[row]);
        let Some(mut days) = period(sheet, row, dates, options.ends, options) else {
            continue;
        };
        // Details that hold for some months are a spell of those months.
        if let DateCell::Is(from, _) = details.0[row] {
            days.start = days.start.max(from);
        }
        if let DateCell::Is(_, to) = details.1[row] {
            (days.end, days.end_status) = (days.end.min(to), EndStatus::Observed);
        }
        if days.end < days.start {
            sheet.log.repaired(NO_DETAIL);
            continue;
        }
        let machine = sheet.text(row, "warning").is_some_and(is_machine);
        let mut end_status = days.end_status;
        if machine && end_status == EndStatus::Observed {
            end_status = EndStatus::Machine;
            sheet.log.repaired(MACHINE_END);
        }
        let place = sheet.place(row, (days.start, days.end), days.precision);
        let job = JobSpell {
            place,
            end_status,
            kind: sheet.owned(row, "type"),
            percent: percent[row],
            hours: hours[row],
            pay: pay[row],
            employer: sheet.owned(row, "employer"),
            occupation: sheet.owned(row, "occupation"),
            industry: sheet.owned(row, "industry"),
            form: sheet.owned(row, "form"),
            subsidised: sheet.text(row, "subsidised").and_then(truth),
            job: sheet.owned(row, "job"),
            source: sheet.owned(row, "source"),
        };
        let switched = SWITCHES.contains(&reason.as_str());
        for absence in &absences {
            leaves.extend(absence.of(sheet, row, &place, options));
        }
        // Without a column of leaves there is a row a job.
        let with_leaves = sheet.has("leave_start") || sheet.has("furlough_start");
        let is_new = !with_leaves || known.insert(identity(&job));
        if is_new {
            jobs.push((job, switched));
        } else {
            sheet.log.repaired(SAME_JOB);
        }
    }
    Ok(())
}

/// A job's content without its place in the file.
fn identity(job: &JobSpell) -> String {
    let mut content = job.clone();
    (content.place.file, content.place.line) = (0, 0);
    format!("{content:?}")
}

/// Joins a job that ended by a change of payroll with the next of the same person, employer and
/// type that starts within `days` days without a job.
fn merge(jobs: &mut Vec<Ended>, days: u32, sheets: &mut [Sheet]) {
    jobs.sort_by_key(|(job, _)| job.place);
    let mut merged: Vec<Ended> = Vec::with_capacity(jobs.len());
    for (job, switched) in jobs.drain(..) {
        let continued = merged.iter_mut().rev().find(|(earlier, ended)| {
            let gap = i64::from(job.place.start) - i64::from(earlier.place.end) - 1;
            *ended
                && earlier.place.person == job.place.person
                && earlier.employer.is_some()
                && earlier.employer == job.employer
                && earlier.kind == job.kind
                && (0..=i64::from(days)).contains(&gap)
        });
        match continued {
            Some((earlier, ended)) => {
                earlier.place.end = job.place.end;
                earlier.end_status = job.end_status;
                *ended = switched;
                if let Some(sheet) = sheets.iter_mut().find(|s| s.number == job.place.file) {
                    sheet.log.repaired(MERGED);
                }
            }
            None => merged.push((job, switched)),
        }
    }
    *jobs = merged;
}

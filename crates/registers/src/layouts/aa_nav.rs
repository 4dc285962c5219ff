//! AA-registeret in NAV's public field names, flattened to a CSV: a row a job, or a row a leave of
//! a job.

use super::job::{JobSpell, truth};
use super::leave::{Absence, FURLOUGH, LEAVE, Leave};
use super::{PERSON, field, required};
use crate::canonical::{EndStatus, Place, Table, table};
use crate::error::RegisterError;
use crate::header::Field;
use crate::options::RegisterOptions;
use crate::period::period;
use crate::reading::Reading;
use crate::sheet::{Part, Sheet};
use std::collections::HashSet;

pub(super) const PARTS: &[&Part] = &[&JOBS];

const JOBS: Part = Part {
    fields: FIELDS,
    id: "person",
    key: &["person", "job", "start"],
    key_where_given: &["leave_start", "furlough_start"],
    by_file: false,
};

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

/// The reason by which the employer says that the job never was.
const VOID: &str = "arbeidsforholdetSkulleAldriVaertRapportert";
const VOIDED: &str = "void: the employer says the job never was, left out";
/// Warnings that say that a machine set the end.
const MACHINE: [&str; 6] = ["ERKONK", "EROPPH", "ERVIRK", "IBARBG", "IBKAOR", "IBPPAG"];
/// Reasons by which a job goes on under another identifier.
const SWITCHES: [&str; 2] = [
    "byttetLoenssystemEllerRegnskapsfoerer",
    "endringIOrganisasjonsstrukturEllerByttetJobbInternt",
];
const MERGED: &str = "the same job under another identifier after a change of payroll, merged";
const SAME_JOB: &str = "the same job on another row (of its leaves), counted once";
const MACHINE_END: &str = "end set by a machine, kept and marked";

pub(super) fn read(reading: &mut Reading<'_>) -> Result<Vec<Table>, RegisterError> {
    let mut sheets = reading.main(&JOBS)?;
    let (mut jobs, mut leaves) = (Vec::new(), Vec::new());
    let mut known = HashSet::new();
    for sheet in &mut sheets {
        rows(sheet, reading.options, &mut known, &mut jobs, &mut leaves)?;
    }
    if let Some(days) = reading.options.merge_gaps {
        merge(&mut jobs, days, &mut sheets);
    }
    reading.finish(sheets)?;
    let jobs = jobs.into_iter().map(|(job, _)| job).collect();
    Ok(vec![table::<JobSpell>(jobs)?, table::<Leave>(leaves)?])
}

/// A job, and whether it ended because the payroll system changed.
type Ended = (JobSpell, bool);

fn rows(
    sheet: &mut Sheet,
    options: &RegisterOptions,
    known: &mut HashSet<String>,
    jobs: &mut Vec<Ended>,
    leaves: &mut Vec<Leave>,
) -> Result<(), RegisterError> {
    let (starts, ends) = (sheet.dates("start")?, sheet.dates("end")?);
    let percent = sheet.numbers("percent", 0.0..=200.0)?;
    let hours = sheet.numbers("hours", 0.0..=168.0)?;
    let pay = sheet.numbers("pay", 0.0..=1e8)?;
    let absences = [
        Absence::read(sheet, &LEAVE)?,
        Absence::read(sheet, &FURLOUGH)?,
    ];
    for row in 0..sheet.rows.len() {
        if sheet.text(row, "end_reason") == Some(VOID) {
            sheet.log.repaired(VOIDED);
            continue;
        }
        // The end is the last day on, unless the plan says otherwise.
        let dates = (starts[row], ends[row]);
        let Some(days) = period(sheet, row, dates, options.ends, options) else {
            continue;
        };
        let machine = sheet
            .text(row, "warning")
            .is_some_and(|code| MACHINE.contains(&code));
        let mut end_status = days.end_status;
        if machine && end_status == EndStatus::Observed {
            end_status = EndStatus::Machine;
            sheet.log.repaired(MACHINE_END);
        }
        let place = Place {
            person: sheet.rows[row].key,
            start: days.start,
            end: days.end,
            precision: days.precision,
            file: sheet.number,
            line: sheet.rows[row].line,
        };
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
        let switched = sheet
            .text(row, "end_reason")
            .is_some_and(|reason| SWITCHES.contains(&reason));
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

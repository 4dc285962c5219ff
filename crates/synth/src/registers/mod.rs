//! Registers of every layout, of any size, with planted truth.
//!
//! Each person has latent runs of days: jobs, hospital episodes, contacts in primary care, benefits,
//! weeks of Danish benefits, measures; and perhaps a death, or an emigration and a return. The files
//! are written from the runs in the layouts of [`Kind`], soiled by [`Mess`]; `truth.csv` is read off
//! the same runs, day by day. A person's draws are a stream of their own, so that no other person, no
//! mess and no thread moves them, and nobody is held in memory.
//!
//! # The files
//! | File | Holds |
//! |---|---|
//! | `participants.csv` | `lopenr, arm, randomised, age, sex, site, contacts, died, emigrated, returned` |
//! | `linked-ids.csv` | who was looked up in the registers |
//! | `KIND/...` | the extract of each register, of participants and of others |
//! | `study.toml` | a plan that reads them all |
//! | `truth.csv` | one row a person: every outcome that the plan declares, empty where missing |
//! | `measures.toml` | a plan of further measures: hours, earnings, jobs, longest, sustained, new jobs, contacts, bed-days, ... |
//! | `truth-measures.csv` | one row a person: every outcome that this plan declares |
//! | `truth.json` | the settings, what was planted, sums by arm, rows of each file |
//!
//! # What is true
//! - Spells are closed intervals of days. The window is the 18 calendar months from the index date,
//!   without the day on which it ends; a landmark is that day itself. Month ends are clamped.
//! - A person is seen on the day of death and to the day before emigration, and again from the day
//!   of return (which only [`Kind::PersonStatus`] tells). The dead are not in any state; all else
//!   that is not seen makes an outcome missing, and so does a person who was not looked up.
//! - Where a register knows months ([`Kind::AaSsb`], [`Kind::Bfl`], [`Kind::Kuhr`]) a spell is the
//!   whole month; for [`Kind::AaSsb`] if a job was held on a day of the week (Monday to Sunday) of
//!   the 16th. A week of [`Kind::Dream`] is the ISO week, Monday to Sunday.
//!
//! # The planted effect
//! People without a job find one at a constant rate a day. From the index date the log of the rate's
//! ratio to the control arm's is `effect + dose (contacts - 15) / 10` in the treated arm, whose
//! contacts are uniform on 1 to 29. Neither touches anything but jobs.

mod background;
mod benefits;
mod calendar;
mod cell;
mod endpoints;
mod health;
mod kind;
mod latent;
mod layouts;
mod look;
mod measured;
mod measured_truth;
mod mess;
mod output;
mod person;
mod plan;
mod settings;
mod sink;
mod states;
mod table;
#[cfg(test)]
mod tests;
mod truth;
mod work;

/// The type of the days in [`Settings`].
pub use chrono::NaiveDate;
pub use kind::Kind;
pub use mess::{Mess, MessSet};
pub use settings::Settings;
pub use sink::{Folder, Sink};
pub use table::FileCounts;
pub use truth::Realised;

use crate::SynthError;
use person::People;
use std::io::{self, BufWriter, Write};
use table::failed;

/// One register's files.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Register {
    /// Its layout.
    pub kind: Kind,
    /// Its files, in the order in which they were written.
    pub files: Vec<FileCounts>,
}

/// What was written.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Written {
    /// The registers, in the order of the settings.
    pub registers: Vec<Register>,
    /// Every outcome by arm.
    pub outcomes: Vec<Realised>,
}

/// Writes the registers, the plan and the truth.
///
/// # Errors
///
/// [`SynthError::Setting`] where a setting is out of range, before anything is written;
/// [`SynthError::Write`] where a file cannot be written.
///
/// # Example
///
/// ```
/// use regtrial_synth::registers::{Folder, Kind, MessSet, Settings, generate};
///
/// let folder = std::env::temp_dir().join("regtrial-synth-example");
/// let settings = Settings {
///     kinds: vec![Kind::AaNav, Kind::Dream],
///     mess: MessSet::all(),
///     ..Settings::new(40, 1)
/// };
/// let written = generate(&settings, &mut Folder::new(&folder))?;
/// assert_eq!(written.registers.len(), 2);
/// assert!(folder.join("truth.csv").exists());
/// # std::fs::remove_dir_all(&folder).ok();
/// # Ok::<(), regtrial_synth::SynthError>(())
/// ```
pub fn generate(settings: &Settings, sink: &mut dyn Sink) -> Result<Written, SynthError> {
    settings.check()?;
    let people = People::new(settings);
    file(sink, "participants.csv", |out| {
        person::participants(&people, out)
    })?;
    file(sink, "linked-ids.csv", |out| person::linked(&people, out))?;
    let mut registers = Vec::new();
    for kind in &settings.kinds {
        registers.push(Register {
            kind: *kind,
            files: layouts::write(*kind, &people, sink)?,
        });
    }
    let outcomes = truth_table(&people, sink)?;
    let plan = plan::plan(settings, &registers);
    file(sink, "study.toml", |out| out.write_all(plan.as_bytes()))?;
    let measures = plan::measures(settings, &registers);
    file(sink, "measures.toml", |out| {
        out.write_all(measures.as_bytes())
    })?;
    file(sink, "truth-measures.csv", |out| {
        measured_truth::write(&people, out)
    })?;
    let json = plan::json(&people, &registers, &outcomes);
    file(sink, "truth.json", |out| out.write_all(json.as_bytes()))?;
    Ok(Written {
        registers,
        outcomes,
    })
}

fn truth_table(people: &People<'_>, sink: &mut dyn Sink) -> Result<Vec<Realised>, SynthError> {
    let mut realised = Vec::new();
    file(sink, "truth.csv", |out| {
        realised = truth::write(people, out)?;
        Ok(())
    })?;
    Ok(realised)
}

/// Writes one file from its beginning to its end.
fn file(
    sink: &mut dyn Sink,
    path: &str,
    write: impl FnOnce(&mut dyn Write) -> io::Result<()>,
) -> Result<(), SynthError> {
    let written = sink.create(path).and_then(|file| {
        let mut out = BufWriter::new(file);
        write(&mut out)?;
        out.flush()
    });
    written.map_err(|error| failed(path, &error))
}

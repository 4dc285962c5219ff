//! `regtrial synth`: synthetic registers with planted truth.

use crate::Outcome;
use crate::args::{Format, SynthArgs};
use crate::failure::Failure;
use crate::output;
use regtrial_synth::SynthError;
use regtrial_synth::registers::{
    FileCounts, Folder, Kind, Mess, MessSet, NaiveDate, Register, Settings, Written, generate,
};
use serde_json::json;
use std::fs;

pub(crate) fn run(args: &SynthArgs) -> Result<Outcome, Failure> {
    let settings = settings(args)?;
    let taken = match fs::read_dir(&args.folder) {
        Ok(mut entries) => entries.next().is_some(),
        Err(_) => args.folder.exists(),
    };
    if taken {
        let rule = format!("{} is there already and not empty", args.folder.display());
        return Err(Failure::message("output", rule).with_help("choose an empty folder"));
    }
    let written = generate(&settings, &mut Folder::new(&args.folder)).map_err(|error| {
        let code = match error {
            SynthError::Setting { .. } => "argument",
            _ => "output",
        };
        let rule = match &error {
            SynthError::Setting { setting, rule } => format!("--{setting} {rule}"),
            SynthError::Write { file, reason } => {
                let path = args.folder.join(file);
                format!("{} cannot be written: {reason}", path.display())
            }
            other => other.to_string(),
        };
        Failure::message(code, rule)
    })?;
    print(args, &written)?;
    if !args.output.quiet {
        let plan = args.folder.join("study.toml");
        anstream::eprintln!(
            "{} people, truth in truth.csv; now: regtrial run {}",
            settings.people,
            plan.display()
        );
    }
    Ok(Outcome::Fine)
}

fn settings(args: &SynthArgs) -> Result<Settings, Failure> {
    let defaults = Settings::new(args.people, args.seed);
    Ok(Settings {
        kinds: args.kinds.clone().unwrap_or(defaults.kinds),
        background: args.background,
        effect: args.effect,
        dose: args.dose,
        mess: mess(&args.mess)?,
        from: args.from.unwrap_or(defaults.from),
        to: args.to.unwrap_or(defaults.to),
        ..Settings::new(args.people, args.seed)
    })
}

fn mess(names: &[String]) -> Result<MessSet, Failure> {
    let refuse = |rule: String| {
        let known: Vec<&str> = Mess::ALL.into_iter().map(Mess::name).collect();
        let help = format!("all, none, or some of {}", known.join(", "));
        Err(Failure::message("argument", rule).with_help(help))
    };
    match names {
        [name] if name == "all" => return Ok(MessSet::all()),
        [name] if name == "none" => return Ok(MessSet::NONE),
        _ => {}
    }
    let mut found = Vec::new();
    for name in names {
        match Mess::named(name) {
            Some(mess) => found.push(mess),
            None if name == "all" || name == "none" => {
                return refuse(format!("--mess {name} stands alone"));
            }
            None => return refuse(format!("--mess does not know `{name}`")),
        }
    }
    Ok(found.into_iter().collect())
}

/// What was written, a line a file.
fn print(args: &SynthArgs, written: &Written) -> Result<(), Failure> {
    let files = written
        .registers
        .iter()
        .flat_map(|register| register.files.iter().map(|file| (register.kind, file)));
    let text = if args.output.format == Format::Json {
        let files: Vec<_> = files
            .map(|(kind, file)| {
                json!({
                    "kind": kind.name(),
                    "file": file.path,
                    "rows": file.rows,
                    "rows_of_participants": file.rows_of_participants,
                    "refused": file.refused,
                    "duplicates": file.duplicates,
                    "bytes": file.bytes,
                })
            })
            .collect();
        let document = json!({
            "schema": "regtrial.synth/1",
            "folder": args.folder.display().to_string(),
            "people": args.people,
            "seed": args.seed,
            "files": files,
        });
        output::json(&document)?
    } else {
        written.registers.iter().map(summary).collect()
    };
    output::write(None, &text)
}

fn summary(register: &Register) -> String {
    let sum = |count: fn(&FileCounts) -> u64| -> u64 { register.files.iter().map(count).sum() };
    format!(
        "{}: {} files, {} rows, {} of participants, {} to be refused, {} bytes\n",
        register.kind.name(),
        register.files.len(),
        sum(|file| file.rows),
        sum(|file| file.rows_of_participants),
        sum(|file| file.refused),
        sum(|file| file.bytes)
    )
}

/// The mess, a line each, for the help.
pub(crate) fn mess_help() -> String {
    let mut text = "Mess:\n".to_owned();
    for mess in Mess::ALL {
        text.push_str(&format!("  {:<18} {}\n", mess.name(), mess.about()));
    }
    text.push_str("\nEvery mess leaves the truth exact.");
    text
}

/// A register by its name in a plan.
pub(crate) fn kind(name: &str) -> Result<Kind, String> {
    let names = || Kind::ALL.map(Kind::name).join(", ");
    Kind::named(name).ok_or_else(|| format!("not a register; the registers are {}", names()))
}

/// A date of the cover.
pub(crate) fn date(text: &str) -> Result<NaiveDate, String> {
    text.parse()
        .map_err(|_| "not a date; dates are written 2020-03-31".to_owned())
}

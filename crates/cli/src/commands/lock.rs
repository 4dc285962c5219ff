//! `regtrial lock`: freeze a plan and its inputs.

use super::load;
use crate::Outcome;
use crate::args::LockArgs;
use crate::failure::Failure;
use regtrial_study::{Lock, Plan};
use std::fs::OpenOptions;
use std::io::Write;

pub(crate) fn run(args: &LockArgs) -> Result<Outcome, Failure> {
    let study = load(Plan::read(&args.plan)?, &args.output)?;
    let internal = |_| Failure::message("internal", "the lock cannot be written as JSON");
    let text = Lock::of(&study)?.to_json().map_err(internal)?;
    let path = Lock::path(study.plan());
    let name = path.display().to_string();
    let mut file = OpenOptions::new()
        .write(true)
        .create_new(true)
        .open(&path)
        .map_err(|error| match error.kind() {
            std::io::ErrorKind::AlreadyExists => {
                Failure::message("file_exists", format!("{name} exists: the study is locked"))
                    .with_help("a lock is not renewed; deviations from it are named in every run")
            }
            _ => Failure::write(&name, &error),
        })?;
    file.write_all(text.as_bytes())
        .map_err(|error| Failure::write(&name, &error))?;
    if !args.output.quiet {
        anstream::eprintln!("locked: {name}; from now on every run names what it does otherwise");
    }
    Ok(Outcome::Fine)
}

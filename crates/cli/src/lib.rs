//! The command line: arguments, output formats, exit codes. The only crate that prints.
//!
//! Exit codes: 0 fine, 1 finished with diagnostics that need a person, 2 failed and nothing
//! estimated. Data go to stdout, everything said about them to stderr.

mod args;
mod commands;
mod data;
mod failure;
mod output;

pub use args::Arguments;

use args::{Command, Format};
use clap::{CommandFactory, Parser};
use failure::Failure;
use std::process::ExitCode;

/// What a finished command asks of its reader.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Outcome {
    Fine,
    NeedsAPerson,
}

/// Parses the process's arguments, runs the command and maps the result to an exit code.
#[must_use]
pub fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let format = arguments.format();
    match run(arguments) {
        Ok(Outcome::Fine) => ExitCode::SUCCESS,
        Ok(Outcome::NeedsAPerson) => ExitCode::from(1),
        Err(failure) if failure.is_broken_pipe() => ExitCode::SUCCESS,
        Err(failure) => {
            let text = if format == Format::Json {
                failure.json()
            } else {
                failure.text()
            };
            anstream::eprintln!("{text}");
            ExitCode::from(2)
        }
    }
}

fn run(arguments: Arguments) -> Result<Outcome, Failure> {
    match arguments.command {
        Command::Init(args) => commands::init::run(&args),
        Command::Run(args) => commands::run::run(&args),
        Command::Check(args) => commands::check::run(&args),
        Command::Derive(args) => commands::derive::run(&args),
        Command::Compare(args) => commands::compare::run(&args),
        Command::Fit(args) => commands::fit::run(&args),
        Command::Standardise(args) => commands::standardise::run(&args),
        Command::Completions { shell } => {
            let mut command = Arguments::command();
            clap_complete::generate(shell, &mut command, "regtrial", &mut std::io::stdout());
            Ok(Outcome::Fine)
        }
        Command::Man => {
            clap_mangen::Man::new(Arguments::command())
                .render(&mut std::io::stdout())
                .map_err(|_| Failure::message("output", "the manual page cannot be written"))?;
            Ok(Outcome::Fine)
        }
    }
}

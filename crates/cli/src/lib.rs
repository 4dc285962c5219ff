//! The command line: arguments, output formats, exit codes. The only crate that prints.
//!
//! Exit codes: 0 fine, 1 finished with diagnostics that need a person, 2 failed and nothing
//! estimated. Data go to stdout, everything said about them to stderr.

mod args;
mod commands;
mod data;
mod failure;
mod output;
mod progress;

pub use args::Arguments;

use args::{Command, Format, SchemaChoice};
use clap::Parser;
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
    say_nothing_of_damaged_files();
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(error) => return usage(&error),
    };
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

/// The reader of Parquet panics over some damaged files. That is caught, and becomes an error with
/// the file's name: its own message would only be noise beside it.
fn say_nothing_of_damaged_files() {
    let usual = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| {
        let from = |part| panic.location().is_some_and(|at| at.file().contains(part));
        if !from("polars-parquet") && !from("polars-io") {
            usual(panic);
        }
    }));
}

/// Help and version as clap prints them; a wrong argument as JSON where JSON was asked for.
fn usage(error: &clap::Error) -> ExitCode {
    let words: Vec<String> = std::env::args().collect();
    let json = words
        .windows(2)
        .any(|pair| pair[0] == "--format" && pair[1] == "json")
        || words.iter().any(|word| word == "--format=json");
    if json && error.use_stderr() {
        anstream::eprintln!("{}", usage_failure(&error.to_string()).json());
        return ExitCode::from(2);
    }
    // A closed pipe is no failure of ours.
    let _ = error.print();
    ExitCode::from(if error.use_stderr() { 2 } else { 0 })
}

/// Clap's first line is the rule; what follows it (missing arguments, possible values, tips) helps.
fn usage_failure(text: &str) -> Failure {
    let mut lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    let rule = lines.next().unwrap_or_default();
    let help: Vec<&str> = lines
        .filter(|line| !line.starts_with("For more information"))
        .collect();
    let failure = Failure::message("usage", rule.trim_start_matches("error: "));
    if help.is_empty() {
        failure
    } else {
        failure.with_help(help.join("\n"))
    }
}

fn run(arguments: Arguments) -> Result<Outcome, Failure> {
    match arguments.command {
        Command::Init(args) => commands::init::run(&args),
        Command::Run(args) => commands::run::run(&args),
        Command::Lock(args) => commands::lock::run(&args),
        Command::Verify(args) => commands::verify::run(&args),
        Command::Check(args) => commands::check::run(&args),
        Command::Derive(args) => commands::derive::run(&args),
        Command::Compare(args) => {
            commands::compare::run(&args).map_err(|failure| failure.in_file(&args.data.data))
        }
        Command::Fit(args) => {
            commands::fit::run(&args).map_err(|failure| failure.in_file(&args.data.data))
        }
        Command::Standardise(args) => {
            commands::standardise::run(&args).map_err(|failure| failure.in_file(&args.data.data))
        }
        Command::Synth(args) => commands::synth::run(&args),
        Command::Survive(args) => {
            commands::survive::run(&args).map_err(|failure| failure.in_file(&args.data.data))
        }
        Command::Meta(args) => {
            commands::meta::run(&args).map_err(|failure| failure.in_file(&args.data.data))
        }
        Command::Power(args) => commands::power::run(&args),
        Command::Reproduce(args) => commands::reproduce::run(&args),
        Command::Consistency(args) => commands::consistency::run(&args),
        Command::Score(mut args) => {
            commands::score::run(&mut args).map_err(|failure| failure.in_file(&args.data.data))
        }
        Command::Schema { file } => {
            let text = match file {
                SchemaChoice::Study => include_str!("../../../docs/schema/study.schema.json"),
                SchemaChoice::Results => include_str!("../../../docs/schema/results.schema.json"),
            };
            output::write(None, text)?;
            Ok(Outcome::Fine)
        }
        Command::Ard(args) => commands::ard::run(&args),
        Command::Completions { shell } => commands::manual::completions(shell),
        Command::Man(args) => commands::manual::man(&args),
    }
}

#[cfg(test)]
mod tests {
    use super::usage_failure;

    #[test]
    fn a_wrong_argument_keeps_what_clap_says_below_it() {
        let text = "error: the following required arguments were not provided:\n  --time <TIME>\n\n\
                    Usage: regtrial survive --time <TIME> <DATA>\n\n\
                    For more information, try '--help'.\n";
        let json: serde_json::Value = serde_json::from_str(&usage_failure(text).json()).unwrap();
        assert_eq!(
            json["errors"][0]["rule"],
            "the following required arguments were not provided:"
        );
        assert_eq!(
            json["errors"][0]["help"],
            "--time <TIME>\nUsage: regtrial survive --time <TIME> <DATA>"
        );
    }
}

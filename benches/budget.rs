//! What the commands cost on an extract of some size, held against a committed baseline: time and
//! memory to look at, instructions to fail by. Run by `.ci/bench`; how to read it: docs/benchmarks.md.
//!
//! Arguments: `--rows N`, `--binary PATH`, `--profile NAME`, and `--update` to write the baseline.
//! Without `--binary` it does nothing, so that it can be started with the other benchmarks.

#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a program that tells what it measured, and stops where it cannot"
)]

use regtrial_benches::budget::{Cost, Counter, measure};
use regtrial_benches::extract;
use serde_json::{Map, Value, json};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

/// How many more instructions than in the baseline are too many.
const TOLERANCE: f64 = 0.15;

struct Arguments {
    rows: u64,
    binary: PathBuf,
    profile: String,
    update: bool,
}

fn arguments() -> Option<Arguments> {
    let given: Vec<String> = std::env::args().collect();
    let after = |name: &str| {
        let at = given.iter().position(|argument| argument == name)?;
        given.get(at + 1).cloned()
    };
    Some(Arguments {
        binary: PathBuf::from(after("--binary")?),
        rows: after("--rows").map_or(200_000, |rows| rows.parse().unwrap()),
        profile: after("--profile").unwrap_or_else(|| "dev".to_owned()),
        update: given.iter().any(|argument| argument == "--update"),
    })
}

fn main() -> ExitCode {
    let Some(arguments) = arguments() else {
        println!("budget: nothing to do without --binary (see .ci/bench)");
        return ExitCode::SUCCESS;
    };
    let counter = Counter::available();
    // Under valgrind everything takes some fifty times as long.
    let rows = match counter {
        Counter::Cachegrind => arguments.rows.min(10_000),
        _ => arguments.rows,
    };
    println!(
        "{rows} rows, {} build, instructions: {}",
        arguments.profile,
        counter.name()
    );
    let folder = tempfile::tempdir().unwrap();
    extract::write(folder.path(), rows).unwrap();
    let mut costs: Vec<(&str, Cost)> = Vec::new();
    for (name, command) in commands(&arguments.binary, folder.path()) {
        match measure(command, counter, folder.path()) {
            Ok(cost) => costs.push((name, cost)),
            Err(error) => {
                println!("{name}: {error}");
                return ExitCode::FAILURE;
            }
        }
    }
    let key = format!(
        "{} {rows} {} {}",
        arguments.profile,
        counter.name(),
        machine()
    );
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("baseline.json");
    let text = std::fs::read_to_string(&file).unwrap_or_else(|_| "{}".to_owned());
    let mut baseline: Map<String, Value> = serde_json::from_str(&text).unwrap();
    let exceeded = compare(&costs, baseline.get(&key));
    if arguments.update {
        baseline.insert(key, document(&costs));
        let text = serde_json::to_string_pretty(&baseline).unwrap() + "\n";
        std::fs::write(&file, text).unwrap();
        println!("written to {}", file.display());
        return ExitCode::SUCCESS;
    }
    if exceeded {
        println!(
            "more than {:.0} % above the baseline; if that is meant: .ci/bench --update",
            100.0 * TOLERANCE
        );
        return ExitCode::FAILURE;
    }
    ExitCode::SUCCESS
}

/// Processor and compiler: instructions of others cannot be compared.
fn machine() -> String {
    let processor = std::fs::read_to_string("/proc/cpuinfo")
        .ok()
        .and_then(|text| {
            let line = text.lines().find(|line| line.starts_with("model name"))?;
            line.split_once(':').map(|(_, name)| name.trim().to_owned())
        });
    let compiler = Command::new("rustc").arg("--version").output().ok();
    let compiler = compiler.and_then(|told| String::from_utf8(told.stdout).ok());
    let version = compiler
        .as_deref()
        .and_then(|text| text.split_whitespace().nth(1));
    format!(
        "{}, {}, rustc {}",
        std::env::consts::ARCH,
        processor.as_deref().unwrap_or("unknown processor"),
        version.unwrap_or("unknown")
    )
}

/// What is run: finding a trial's rows in the extract, deriving everyone's outcomes, a regression and
/// curves on the person table.
fn commands(binary: &Path, folder: &Path) -> Vec<(&'static str, Command)> {
    let at = |name: &str| folder.join(name).into_os_string();
    let command = |arguments: &[&str]| {
        let mut command = Command::new(binary);
        let (name, rest) = arguments.split_at(1);
        command.args(name).arg("--quiet").args(rest);
        command.current_dir(folder);
        command
    };
    let mut scan = command(&["derive", "trial.toml", "--out"]);
    scan.arg(at("trial-people.csv"));
    let mut derive = command(&["derive", "population.toml", "--memory", "4GB", "--out"]);
    derive.arg(at("people.csv"));
    let formula = "employed_18m ~ age + sex + factor(region)";
    let mut fit = command(&[
        "fit",
        "people.csv",
        "--family",
        "binomial",
        "--formula",
        formula,
    ]);
    fit.args(["--format", "json"]);
    let mut survive = command(&["survive", "people.csv", "--time", "days_18m"]);
    survive.args([
        "--event",
        "employed_18m",
        "--by",
        "sex",
        "--times",
        "180,365",
    ]);
    vec![
        ("scan", scan),
        ("derivation", derive),
        ("regression", fit),
        ("curve", survive),
    ]
}

/// Prints what was measured beside the baseline; whether a command takes too many instructions.
fn compare(costs: &[(&str, Cost)], baseline: Option<&Value>) -> bool {
    let mut exceeded = false;
    for (name, cost) in costs {
        let before = baseline
            .and_then(|baseline| baseline[name]["instructions"].as_u64())
            .zip(cost.instructions);
        let told = match before {
            Some((before, now)) => {
                let ratio = now as f64 / before as f64;
                exceeded |= ratio > 1.0 + TOLERANCE;
                format!("{:+.1} % of the baseline's", 100.0 * (ratio - 1.0))
            }
            None => "no baseline for this machine and size".to_owned(),
        };
        let millions = cost
            .instructions
            .map_or("-".to_owned(), |count| format!("{:.0}", count as f64 / 1e6));
        println!(
            "{name:<12}{:>8.2} s{:>8.0} MB{millions:>10} million instructions, {told}",
            cost.seconds, cost.megabytes
        );
    }
    exceeded
}

fn document(costs: &[(&str, Cost)]) -> Value {
    let one = |cost: &Cost| {
        json!({
            "instructions": cost.instructions,
            "seconds": (cost.seconds * 100.0).round() / 100.0,
            "megabytes": cost.megabytes.round(),
        })
    };
    let all = costs
        .iter()
        .map(|(name, cost)| ((*name).to_owned(), one(cost)));
    Value::Object(all.collect())
}

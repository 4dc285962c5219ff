//! `regtrial verify`: recompute a study and compare with what a folder holds, byte for byte.

use super::run::{Made, make};
use crate::Outcome;
use crate::args::{Format, VerifyArgs};
use crate::failure::Failure;
use crate::output;
use serde::Serialize;
use std::fs;
use std::path::{Path, PathBuf};

const PROVENANCE: &str = "provenance.json";

/// What the folder holds of the files of a run.
#[derive(Serialize)]
struct Found {
    matches: bool,
    same: usize,
    different: Vec<String>,
    missing: Vec<String>,
    /// In the folder, but not of this run.
    other: Vec<String>,
}

pub(crate) fn run(args: &VerifyArgs) -> Result<Outcome, Failure> {
    let plan = plan_of(args)?;
    let provenance = provenance(&args.folder);
    let blind = provenance.is_some_and(|json| json["blind"] == true);
    let made = make(&plan, blind, &args.output)?;
    let found = compare(&made, &args.folder);
    let text = match args.output.format {
        Format::Json => {
            let internal = |_| Failure::message("internal", "the answer cannot be written as JSON");
            serde_json::to_string_pretty(&found).map_err(internal)? + "\n"
        }
        _ => words(&found, &args.folder),
    };
    if !args.output.quiet || args.output.format == Format::Json {
        output::write(None, &text)?;
    }
    Ok(if found.matches {
        Outcome::Fine
    } else {
        Outcome::NeedsAPerson
    })
}

/// The plan that was named, or the one that the folder's provenance names, beside the folder, in
/// it, or here.
fn plan_of(args: &VerifyArgs) -> Result<PathBuf, Failure> {
    if let Some(plan) = &args.plan {
        return Ok(plan.clone());
    }
    let unknown = |rule: String| {
        Failure::message("missing_file", rule).with_help("name the plan: --plan study.toml")
    };
    let file = args.folder.join(PROVENANCE);
    let name = provenance(&args.folder)
        .and_then(|json| json["plan"]["file"].as_str().map(str::to_owned))
        .ok_or_else(|| unknown(format!("{} does not name a plan", file.display())))?;
    let beside = args.folder.parent().unwrap_or(Path::new("")).join(&name);
    [beside, args.folder.join(&name), PathBuf::from(&name)]
        .into_iter()
        .find(|path| path.is_file())
        .ok_or_else(|| unknown(format!("the plan {name} is not beside the folder")))
}

/// Where the folder says that it comes from.
fn provenance(folder: &Path) -> Option<serde_json::Value> {
    let text = fs::read_to_string(folder.join(PROVENANCE)).ok()?;
    serde_json::from_str(&text).ok()
}

fn compare(made: &Made, folder: &Path) -> Found {
    let mut found = Found {
        matches: true,
        same: 0,
        different: Vec::new(),
        missing: Vec::new(),
        other: Vec::new(),
    };
    for document in &made.documents {
        match fs::read(folder.join(&document.path)) {
            Ok(bytes) if bytes == document.bytes => found.same += 1,
            Ok(_) => found.different.push(document.path.clone()),
            Err(_) => found.missing.push(document.path.clone()),
        }
    }
    for part in ["", "tables", "figures"] {
        let files = fs::read_dir(folder.join(part))
            .into_iter()
            .flatten()
            .flatten();
        for file in files.filter(|file| file.path().is_file()) {
            let name = file.file_name().to_string_lossy().into_owned();
            let path = [part, &name].into_iter().filter(|text| !text.is_empty());
            let path: Vec<&str> = path.collect();
            let path = path.join("/");
            if !made.documents.iter().any(|document| document.path == path) {
                found.other.push(path);
            }
        }
    }
    found.other.sort_unstable();
    found.matches = found.different.is_empty() && found.missing.is_empty();
    found
}

fn words(found: &Found, folder: &Path) -> String {
    let mut text = String::new();
    for (what, files) in [
        ("different", &found.different),
        ("missing", &found.missing),
        ("not of this run", &found.other),
    ] {
        for file in files {
            text.push_str(&format!("{what}: {file}\n"));
        }
    }
    let folder = folder.display();
    let verdict = if found.matches {
        format!(
            "{folder} is what the plan and its data give: {} files, byte for byte\n",
            found.same
        )
    } else {
        format!(
            "{folder} is not what the plan and its data give: {} files are the same\n",
            found.same
        )
    };
    text.push_str(&verdict);
    text
}

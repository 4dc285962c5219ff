//! Running the binary.

use serde_json::Value;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use tempfile::TempDir;

pub(crate) struct Ran {
    pub(crate) code: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Ran {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.stdout).expect("stdout is JSON")
    }

    pub(crate) fn errors(&self) -> Vec<Value> {
        let document: Value = serde_json::from_str(&self.stderr).expect("stderr is JSON");
        document["errors"].as_array().expect("errors").clone()
    }
}

pub(crate) fn regtrial(args: &[&str]) -> Ran {
    ran(Command::new(env!("CARGO_BIN_EXE_regtrial")).args(args))
}

/// As [`regtrial`], on some cores of the machine alone.
#[cfg(target_os = "linux")]
pub(crate) fn regtrial_on(cores: &str, args: &[&str]) -> Ran {
    let binary = env!("CARGO_BIN_EXE_regtrial");
    ran(Command::new("taskset")
        .args(["-c", cores, binary])
        .args(args))
}

fn ran(command: &mut Command) -> Ran {
    let output = command
        .current_dir(root())
        .output()
        .expect("the binary runs");
    Ran {
        code: output.status.code().expect("an exit code"),
        stdout: String::from_utf8(output.stdout).expect("UTF-8"),
        stderr: String::from_utf8(output.stderr).expect("UTF-8"),
    }
}

pub(crate) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// A folder with some files.
pub(crate) fn folder(files: &[(&str, &str)]) -> TempDir {
    let folder = TempDir::new().expect("a temporary folder");
    for (name, text) in files {
        fs::write(folder.path().join(name), text).expect("a file");
    }
    folder
}

pub(crate) fn path(folder: &TempDir, name: &str) -> String {
    folder.path().join(name).to_string_lossy().into_owned()
}

/// The records of `document[key]` with a statistic and a method.
pub(crate) fn find<'a>(document: &'a Value, key: &str, statistic: &str, method: &str) -> &'a Value {
    let records = document[key].as_array().expect("records");
    records
        .iter()
        .find(|record| record["statistic"] == statistic && record["method"] == method)
        .unwrap_or_else(|| panic!("no {statistic} by {method}"))
}

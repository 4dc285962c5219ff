//! What went in: enough to tell whether a result comes from these files, this plan, this version.

use crate::{Study, StudyError, files};
use regtrial_registers::{FileLog, Problem, RegisterError, TableKind};
use regtrial_results::{Agreement, Count, MethodNote, Released};
use serde::Serialize;
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// The contents of `provenance.json`. Counts have passed disclosure control.
#[derive(Debug, Clone, Serialize)]
#[non_exhaustive]
pub struct Provenance {
    /// Schema and version of the file.
    pub schema: &'static str,
    /// Version of regtrial.
    pub version: &'static str,
    /// The plan.
    pub plan: Input,
    /// Seed of everything random.
    pub seed: u64,
    /// A rehearsal with permuted arm labels; not said of any other run.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub blind: bool,
    /// Every data file, in the order read.
    pub inputs: Vec<Input>,
    /// What happened to each register file.
    pub registers: Vec<RegisterFile>,
    /// Participants.
    pub participants: Count,
    /// The methods of the results, and what the tests of this version compared each with.
    pub methods: Vec<MethodAgreement>,
}

/// A method of the results and how far its numbers are from those of others.
#[derive(Debug, Clone, Serialize)]
#[non_exhaustive]
pub struct MethodAgreement {
    /// Its key, as `results.json` refers to it.
    pub method: String,
    /// The comparisons; empty if there is none.
    pub agreement: Vec<Agreement>,
}

/// A file and its hash.
#[derive(Debug, Clone, Serialize)]
#[non_exhaustive]
pub struct Input {
    /// Path relative to the plan.
    pub file: String,
    /// SHA-256 of its bytes.
    pub sha256: String,
    /// Size.
    pub bytes: u64,
}

/// What happened to one register file.
#[derive(Debug, Clone, Serialize)]
#[non_exhaustive]
pub struct RegisterFile {
    /// Key of the register in the plan.
    pub register: String,
    /// Path relative to the plan.
    pub file: String,
    /// Encoding found.
    pub encoding: &'static str,
    /// Delimiter found, in a text file.
    pub delimiter: Option<char>,
    /// Field to header.
    pub columns: BTreeMap<&'static str, String>,
    /// Rows in the file.
    pub rows_read: Count,
    /// Rows of the study's people.
    pub rows_of_participants: Count,
    /// Rows refused.
    pub rows_refused: Count,
    /// Rows refused by rule.
    pub refused: BTreeMap<&'static str, Count>,
    /// Rows left out or changed by a rule that is not an error.
    pub repaired: BTreeMap<&'static str, Count>,
}

impl Provenance {
    /// Hashes the inputs of a study; counts under the policy of its released results.
    ///
    /// # Errors
    /// An input that can no longer be read.
    pub fn of(study: &Study, released: &Released) -> Result<Self, StudyError> {
        let plan = study.plan();
        let folder = plan.folder();
        let mut registers = Vec::new();
        for register in &plan.registers {
            let Some(extract) = study.extracts().get(&register.key) else {
                continue;
            };
            for log in &extract.register.logs {
                registers.push(register_file(folder, &register.key, log, released));
            }
        }
        let name = plan
            .path
            .file_name()
            .map(|name| name.to_string_lossy().into_owned());
        Ok(Self {
            schema: "regtrial.provenance/1",
            version: env!("CARGO_PKG_VERSION"),
            plan: Input {
                file: name.unwrap_or_default(),
                sha256: files::hex(&Sha256::digest(plan.text.as_bytes())),
                bytes: plan.text.len() as u64,
            },
            seed: plan.seed,
            blind: plan.blind,
            inputs: inputs(study)?,
            registers,
            participants: released.count(study.people().len() as u64),
            methods: released.catalogue().methods.iter().map(agreement).collect(),
        })
    }

    /// `provenance.json`: indented, with a final newline.
    ///
    /// # Errors
    /// Never; the signature is serde's.
    pub fn to_json(&self) -> Result<String, serde_json::Error> {
        Ok(serde_json::to_string_pretty(self)? + "\n")
    }
}

fn agreement(method: &MethodNote) -> MethodAgreement {
    MethodAgreement {
        method: method.key.clone(),
        agreement: method.agreement.clone(),
    }
}

/// Every data file of a study with its hash, in the order read.
pub(crate) fn inputs(study: &Study) -> Result<Vec<Input>, StudyError> {
    let plan = study.plan();
    let folder = plan.folder();
    let mut inputs = vec![input(folder, &study.people().file)?];
    for register in &plan.registers {
        let Some(extract) = study.extracts().get(&register.key) else {
            continue;
        };
        for log in &extract.register.logs {
            inputs.push(input(folder, &log.file)?);
        }
        for file in &extract.other_files {
            inputs.push(input(folder, file)?);
        }
    }
    Ok(inputs)
}

/// The files that numbers from some of the registers are computed from: the participants, these
/// registers, and those that say who died or moved.
pub(crate) fn names(study: &Study, registers: &BTreeSet<&str>) -> Vec<String> {
    let folder = study.plan().folder();
    let mut names = vec![relative(folder, &study.people().file)];
    for (key, extract) in study.extracts() {
        let tables = extract.register.kind.tables();
        if registers.contains(key.as_str()) || tables.contains(&TableKind::PersonStatus) {
            let logs = extract.register.logs.iter().map(|log| &log.file);
            let files = logs.chain(&extract.other_files);
            names.extend(files.map(|file| relative(folder, file)));
        }
    }
    names
}

fn register_file(
    folder: &Path,
    register: &str,
    log: &FileLog,
    released: &Released,
) -> RegisterFile {
    let counts = |found: BTreeMap<&'static str, u64>| {
        found
            .into_iter()
            .map(|(rule, count)| (rule, released.count(count)))
            .collect()
    };
    RegisterFile {
        register: register.to_owned(),
        file: relative(folder, &log.file),
        encoding: log.encoding,
        delimiter: log.delimiter,
        columns: log.mapping.iter().cloned().collect(),
        rows_read: released.count(log.rows),
        rows_of_participants: released.count(log.rows_of_people),
        rows_refused: released.count(log.refused.len() as u64),
        refused: counts(log.refused_by_rule()),
        repaired: counts(log.repairs.clone()),
    }
}

fn input(folder: &Path, path: &Path) -> Result<Input, StudyError> {
    let failed = |_| {
        StudyError::from(RegisterError::from(Problem::new(
            "unreadable_file",
            path,
            "the file can no longer be read",
        )))
    };
    let hash = files::sha256(path).map_err(failed)?;
    Ok(Input {
        file: relative(folder, path),
        sha256: hash.hex,
        bytes: hash.bytes,
    })
}

fn relative(folder: &Path, path: &Path) -> String {
    path.strip_prefix(folder)
        .unwrap_or(path)
        .to_string_lossy()
        .replace('\\', "/")
}

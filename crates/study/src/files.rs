//! The files of a register: names, patterns, or a manifest.

use crate::plan::{Plan, RegisterPlan};
use regtrial_registers::{Problem, RegisterError};
use sha2::{Digest, Sha256};
use std::io::Read;
use std::path::{Path, PathBuf};

/// The main files of a register, patterns expanded and sorted, then those of its manifest.
pub(crate) fn of_register(
    plan: &Plan,
    register: &RegisterPlan,
) -> Result<Vec<PathBuf>, RegisterError> {
    let mut found = expand(plan.folder(), &register.key, &register.files)?;
    if let Some(file) = &register.manifest {
        found.extend(manifest(&plan.folder().join(file))?);
    }
    found.dedup();
    Ok(found)
}

/// Files by name or pattern.
pub(crate) fn expand(
    folder: &Path,
    register: &str,
    patterns: &[String],
) -> Result<Vec<PathBuf>, RegisterError> {
    let mut found = Vec::new();
    for pattern in patterns {
        let path = folder.join(pattern);
        if !pattern.contains(['*', '?', '[']) {
            found.push(path);
            continue;
        }
        let text = path.to_string_lossy();
        let mut matching: Vec<PathBuf> = glob::glob(&text)
            .map(|paths| paths.flatten().collect())
            .unwrap_or_default();
        matching.sort();
        if matching.is_empty() {
            let rule = format!("[registers.{register}]: no file matches the pattern");
            return Err(Problem::new("missing_file", &path, rule)
                .help("patterns are relative to study.toml")
                .into());
        }
        found.extend(matching);
    }
    Ok(found)
}

/// The files of a manifest: a path a line, relative to it, or a line of `sha256sum`, whose hash is
/// then held against the file.
fn manifest(path: &Path) -> Result<Vec<PathBuf>, RegisterError> {
    let unreadable = |_| {
        let rule = "the manifest cannot be read";
        RegisterError::from(Problem::new("missing_file", path, rule))
    };
    let text = std::fs::read_to_string(path).map_err(unreadable)?;
    let folder = path.parent().unwrap_or(Path::new(""));
    let (mut found, mut problems) = (Vec::new(), Vec::new());
    for (number, line) in (1..).zip(text.lines()) {
        let line = line.trim();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let (hash, name) = match line.split_once(char::is_whitespace) {
            Some((hash, name)) if is_sha256(hash) => (Some(hash), name.trim_start()),
            _ => (None, line),
        };
        let file = folder.join(name.strip_prefix('*').unwrap_or(name));
        let problem = match (hash, sha256(&file)) {
            (_, Err(_)) => Some(("missing_file", "the file of this line cannot be read")),
            (Some(hash), Ok(found)) if !hash.eq_ignore_ascii_case(&found.hex) => Some((
                "changed_file",
                "the file is not the one whose hash is listed",
            )),
            _ => None,
        };
        if let Some((code, rule)) = problem {
            problems.push(Problem::new(code, path, rule).at_line(number));
        }
        found.push(file);
    }
    if found.is_empty() {
        problems.push(Problem::new("no_rows", path, "the manifest lists no file"));
    }
    if problems.is_empty() {
        Ok(found)
    } else {
        Err(RegisterError::Problems(problems))
    }
}

fn is_sha256(text: &str) -> bool {
    text.len() == 64 && text.bytes().all(|b| b.is_ascii_hexdigit())
}

/// The SHA-256 of a file, in hexadecimal, and its size.
pub(crate) struct Hash {
    pub(crate) hex: String,
    pub(crate) bytes: u64,
}

pub(crate) fn sha256(path: &Path) -> std::io::Result<Hash> {
    let mut file = std::fs::File::open(path)?;
    let mut hash = Sha256::new();
    let mut buffer = vec![0; 1 << 16];
    let mut bytes = 0;
    loop {
        let count = file.read(&mut buffer)?;
        if count == 0 {
            break;
        }
        bytes += count as u64;
        hash.update(&buffer[..count]);
    }
    let hex = hex(&hash.finalize());
    Ok(Hash { hex, bytes })
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

//! Files as they really arrive.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod bytes;
mod jobs;
mod tables;

use std::path::PathBuf;
use tempfile::TempDir;

/// A file of some bytes in a folder of its own.
fn file(name: &str, bytes: &[u8]) -> (TempDir, PathBuf) {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join(name);
    std::fs::write(&path, bytes).unwrap();
    (folder, path)
}

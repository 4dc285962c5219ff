//! What the integration tests share: reference files and the tolerances of each kind of number.

mod agreement;

pub use agreement::versions;

use agreement::Checked;
use serde_json::Value;
use std::path::{Path, PathBuf};

/// Closed forms.
pub const CLOSED_FORM: f64 = 1e-12;
/// Coefficients found by iteration.
pub const COEFFICIENT: f64 = 1e-8;
/// Standard errors of iterative fits, and everything that rests on them.
pub const STANDARD_ERROR: f64 = 1e-7;

/// The repository's root.
#[must_use]
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .map(Path::to_path_buf)
        .unwrap_or_default()
}

/// The expected values of one method, `tests/reference/<method>/expected.json`.
///
/// # Panics
/// If the file cannot be read: the test then fails.
#[must_use]
#[expect(
    clippy::panic,
    reason = "a test's fixture that is missing fails the test"
)]
pub fn expected(method: &str) -> Value {
    let path = root()
        .join("tests/reference")
        .join(method)
        .join("expected.json");
    let text = std::fs::read_to_string(&path);
    let parsed = text.ok().and_then(|text| serde_json::from_str(&text).ok());
    parsed.unwrap_or_else(|| panic!("{} cannot be read", path.display()))
}

/// A number of a reference file: null is `NaN`, "Inf" infinite.
#[must_use]
pub fn number(value: &Value) -> f64 {
    match value {
        Value::Number(number) => number.as_f64().unwrap_or(f64::NAN),
        Value::String(text) if text == "Inf" => f64::INFINITY,
        Value::String(text) if text == "-Inf" => f64::NEG_INFINITY,
        _ => f64::NAN,
    }
}

pub(crate) fn number_of(text: &str) -> f64 {
    text.parse().unwrap_or(f64::NAN)
}

/// Whether `ours` agrees with `theirs`: relative, absolute near zero; undefined with undefined.
#[must_use]
pub fn agrees(ours: f64, theirs: f64, tolerance: f64) -> bool {
    if ours.is_nan() || theirs.is_nan() {
        return ours.is_nan() && theirs.is_nan();
    }
    if ours.is_infinite() || theirs.is_infinite() {
        return ours == theirs;
    }
    (ours - theirs).abs() <= tolerance * theirs.abs().max(1e-2)
}

/// Collects disagreements, so that one run shows all of them.
#[derive(Debug, Default)]
pub struct Comparison {
    failures: Vec<String>,
    checked: Vec<Checked>,
}

impl Comparison {
    /// Compares one number.
    pub fn check(&mut self, what: &str, ours: f64, theirs: f64, tolerance: f64) {
        self.checked.push(Checked {
            what: what.to_owned(),
            difference: (ours - theirs).abs() / theirs.abs().max(1e-2),
            tolerance,
        });
        if !agrees(ours, theirs, tolerance) {
            let distance = (ours - theirs).abs() / theirs.abs().max(1e-300);
            self.failures.push(format!(
                "{what}: {ours:?} against {theirs:?} ({distance:.1e})"
            ));
        }
    }

    /// Fails if anything disagreed, or if fewer than `least` numbers were compared.
    ///
    /// # Panics
    /// That is how a test fails.
    #[expect(clippy::panic, reason = "this is how a test fails")]
    pub fn finish(&self, least: usize) {
        let compared = self.checked.len();
        assert!(compared >= least, "only {compared} numbers compared");
        let count = self.failures.len();
        if count > 0 {
            let shown = self.failures.iter().take(40).cloned();
            let shown = shown.collect::<Vec<_>>().join("\n");
            panic!("{count} of {compared} numbers disagree:\n{shown}");
        }
    }

    /// The same, and holds what was compared against the table that ships with the program: the name
    /// of the test, what it compared with, and the methods that each number speaks of.
    ///
    /// # Panics
    /// That is how a test fails.
    pub fn finish_as<'a>(
        &'a self,
        test: &str,
        against: &str,
        least: usize,
        methods: impl Fn(&'a str) -> Vec<&'a str>,
    ) {
        self.finish(least);
        agreement::settle(test, against, &self.checked, methods);
    }
}

//! What a generator refuses, and why.

/// A generator's refusal.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SynthError {
    /// A setting lies outside the values the generator is defined for.
    #[error("{setting} {rule}")]
    Setting {
        /// The setting's name.
        setting: &'static str,
        /// What it must be.
        rule: String,
    },
    /// A text holds a character that the file's encoding cannot write.
    #[error("{file} holds a character that its encoding cannot write")]
    Encoding {
        /// The file, relative to the data set.
        file: String,
    },
    /// A file cannot be written.
    #[error("{file} cannot be written: {reason}")]
    Write {
        /// The file, relative to the data set.
        file: String,
        /// What the system said.
        reason: std::io::ErrorKind,
    },
}

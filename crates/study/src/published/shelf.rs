//! The manifests that ship with the program, in the program.

use super::Manifest;
use crate::StudyError;
use std::path::Path;

/// The published studies that are built in.
#[derive(Debug, Clone, Copy)]
pub struct Shelf;

macro_rules! manifests {
    ($($key:literal),* $(,)?) => {
        /// Key and text of every manifest, in the order of the list of studies.
        const MANIFESTS: &[(&str, &str)] = &[$((
            $key,
            include_str!(concat!("../../../../data-samples/published/", $key, "/manifest.toml")),
        )),*];
    };
}

manifests![
    "ips-moho",
    "hekta",
    "lones",
    "inklusion",
    "sherpa",
    "effect-evaluation",
    "seed",
    "ips-in-pain",
    "fidelity",
    "evidence",
    "trials",
];

/// The trials that the manifests share.
const TRIALS: &str = include_str!("../../../../data-samples/published/evidence/ips-trials.csv");

impl Shelf {
    /// Keys of the studies.
    pub fn keys() -> impl Iterator<Item = &'static str> {
        MANIFESTS.iter().map(|(key, _)| *key)
    }

    /// The trials of `data-samples/published/evidence/ips-trials.csv`.
    #[must_use]
    pub fn trials() -> &'static str {
        TRIALS
    }

    /// A study by its key; `None` if there is none.
    ///
    /// # Errors
    /// Those of [`Manifest::read`]: a fault of ours, which a test excludes.
    pub fn embedded(key: &str) -> Result<Option<Manifest>, StudyError> {
        let Some((key, text)) = MANIFESTS.iter().find(|(name, _)| *name == key) else {
            return Ok(None);
        };
        let file = format!("{key}/manifest.toml");
        Manifest::parse(key, Path::new(&file), text, |_| Ok(TRIALS.to_owned())).map(Some)
    }
}

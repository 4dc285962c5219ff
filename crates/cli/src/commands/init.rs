//! `regtrial init`: a study to start from.

use crate::Outcome;
use crate::args::InitArgs;
use crate::failure::Failure;
use regtrial_synth::hekta::{Settings, generate};
use std::fs;

/// The plan of the shipped sample, whose data the generator writes again.
const PLAN: &str = include_str!("../../../../data-samples/hekta/study.toml");

pub(crate) fn run(args: &InitArgs) -> Result<Outcome, Failure> {
    let study = generate(&Settings::default())
        .map_err(|error| Failure::message("internal", error.to_string()))?;
    let plan = PLAN.replace(
        "regtrial run data-samples/hekta/study.toml",
        "regtrial run study.toml",
    );
    let mut files: Vec<(&str, &[u8])> = vec![("study.toml", plan.as_bytes())];
    files.extend(
        study
            .files
            .iter()
            .map(|file| (file.path.as_str(), file.bytes.as_slice())),
    );
    if let Some((name, _)) = files
        .iter()
        .find(|(name, _)| args.folder.join(name).exists())
    {
        let rule = format!("{} is there already", args.folder.join(name).display());
        return Err(Failure::message("output", rule).with_help("choose an empty folder"));
    }
    for (name, bytes) in &files {
        let path = args.folder.join(name);
        let parent = path.parent().unwrap_or(&args.folder);
        fs::create_dir_all(parent)
            .and_then(|()| fs::write(&path, bytes))
            .map_err(|error| Failure::write(&path.display().to_string(), &error))?;
    }
    if !args.output.quiet {
        let plan = args.folder.join("study.toml");
        anstream::eprintln!(
            "{} files of a synthetic study; now: regtrial run {}",
            files.len(),
            plan.display()
        );
    }
    Ok(Outcome::Fine)
}

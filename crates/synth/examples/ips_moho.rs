//! Writes the synthetic cohort "ips-moho" into a directory:
//! `cargo run -p regtrial-synth --example ips_moho -- data-samples/ips-moho`.
#![expect(clippy::print_stderr, reason = "an example is a program")]

use regtrial_synth::ips_moho::{SEED, participants};
use std::error::Error;
use std::path::PathBuf;

fn main() -> Result<(), Box<dyn Error>> {
    let directory = std::env::args_os()
        .nth(1)
        .ok_or("the first argument must be a directory")?;
    let path = PathBuf::from(directory).join("participants.csv");
    std::fs::write(&path, participants(SEED))?;
    eprintln!("{}", path.display());
    Ok(())
}

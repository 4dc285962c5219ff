//! Writes the synthetic trial "hekta" into a directory:
//! `cargo run -p regtrial-synth --example hekta -- data-samples/hekta`.
#![expect(clippy::print_stderr, reason = "an example is a program")]

use std::error::Error;
use std::path::PathBuf;

use regtrial_synth::hekta::{Settings, generate};

fn main() -> Result<(), Box<dyn Error>> {
    let directory = std::env::args_os()
        .nth(1)
        .ok_or("the first argument must be a directory")?;
    let directory = PathBuf::from(directory);
    for file in generate(&Settings::default())?.files {
        let path = directory.join(&file.path);
        if let Some(parent) = path.parent() {
            std::fs::create_dir_all(parent)?;
        }
        std::fs::write(&path, &file.bytes)?;
        eprintln!("{}: {} bytes", path.display(), file.bytes.len());
    }
    Ok(())
}

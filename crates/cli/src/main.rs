//! The `regtrial` binary: everything lives in the library beside it.

use std::process::ExitCode;

fn main() -> ExitCode {
    regtrial_cli::main()
}

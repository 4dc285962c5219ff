//! A bar on stderr while extracts are read, if stderr is a terminal and it takes long enough.

use regtrial_registers::Progress;
use std::io::{IsTerminal, Write};
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::time::Duration;

const WIDTH: usize = 40;
/// Nothing is shown of what takes less.
const PATIENCE: Duration = Duration::from_millis(500);
const EVERY: Duration = Duration::from_millis(100);

/// Runs `work`, showing how many of `total` bytes it has read.
pub(crate) fn shown<T>(
    what: &str,
    total: u64,
    quiet: bool,
    work: impl FnOnce(&Progress) -> T,
) -> T {
    let progress = Progress::default();
    if quiet || !std::io::stderr().is_terminal() {
        return work(&progress);
    }
    let (done, waiting) = channel::<()>();
    std::thread::scope(|scope| {
        let progress = &progress;
        scope.spawn(move || {
            let mut wait = PATIENCE;
            while waiting.recv_timeout(wait) == Err(RecvTimeoutError::Timeout) {
                wait = EVERY;
                draw(what, progress.bytes(), total);
            }
            if wait == EVERY {
                // The line is wiped: what follows starts at its beginning.
                eprint_now("\r\x1b[2K");
            }
        });
        let result = work(progress);
        drop(done);
        result
    })
}

fn draw(what: &str, bytes: u64, total: u64) {
    let share = if total == 0 {
        0.0
    } else {
        (bytes as f64 / total as f64).min(1.0)
    };
    let full = (share * WIDTH as f64) as usize;
    let bar = "━".repeat(full) + &" ".repeat(WIDTH - full);
    let megabytes = |bytes: u64| bytes / 1_000_000;
    eprint_now(&format!(
        "\r{what} {bar} {} of {} MB",
        megabytes(bytes),
        megabytes(total.max(bytes))
    ));
}

/// A bar that cannot be shown is no reason to stop.
fn eprint_now(text: &str) {
    let mut stderr = anstream::stderr();
    let _ = stderr
        .write_all(text.as_bytes())
        .and_then(|()| stderr.flush());
}

//! What one command costs: wall time, peak memory, instructions.

use std::fs;
use std::io::{self, Read};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// How instructions are counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Counter {
    /// By the processor, through `perf stat`.
    Perf,
    /// By `valgrind --tool=cachegrind`, some fifty times slower.
    Cachegrind,
    /// Not on this machine.
    None,
}

impl Counter {
    /// The best that this machine allows.
    #[must_use]
    pub fn available() -> Self {
        let perf = Command::new("perf")
            .args(["stat", "-x,", "-e", "instructions:u", "true"])
            .output();
        if perf.is_ok_and(|told| told.status.success() && counted(&told.stderr).is_some()) {
            return Self::Perf;
        }
        let valgrind = Command::new("valgrind").arg("--version").output();
        match valgrind {
            Ok(told) if told.status.success() => Self::Cachegrind,
            _ => Self::None,
        }
    }

    /// Its name in the baseline.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Perf => "perf",
            Self::Cachegrind => "cachegrind",
            Self::None => "cannot be counted here (neither perf nor valgrind)",
        }
    }
}

/// What a command cost.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Cost {
    /// Wall time.
    pub seconds: f64,
    /// Largest resident memory seen, as the kernel tells it every few milliseconds; 0 where it does not.
    pub megabytes: f64,
    /// Instructions, where they can be counted.
    pub instructions: Option<u64>,
}

/// Runs a command as it is for time and memory, and again for its instructions.
///
/// # Errors
/// A command that cannot be started or fails.
pub fn measure(mut command: Command, counter: Counter, folder: &Path) -> io::Result<Cost> {
    let start = Instant::now();
    let mut child = command.stdout(Stdio::null()).spawn()?;
    let megabytes = peak(&mut child)?;
    let seconds = start.elapsed().as_secs_f64();
    let instructions = match counter {
        Counter::Perf => perf(&command)?,
        Counter::Cachegrind => cachegrind(&command, folder)?,
        Counter::None => None,
    };
    Ok(Cost {
        seconds,
        megabytes,
        instructions,
    })
}

/// Waits for a process; its peak memory.
fn peak(child: &mut Child) -> io::Result<f64> {
    let status = format!("/proc/{}/status", child.id());
    let mut most: f64 = 0.0;
    loop {
        if let Some(ended) = child.try_wait()? {
            return match ended.success() {
                true => Ok(most),
                false => Err(io::Error::other("a command failed")),
            };
        }
        let text = fs::read_to_string(&status).unwrap_or_default();
        let line = text.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        let kilobytes = line.and_then(|line| line.split_whitespace().next()?.parse::<f64>().ok());
        most = most.max(kilobytes.unwrap_or(0.0) / 1024.0);
        std::thread::sleep(Duration::from_millis(2));
    }
}

/// The same command, started by another program.
fn under(program: &str, arguments: &[&str], command: &Command) -> Command {
    let mut outer = Command::new(program);
    outer.args(arguments).arg(command.get_program());
    outer.args(command.get_args());
    if let Some(folder) = command.get_current_dir() {
        outer.current_dir(folder);
    }
    outer.stdout(Stdio::null());
    outer
}

fn perf(command: &Command) -> io::Result<Option<u64>> {
    let mut outer = under("perf", &["stat", "-x,", "-e", "instructions:u"], command);
    let told = outer.stderr(Stdio::piped()).output()?;
    Ok(counted(&told.stderr))
}

/// The count in what `perf stat -x,` tells.
fn counted(told: &[u8]) -> Option<u64> {
    let text = String::from_utf8_lossy(told);
    let line = text.lines().find(|line| line.contains("instructions"))?;
    line.split(',').next()?.trim().parse().ok()
}

fn cachegrind(command: &Command, folder: &Path) -> io::Result<Option<u64>> {
    let out = folder.join("cachegrind.out");
    let file = format!("--cachegrind-out-file={}", out.display());
    let arguments = ["--tool=cachegrind", "--cache-sim=no", "-q", &file];
    let mut outer = under("valgrind", &arguments, command);
    outer.stderr(Stdio::null()).status()?;
    let mut text = String::new();
    fs::File::open(&out)?.read_to_string(&mut text)?;
    let line = text.lines().find_map(|line| line.strip_prefix("summary:"));
    Ok(line.and_then(|line| line.split_whitespace().next()?.parse().ok()))
}

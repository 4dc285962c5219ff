//! The worked examples of docs/guides: every command is run, and shows what the guide says it shows.
//!
//! In a block ```` ```sh ```` a line that begins with `regtrial` is a command, run in the repository's root. `# shows: TEXT`
//! after it asks for TEXT in what it prints (runs of blanks count as one), `# exit: N` for another exit code
//! than 0. What `--out`, `--rows`, `--forest`, `--funnel` and `--figure` write goes to a temporary folder, and later commands of the guide find it there.

use crate::support::{path, regtrial, root};
use std::collections::BTreeMap;
use tempfile::TempDir;

/// A command with what is asked of it.
struct Command {
    line: String,
    exit: i32,
    shows: Vec<String>,
}

fn commands(guide: &str) -> Vec<Command> {
    let file = root().join("docs/guides").join(guide);
    let text = std::fs::read_to_string(&file).expect("the guide");
    let mut found: Vec<Command> = Vec::new();
    let mut within = false;
    for line in text.lines().map(str::trim) {
        if line.starts_with("```") {
            within = line == "```sh";
        } else if within && line.starts_with("regtrial ") {
            found.push(Command {
                line: line.to_owned(),
                exit: 0,
                shows: Vec::new(),
            });
        } else if let (true, Some(last)) = (within, found.last_mut()) {
            if let Some(text) = line.strip_prefix("# shows: ") {
                last.shows.push(text.to_owned());
            } else if let Some(code) = line.strip_prefix("# exit: ") {
                last.exit = code.parse().expect("an exit code");
            }
        }
    }
    found
}

/// Words of a command line; double quotes hold words together.
fn words(line: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut quoted = false;
    for c in line.chars() {
        match c {
            '"' => quoted = !quoted,
            ' ' if !quoted => words.push(String::new()),
            _ => words.last_mut().expect("a word").push(c),
        }
    }
    words.retain(|word| !word.is_empty());
    words
}

fn blanks(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn run(guide: &str, least: usize) {
    let folder = TempDir::new().expect("a temporary folder");
    let mut written: BTreeMap<String, String> = BTreeMap::new();
    let commands = commands(guide);
    assert!(
        commands.len() >= least,
        "{guide}: only {} commands",
        commands.len()
    );
    for command in commands {
        let mut words = words(&command.line);
        for i in 1..words.len() {
            if ["--out", "--rows", "--forest", "--funnel", "--figure"]
                .contains(&words[i - 1].as_str())
            {
                let at = path(&folder, &words[i].replace('/', "_"));
                written.insert(words[i].clone(), at);
            }
            if let Some(at) = written.get(&words[i]) {
                words[i] = at.clone();
            }
        }
        let args: Vec<&str> = words[1..].iter().map(String::as_str).collect();
        let ran = regtrial(&args);
        assert_eq!(
            ran.code, command.exit,
            "{guide}: {}\n{}",
            command.line, ran.stderr
        );
        let said = blanks(&format!("{}\n{}", ran.stdout, ran.stderr));
        for shown in &command.shows {
            assert!(
                said.contains(&blanks(shown)),
                "{guide}: {}\nshows no `{shown}`:\n{said}",
                command.line
            );
        }
    }
}

#[test]
fn ips_moho() {
    run("ips-moho.md", 8);
}

#[test]
fn hekta_and_lones() {
    run("hekta-lones.md", 16);
}

#[test]
fn inklusion_and_sherpa() {
    run("inklusion-sherpa.md", 5);
}

#[test]
fn effect_evaluation() {
    run("effect-evaluation.md", 7);
}

#[test]
fn evidence() {
    run("evidence.md", 6);
}

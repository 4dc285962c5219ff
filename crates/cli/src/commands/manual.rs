//! `regtrial man` and `regtrial completions`: what shells and readers know of the commands.

use crate::args::{Arguments, ManArgs};
use crate::failure::Failure;
use crate::{Outcome, output};
use clap::{Command, CommandFactory};
use std::fs;

/// Completions of every command and flag for a shell.
pub(crate) fn completions(shell: clap_complete::Shell) -> Result<Outcome, Failure> {
    let mut text = Vec::new();
    clap_complete::generate(shell, &mut Arguments::command(), "regtrial", &mut text);
    output::write(None, &String::from_utf8_lossy(&text))?;
    Ok(Outcome::Fine)
}

/// One page on stdout, or the pages of all commands in a folder.
pub(crate) fn man(args: &ManArgs) -> Result<Outcome, Failure> {
    let mut all = Arguments::command();
    all.build();
    if let Some(folder) = &args.out {
        let name = folder.display().to_string();
        fs::create_dir_all(folder).map_err(|error| Failure::write(&name, &error))?;
        let mut pages = Vec::new();
        every_page(&all, "regtrial", &mut pages)?;
        for (page, text) in pages {
            let file = folder.join(format!("{page}.1"));
            fs::write(&file, text)
                .map_err(|error| Failure::write(&file.display().to_string(), &error))?;
        }
        return Ok(Outcome::Fine);
    }
    let mut command = &all;
    let mut name = "regtrial".to_owned();
    for word in &args.command {
        command = command.find_subcommand(word).ok_or_else(|| {
            let rule = format!("`{name}` has no command `{word}`");
            Failure::message("usage", rule).with_help("regtrial help lists the commands")
        })?;
        name = format!("{name}-{}", command.get_name());
    }
    output::write(None, &page(command, &name)?)?;
    Ok(Outcome::Fine)
}

/// The page of a command and those of its subcommands, by name.
fn every_page(
    command: &Command,
    name: &str,
    pages: &mut Vec<(String, String)>,
) -> Result<(), Failure> {
    pages.push((name.to_owned(), page(command, name)?));
    let inner = command.get_subcommands();
    for inner in inner.filter(|inner| inner.get_name() != "help") {
        every_page(inner, &format!("{name}-{}", inner.get_name()), pages)?;
    }
    Ok(())
}

fn page(command: &Command, name: &str) -> Result<String, Failure> {
    let mut text = Vec::new();
    clap_mangen::Man::new(command.clone())
        .title(name)
        .render(&mut text)
        .map_err(|_| Failure::message("output", "the manual page cannot be written"))?;
    Ok(String::from_utf8_lossy(&text).into_owned())
}

//! `[people]`: the participant list.

use super::section::Section;
use regtrial_registers::{Exit, PeopleOptions};
use std::collections::BTreeMap;
use std::path::PathBuf;

pub(super) fn read(root: &Section<'_>) -> Option<(PathBuf, PeopleOptions, Vec<String>)> {
    let section = root.required_section("people")?;
    let file = section.required_string("file").map(PathBuf::from);
    let mut options = PeopleOptions {
        id: section.string("id"),
        index_date: section.string("index_date"),
        arm: arm(&section),
        exits: exits(&section),
        ..PeopleOptions::default()
    };
    if let Some(missing) = section.string_list("missing") {
        options.read.missing = missing;
    }
    for column in section.string_list("text").unwrap_or_default() {
        options.read = options.read.with_text(&column);
    }
    options.not_identifiers = section.string_list("not_identifiers").unwrap_or_default();
    let strata = section.string_list("strata").unwrap_or_default();
    section.finish();
    Some((file?, options, strata))
}

/// `arm = "column"` or `arm = { column = "...", order = [...] }`.
fn arm(section: &Section<'_>) -> Option<(String, Vec<String>)> {
    if !section.has("arm") {
        return None;
    }
    if let Some(arm) = section.section_or_string("arm") {
        return match arm {
            Err(column) => Some((column, Vec::new())),
            Ok(table) => {
                let column = table.required_string("column");
                let order = table.string_list("order").unwrap_or_default();
                if order
                    .iter()
                    .enumerate()
                    .any(|(i, arm)| order[..i].contains(arm))
                {
                    table.problem_at(
                        "order",
                        "bad_value",
                        "`people.arm.order` names an arm twice",
                    );
                }
                table.finish();
                column.map(|column| (column, order))
            }
        };
    }
    None
}

fn exits(section: &Section<'_>) -> BTreeMap<Exit, String> {
    let mut exits = BTreeMap::new();
    let Some(status) = section.section("status") else {
        return exits;
    };
    for (key, exit) in [
        ("death", Exit::Death),
        ("emigrated", Exit::Emigration),
        ("withdrawn", Exit::Withdrawal),
    ] {
        if let Some(column) = status.string(key) {
            exits.insert(exit, column);
        }
    }
    status.finish();
    exits
}

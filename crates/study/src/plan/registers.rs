//! `[registers.*]`: extracts, what they cover, how they are written, and who was looked up.

use super::section::Section;
use regtrial_outcomes::calendar::day;
use regtrial_outcomes::span::Span;
use regtrial_registers::{DateOrder, Day, DecimalMark, Ends, RegisterKind, RegisterOptions};
use std::collections::BTreeMap;
use std::path::PathBuf;

/// Who was looked up in a register: only then does no row mean that there is nothing to report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Linkage {
    /// The people of a list, relative to the plan.
    List(PathBuf),
    /// Everyone, as the plan declares.
    Everyone,
    /// The plan does not say: who has a row was looked up, of others it is not known.
    Undeclared,
}

/// One register's extract.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct RegisterPlan {
    /// Key in the plan.
    pub key: String,
    /// Files or patterns, relative to the plan.
    pub files: Vec<String>,
    /// A list of files, relative to the plan; its lines are relative to itself.
    pub manifest: Option<PathBuf>,
    /// Files or patterns of each further part.
    pub parts: BTreeMap<&'static str, Vec<String>>,
    /// Days the register covers.
    pub cover: Span,
    /// First day of which the register's data may still change.
    pub provisional_from: Option<Day>,
    /// Who was looked up.
    pub linked: Linkage,
    /// First days of a new way of recording: follow-up across them needs thought.
    pub breaks: Vec<Day>,
    /// How to read the files, the files themselves not yet looked for.
    pub options: RegisterOptions,
}

/// Breaks in AA-registeret: its first day, A-ordningen, and two later changes of reporting.
const AA_BREAKS: [(i32, u32); 4] = [(2010, 3), (2015, 1), (2019, 3), (2021, 1)];

pub(super) fn read(root: &Section<'_>) -> Vec<RegisterPlan> {
    root.sections("registers")
        .into_iter()
        .filter_map(|(key, section)| {
            let plan = one(key, &section);
            section.finish();
            plan
        })
        .collect()
}

fn one(key: String, section: &Section<'_>) -> Option<RegisterPlan> {
    let names: Vec<&str> = RegisterKind::NAMED.iter().map(|(name, _)| *name).collect();
    section.required_string("kind");
    let kind = section.choice("kind", &names);
    let kind = kind.and_then(|kind| RegisterKind::named(&kind));
    let manifest = section.string("manifest").map(PathBuf::from);
    let files = section.one_or_more("files").unwrap_or_default();
    if files.is_empty() && manifest.is_none() {
        let rule = format!("`{}.files` must list at least one file", section.name);
        section.problem_at("files", "missing_key", rule);
    }
    let (cover, provisional_from) = cover(section).unwrap_or((Span::new(0, 0), None));
    let linked = match section.string("linked") {
        Some(declared) if declared == "everyone" => Linkage::Everyone,
        Some(file) => Linkage::List(PathBuf::from(file)),
        None => Linkage::Undeclared,
    };
    let kind = kind.unwrap_or_else(|| {
        section.use_all();
        RegisterKind::Spells
    });
    let mut options = RegisterOptions::new(kind, Vec::new(), cover.start, cover.end - 1);
    options.columns = section
        .section("columns")
        .map(|columns| columns.strings_map())
        .unwrap_or_default();
    options.dates = named(section, "dates", &DateOrder::NAMED);
    options.decimal = named(
        section,
        "decimal",
        &[(",", DecimalMark::Comma), (".", DecimalMark::Point)],
    );
    // A key that the kind has no use for stays unread, and so is reported as unknown.
    if kind.has_ends()
        && let Some(ends) = named(section, "ends", &Ends::NAMED)
    {
        options.ends = ends;
    }
    if kind == RegisterKind::Dream
        && let Some(year) = section.integer("pivot_year", 0, 100)
    {
        options.pivot_year = year as u32;
    }
    if kind == RegisterKind::AaNav {
        let days = section.integer("merge_gaps", 0, 366);
        options.merge_gaps = days.map(|days| days as u32);
    }
    options.not_identifiers = section.string_list("not_identifiers").unwrap_or_default();
    options.max_refused_share = section.fraction("max_refused_share").unwrap_or(0.0);
    let mut parts = BTreeMap::new();
    for (name, _) in kind.parts() {
        if let Some(files) = section.one_or_more(name) {
            parts.insert(*name, files);
        }
    }
    let aa = matches!(kind, RegisterKind::AaNav | RegisterKind::AaSsb);
    let known = AA_BREAKS
        .iter()
        .filter_map(|&(year, month)| day(year, month, 1));
    let breaks = match section.dates("breaks") {
        Some(declared) => declared,
        None if aa => known.collect(),
        None => Vec::new(),
    };
    Some(RegisterPlan {
        key,
        files,
        manifest,
        parts,
        cover,
        provisional_from,
        linked,
        breaks,
        options,
    })
}

/// The days covered, and the first day of which the data are provisional.
fn cover(section: &Section<'_>) -> Option<(Span, Option<Day>)> {
    let covers = section.required_section("covers")?;
    let (from, to) = (covers.date("from"), covers.date("to"));
    let provisional = match covers.has("provisional_from") {
        true => covers.date("provisional_from"),
        false => None,
    };
    covers.finish();
    let (from, to) = (from?, to?);
    if to < from {
        covers.problem("bad_value", covers.span.clone(), "`to` lies before `from`");
    } else if provisional.is_some_and(|day| day < from || day > to) {
        let rule = "`provisional_from` lies outside the days covered";
        covers.problem_at("provisional_from", "bad_value", rule);
    }
    Some((Span::closed(from, to), provisional))
}

/// One of a few declarations, by name.
fn named<T: Copy>(section: &Section<'_>, key: &str, known: &[(&str, T)]) -> Option<T> {
    let names: Vec<&str> = known.iter().map(|(name, _)| *name).collect();
    let choice = section.choice(key, &names)?;
    let found = known.iter().find(|(name, _)| *name == choice);
    found.map(|(_, value)| *value)
}

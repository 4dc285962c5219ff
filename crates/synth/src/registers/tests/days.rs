//! Rows to sets of days, and sets of days to outcomes, one day after the other.

use super::reading::{Files, NamedRow, table, tables};
use super::{Kind, Mess, Settings};
use chrono::{Datelike, NaiveDate, Weekday};
use std::collections::{BTreeMap, BTreeSet};

pub(super) type Days = BTreeSet<NaiveDate>;
/// Days by person.
type Sets = BTreeMap<String, Days>;

fn ymd(year: i32, month: u32, day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(year, month, day).unwrap()
}

/// A date in any of the ways in which the files write it.
fn date(cell: &str) -> Option<NaiveDate> {
    if cell.is_empty() || cell.contains("9999") {
        return None;
    }
    let formats = ["%Y-%m-%d", "%d.%m.%Y", "%Y%m%d", "%d%b%Y"];
    let found = formats
        .iter()
        .find_map(|format| NaiveDate::parse_from_str(cell, format).ok());
    Some(found.unwrap_or_else(|| panic!("no date: {cell}")))
}

fn number(cell: &str) -> f64 {
    cell.replace(',', ".").parse().unwrap()
}

/// Every day from the first to the last; nothing if the last lies before the first.
fn between(first: NaiveDate, last: NaiveDate) -> impl Iterator<Item = NaiveDate> {
    first.iter_days().take_while(move |day| *day <= last)
}

fn month(year: i32, month: u32) -> impl Iterator<Item = NaiveDate> {
    between(
        ymd(year, month, 1),
        ymd(
            year,
            month,
            31 - (0..4)
                .find(|short| NaiveDate::from_ymd_opt(year, month, 31 - short).is_some())
                .unwrap(),
        ),
    )
}

/// Who is seen when.
pub(super) struct Observed {
    people: BTreeMap<String, NamedRow>,
    linked: BTreeSet<String>,
    died: BTreeMap<String, NaiveDate>,
    /// Days abroad.
    abroad: Sets,
    cover: (NaiveDate, NaiveDate),
}

impl Observed {
    pub(super) fn read(files: &Files, settings: &Settings) -> Self {
        let people = table(files, "participants.csv");
        let linked = table(files, "linked-ids.csv");
        let mut died = BTreeMap::new();
        let mut abroad = Sets::new();
        let mut events: Vec<(String, NaiveDate, String)> = Vec::new();
        if settings.kinds.contains(&Kind::PersonStatus) {
            for row in table(files, "person-status/status.csv") {
                let day = date(&row["date"]).unwrap();
                events.push((row["person"].clone(), day, row["event"].clone()));
            }
        } else {
            for row in &people {
                for (column, event) in [("died", "death"), ("emigrated", "emigration")] {
                    if let Some(day) = date(&row[column]) {
                        events.push((row["lopenr"].clone(), day, event.to_owned()));
                    }
                }
            }
        }
        events.sort();
        for (person, day, event) in events {
            let away = abroad.entry(person.clone()).or_default();
            match event.as_str() {
                "death" => {
                    died.insert(person, day);
                }
                "emigration" => away.extend(between(day, settings.to)),
                _ => away.retain(|other| *other < day),
            }
        }
        let of_id = |row: NamedRow| (row["lopenr"].clone(), row);
        Self {
            people: people.into_iter().map(of_id).collect(),
            linked: linked.iter().map(|row| row["lopenr"].clone()).collect(),
            died,
            abroad,
            cover: (settings.from, settings.to),
        }
    }

    /// An outcome of a person who is in the state on some days.
    pub(super) fn value(&self, id: &str, taken: &str, days: &Days) -> Option<usize> {
        let index = date(&self.people[id]["randomised"]).unwrap();
        if !self.linked.contains(id) {
            return None;
        }
        let state = |day: NaiveDate| -> Option<bool> {
            if self.died.get(id).is_some_and(|died| *died < day) {
                return Some(false);
            }
            let away = self.abroad.get(id).is_some_and(|away| away.contains(&day));
            let covered = self.cover.0 <= day && day <= self.cover.1;
            (covered && !away).then(|| days.contains(&day))
        };
        let landmark = |months: u32| {
            let month = index.month0() + months;
            let (year, month) = (index.year() + (month / 12) as i32, month % 12 + 1);
            (0..4)
                .find_map(|less| NaiveDate::from_ymd_opt(year, month, index.day() - less))
                .unwrap()
        };
        match taken {
            "status_6m" => return state(landmark(6)).map(usize::from),
            "status_12m" => return state(landmark(12)).map(usize::from),
            "status_18m" => return state(landmark(18)).map(usize::from),
            _ => {}
        }
        let window = index.iter_days().take_while(|day| *day < landmark(18));
        let states: Option<Vec<bool>> = window.map(state).collect();
        let count = states?.iter().filter(|state| **state).count();
        Some(if taken == "ever_18m" {
            usize::from(count > 0)
        } else {
            count
        })
    }
}

/// The days of everybody in the state of every endpoint.
pub(super) fn day_sets(files: &Files, settings: &Settings) -> BTreeMap<&'static str, Sets> {
    let mut all: BTreeMap<&'static str, Sets> = BTreeMap::new();
    // Days on which a cell that the rule asks for is missing: they must change nothing.
    let mut unknown: Vec<(&'static str, String, Days)> = Vec::new();
    let mut add = |endpoint: &'static str, id: &str, days: &mut dyn Iterator<Item = NaiveDate>| {
        let sets = all.entry(endpoint).or_default();
        sets.entry(id.to_owned()).or_default().extend(days);
    };
    let end = |cell: &str| date(cell).unwrap_or(settings.to);
    let has = |kind| settings.kinds.contains(&kind);
    for endpoint in [
        "jobs",
        "jobs_half",
        "ssb",
        "npr",
        "npr_tsb",
        "npr_alcohol",
        "npr_bed",
        "kpr",
        "kpr_visits",
        "kpr_p76",
        "kuhr",
        "kuhr_visits",
        "kuhr_p76",
        "aap",
        "ufp",
        "sp",
        "arbsok",
        "shj",
        "dream",
        "dream_flex",
        "bfl",
        "measure",
        "ips",
        "spells",
    ] {
        add(endpoint, "", &mut std::iter::empty());
    }
    if has(Kind::AaNav) {
        for row in table(files, "aa-nav/arbeidsforhold.csv") {
            let kind = row["type.kode"].as_str();
            let counts = ["ordinaertArbeidsforhold", "maritimtArbeidsforhold"].contains(&kind);
            if !counts || row["sluttaarsak"] == "arbeidsforholdetSkulleAldriVaertRapportert" {
                continue;
            }
            let start = date(&row["ansettelsesperiode.startdato"]).unwrap();
            let last = end(&row["ansettelsesperiode.sluttdato"]);
            add("jobs", &row["lopenr"], &mut between(start, last));
            let percent = number(&row["avtaltstillingsprosent"]);
            if percent > 200.0 {
                let days = between(start, last).collect();
                unknown.push(("jobs_half", row["lopenr"].clone(), days));
            } else if percent >= 50.0 {
                add("jobs_half", &row["lopenr"], &mut between(start, last));
            }
        }
    }
    if has(Kind::Spells) {
        for row in table(files, "spells/spells.csv") {
            if ["ordinary", "maritime"].contains(&row["type"].as_str()) && row["subsidised"] == "no"
            {
                let last = end(&row["end"]);
                add(
                    "spells",
                    &row["person"],
                    &mut between(date(&row["start"]).unwrap(), last),
                );
            }
        }
    }
    if has(Kind::AaSsb) {
        for row in tables(files, "aa-ssb/") {
            if row["arb_arbmark_status"] != "1" || !["1", "2"].contains(&row["arb_type"].as_str()) {
                continue;
            }
            let first = date(&row["edag_periode"]).unwrap();
            let sixteenth = ymd(first.year(), first.month(), 16).week(Weekday::Mon);
            let start = date(&row["arb_start"]).unwrap();
            let last = date(&row["arb_slutt"]).unwrap_or(NaiveDate::MAX);
            if start <= sixteenth.last_day() && sixteenth.first_day() <= last {
                add(
                    "ssb",
                    &row["lopenr_person"],
                    &mut month(first.year(), first.month()),
                );
            }
        }
    }
    if has(Kind::Bfl) {
        for row in tables(files, "bfl/") {
            let (y, m) = row["year_month"].split_once('-').unwrap();
            let days = || month(y.parse().unwrap(), m.parse().unwrap());
            if number(&row["pay"]) > 0.0 {
                add("bfl", &row["person"], &mut days());
            } else {
                unknown.push(("bfl", row["person"].clone(), days().collect()));
            }
        }
    }
    if has(Kind::Npr) {
        hospital(files, settings, &mut add);
    }
    if has(Kind::Kpr) {
        let mut bills = BTreeMap::new();
        for row in table(files, "kpr/enkeltregning.csv") {
            let day = date(&row["dato"]).unwrap();
            add("kpr", &row["kpr_lnr"], &mut between(day, day));
            bills.insert(
                row["enkeltregning_lnr"].clone(),
                (row["kpr_lnr"].clone(), day),
            );
        }
        for row in table(files, "kpr/diagnose.csv") {
            let (id, day) = &bills[&row["enkeltregning_lnr"]];
            if row["diagnosekode"] == "P76" {
                add("kpr_p76", id, &mut between(*day, *day));
            }
        }
        for row in table(files, "kpr/takst.csv") {
            let (id, day) = &bills[&row["enkeltregning_lnr"]];
            if row["takstkode"].to_lowercase() == "2ad" {
                add("kpr_visits", id, &mut between(*day, *day));
            }
        }
    }
    if has(Kind::Kuhr) {
        for row in tables(files, "kuhr/") {
            let (y, m) = row["mned"].split_once('-').unwrap();
            let days = || month(y.parse().unwrap(), m.parse().unwrap());
            let id = &row["pasientlopenummer"];
            add("kuhr", id, &mut days());
            if row["takstkode"]
                .to_lowercase()
                .split(',')
                .any(|c| c == "2ad")
            {
                add("kuhr_visits", id, &mut days());
            }
            if row["diagnose"].split(',').any(|code| code == "P76") {
                add("kuhr_p76", id, &mut days());
            }
        }
    }
    if has(Kind::FdTrygd) {
        benefits(files, settings, &mut add);
    }
    if has(Kind::Dream) {
        let codebook: BTreeMap<String, String> = table(files, "dream/dream-codes.csv")
            .iter()
            .map(|row| (row["code"].clone(), row["group"].clone()))
            .collect();
        for row in table(files, "dream/dream.csv") {
            for (column, code) in row.iter().filter(|(column, _)| column.starts_with("y_")) {
                let (yy, ww) = column[2..].split_at(2);
                let yy: i32 = yy.parse().unwrap();
                let year = if yy < 90 { 2000 + yy } else { 1900 + yy };
                let monday = NaiveDate::from_isoywd_opt(year, ww.parse().unwrap(), Weekday::Mon);
                let week = || monday.unwrap().iter_days().take(7);
                let group = codebook.get(code).map(String::as_str);
                if matches!(group, Some("sick pay" | "cash benefit")) {
                    add("dream", &row["person"], &mut week());
                }
                if group == Some("flex job") {
                    add("dream_flex", &row["person"], &mut week());
                }
            }
        }
    }
    if has(Kind::NavMeasures) {
        for row in table(files, "nav-measures/tiltak.csv") {
            let (start, last) = (date(&row["start"]).unwrap(), end(&row["end"]));
            add("measure", &row["person"], &mut between(start, last));
            if ["INDJOBSTOT", "IPSUNG"].contains(&row["measure"].as_str()) {
                add("ips", &row["person"], &mut between(start, last));
            }
        }
    }
    for (endpoint, id, days) in unknown {
        assert!(
            days.is_subset(&all[endpoint][&id]),
            "{endpoint}: unknown days decide"
        );
    }
    all
}

type Add<'a> = dyn FnMut(&'static str, &str, &mut dyn Iterator<Item = NaiveDate>) + 'a;

fn hospital(files: &Files, settings: &Settings, add: &mut Add<'_>) {
    let tidy = |code: &str| code.replace(['.', ',', ' '], "").to_uppercase();
    let mut origin = BTreeMap::new();
    if settings.has(Mess::RelativeDates) {
        for row in table(files, "npr/referansedatoer.csv") {
            origin.insert(row["lopenr"].clone(), date(&row["referansedato"]).unwrap());
        }
    }
    let mut main = BTreeMap::new();
    if settings.has(Mess::RelationalCodes) {
        for row in table(files, "npr/koder.csv") {
            if row["hovedtilstand"] == "1" {
                main.insert(row["oppholdlopenr"].clone(), tidy(&row["kode"]));
            }
        }
    }
    for row in table(files, "npr/opphold.csv") {
        let id = &row["lopenr"];
        let days = || match origin.get(id) {
            None => between(
                date(&row["inndato"]).unwrap(),
                date(&row["utdato"]).unwrap(),
            ),
            Some(origin) => {
                let day = |cell: &str| *origin + chrono::TimeDelta::days(cell.parse().unwrap());
                between(
                    day(&row["differansedager_inn"]),
                    day(&row["differansedager_ut"]),
                )
            }
        };
        add("npr", id, &mut days());
        if row["fagomrade"] == "360" {
            add("npr_tsb", id, &mut days());
        }
        if row["omsorgsniva"] == "1" {
            add("npr_bed", id, &mut days());
        }
        let diagnosis = match main.get(&row["oppholdlopenr"]) {
            Some(code) => code.clone(),
            None => tidy(&row["tilstand_1_1"]),
        };
        if ["F102", "F103"].contains(&diagnosis.as_str()) {
            add("npr_alcohol", id, &mut days());
        }
    }
}

/// A spell of a benefit is all rows of one person and one first day.
fn benefits(files: &Files, settings: &Settings, add: &mut Add<'_>) {
    let columns = [
        ("aap", "tilgdato", "avgdato", "tomdato"),
        ("ufp", "pnsjtilg", "pnsjavg", "pnsjtom"),
        ("sp", "sptilg", "spavg", ""),
        ("arbsok", "asoktilg", "", "asoktom"),
        ("shj", "shj_tilg", "shj_avg", ""),
    ];
    for (benefit, start, off, to) in columns {
        let mut spells: BTreeMap<(String, NaiveDate), Option<NaiveDate>> = BTreeMap::new();
        for row in table(files, &format!("fd-trygd/f_{benefit}.csv")) {
            let key = (row["lopenr"].clone(), date(&row[start]).unwrap());
            let cell = |name: &str| row.get(name).and_then(|cell| date(cell));
            let off = cell(off).map(|day| match settings.has(Mess::LastDayOn) {
                true => day,
                false => day.pred_opt().unwrap(),
            });
            let last = cell(to).or(off);
            let spell = spells.entry(key).or_default();
            *spell = spell.or(last);
        }
        for ((id, first), last) in spells {
            add(
                benefit,
                &id,
                &mut between(first, last.unwrap_or(settings.to)),
            );
        }
    }
}

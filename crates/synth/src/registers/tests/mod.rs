//! The files against the latent truth, by a reading of the files that shares no code with what
//! wrote them: every table cell by cell, every state day by day.

mod days;
mod reading;

use super::{Kind, Mess, MessSet, Settings, Sink, Written, generate};
use crate::SynthError;
use chrono::NaiveDate;
use days::{Observed, day_sets};
use reading::{Files, table};
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::io::{self, Write};
use std::rc::Rc;

#[derive(Clone, Default)]
struct Memory(Rc<RefCell<BTreeMap<String, Vec<u8>>>>);

struct MemoryFile(Memory, String);

impl Write for MemoryFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let mut files = self.0.0.borrow_mut();
        files
            .entry(self.1.clone())
            .or_default()
            .extend_from_slice(bytes);
        Ok(bytes.len())
    }
    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Sink for Memory {
    fn create(&mut self, path: &str) -> io::Result<Box<dyn Write>> {
        let before = self.0.borrow_mut().insert(path.to_owned(), Vec::new());
        assert!(before.is_none(), "{path} is written twice");
        Ok(Box::new(MemoryFile(self.clone(), path.to_owned())))
    }
}

fn make(settings: &Settings) -> (Files, Written) {
    let mut memory = Memory::default();
    let written = generate(settings, &mut memory).unwrap();
    let files = memory.0.borrow().clone();
    (files, written)
}

/// Every outcome of every person, read naively off the files, is the truth.
fn holds(settings: &Settings) -> usize {
    let (files, _) = make(settings);
    let observed = Observed::read(&files, settings);
    let sets = day_sets(&files, settings);
    let truth = table(&files, "truth.csv");
    assert_eq!(truth.len() as u64, settings.people);
    let mut known = 0;
    for row in &truth {
        for (outcome, written) in row {
            let Some((endpoint, taken)) = split(outcome) else {
                continue;
            };
            let days = sets[endpoint]
                .get(&row["lopenr"])
                .cloned()
                .unwrap_or_default();
            let value = observed.value(&row["lopenr"], taken, &days);
            let value = value.map_or(String::new(), |value| value.to_string());
            assert_eq!(
                &value, written,
                "{outcome} of {} under {settings:?}",
                row["lopenr"]
            );
            known += usize::from(!value.is_empty());
        }
    }
    known
}

/// `jobs_status_6m` is `jobs` and `status_6m`.
fn split(outcome: &str) -> Option<(&str, &str)> {
    [
        "status_6m",
        "status_12m",
        "status_18m",
        "ever_18m",
        "days_18m",
    ]
    .iter()
    .find_map(|taken| Some((outcome.strip_suffix(taken)?.strip_suffix('_')?, *taken)))
}

fn settings(people: u64, seed: u64, mess: MessSet) -> Settings {
    Settings {
        mess,
        ..Settings::new(people, seed)
    }
}

#[test]
fn the_files_hold_the_truth_without_mess() {
    for seed in 0..3 {
        // 50 outcomes and more, almost all people seen.
        assert!(holds(&settings(80, seed, MessSet::NONE)) > 80 * 50 * 7 / 10);
    }
}

#[test]
fn the_files_hold_the_truth_with_every_mess_at_once() {
    for seed in 0..3 {
        assert!(holds(&settings(80, seed, MessSet::all())) > 80 * 50 * 7 / 10);
    }
}

#[test]
fn the_files_hold_the_truth_with_each_mess_alone() {
    for (seed, mess) in Mess::ALL.into_iter().enumerate() {
        holds(&settings(30, seed as u64, [mess].into_iter().collect()));
    }
}

#[test]
fn one_person_another_cover_and_each_kind_alone_hold_too() {
    let date = |y, m, d| NaiveDate::from_ymd_opt(y, m, d).unwrap();
    for (seed, kind) in Kind::ALL.into_iter().enumerate() {
        for people in [1, 30] {
            let settings = Settings {
                kinds: vec![kind],
                from: date(2018, 2, 14),
                to: date(2021, 5, 11),
                ..settings(people, seed as u64, MessSet::all())
            };
            holds(&settings);
            let (files, written) = make(&settings);
            // No register is without a row of the study's people.
            assert!(
                written.registers[0]
                    .files
                    .iter()
                    .any(|file| file.rows_of_participants > 0)
            );
            assert!(files.contains_key("study.toml"));
        }
    }
}

/// A mess that changes no byte is no mess.
#[test]
fn every_mess_changes_the_files() {
    let (clean, _) = make(&settings(150, 3, MessSet::NONE));
    for mess in Mess::ALL {
        let (files, _) = make(&settings(150, 3, [mess].into_iter().collect()));
        assert_ne!(files, clean, "{}", mess.name());
        // But for the switches that change identifiers, the truth stays what it was.
        if mess != Mess::LeadingZeros {
            assert_eq!(files["truth.csv"], clean["truth.csv"], "{}", mess.name());
        }
    }
}

#[test]
fn the_same_settings_give_the_same_bytes_at_any_number_of_threads() {
    let settings = Settings {
        background: 200_000,
        ..settings(50, 9, MessSet::all())
    };
    let on = |threads| {
        let pool = rayon::ThreadPoolBuilder::new()
            .num_threads(threads)
            .build()
            .unwrap();
        pool.install(|| make(&settings))
    };
    let one = on(1);
    assert!(one == on(3));
    assert!(one == on(2));
    let jobs = &one.1.registers[0].files[0];
    assert!(jobs.rows >= 200_000 && jobs.rows < 205_000);
    let extract = &one.0["aa-nav/arbeidsforhold.csv"];
    assert_eq!(extract.len() as u64, jobs.bytes);
}

/// The background adds rows, and none of a participant's.
#[test]
fn the_background_moves_no_truth() {
    let plain = Settings {
        kinds: vec![Kind::AaNav, Kind::Spells],
        ..settings(80, 4, MessSet::NONE)
    };
    let with = Settings {
        background: 50_001,
        ..plain.clone()
    };
    let rows = |settings: &Settings| table(&make(settings).0, "aa-nav/arbeidsforhold.csv").len();
    assert_eq!(rows(&with), rows(&plain) + 50_001);
    assert!(holds(&with) > 0);
    assert_eq!(make(&plain).0["truth.csv"], make(&with).0["truth.csv"]);
}

/// The rate ratio is recovered from the latent jobs of many people: events over days at risk.
#[test]
fn the_planted_effect_and_dose_are_there() {
    let settings = Settings {
        kinds: vec![Kind::Spells],
        effect: 0.7,
        dose: 0.4,
        ..Settings::new(20_000, 5)
    };
    let people = super::person::People::new(&settings);
    // Control, treated with fewer contacts than 15, treated with more.
    let mut events = [0.0; 3];
    let mut at_risk = [0.0; 3];
    let mut expected = [0.0; 3];
    for person in people.participants().filter(|person| person.died.is_none()) {
        let group = usize::from(person.treated) + usize::from(person.contacts > 15);
        let end = person.index + 400;
        let jobs = super::work::jobs(&person, &settings);
        if jobs
            .iter()
            .any(|job| job.run.first < person.index && job.run.last >= person.index)
        {
            continue;
        }
        let first = jobs
            .iter()
            .map(|job| job.run.first)
            .find(|first| *first >= person.index);
        let found = first.filter(|first| *first < end);
        events[group] += f64::from(u8::from(found.is_some()));
        let days = f64::from(found.unwrap_or(end) - person.index);
        at_risk[group] += days;
        expected[group] += days * super::work::log_rate_ratio(&person, &settings).exp() / 420.0;
    }
    for group in 0..3 {
        // Poisson: within four standard errors, and a day's rounding of the waiting time.
        let (seen, expected) = (events[group], expected[group]);
        assert!(
            (seen - expected).abs() < 4.0 * expected.sqrt() + 0.004 * expected,
            "{events:?}"
        );
    }
    let rate = |group: usize| events[group] / at_risk[group];
    assert!((rate(1) / rate(0)).ln() < 0.7 && (rate(2) / rate(0)).ln() > 0.7);
}

#[test]
fn settings_out_of_range_are_refused() {
    let date = |y, m, d| NaiveDate::from_ymd_opt(y, m, d).unwrap();
    let valid = Settings::new(10, 1);
    let refused = [
        (
            Settings {
                people: 0,
                ..valid.clone()
            },
            "people",
        ),
        (
            Settings {
                kinds: vec![],
                ..valid.clone()
            },
            "kinds",
        ),
        (
            Settings {
                kinds: vec![Kind::Npr, Kind::Npr],
                ..valid.clone()
            },
            "kinds",
        ),
        (
            Settings {
                to: date(2016, 12, 31),
                ..valid.clone()
            },
            "to",
        ),
        (
            Settings {
                to: date(2018, 6, 1),
                ..valid.clone()
            },
            "to",
        ),
        (
            Settings {
                to: date(2090, 1, 1),
                ..valid.clone()
            },
            "to",
        ),
        (
            Settings {
                from: date(1989, 12, 31),
                ..valid.clone()
            },
            "from",
        ),
        (
            Settings {
                from: date(2014, 12, 31),
                ..valid.clone()
            },
            "from",
        ),
        (
            Settings {
                effect: f64::NAN,
                ..valid.clone()
            },
            "effect",
        ),
        (
            Settings {
                dose: 6.0,
                ..valid.clone()
            },
            "dose",
        ),
        (
            Settings {
                background: 1,
                kinds: vec![Kind::Npr],
                ..valid.clone()
            },
            "background",
        ),
        (
            Settings {
                background: u64::MAX,
                ..valid.clone()
            },
            "background",
        ),
    ];
    for (settings, name) in refused {
        let mut memory = Memory::default();
        let error = generate(&settings, &mut memory).unwrap_err();
        assert!(
            matches!(error, SynthError::Setting { setting, .. } if setting == name),
            "{error}"
        );
        assert!(memory.0.borrow().is_empty(), "nothing is written");
    }
}

#[test]
fn names_are_unique_and_known() {
    for mess in Mess::ALL {
        assert_eq!(Mess::named(mess.name()), Some(mess));
        assert!(MessSet::all().has(mess) && !MessSet::NONE.has(mess));
    }
    for kind in Kind::ALL {
        assert_eq!(Kind::named(kind.name()), Some(kind));
    }
    assert_eq!(MessSet::all().iter().count(), Mess::ALL.len());
}

/// Refused rows stay within what the plan allows, in every file.
#[test]
fn the_plan_allows_the_refused_rows() {
    let (files, written) = make(&settings(150, 2, MessSet::all()));
    let plan = String::from_utf8(files["study.toml"].clone()).unwrap();
    let mut refused = 0;
    for register in &written.registers {
        let section = plan
            .split("[registers.")
            .find(|text| text.starts_with(&format!("{}]", register.kind.key())));
        let share = section
            .unwrap()
            .lines()
            .find_map(|line| line.strip_prefix("max_refused_share = "));
        let share: f64 = share.map_or(0.0, |share| share.parse().unwrap());
        for file in &register.files {
            refused += file.refused;
            assert!(file.refused as f64 <= share * file.rows_of_participants as f64 + 1e-9);
            assert!(share < 0.2);
        }
    }
    assert!(refused > 50);
}

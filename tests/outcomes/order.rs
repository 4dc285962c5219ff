//! The order of rows does not show, in any number.

use regtrial::prelude::*;
use std::fs;
use std::path::Path;

const PLAN: &str = "
[study]
name = 'order'
[people]
file = 'people.csv'
id = 'id'
index_date = 'index'
arm = { column = 'arm', order = ['A', 'B'] }
[registers.jobs]
kind = 'spells'
files = 'jobs.csv'
linked = 'everyone'
columns = { person = 'id' }
covers = { from = 2018-01-01, to = 2022-12-31 }
[registers.more]
kind = 'spells'
files = 'more.csv'
linked = 'everyone'
columns = { person = 'id' }
covers = { from = 2018-01-01, to = 2022-12-31 }
[registers.benefits]
kind = 'fd-trygd'
files = 'benefits.csv'
linked = 'everyone'
columns = { person = 'id' }
covers = { from = 2018-01-01, to = 2022-12-31 }
[endpoints.job]
register = 'jobs'
[endpoints.other]
register = 'more'
[endpoints.hours]
register = 'jobs'
at_least = { hours = 0.6 }
[endpoints.either]
combine = 'job or other'
[endpoints.benefit]
register = 'benefits'
[endpoints.new_job]
register = 'jobs'
new = true
[definitions.either]
job = { combine = 'job and not other' }
[outcomes.earned]
endpoint = 'either'
measure = 'earnings'
window = ['0 months', '12 months']
[outcomes.worked]
endpoint = 'either'
measure = 'hours'
window = ['0 months', '12 months']
cap = 37.5
[outcomes.fte]
endpoint = 'job'
measure = 'fte-days'
window = ['0 months', '12 months']
[outcomes.together]
endpoint = 'hours'
measure = 'days'
window = ['0 months', '12 months']
[outcomes.jobs]
endpoint = 'either'
measure = 'jobs'
window = ['0 months', '12 months']
[outcomes.paid]
endpoint = 'benefit'
measure = 'amount'
window = ['0 months', '12 months']
[outcomes.first]
endpoint = 'new_job'
measure = 'first'
window = ['0 months', '12 months']
[sequences.state]
months = 12
states = { Work = 'either', Benefit = 'benefit' }
[analyses.earned]
outcome = 'earned'
[analyses.jobs]
outcome = 'jobs'
[disclosure]
minimum_count = 0
";

/// Header, and rows of a register: numbers whose sums differ in the last digit by order, spells on
/// the same days.
fn rows(seed: u64, last: &str) -> Vec<String> {
    let mut rows = Vec::new();
    for id in 0..40_u64 {
        for spell in 0..6_u64 {
            let mixed = (seed + 97 * id + 31 * spell) % 1009;
            let (month, day) = (mixed % 6 + 1, mixed % 2 * 7 + 1);
            let number = |by: u64| mixed as f64 / by as f64;
            rows.push(match last {
                "benefits" => format!(
                    "{id},b{spell},2020-0{month}-0{day},2020-12-2{day},{},{}",
                    mixed % 100,
                    number(7)
                ),
                _ => format!(
                    "{id},2020-0{month}-0{day},2020-0{}-2{day},J{spell},{},{},{}",
                    month + 1,
                    mixed % 100,
                    number(100),
                    number(7)
                ),
            });
        }
    }
    rows
}

/// Writes the study with the rows of every register in the order of `key`.
fn write(folder: &Path, key: impl Fn(usize) -> u64) {
    fs::write(folder.join("study.toml"), PLAN).unwrap();
    let people = (0..40).map(|id| format!("{id},2020-02-0{},{}\n", id % 9 + 1, ["A", "B"][id % 2]));
    fs::write(
        folder.join("people.csv"),
        format!("id,index,arm\n{}", people.collect::<String>()),
    )
    .unwrap();
    for (name, header, seed) in [
        ("jobs", "id,start,end,job,percent,hours,pay", 1),
        ("more", "id,start,end,job,percent,hours,pay", 500),
        ("benefits", "id,ytelse,TILGDATO,TOMDATO,GRAD,amount", 77),
    ] {
        let mut rows: Vec<(u64, String)> = rows(seed, name)
            .into_iter()
            .enumerate()
            .map(|(place, row)| (key(place), row))
            .collect();
        rows.sort();
        let text: String = rows.into_iter().map(|(_, row)| row + "\n").collect();
        fs::write(
            folder.join(format!("{name}.csv")),
            format!("{header}\n{text}"),
        )
        .unwrap();
    }
}

/// The person table, person-months and sequences as files, and the results.
fn everything(key: impl Fn(usize) -> u64) -> Vec<String> {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), key);
    let plan = Plan::read(&folder.path().join("study.toml")).unwrap();
    let study = Study::load(plan).unwrap();
    let as_csv = |frame: &_| {
        let file = folder.path().join("out.csv");
        regtrial::registers::write_csv(frame, &file).unwrap();
        fs::read_to_string(file).unwrap()
    };
    let released = study.run().unwrap().release(study.plan().disclosure);
    vec![
        as_csv(study.person_table()),
        as_csv(&study.person_months(12).unwrap()),
        as_csv(&study.state_sequences().unwrap()),
        released.to_json().unwrap(),
    ]
}

#[test]
fn shuffled_rows_of_every_register_give_the_same_bytes() {
    let in_order = everything(|place| place as u64);
    assert!(in_order[3].contains("earned-definitions"));
    for step in [7919_u64, 104_729, 1_299_709] {
        let shuffled = everything(|place| (place as u64 * step) % 241);
        for (a, b) in in_order.iter().zip(&shuffled) {
            assert!(a == b, "an answer changed with the order of rows");
        }
    }
}

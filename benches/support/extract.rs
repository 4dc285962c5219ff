//! An extract of any size with the people it is about: the same bytes everywhere.

use crate::Draws;
use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::Path;

const PLAN: &str = r#"
[study]
name = "budget"
design = "register"

[people]
file = "PEOPLE"
id = "person"
index_date = "index_date"
status = { death = "died" }

[registers.jobs]
kind = "spells"
files = ["spells.csv"]
covers = { from = 2016-01-01, to = 2022-12-31 }
linked = "everyone"

[endpoints.work]
register = "jobs"
where = "type in ('ordinary', 'maritime') and hours >= 4"

[outcomes.employed_18m]
endpoint = "work"
measure = "status"
at = "18 months"
if_unobserved = { death = "composite" }

[outcomes.days_18m]
endpoint = "work"
measure = "days"
window = ["0 months", "18 months"]
if_unobserved = { death = "composite" }
"#;

/// People of the trial.
const TRIAL: u64 = 720;

/// Writes `rows` spells in no order, a tenth as many people, some of them in a trial, and a plan of
/// each.
///
/// # Errors
/// A file that cannot be written.
pub fn write(folder: &Path, rows: u64) -> io::Result<()> {
    let people = (rows / 10).max(TRIAL);
    for (plan, list) in [
        ("trial.toml", "trial.csv"),
        ("population.toml", "participants.csv"),
    ] {
        std::fs::write(folder.join(plan), PLAN.replace("PEOPLE", list))?;
    }
    let mut draws = Draws::new(20_200_301);
    let open = |name: &str| File::create(folder.join(name)).map(BufWriter::new);
    let (mut all, mut trial) = (open("participants.csv")?, open("trial.csv")?);
    let header = "person,index_date,age,sex,region,died\n";
    all.write_all(header.as_bytes())?;
    trial.write_all(header.as_bytes())?;
    for person in 0..people {
        let index = date(17_532 + draws.below(700));
        let (age, sex) = (
            18 + draws.below(48),
            ["woman", "man"][draws.below(2) as usize],
        );
        let region = ["east", "north", "south", "west"][draws.below(4) as usize];
        let died = if draws.below(50) == 0 {
            date(18_300 + draws.below(700))
        } else {
            String::new()
        };
        let line = format!(
            "{},{index},{age},{sex},{region},{died}\n",
            identifier(person)
        );
        all.write_all(line.as_bytes())?;
        if person % (people / TRIAL) == 0 {
            trial.write_all(line.as_bytes())?;
        }
    }
    all.flush()?;
    trial.flush()?;
    let mut spells = open("spells.csv")?;
    spells.write_all(b"person,start,end,type,hours,employer\n")?;
    for _ in 0..rows {
        let start = 16_801 + draws.below(2190);
        let end = match draws.below(7) {
            0 => String::new(),
            _ => date(start + draws.below(500)),
        };
        let kind = ["ordinary", "ordinary", "ordinary", "maritime", "freelance"];
        let kind = kind[draws.below(5) as usize];
        let (whole, half) = (draws.below(40), 5 * draws.below(2));
        writeln!(
            spells,
            "{},{},{end},{kind},{whole}.{half},E{}",
            identifier(draws.below(people)),
            date(start),
            draws.below(50_000)
        )?;
    }
    spells.flush()
}

/// Neither in order nor looking like a national number.
fn identifier(person: u64) -> String {
    format!("P{:07}", person * 7 % 10_000_000)
}

/// A day since 1970 as text.
fn date(day: u64) -> String {
    // Years that begin in March, so that the leap day is their last.
    let days = day + 719_468;
    let (era, of_era) = (days / 146_097, days % 146_097);
    let year = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year + year / 4 - year / 100);
    let month = (5 * of_year + 2) / 153;
    let day = of_year - (153 * month + 2) / 5 + 1;
    let (year, month) = match month {
        0..10 => (year, month + 3),
        _ => (year + 1, month - 9),
    };
    format!("{:04}-{month:02}-{day:02}", era * 400 + year)
}

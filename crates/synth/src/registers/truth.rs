//! What is true of each person: read off the latent runs and the person's observation, day by day,
//! never off rows.

use super::calendar::{Day, plus_months};
use super::endpoints::{Endpoint, Taken, WINDOW, endpoints};
use super::person::{People, Person};
use super::settings::Settings;
use std::io::{self, Write};

/// The values of an endpoint's outcomes; `None` is missing. Death is composite: the dead are not in
/// the state. Any day of the window that is not seen for another reason makes the outcome missing.
pub(super) fn values(
    endpoint: &Endpoint,
    person: &Person,
    settings: &Settings,
) -> Vec<Option<u32>> {
    let outcomes = endpoint.outcomes();
    if !person.linked {
        return vec![None; outcomes.len()];
    }
    let runs = (endpoint.states)(person, settings);
    let state = |day: Day| -> Option<bool> {
        if person.dead(day) {
            Some(false)
        } else if person.seen(day, settings) {
            Some(runs.iter().any(|run| run.first <= day && day <= run.last))
        } else {
            None
        }
    };
    let days: Option<u32> = (person.index..plus_months(person.index, WINDOW))
        .map(|day| state(day).map(u32::from))
        .sum();
    outcomes
        .iter()
        .map(|(_, taken)| match taken {
            Taken::Status(months) => state(plus_months(person.index, *months)).map(u32::from),
            Taken::Ever => days.map(|days| u32::from(days > 0)),
            Taken::Days => days,
        })
        .collect()
}

/// An outcome in an arm, over the people for whom it is known.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Realised {
    /// Name of the outcome.
    pub outcome: String,
    /// People of the control arm for whom it is known.
    pub control: u64,
    /// Sum over them.
    pub control_sum: u64,
    /// People of the treated arm for whom it is known.
    pub treated: u64,
    /// Sum over them.
    pub treated_sum: u64,
}

/// `truth.csv`, a line at a time, and the outcomes by arm.
pub(super) fn write(people: &People<'_>, out: &mut dyn Write) -> io::Result<Vec<Realised>> {
    let settings = people.settings;
    let mut realised: Vec<Realised> = endpoints(settings)
        .flat_map(Endpoint::outcomes)
        .map(|(outcome, _)| Realised {
            outcome,
            control: 0,
            control_sum: 0,
            treated: 0,
            treated_sum: 0,
        })
        .collect();
    let names = realised
        .iter()
        .map(|outcome| format!(",{}", outcome.outcome));
    writeln!(out, "lopenr,arm,linked{}", names.collect::<String>())?;
    for person in people.participants() {
        let arm = if person.treated { "IPS" } else { "TAU" };
        let mut text = format!("{},{arm},{}", person.id, u8::from(person.linked));
        let all = endpoints(settings).flat_map(|endpoint| values(endpoint, &person, settings));
        for (value, outcome) in all.zip(&mut realised) {
            text.push(',');
            let Some(value) = value else { continue };
            text.push_str(&value.to_string());
            let (count, sum) = if person.treated {
                (&mut outcome.treated, &mut outcome.treated_sum)
            } else {
                (&mut outcome.control, &mut outcome.control_sum)
            };
            *count += 1;
            *sum += u64::from(value);
        }
        text.push('\n');
        out.write_all(text.as_bytes())?;
    }
    Ok(realised)
}

//! Breaks of a register within the follow-up of the study's people, named.

use crate::{OutcomeSource, Study};
use regtrial_outcomes::calendar::iso;
use regtrial_registers::Day;

/// A break of a register that some follow-up window holds.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Break {
    /// Key of the register.
    pub register: String,
    /// First day of the new way of recording.
    pub day: Day,
    /// Keys of the outcomes concerned.
    pub outcomes: Vec<String>,
}

impl Break {
    /// The sentence for a person.
    #[must_use]
    pub fn message(&self) -> String {
        format!(
            "the register changed on {}, within the follow-up of {}: numbers before and after may \
             not mean the same",
            iso(self.day),
            match &self.outcomes[..] {
                [one, two, three, .., _] => format!("{one}, {two}, {three} and others"),
                few => few.join(", "),
            }
        )
    }
}

/// The breaks of every register that lie within the window of an outcome for somebody.
pub(crate) fn of(study: &Study) -> Vec<Break> {
    let mut found = Vec::new();
    for register in &study.plan().registers {
        for &day in &register.breaks {
            let concerned = study.plan().outcomes.iter().filter(|planned| {
                let OutcomeSource::Derived {
                    outcome,
                    register: key,
                    ..
                } = &planned.source
                else {
                    return false;
                };
                // A spell may begin before the window: what matters is whether days of both ways
                // of recording are compared.
                *key == register.key
                    && study.people().index.iter().any(|&index| {
                        let window = outcome.window(index);
                        let from = window.start.min(index);
                        from < day && day < window.end
                    })
            });
            let outcomes: Vec<String> = concerned.map(|planned| planned.key.clone()).collect();
            if !outcomes.is_empty() {
                found.push(Break {
                    register: register.key.clone(),
                    day,
                    outcomes,
                });
            }
        }
    }
    found
}

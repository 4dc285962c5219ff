//! Breaks of a register within the follow-up of the study's people, named.

use crate::{OutcomeSource, Study};
use regtrial_outcomes::calendar::iso;
use regtrial_outcomes::span::Span;
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
            self.names()
        )
    }

    /// The sentence for a person, of a day from which data are provisional.
    pub(crate) fn provisional_message(&self) -> String {
        format!(
            "the data are provisional from {} on, within the follow-up of {}: a later extract may \
             change them",
            iso(self.day),
            self.names()
        )
    }

    fn names(&self) -> String {
        match &self.outcomes[..] {
            [one, two, three, .., _] => format!("{one}, {two}, {three} and others"),
            few => few.join(", "),
        }
    }
}

/// The breaks of every register that lie within the window of an outcome for somebody.
pub(crate) fn of(study: &Study) -> Vec<Break> {
    let mut found = Vec::new();
    for register in &study.plan().registers {
        for &day in &register.breaks {
            // A spell may begin before the window: what matters is whether days of both ways of
            // recording are compared.
            let outcomes = concerned(study, &register.key, |window, index| {
                window.start.min(index) < day && day < window.end
            });
            found.extend((!outcomes.is_empty()).then(|| Break {
                register: register.key.clone(),
                day,
                outcomes,
            }));
        }
    }
    found
}

/// Registers whose last months may still change, where follow-up reaches into them.
pub(crate) fn provisional(study: &Study) -> Vec<Break> {
    let registers = study.plan().registers.iter();
    let found = registers.filter_map(|register| {
        let day = register.provisional_from?;
        let outcomes = concerned(study, &register.key, |window, _| window.end > day);
        (!outcomes.is_empty()).then(|| Break {
            register: register.key.clone(),
            day,
            outcomes,
        })
    });
    found.collect()
}

/// Keys of the outcomes that look at a register in a window of which something holds for somebody.
fn concerned(study: &Study, register: &str, holds: impl Fn(Span, Day) -> bool) -> Vec<String> {
    let concerned = study.plan().outcomes.iter().filter(|planned| {
        let OutcomeSource::Derived(outcome) = &planned.source else {
            return false;
        };
        let mut leaves = outcome.endpoint.leaves().into_iter();
        leaves.any(|leaf| leaf.register == register)
            && study
                .people()
                .index
                .iter()
                .any(|&index| holds(outcome.window(index), index))
    });
    concerned.map(|planned| planned.key.clone()).collect()
}

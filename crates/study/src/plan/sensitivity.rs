//! `sensitivity` of an analysis: assumptions about missing outcomes.

use super::section::Section;

/// An assumption about missing outcomes: of all but the complete cases one about a yes or no.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Assumption {
    /// An event in every arm but the reference, none there.
    BestCase,
    /// An event in the reference, none in the other arms.
    WorstCase,
    /// An event for everyone.
    MissingAsEvent,
    /// No event for anyone.
    MissingAsNone,
    /// Only those who were seen for the whole window, whatever the outcome says of the others.
    CompleteCase,
}

impl Assumption {
    /// The assumptions by their names in a plan.
    pub const NAMED: [(&'static str, Self); 5] = [
        ("best case", Self::BestCase),
        ("worst case", Self::WorstCase),
        ("missing as event", Self::MissingAsEvent),
        ("missing as no event", Self::MissingAsNone),
        ("complete case", Self::CompleteCase),
    ];

    /// The name in a plan.
    #[must_use]
    pub fn name(self) -> &'static str {
        let found = Self::NAMED.iter().find(|(_, how)| *how == self);
        found.map_or("", |(name, _)| name)
    }

    /// The sentence for readers.
    #[must_use]
    pub fn note(self) -> &'static str {
        match self {
            Self::BestCase => {
                "Best case: whoever misses the outcome has the event, in the reference arm not."
            }
            Self::WorstCase => {
                "Worst case: whoever misses the outcome has the event in the reference arm only."
            }
            Self::MissingAsEvent => "Missing as event: whoever misses the outcome has the event.",
            Self::MissingAsNone => "Missing as no event: whoever misses the outcome has none.",
            Self::CompleteCase => {
                "Complete case: whoever was not seen for the whole window is left out."
            }
        }
    }
}

/// `sensitivity = ["best case", "worst case"]`, for outcomes that are yes or no; complete cases for any.
pub(super) fn read(section: &Section<'_>, binary: Option<bool>) -> Vec<Assumption> {
    let mut found = Vec::new();
    for (name, span) in section.spanned_list("sensitivity").unwrap_or_default() {
        let known = Assumption::NAMED.iter().find(|(other, _)| *other == name);
        match known {
            Some((_, how)) => found.push(*how),
            None => {
                let names = Assumption::NAMED.map(|(name, _)| name).join(", ");
                let rule = format!("there is no such assumption; known: {names}");
                section.problem("bad_value", span, rule);
            }
        }
    }
    let fills = found.iter().any(|how| *how != Assumption::CompleteCase);
    if fills && binary == Some(false) {
        let rule = "these assumptions are for outcomes that are yes or no";
        section.problem_at("sensitivity", "bad_value", rule);
    }
    found
}

//! What the number of a field speaks of: a week, a month, the whole spell, a share.

use crate::canonical::TableKind;
use crate::kind::RegisterKind;

/// What the number of a field speaks of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unit {
    /// So much a week: agreed working hours.
    PerWeek,
    /// So much a month: pay, monthly amounts of a benefit.
    PerMonth,
    /// So much for the whole spell: hours paid in a month, the amount of a bill.
    Whole,
    /// A percentage that holds on every day.
    Percent,
}

impl RegisterKind {
    /// What a field's numbers speak of; nothing if it holds none that can be added up over days.
    #[must_use]
    pub fn unit(self, table: TableKind, field: &str) -> Option<Unit> {
        Some(match (table, field) {
            // The income register counts the hours of the month, all others agree on hours a week.
            (TableKind::JobMonth, "hours") if self == Self::Bfl => Unit::Whole,
            (TableKind::JobMonth, "pay") => Unit::Whole,
            (TableKind::JobMonth | TableKind::JobSpell, "hours") => Unit::PerWeek,
            (TableKind::JobSpell, "pay") => Unit::PerMonth,
            (TableKind::JobMonth | TableKind::JobSpell | TableKind::Leave, "percent") => {
                Unit::Percent
            }
            (TableKind::BenefitSpell, "degree") => Unit::Percent,
            (TableKind::BenefitSpell, "amount") => Unit::PerMonth,
            (TableKind::Contact, "amount") => Unit::Whole,
            _ => return None,
        })
    }
}

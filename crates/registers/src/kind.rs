//! The registers that are known, their parts and their tables.

use crate::canonical::TableKind;

/// A register in a layout.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum RegisterKind {
    /// AA-registeret in NAV's public field names, flattened.
    AaNav,
    /// AA-registeret as Statistics Norway delivers it: a file a month, a row a job.
    AaSsb,
    /// Norwegian patient register: episodes in specialist care.
    Npr,
    /// Norwegian registry for primary health care: bills, diagnoses, tariffs.
    Kpr,
    /// Norwegian primary care reimbursement claims, a file a year.
    Kuhr,
    /// Norwegian benefits (FD-Trygd): event rows.
    FdTrygd,
    /// Danish DREAM: a row a person, a column a week.
    Dream,
    /// Income register (BFL, eIndkomst, A-ordningen pay): a row a job and month.
    Bfl,
    /// NAV labour-market measures.
    NavMeasures,
    /// Deaths, emigration and return.
    PersonStatus,
    /// A generic table of spells, of any country.
    Spells,
}

impl RegisterKind {
    /// The registers by their names in a plan.
    pub const NAMED: [(&'static str, Self); 11] = [
        ("aa-nav", Self::AaNav),
        ("aa-ssb", Self::AaSsb),
        ("npr", Self::Npr),
        ("kpr", Self::Kpr),
        ("kuhr", Self::Kuhr),
        ("fd-trygd", Self::FdTrygd),
        ("dream", Self::Dream),
        ("bfl", Self::Bfl),
        ("nav-measures", Self::NavMeasures),
        ("person-status", Self::PersonStatus),
        ("spells", Self::Spells),
    ];

    /// A register by its name in a plan.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        let found = Self::NAMED.iter().find(|(other, _)| *other == name);
        found.map(|(_, kind)| *kind)
    }

    /// The name in a plan.
    #[must_use]
    pub fn name(self) -> &'static str {
        let found = Self::NAMED.iter().find(|(_, kind)| *kind == self);
        found.map_or("", |(name, _)| name)
    }

    /// Whether its rows have an end of which a plan may say what it means.
    #[must_use]
    pub fn has_ends(self) -> bool {
        match self {
            Self::AaNav | Self::AaSsb | Self::Npr => true,
            Self::FdTrygd | Self::NavMeasures | Self::Spells => true,
            Self::Kpr | Self::Kuhr | Self::Dream | Self::Bfl | Self::PersonStatus => false,
        }
    }

    /// The parts besides the main files: name in a plan, and whether a plan must name its files.
    #[must_use]
    pub fn parts(self) -> &'static [(&'static str, bool)] {
        match self {
            Self::Npr => &[("codes", false), ("reference", false)],
            Self::Kpr => &[
                ("diagnoses", false),
                ("tariffs", false),
                ("reference", false),
            ],
            Self::Kuhr => &[("reference", false)],
            Self::Dream | Self::NavMeasures => &[("codebook", false)],
            _ => &[],
        }
    }

    /// The canonical tables it becomes; endpoints look at the first unless they name another.
    #[must_use]
    pub fn tables(self) -> &'static [TableKind] {
        match self {
            Self::AaNav => &[TableKind::JobSpell, TableKind::Leave],
            Self::AaSsb | Self::Bfl => &[TableKind::JobMonth],
            Self::Npr => &[TableKind::Episode, TableKind::Diagnosis],
            Self::Kpr | Self::Kuhr => {
                &[TableKind::Contact, TableKind::Diagnosis, TableKind::Tariff]
            }
            Self::FdTrygd => &[TableKind::BenefitSpell],
            Self::Dream => &[TableKind::WeekState, TableKind::JobMonth],
            Self::NavMeasures => &[TableKind::MeasureSpell],
            Self::PersonStatus => &[TableKind::PersonStatus],
            Self::Spells => &[TableKind::JobSpell],
        }
    }
}

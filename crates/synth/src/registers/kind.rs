//! The registers that can be written.

/// A register in the layout in which it arrives.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Kind {
    /// AA-registeret, flat, in NAV's public field names: one row a job.
    AaNav,
    /// A-ordningen as Statistics Norway delivers it: one file a month, from 2015-01.
    AaSsb,
    /// The Norwegian patient register: one row an episode, with wide or relational diagnoses.
    Npr,
    /// Norwegian primary care, new: bills, diagnoses and tariffs in three files.
    Kpr,
    /// Norwegian primary care, old: one file a year, dates by month.
    Kuhr,
    /// Norwegian benefits as event rows, one file a benefit.
    FdTrygd,
    /// Danish benefits: one row a person, one column a week.
    Dream,
    /// The Danish income register: one row a person, month and employer.
    Bfl,
    /// Labour market measures of NAV: one row a measure.
    NavMeasures,
    /// Deaths, emigrations and immigrations.
    PersonStatus,
    /// A plain table of job spells, for any country.
    Spells,
}

impl Kind {
    /// Every kind.
    pub const ALL: [Self; 11] = [
        Self::AaNav,
        Self::AaSsb,
        Self::Npr,
        Self::Kpr,
        Self::Kuhr,
        Self::FdTrygd,
        Self::Dream,
        Self::Bfl,
        Self::NavMeasures,
        Self::PersonStatus,
        Self::Spells,
    ];

    /// The name in a plan and on the command line; the name of its folder too.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::AaNav => "aa-nav",
            Self::AaSsb => "aa-ssb",
            Self::Npr => "npr",
            Self::Kpr => "kpr",
            Self::Kuhr => "kuhr",
            Self::FdTrygd => "fd-trygd",
            Self::Dream => "dream",
            Self::Bfl => "bfl",
            Self::NavMeasures => "nav-measures",
            Self::PersonStatus => "person-status",
            Self::Spells => "spells",
        }
    }

    /// A kind by its name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }

    /// The name of the register in the plan: a bare TOML key.
    #[must_use]
    pub fn key(self) -> String {
        self.name().replace('-', "_")
    }
}

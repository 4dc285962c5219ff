//! The layouts in which jobs arrive, and the headers each field is known by.

use crate::header::Field;

/// How a job extract is laid out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum JobLayout {
    /// AA-registeret in NAV's public field names, flattened.
    AaNav,
    /// A generic table: person, start, end, and whatever else is there.
    Spells,
}

impl JobLayout {
    /// The names of the layouts in a plan.
    pub const NAMES: [&'static str; 2] = ["aa-nav", "spells"];

    /// A layout by its name in a plan.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        match name {
            "aa-nav" => Some(Self::AaNav),
            "spells" => Some(Self::Spells),
            _ => None,
        }
    }

    /// The fields of a spell that a rule can ask for.
    pub const RULE_FIELDS: [&'static str; 8] = [
        "type",
        "percent",
        "hours",
        "pay",
        "employer",
        "occupation",
        "subsidised",
        "job",
    ];

    pub(super) fn fields(self) -> &'static [Field] {
        match self {
            Self::AaNav => AA_NAV,
            Self::Spells => SPELLS,
        }
    }
}

const fn field(name: &'static str, required: bool, aliases: &'static [&'static str]) -> Field {
    Field {
        name,
        aliases,
        required,
    }
}

/// Headers are compared after folding: lower case, no punctuation, æøå as ae, oe, aa.
const AA_NAV: &[Field] = &[
    field(
        "person",
        true,
        &[
            "lopenr",
            "loepenr",
            "lopenrperson",
            "loepenrperson",
            "lnr",
            "pid",
            "personid",
            "arbeidstakerident",
            "person",
        ],
    ),
    field(
        "job",
        false,
        &["arbeidsforholdid", "navarbeidsforholdid", "job"],
    ),
    field(
        "employer",
        false,
        &["arbeidsstedident", "arbeidssted", "employer"],
    ),
    field(
        "start",
        true,
        &["ansettelsesperiodestartdato", "startdato", "start"],
    ),
    field(
        "end",
        true,
        &["ansettelsesperiodesluttdato", "sluttdato", "end"],
    ),
    field(
        "end_reason",
        false,
        &[
            "sluttaarsak",
            "ansettelsesperiodesluttaarsak",
            "sluttaarsakkode",
            "ansettelsesperiodesluttaarsakkode",
        ],
    ),
    field(
        "warning",
        false,
        &[
            "varsling",
            "varslingkode",
            "ansettelsesperiodevarsling",
            "ansettelsesperiodevarslingkode",
        ],
    ),
    field("type", true, &["typekode", "type", "arbeidsforholdtype"]),
    field(
        "percent",
        false,
        &[
            "avtaltstillingsprosent",
            "ansettelsesdetaljeravtaltstillingsprosent",
            "stillingsprosent",
            "percent",
        ],
    ),
    field(
        "hours",
        false,
        &[
            "antalltimerpruke",
            "ansettelsesdetaljerantalltimerpruke",
            "hours",
        ],
    ),
    field("pay", false, &["loennkontant", "pay"]),
    field(
        "occupation",
        false,
        &[
            "yrke",
            "yrkekode",
            "ansettelsesdetaljeryrke",
            "ansettelsesdetaljeryrkekode",
            "occupation",
        ],
    ),
    field("subsidised", false, &["subsidised"]),
];

const SPELLS: &[Field] = &[
    field(
        "person",
        true,
        &["person", "personid", "id", "pid", "lopenr", "loepenr"],
    ),
    field("job", false, &["job", "jobid"]),
    field("employer", false, &["employer", "employerid"]),
    field("start", true, &["start", "startdate", "from"]),
    field("end", true, &["end", "enddate", "to"]),
    field("type", false, &["type", "kind"]),
    field("percent", false, &["percent"]),
    field("hours", false, &["hours", "hoursperweek"]),
    field("pay", false, &["pay", "earnings"]),
    field("occupation", false, &["occupation"]),
    field("subsidised", false, &["subsidised"]),
];

//! The endpoints that the plan declares, each with its rule on spells and, apart from it, the latent
//! runs of days for which the rule is true.

use super::Kind;
use super::benefits::{self, Benefit, is_ips};
use super::calendar::{month_first, month_last, reference_week};
use super::health::episodes;
use super::latent::Run;
use super::person::Person;
use super::settings::Settings;
use super::states::{coded_weeks, contact_days, contact_months, held, months_with};
use super::work::{Job, Sort};

/// Months to the landmarks; the last closes the window.
const LANDMARKS: [u32; 3] = [6, 12, 18];
/// Months of the window.
pub(super) const WINDOW: u32 = 18;

/// What is taken of an endpoint.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Taken {
    /// The state on the day so many months after the index date.
    Status(u32),
    /// Any day in the window.
    Ever,
    /// Days in the window.
    Days,
}

/// An endpoint that the plan declares.
pub(super) struct Endpoint {
    pub(super) name: &'static str,
    pub(super) kind: Kind,
    pub(super) label: &'static str,
    /// The table of the register it looks at, unless it is the first.
    pub(super) table: Option<&'static str>,
    /// The rule on a spell, as the plan has it.
    pub(super) rule: Option<&'static str>,
    /// Whether its status at the landmarks is declared too.
    pub(super) landmarks: bool,
    /// The latent runs for which the rule is true.
    pub(super) states: fn(&Person, &Settings) -> Vec<Run>,
}

impl Endpoint {
    /// The same endpoint on another table of its register.
    const fn on(mut self, table: &'static str) -> Self {
        self.table = Some(table);
        self
    }

    /// The outcomes of the endpoint: name, and what is taken.
    pub(super) fn outcomes(&self) -> Vec<(String, Taken)> {
        let mut outcomes = Vec::new();
        if self.landmarks {
            for months in LANDMARKS {
                outcomes.push((
                    format!("{}_status_{months}m", self.name),
                    Taken::Status(months),
                ));
            }
        }
        outcomes.push((format!("{}_ever_{WINDOW}m", self.name), Taken::Ever));
        outcomes.push((format!("{}_days_{WINDOW}m", self.name), Taken::Days));
        outcomes
    }
}

const fn endpoint(
    name: &'static str,
    kind: Kind,
    label: &'static str,
    rule: Option<&'static str>,
    landmarks: bool,
    states: fn(&Person, &Settings) -> Vec<Run>,
) -> Endpoint {
    Endpoint {
        name,
        kind,
        label,
        table: None,
        rule,
        landmarks,
        states,
    }
}

const ORDINARY_NAV: &str = "type in ('ordinaertArbeidsforhold', 'maritimtArbeidsforhold')";
const HALF_NAV: &str =
    "type in ('ordinaertArbeidsforhold', 'maritimtArbeidsforhold') and percent >= 50";

/// Every endpoint, in the order of the columns of `truth.csv`.
static ENDPOINTS: [Endpoint; 24] = [
    endpoint(
        "jobs",
        Kind::AaNav,
        "Ordinary job",
        Some(ORDINARY_NAV),
        true,
        |p, s| held(p, s, Job::counts),
    ),
    endpoint(
        "jobs_half",
        Kind::AaNav,
        "Ordinary job, half time or more",
        Some(HALF_NAV),
        false,
        |p, s| held(p, s, |job| job.counts() && job.percent >= 50),
    ),
    endpoint(
        "ssb",
        Kind::AaSsb,
        "Ordinary job in the week of the 16th",
        Some("type in ('1', '2') and in_reference_week"),
        true,
        |p, s| months_with(s, &held(p, s, Job::counts), reference_week),
    ),
    endpoint(
        "npr",
        Kind::Npr,
        "In contact with a hospital",
        None,
        true,
        |p, s| episodes(p, s).iter().map(|episode| episode.run).collect(),
    ),
    endpoint(
        "npr_tsb",
        Kind::Npr,
        "Substance use treatment",
        Some("field is not unknown and field = '360'"),
        false,
        |p, s| {
            let all = episodes(p, s);
            all.iter()
                .filter(|e| e.field == "360")
                .map(|e| e.run)
                .collect()
        },
    ),
    endpoint(
        "npr_alcohol",
        Kind::Npr,
        "Alcohol dependence, main diagnosis",
        Some("main_diagnosis in ('F102', 'F103')"),
        false,
        |p, s| {
            let main = |code: &str| code == "F102" || code == "F103";
            let all = episodes(p, s);
            all.iter()
                .filter(|e| main(e.diagnoses[0]))
                .map(|e| e.run)
                .collect()
        },
    ),
    endpoint(
        "npr_bed",
        Kind::Npr,
        "Inpatient",
        Some("care_level = '1'"),
        false,
        |p, s| {
            let all = episodes(p, s);
            all.iter()
                .filter(|e| e.level == "1")
                .map(|e| e.run)
                .collect()
        },
    ),
    endpoint(
        "kpr",
        Kind::Kpr,
        "In contact with primary care",
        None,
        true,
        |p, s| contact_days(p, s, |_, _| true),
    ),
    endpoint(
        "kpr_visits",
        Kind::Kpr,
        "Consultation",
        Some("code = '2ad'"),
        false,
        |p, s| contact_days(p, s, |_, tariffs| tariffs.contains(&"2ad")),
    )
    .on("tariff"),
    endpoint(
        "kpr_p76",
        Kind::Kpr,
        "Depression",
        Some("code = 'P76'"),
        false,
        |p, s| contact_days(p, s, |diagnoses, _| diagnoses.contains(&"P76")),
    )
    .on("diagnosis"),
    endpoint(
        "kuhr",
        Kind::Kuhr,
        "Month with primary care",
        None,
        true,
        |p, s| contact_months(p, s, |_, _| true),
    ),
    endpoint(
        "kuhr_visits",
        Kind::Kuhr,
        "Month with a consultation",
        Some("code = '2ad'"),
        false,
        |p, s| contact_months(p, s, |_, tariffs| tariffs.contains(&"2ad")),
    )
    .on("tariff"),
    endpoint(
        "kuhr_p76",
        Kind::Kuhr,
        "Month with depression",
        Some("code = 'P76'"),
        false,
        |p, s| contact_months(p, s, |diagnoses, _| diagnoses.contains(&"P76")),
    )
    .on("diagnosis"),
    endpoint(
        "aap",
        Kind::FdTrygd,
        "Work assessment allowance",
        Some("benefit = 'aap'"),
        true,
        |p, s| benefits::spells(Benefit::Aap, p, s),
    ),
    endpoint(
        "ufp",
        Kind::FdTrygd,
        "Disability pension",
        Some("benefit = 'ufp'"),
        false,
        |p, s| benefits::spells(Benefit::Ufp, p, s),
    ),
    endpoint(
        "sp",
        Kind::FdTrygd,
        "Sick pay",
        Some("benefit = 'sp'"),
        false,
        |p, s| benefits::spells(Benefit::Sp, p, s),
    ),
    endpoint(
        "arbsok",
        Kind::FdTrygd,
        "Registered as seeking work",
        Some("benefit = 'arbsok'"),
        false,
        |p, s| benefits::spells(Benefit::Arbsok, p, s),
    ),
    endpoint(
        "shj",
        Kind::FdTrygd,
        "Social assistance",
        Some("benefit = 'shj'"),
        false,
        |p, s| benefits::spells(Benefit::Shj, p, s),
    ),
    endpoint(
        "dream",
        Kind::Dream,
        "Week of sick pay or cash benefit",
        Some("group in ('sick pay', 'cash benefit')"),
        true,
        |p, s| {
            coded_weeks(p, s, |_, group| {
                group == "sick pay" || group == "cash benefit"
            })
        },
    ),
    endpoint(
        "dream_flex",
        Kind::Dream,
        "Week in a flex job",
        Some("code in ('771', '774')"),
        false,
        |p, s| coded_weeks(p, s, |code, _| code == 771 || code == 774),
    ),
    endpoint(
        "bfl",
        Kind::Bfl,
        "Month with pay",
        Some("pay > 0"),
        true,
        |p, s| {
            let month = |month| (month_first(month), month_last(month));
            months_with(s, &held(p, s, |job| job.sort != Sort::Pension), month)
        },
    ),
    endpoint(
        "measure",
        Kind::NavMeasures,
        "On a measure",
        None,
        true,
        |p, s| {
            benefits::measures(p, s)
                .iter()
                .map(|spell| spell.run)
                .collect()
        },
    ),
    endpoint(
        "ips",
        Kind::NavMeasures,
        "On IPS",
        Some("group = 'ips'"),
        false,
        |p, s| {
            let all = benefits::measures(p, s);
            all.iter()
                .filter(|spell| is_ips(spell.code))
                .map(|spell| spell.run)
                .collect()
        },
    ),
    endpoint(
        "spells",
        Kind::Spells,
        "Ordinary job without subsidy",
        Some("type in ('ordinary', 'maritime') and not subsidised"),
        true,
        |p, s| held(p, s, |job| job.counts() && !job.subsidised),
    ),
];

/// The endpoints of the registers that are written.
pub(super) fn endpoints(settings: &Settings) -> impl Iterator<Item = &'static Endpoint> {
    ENDPOINTS
        .iter()
        .filter(|endpoint| settings.kinds.contains(&endpoint.kind))
}

//! The endpoints of `measures.toml`: what is taken of them beyond status, ever and days, and apart
//! from the rule the latent spells for which it is true.
//!
//! The rules leave out what mess adds to a register: second jobs of 20 per cent, of nothing and of
//! more than a whole, and negative pay.

use super::Kind;
use super::benefits::{self, Benefit};
use super::calendar::{month_first, month_last, month_of, reference_week};
use super::health::{contacts, episodes};
use super::latent::Run;
use super::person::Person;
use super::settings::Settings;
use super::states::{coded_weeks, held, months_with};
use super::work::{self, Job, Sort};

/// What is taken of an endpoint in the 18 months from the index date.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Taken {
    Days,
    Weeks,
    Months,
    Longest,
    Episodes,
    Sustained,
    First,
    PersonDays,
    Hours,
    Earnings,
    FteDays,
    DegreeDays,
    Amount,
    Jobs,
    LongestJob,
    Starts,
    Visits,
    BedDays,
}

/// Days of a sustained run, and of the longest gap that does not end it.
pub(super) const SUSTAINED: (i32, i32) = (60, 14);

impl Taken {
    /// The name of the measure in a plan.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Days => "days",
            Self::Weeks => "weeks",
            Self::Months => "months",
            Self::Longest => "longest",
            Self::Episodes => "episodes",
            Self::Sustained => "sustained",
            Self::First => "first",
            Self::PersonDays => "person-days",
            Self::Hours => "hours",
            Self::Earnings => "earnings",
            Self::FteDays => "fte-days",
            Self::DegreeDays => "degree-days",
            Self::Amount => "amount",
            Self::Jobs => "jobs",
            Self::LongestJob => "longest-job",
            Self::Starts => "starts",
            Self::Visits => "visits",
            Self::BedDays => "bed-days",
        }
    }
}

/// A latent spell, with what is added up over its days.
#[derive(Debug, Clone, Copy)]
pub(super) struct Spell {
    pub(super) run: Run,
    /// Which job it is part of.
    pub(super) job: u64,
    /// Tenths of hours a week.
    pub(super) tenths_of_hours: i64,
    /// Per cent of a full-time job, or degree of a benefit.
    pub(super) percent: i64,
    /// Money a month.
    pub(super) amount: i64,
}

/// An endpoint of `measures.toml`.
pub(super) struct Measured {
    pub(super) name: &'static str,
    pub(super) kind: Kind,
    pub(super) label: &'static str,
    pub(super) rule: Option<&'static str>,
    /// Without the jobs that were held when follow-up began.
    pub(super) new: bool,
    pub(super) taken: &'static [Taken],
    pub(super) spells: fn(&Person, &Settings) -> Vec<Spell>,
}

impl Measured {
    /// The outcomes of the endpoint: name, and what is taken.
    pub(super) fn outcomes(&self) -> impl Iterator<Item = (String, Taken)> {
        let named = self.taken.iter();
        named.map(|taken| {
            let measure = taken.name().replace('-', "_");
            (format!("{}_{measure}_18m", self.name), *taken)
        })
    }
}

const NAV: &str = "type in ('ordinaertArbeidsforhold', 'maritimtArbeidsforhold') \
    and percent is not unknown and percent >= 40";
const SPELLS: &str = "type in ('ordinary', 'maritime') and percent is not unknown \
    and percent >= 40 and pay is not unknown and pay > 0";
const BFL: &str = "pay is not unknown and pay > 0 and hours is not unknown \
    and hours >= 60 and hours <= 170";

/// Every endpoint, in the order of the columns of `truth-measures.csv`.
static MEASURED: [Measured; 16] = [
    Measured {
        name: "regular",
        kind: Kind::AaNav,
        label: "Ordinary job, two days a week or more",
        rule: Some(NAV),
        new: false,
        taken: &[
            Taken::Weeks,
            Taken::Months,
            Taken::Longest,
            Taken::Episodes,
            Taken::Sustained,
            Taken::First,
            Taken::PersonDays,
            Taken::Hours,
            Taken::FteDays,
            Taken::Jobs,
            Taken::LongestJob,
        ],
        spells: |p, s| jobs(p, s, is_regular),
    },
    Measured {
        name: "regular_new",
        kind: Kind::AaNav,
        label: "New ordinary job, two days a week or more",
        rule: Some(NAV),
        new: true,
        taken: &[Taken::Days, Taken::First, Taken::Jobs],
        spells: |p, s| jobs(p, s, |job| is_regular(job) && is_new(job, p)),
    },
    Measured {
        name: "plain",
        kind: Kind::Spells,
        label: "Ordinary job, two days a week or more",
        rule: Some(SPELLS),
        new: false,
        taken: &[
            Taken::Sustained,
            Taken::Hours,
            Taken::Earnings,
            Taken::FteDays,
            Taken::Jobs,
            Taken::LongestJob,
        ],
        spells: |p, s| jobs(p, s, is_regular),
    },
    Measured {
        name: "plain_new",
        kind: Kind::Spells,
        label: "New ordinary job, two days a week or more",
        rule: Some(SPELLS),
        new: true,
        taken: &[Taken::Days, Taken::First, Taken::Earnings],
        spells: |p, s| jobs(p, s, |job| is_regular(job) && is_new(job, p)),
    },
    Measured {
        name: "ssb_months",
        kind: Kind::AaSsb,
        label: "Ordinary job in the week of the 16th",
        rule: Some("type in ('1', '2') and in_reference_week"),
        new: false,
        taken: &[Taken::Months, Taken::Longest],
        spells: |p, s| plain(months_with(s, &held(p, s, Job::counts), reference_week)),
    },
    Measured {
        name: "paid",
        kind: Kind::Bfl,
        label: "Month with pay for two days a week or more",
        rule: Some(BFL),
        new: false,
        taken: &[Taken::Months, Taken::Longest, Taken::Earnings],
        spells: paid_months,
    },
    Measured {
        name: "hospital",
        kind: Kind::Npr,
        label: "Hospital",
        rule: None,
        new: false,
        taken: &[Taken::Starts, Taken::Visits, Taken::PersonDays],
        spells: |p, s| plain(episodes(p, s).iter().map(|episode| episode.run)),
    },
    Measured {
        name: "inpatient",
        kind: Kind::Npr,
        label: "Inpatient",
        rule: Some("care_level = '1'"),
        new: false,
        taken: &[Taken::Starts, Taken::BedDays],
        spells: |p, s| {
            let all = episodes(p, s);
            plain(all.iter().filter(|e| e.level == "1").map(|e| e.run))
        },
    },
    Measured {
        name: "primary_care",
        kind: Kind::Kpr,
        label: "Primary care",
        rule: None,
        new: false,
        taken: &[Taken::Starts, Taken::Visits, Taken::Months],
        spells: |p, s| {
            let days = contacts(p, s).into_iter().map(|contact| contact.day);
            plain(days.map(|day| Run {
                first: day,
                last: day,
            }))
        },
    },
    Measured {
        name: "sick",
        kind: Kind::FdTrygd,
        label: "Sick pay",
        rule: Some("benefit = 'sp'"),
        new: false,
        taken: &[Taken::DegreeDays, Taken::Starts],
        spells: |p, s| benefit(Benefit::Sp, p, s, 0),
    },
    Measured {
        name: "sick_full",
        kind: Kind::FdTrygd,
        label: "Full sick pay",
        rule: Some("benefit = 'sp' and degree >= 100"),
        new: false,
        taken: &[Taken::Days, Taken::Months],
        spells: |p, s| benefit(Benefit::Sp, p, s, 100),
    },
    Measured {
        name: "disabled",
        kind: Kind::FdTrygd,
        label: "Disability pension",
        rule: Some("benefit = 'ufp'"),
        new: false,
        taken: &[Taken::DegreeDays],
        spells: |p, s| benefit(Benefit::Ufp, p, s, 0),
    },
    Measured {
        name: "assistance",
        kind: Kind::FdTrygd,
        label: "Social assistance",
        rule: Some("benefit = 'shj'"),
        new: false,
        taken: &[Taken::Amount, Taken::Months],
        spells: |p, s| benefit(Benefit::Shj, p, s, 0),
    },
    Measured {
        name: "danish",
        kind: Kind::Dream,
        label: "Sick pay or cash benefit",
        rule: Some("group in ('sick pay', 'cash benefit')"),
        new: false,
        taken: &[Taken::Weeks, Taken::Longest, Taken::Episodes],
        spells: |p, s| {
            let counts = |group: &str| group == "sick pay" || group == "cash benefit";
            plain(coded_weeks(p, s, |_, group| counts(group)))
        },
    },
    Measured {
        name: "on_measure",
        kind: Kind::NavMeasures,
        label: "Labour market measure",
        rule: None,
        new: false,
        taken: &[Taken::Starts, Taken::Longest, Taken::Weeks],
        spells: |p, s| plain(benefits::measures(p, s).iter().map(|spell| spell.run)),
    },
    Measured {
        name: "old_care",
        kind: Kind::Kuhr,
        label: "Month with primary care",
        rule: None,
        new: false,
        taken: &[Taken::Longest, Taken::Episodes],
        spells: |p, s| plain(super::states::contact_months(p, s, |_, _| true)),
    },
];

/// The endpoints of the registers that are written.
pub(super) fn measured(settings: &Settings) -> impl Iterator<Item = &'static Measured> {
    MEASURED
        .iter()
        .filter(|measured| settings.kinds.contains(&measured.kind))
}

fn is_regular(job: &Job) -> bool {
    job.counts() && job.percent >= 40
}

/// Whether a job is not one of the day before the index date and of the day itself.
fn is_new(job: &Job, person: &Person) -> bool {
    !(job.run.first < person.index && person.index <= job.run.last)
}

fn jobs(person: &Person, settings: &Settings, counts: impl Fn(&Job) -> bool) -> Vec<Spell> {
    let jobs = work::jobs(person, settings).into_iter();
    jobs.filter(|job| counts(job))
        .map(|job| spell(&job))
        .collect()
}

fn spell(job: &Job) -> Spell {
    Spell {
        run: job.run,
        job: job.number,
        tenths_of_hours: job.tenths_of_hours(),
        percent: job.percent,
        amount: job.pay,
    }
}

/// Every month in which a job is held is paid whole.
fn paid_months(person: &Person, settings: &Settings) -> Vec<Spell> {
    let jobs = work::jobs(person, settings).into_iter();
    let paid = jobs.filter(|job| job.sort != Sort::Pension && job.percent >= 40);
    let months = paid.flat_map(|job| {
        let months = month_of(job.run.first)..=month_of(job.run.last);
        months.map(move |month| Spell {
            run: Run {
                first: month_first(month),
                last: month_last(month),
            },
            ..spell(&job)
        })
    });
    months.collect()
}

fn benefit(benefit: Benefit, person: &Person, settings: &Settings, least: i64) -> Vec<Spell> {
    let graded = benefits::graded(benefit, person, settings).into_iter();
    let graded = graded.filter(|(_, number)| *number >= least);
    let spells = graded.map(|(run, number)| Spell {
        run,
        job: 0,
        tenths_of_hours: 0,
        percent: number,
        amount: number,
    });
    spells.collect()
}

/// Spells of which nothing but the days is taken.
fn plain(runs: impl IntoIterator<Item = Run>) -> Vec<Spell> {
    let spell = |run| Spell {
        run,
        job: 0,
        tenths_of_hours: 0,
        percent: 0,
        amount: 0,
    };
    runs.into_iter().map(spell).collect()
}

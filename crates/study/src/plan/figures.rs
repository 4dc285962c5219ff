//! `[figures.*]`.

use super::endpoints::EndpointPlan;
use super::outcomes::policies;
use super::populations::{PopulationPlan, population};
use super::section::Section;
use super::survival::days;
use super::{OutcomePlan, OutcomeSource};
use regtrial_outcomes::measure::Measure;
use regtrial_outcomes::observation::Policies;
use regtrial_stats::survival::SurvivalInterval;

/// A figure as planned.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct FigurePlan {
    /// Key in the plan.
    pub key: String,
    /// The part of the plan that asks for it, `figures.KEY` as written there.
    pub section: String,
    /// Title.
    pub title: String,
    /// What it shows.
    pub picture: Picture,
}

/// What a figure shows.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Picture {
    /// The share in a state by month.
    Curve(CurvePlan),
    /// A time to an event.
    Times(TimeCurvePlan),
    /// How long people were in a state, in groups.
    Distribution(DistributionPlan),
    /// The mean number of events that happen again.
    MeanCounts(MeanCurvePlan),
}

/// How many weeks or months people were in a state.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct DistributionPlan {
    /// The outcome's key.
    pub outcome: String,
    /// What a group is so many of.
    pub unit: DistributionUnit,
    /// Weeks or months of one group.
    pub width: u32,
    /// What the outcome counts for one week or month.
    pub per_unit: f64,
    /// The most that the outcome can be.
    pub longest: f64,
}

/// What the groups of a distribution are counted in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum DistributionUnit {
    /// Weeks; of outcomes that are days or weeks.
    Weeks,
    /// Months.
    Months,
}

impl DistributionUnit {
    /// The name for readers.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Weeks => "Weeks",
            Self::Months => "Months",
        }
    }
}

/// The share in a state on each monthly landmark.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct CurvePlan {
    /// The endpoint's key.
    pub endpoint: String,
    /// Months to mark.
    pub landmarks: Vec<u32>,
    /// Last month drawn.
    pub months: u32,
    /// What a month means for people no longer seen.
    pub policies: Policies,
    /// Key of the population; everyone if none is named.
    pub population: Option<String>,
}

/// A survival curve, or a curve of cumulative incidence.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct TimeCurvePlan {
    /// The outcome's key.
    pub outcome: String,
    /// Upwards: the share with the event, instead of the share without.
    pub incidence: bool,
    /// Scale of the intervals, where no events compete.
    pub interval: SurvivalInterval,
    /// Days between two numbers at risk; by the length of the axis if none is given.
    pub every: Option<f64>,
    /// Last day drawn; the longest follow-up if none is given.
    pub horizon: Option<f64>,
    /// Key of the population; everyone if none is named.
    pub population: Option<String>,
}

/// A curve of mean counts.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct MeanCurvePlan {
    /// The outcome's key.
    pub outcome: String,
    /// Days between two numbers followed; by the length of the axis if none is given.
    pub every: Option<f64>,
    /// Last day drawn; the longest follow-up if none is given.
    pub horizon: Option<f64>,
}

const KINDS: [&str; 5] = [
    "employment-curve",
    "kaplan-meier",
    "cumulative-incidence",
    "weeks-worked",
    "mean-count",
];

/// Groups of a distribution beside those who were never in the state, unless the plan says how wide
/// they are.
const GROUPS: f64 = 6.0;

pub(super) fn read(
    root: &Section<'_>,
    endpoints: &[EndpointPlan],
    outcomes: &[OutcomePlan],
    populations: &[PopulationPlan],
) -> Vec<FigurePlan> {
    let mut found: Vec<FigurePlan> = Vec::new();
    for (key, section) in root.sections("figures") {
        section.required_string("kind");
        let kind = section.choice("kind", &KINDS);
        let made = match kind.as_deref() {
            Some("employment-curve") => curve(&section, endpoints, populations),
            Some("weeks-worked") => distribution(&section, outcomes),
            Some("mean-count") => mean_counts(&section, outcomes),
            Some(kind) => {
                let incidence = kind == "cumulative-incidence";
                times(&section, outcomes, populations, incidence)
            }
            None => {
                // What the other keys mean depends on the kind.
                section.use_all();
                None
            }
        };
        let title = section.string("title");
        section.finish();
        found.extend(made.map(|(picture, usual)| FigurePlan {
            section: format!("figures.{key}"),
            key: key.replace('_', "-"),
            title: title.unwrap_or(usual),
            picture,
        }));
    }
    // A study with one curve finds it under the name of its kind, whatever the plan calls it.
    if let [only] = &mut found[..]
        && matches!(only.picture, Picture::Curve(_))
    {
        "employment-curve".clone_into(&mut only.key);
    }
    found
}

fn curve(
    section: &Section<'_>,
    endpoints: &[EndpointPlan],
    populations: &[PopulationPlan],
) -> Option<(Picture, String)> {
    section.required_string("endpoint");
    let known: Vec<&str> = endpoints.iter().map(|e| e.endpoint.key.as_str()).collect();
    let endpoint = named(section, "endpoint", "endpoint", &known);
    let months = |numbers: Vec<i64>| numbers.into_iter().map(|n| n as u32).collect::<Vec<_>>();
    let landmarks = section
        .integers("landmarks", 0, 600)
        .map(months)
        .unwrap_or_default();
    let last = landmarks.iter().copied().max().unwrap_or(18);
    let months = section.integer("months", 1, 600);
    let picture = Picture::Curve(CurvePlan {
        policies: policies(section),
        population: population(section, populations),
        months: months.map_or(last, |n| n as u32).max(1),
        landmarks,
        endpoint: endpoint?,
    });
    Some((picture, "Employed, by month".to_owned()))
}

fn distribution(section: &Section<'_>, outcomes: &[OutcomePlan]) -> Option<(Picture, String)> {
    section.required_string("outcome");
    let known: Vec<&str> = outcomes
        .iter()
        .filter(|outcome| length(outcome).is_some())
        .map(|outcome| outcome.key.as_str())
        .collect();
    let width = section.integer("width", 1, 120);
    let key = named(
        section,
        "outcome",
        "outcome in days, weeks or months",
        &known,
    )?;
    let planned = outcomes.iter().find(|planned| planned.key == key)?;
    let (unit, per_unit, longest) = length(planned)?;
    let usual = (longest / per_unit / GROUPS).ceil().max(1.0) as u32;
    let picture = Picture::Distribution(DistributionPlan {
        outcome: key,
        unit,
        width: width.map_or(usual, |width| width as u32),
        per_unit,
        longest,
    });
    Some((picture, planned.label.clone()))
}

/// Of an outcome that is so many days, weeks or months in a state: what it is counted in, how much of
/// it is one week or month, and how much it can be.
fn length(outcome: &OutcomePlan) -> Option<(DistributionUnit, f64, f64)> {
    let OutcomeSource::Derived(derived) = &outcome.source else {
        return None;
    };
    let window = derived.window(0);
    let days = f64::from(window.end - window.start);
    match derived.measure {
        Measure::Days => Some((DistributionUnit::Weeks, 7.0, days)),
        Measure::Weeks => Some((DistributionUnit::Weeks, 1.0, (days / 7.0).ceil())),
        Measure::Months => Some((DistributionUnit::Months, 1.0, (days / 30.4375).ceil())),
        _ => None,
    }
}

fn times(
    section: &Section<'_>,
    outcomes: &[OutcomePlan],
    populations: &[PopulationPlan],
    incidence: bool,
) -> Option<(Picture, String)> {
    section.required_string("outcome");
    let times = outcomes.iter().filter(|outcome| outcome.is_time());
    let known: Vec<&str> = times.map(|outcome| outcome.key.as_str()).collect();
    let interval = section.choice("intervals", &["plain", "log", "log-log"]);
    let (every, horizon) = (days(section, "every"), days(section, "horizon"));
    let population = population(section, populations);
    let outcome = named(section, "outcome", "outcome that is a time", &known)?;
    let planned = outcomes.iter().find(|planned| planned.key == outcome)?;
    if planned.competes() == Some(true) && !incidence {
        let rule = "a competing event ends this time: the curve that takes no account of it shows \
                    nothing that happens";
        let help = "kind = \"cumulative-incidence\"";
        section.problem_at_with_help("kind", "bad_value", rule, help);
    }
    whole_weeks(section, every);
    let picture = Picture::Times(TimeCurvePlan {
        outcome,
        incidence,
        interval: match interval.as_deref() {
            Some("plain") => SurvivalInterval::Plain,
            Some("log") => SurvivalInterval::Log,
            _ => SurvivalInterval::LogLog,
        },
        every,
        horizon,
        population,
    });
    Some((picture, planned.label.clone()))
}

fn whole_weeks(section: &Section<'_>, every: Option<f64>) {
    if every.is_some_and(|days| days % 7.0 != 0.0) {
        let rule = "numbers at risk stand at whole weeks: `every = \"13 weeks\"`";
        section.problem_at("every", "bad_value", rule);
    }
}

fn mean_counts(section: &Section<'_>, outcomes: &[OutcomePlan]) -> Option<(Picture, String)> {
    section.required_string("outcome");
    let recurs = |outcome: &&OutcomePlan| match &outcome.source {
        OutcomeSource::Derived(derived) => derived.measure.recurs() && derived.at_least.is_none(),
        _ => false,
    };
    let counted: Vec<&OutcomePlan> = outcomes.iter().filter(recurs).collect();
    let known: Vec<&str> = counted.iter().map(|outcome| outcome.key.as_str()).collect();
    let (every, horizon) = (days(section, "every"), days(section, "horizon"));
    whole_weeks(section, every);
    let (name, span) = section.spanned_string("outcome")?;
    let Some(planned) = counted.iter().find(|planned| planned.key == name) else {
        let what =
            "outcome whose events have days (starts, visits, jobs, episodes, bed-days, days)";
        section.unknown_reference(what, &name, span, &known);
        return None;
    };
    let picture = Picture::MeanCounts(MeanCurvePlan {
        outcome: name,
        every,
        horizon,
    });
    Some((picture, planned.label.clone()))
}

fn named(section: &Section<'_>, key: &str, what: &str, known: &[&str]) -> Option<String> {
    let (name, span) = section.spanned_string(key)?;
    if known.contains(&name.as_str()) {
        return Some(name);
    }
    section.unknown_reference(what, &name, span, known);
    None
}

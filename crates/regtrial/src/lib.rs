//! Register-based trial analysis: who worked after whom the trial helped, from register extracts to
//! released tables and figures.
//!
//! A whole study from its plan:
//!
//! ```
//! use regtrial::prelude::*;
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let plan = concat!(env!("CARGO_MANIFEST_DIR"), "/../../data-samples/hekta/study.toml");
//! let study = Study::load(Plan::read(plan.as_ref())?)?;
//! let released = study.run()?.release(study.plan().disclosure);
//! let primary = released.of("primary").find(|r| r.statistic == "risk_difference").unwrap();
//! assert_eq!(primary.contrast, "IPS - TAU");
//! # Ok(())
//! # }
//! ```
//!
//! The same study step by step, without a plan: read, derive, compare, fit, plot.
//!
//! ```
//! use regtrial::prelude::*;
//! use regtrial::{outcomes, registers, report, results, stats};
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../data-samples/hekta");
//! # let folder = std::path::Path::new(folder);
//! // Read: who takes part, and the jobs of those who do.
//! let people = People::read(&folder.join("participants.csv"), &PeopleOptions {
//!     id: Some("lopenr".into()),
//!     index_date: Some("randomised".into()),
//!     arm: Some(("arm".into(), vec!["TAU".into(), "IPS".into()])),
//!     exits: [(Exit::Death, "died".into()), (Exit::Emigration, "emigrated".into()),
//!             (Exit::Withdrawal, "withdrew".into())].into(),
//!     ..Default::default()
//! })?;
//! let cover = Span::closed(day(2017, 1, 1).unwrap(), day(2022, 12, 31).unwrap());
//! let files = vec![folder.join("aa/arbeidsforhold.csv")];
//! let mut options = RegisterOptions::new(RegisterKind::AaNav, files, cover.start, cover.end - 1);
//! options.max_refused_share = 0.02;
//! let register = registers::read_register(&options, &people.positions(), &Default::default())?;
//! let jobs = &register.tables[0];
//! let linked = registers::read_ids(&folder.join("linked-ids.csv"), "lopenr", &people.positions())?;
//!
//! // Derive: in an ordinary job at 12 months?
//! let rule = Rule::parse("type in ('ordinaertArbeidsforhold', 'maritimtArbeidsforhold')")?;
//! let cohort = Cohort::new(&people)
//!     .with_table("jobs", jobs.kind, &jobs.frame, cover, Some(&linked))?;
//! let ordinary = Endpoint::spells("ordinary", "jobs", RegisterKind::AaNav, Some(rule));
//! let mut policies = outcomes::observation::Policies::default();
//! policies.set(outcomes::observation::Cause::Death, outcomes::observation::Unobserved::Composite);
//! let month = Offset::Months(12);
//! let outcome = Outcome::new("employed_at_12m", ordinary, Measure::Status, month, month);
//! let employed = cohort.derive(&outcome.with_policies(policies))?;
//!
//! // Compare: the arms, unadjusted.
//! let count = |arm: u32| {
//!     let values = employed.values.iter().zip(&people.arm).filter(move |(_, a)| **a == arm);
//!     let seen: Vec<f64> = values.filter_map(|(value, _)| value.number).collect();
//!     Proportion::new(seen.iter().sum::<f64>() as u64, seen.len() as u64)
//! };
//! let table = TwoByTwo::new(count(1)?, count(0)?);
//! let difference = stats::proportion::difference::newcombe(table, ConfidenceLevel::NINETY_FIVE);
//! assert!((difference.estimate - (23.0 / 95.0 - 12.0 / 97.0)).abs() < 1e-12);
//!
//! // Fit: adjusted for age.
//! let number = |value: &outcomes::measure::Value| value.number.unwrap_or(f64::NAN);
//! let ages = people.frame.column("age")?.f64()?.iter().map(|age| age.unwrap_or(f64::NAN));
//! let data = Data::new()
//!     .with_numbers("employed", employed.values.iter().map(number).collect())
//!     .with_numbers("ips", people.arm.iter().map(|arm| f64::from(*arm)).collect())
//!     .with_numbers("age", ages.collect());
//! let design = Design::new(&Formula::parse("employed ~ ips + age")?, &data)?;
//! let fit = Glm::new(Family::Binomial).fit(&design)?;
//! assert_eq!(fit.terms, ["(Intercept)", "ips", "age"]);
//!
//! // Plot: what is drawn has passed disclosure control, because only `Released` can be drawn.
//! # let plan = folder.join("study.toml");
//! let study = Study::load(Plan::read(&plan)?)?;
//! let released = study.run()?.release(results::Policy::minimum(5));
//! let figure = report::figures::employment_curve(&released, "employment-curve")?;
//! assert!(figure.svg.starts_with("<svg"));
//! # Ok(())
//! # }
//! ```

pub use regtrial_outcomes as outcomes;
pub use regtrial_registers as registers;
pub use regtrial_report as report;
pub use regtrial_results as results;
pub use regtrial_stats as stats;
pub use regtrial_study as study;

/// What most programs need.
pub mod prelude {
    pub use regtrial_outcomes::calendar::{Offset, day};
    pub use regtrial_outcomes::measure::Measure;
    pub use regtrial_outcomes::rule::Rule;
    pub use regtrial_outcomes::span::Span;
    pub use regtrial_outcomes::{Cohort, Endpoint, Outcome};
    pub use regtrial_registers::{
        Exit, People, PeopleOptions, Register, RegisterKind, RegisterOptions, TableKind,
    };
    pub use regtrial_results::{Policy, Released, Results};
    pub use regtrial_stats::design::{Data, Design};
    pub use regtrial_stats::formula::Formula;
    pub use regtrial_stats::glm::{Family, Firth, Glm, Link};
    pub use regtrial_stats::marginal::{MarginalVariance, Standardisation};
    pub use regtrial_stats::proportion::{Proportion, TwoByTwo};
    pub use regtrial_stats::{ConfidenceLevel, Estimate};
    pub use regtrial_study::{Plan, Study};
}

//! Results: long records, and the disclosure control that decides which of them may leave.
//!
//! A study collects [`Results`]. Only [`Results::release`] turns them into [`Released`], whose
//! fields are private and which cannot be read back from a file: whatever is built from a
//! `Released` has passed disclosure control, because the type says so.
//!
//! One [`Record`] holds one statistic. Undefined numbers are `NaN` here and `null` in JSON;
//! infinite ones are `"Inf"` and `"-Inf"`.

mod analysis_results;
mod audit;
mod catalogue;
mod cells;
mod checker;
mod disclosure;
mod importance;
mod largest;
mod ledger;
mod number;
mod policy;
mod record;
mod released;
mod totals;

pub use analysis_results::{AnalysisResult, NoResults, analysis_results};
pub use catalogue::{
    Agreement, Analysis, AnalysisKind, Catalogue, Journal, Language, MadeBy, MethodNote, Outcome,
    Source, Variable,
};
pub use cells::{Cell, Cells, Counts, person};
pub use disclosure::{Rule, Withheld};
pub use ledger::{LEDGER_SCHEMA, Ledger};
pub use policy::{Months, Policy, Protection};
pub use record::{DiagnosticRecord, Hypothesis, Record};
pub use released::{Count, Released, Results};
pub use totals::Total;

/// The schema name that `results.json` carries.
pub const SCHEMA: &str = "regtrial.results/1";

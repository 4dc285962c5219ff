//! `meta --forest FILE`, `meta --funnel FILE`.

use crate::args::MetaArgs;
use crate::commands::save_figure as save;
use crate::data;
use crate::failure::Failure;
use regtrial_report::figures::{forest, funnel};
use regtrial_results::{Record, Results};

/// Draws what was asked for. Published numbers are public: they pass release with nothing withheld.
pub(super) fn write(args: &MetaArgs, pooled: &[Record], studies: &[Record]) -> Result<(), Failure> {
    if args.forest.is_none() && args.funnel.is_none() {
        return Ok(());
    }
    let results = Results {
        records: [pooled, studies].concat(),
        ..Results::default()
    };
    let released = results.release(data::policy(&args.data));
    let failed =
        |error: regtrial_report::ReportError| Failure::message("figure", error.to_string());
    if let Some(file) = &args.forest {
        save(file, &forest(&released, "Forest plot").map_err(failed)?)?;
    }
    if let Some(file) = &args.funnel {
        save(file, &funnel(&released, "Funnel plot").map_err(failed)?)?;
    }
    Ok(())
}

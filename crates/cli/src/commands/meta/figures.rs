//! `meta --forest FILE`, `meta --funnel FILE`.

use crate::args::MetaArgs;
use crate::data;
use crate::failure::Failure;
use regtrial_report::figures::{Figure, forest, funnel};
use regtrial_results::{Record, Results};
use std::fs;
use std::path::Path;

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

fn save(file: &Path, figure: &Figure) -> Result<(), Failure> {
    let suffix = file
        .extension()
        .unwrap_or_default()
        .to_string_lossy()
        .to_ascii_lowercase();
    let bytes = match suffix.as_str() {
        "svg" => figure.svg.as_bytes(),
        "png" => figure.png.as_slice(),
        "csv" => figure.points_csv.as_bytes(),
        _ => {
            let rule = format!(
                "{}: a figure is .svg or .png, its points .csv",
                file.display()
            );
            return Err(Failure::message("argument", rule));
        }
    };
    fs::write(file, bytes).map_err(|error| Failure::write(&file.display().to_string(), &error))
}

//! Generalised estimating equations: `fit --id COLUMN`.

use super::summary::{Clustering, Model};
use crate::args::{CorrelationChoice, FitArgs, IntervalChoice};
use crate::data;
use crate::failure::Failure;
use regtrial_results::Results;
use regtrial_stats::design::Design;
use regtrial_stats::glm::{Correlation, Dispersion, Family, Gee, GeeVariance, Glm, TermEstimate};
use regtrial_study::analysis::records::remark;

/// The clusters of the rows of the data.
pub(super) struct Clusters<'a> {
    pub(super) column: &'a str,
    pub(super) labels: Vec<u64>,
}

pub(super) fn run(
    args: &FitArgs,
    glm: &Glm,
    variance: GeeVariance,
    clusters: &Clusters<'_>,
    design: &Design,
    model: &mut Model,
    results: &mut Results,
) -> Result<Vec<TermEstimate>, Failure> {
    let shaped = matches!(glm.family, Family::NegativeBinomial { .. });
    if shaped || glm.dispersion == Dispersion::Pearson {
        let rule = "with --id the families are gaussian, binomial and poisson";
        return Err(Failure::message("argument", rule)
            .with_help("the sandwich allows for overdispersion: --family poisson"));
    }
    if args.intervals == Some(IntervalChoice::Profile) || args.term_tests || args.backward.is_some()
    {
        let rule = "estimating equations have no likelihood: neither profile intervals nor \
                    likelihood-ratio tests";
        return Err(Failure::message("argument", rule));
    }
    let correlation = match args.correlation {
        Some(CorrelationChoice::Independence) => Correlation::Independence,
        Some(CorrelationChoice::Ar1) => Correlation::Ar1,
        Some(CorrelationChoice::Exchangeable) | None => Correlation::Exchangeable,
    };
    let fit = Gee::new(glm.family)
        .with_link(glm.link)
        .with_correlation(correlation)
        .with_variance(variance)
        .fit(design, &clusters.labels)
        .map_err(|error| Failure::stats(&error, Some(&args.formula)))?;
    model.method = "gee";
    args.vcov.clone_into(&mut model.vcov);
    model.events = fit.events;
    model.iterations = fit.iterations;
    model.clustering = Some(Clustering {
        id: clusters.column.to_owned(),
        correlation: correlation.as_str(),
        association: fit.association,
        scale: fit.scale,
        clusters: fit.clusters,
        largest_cluster: fit.largest_cluster,
    });
    results
        .diagnostics
        .extend(fit.diagnostics.iter().map(remark));
    Ok(fit.confint(data::level(&args.data)?))
}

//! Figures: drawn from released points, with the font that comes along, as outlines.
//!
//! The way of a figure: records to a `Curve` (what is drawn), to a `Layout` (where), to a `Scene`
//! (shapes on a page), to SVG, to an SVG without text and a PNG.

mod axes;
mod caption;
mod curve;
mod dash;
mod difference;
mod distribution;
mod employment;
mod estimates;
mod flow;
mod forests;
mod labels;
mod layout;
mod marker;
mod meta;
mod observed;
mod paint;
mod palette;
mod points;
mod power;
mod render;
mod scale;
mod scene;
mod series;
mod states;
mod times;
mod value_axis;

use crate::ReportError;
use crate::language::analysis as in_language;
use regtrial_results::{Analysis, AnalysisKind, Released};
use scene::Scene;

pub use employment::employment_curve;
pub use meta::{forest, funnel};
pub use power::{CurveOver, power_curve};
pub use times::survival_curve;

/// A finished figure.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Figure {
    /// Key of the analysis; also the file's name.
    pub key: String,
    /// Title for readers.
    pub title: String,
    /// What the marks are, as it is written below the curve.
    pub caption: String,
    /// Plain sentences of the plan: methods, population.
    pub notes: Vec<String>,
    /// The figure as SVG, its text as outlines.
    pub svg: String,
    /// The figure as PNG, two pixels for one unit of the SVG, on white.
    pub png: Vec<u8>,
    /// What is drawn, with a header: a line a point.
    pub points_csv: String,
}

impl Figure {
    /// A scene in both formats, without caption and notes.
    fn painted(
        key: &str,
        title: &str,
        scene: &Scene,
        points_csv: String,
    ) -> Result<Self, ReportError> {
        let failed = |reason: String| ReportError::drawing(key, reason);
        let painted = paint::svg(scene).map_err(failed)?;
        let rendered = render::render(&painted, title, &scene.hints).map_err(failed)?;
        Ok(Self {
            key: key.to_owned(),
            title: title.to_owned(),
            caption: String::new(),
            notes: Vec::new(),
            svg: rendered.svg,
            png: rendered.png,
            points_csv,
        })
    }
}

/// The analysis of a curve's key, in the language of the study.
fn curve_analysis(
    released: &Released,
    key: &str,
    kind: AnalysisKind,
) -> Result<Analysis, ReportError> {
    let catalogue = released.catalogue();
    let mut analyses = catalogue.analyses.iter();
    let found = analyses.find(|found| found.key == key && found.kind == kind);
    let found = found.ok_or_else(|| ReportError::NotACurve {
        analysis: key.to_owned(),
    })?;
    Ok(in_language(catalogue.language, found))
}

/// The figures of a study, in the order of its analyses.
///
/// # Errors
/// [`ReportError`] if one cannot be drawn.
pub fn figures(released: &Released) -> Result<Vec<Figure>, ReportError> {
    let found = by_analysis(released)?;
    Ok(found.into_iter().map(|(_, figure)| figure).collect())
}

/// The figures with the analyses that they are of.
pub(crate) fn by_analysis(released: &Released) -> Result<Vec<(&Analysis, Figure)>, ReportError> {
    let mut all = Vec::new();
    let catalogue = released.catalogue();
    for own in &catalogue.analyses {
        let mut figures = Vec::new();
        let analysis = &in_language(catalogue.language, own);
        if analysis.kind == AnalysisKind::Curve {
            figures.push(employment::of(released, analysis)?);
        }
        if analysis.kind == AnalysisKind::SurvivalCurve {
            figures.push(times::of(released, analysis)?);
        }
        if analysis.kind == AnalysisKind::Flow {
            figures.extend(flow::of(released, analysis)?);
        }
        if analysis.kind == AnalysisKind::Distribution {
            figures.extend(distribution::of(released, analysis)?);
        }
        figures.extend(forests::of(released, analysis)?);
        figures.extend(states::of(released, analysis)?);
        all.extend(figures.into_iter().map(|figure| (own, figure)));
    }
    Ok(all)
}

#[cfg(test)]
mod tests;

/// The colours of everything that is written on figures.
#[cfg(test)]
pub(crate) fn text_colours() -> Vec<[u8; 3]> {
    let inks = (0..6).map(|arm| palette::look_of(arm).ink);
    let all = inks.chain([scene::INK, scene::GREY]);
    all.map(|scene::Colour(red, green, blue)| [red, green, blue])
        .collect()
}

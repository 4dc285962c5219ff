//! The employment curve: the proportion employed by month and arm, and the difference below.

use super::curve::Curve;
use super::layout::{Layout, MARGIN, TEXT, TITLE};
use super::scene::{Anchor, GREY, Scene, Text, WHITE};
use super::{Figure, axes, curve_analysis, difference, labels, observed, points, series};
use crate::ReportError;
use crate::format::WITHHELD;
use crate::language::said;
use regtrial_results::{Analysis, AnalysisKind, Released};

/// Draws one curve of the catalogue.
///
/// # Errors
/// [`ReportError::NotACurve`] if the catalogue has no curve of this key;
/// [`ReportError::Drawing`] or [`ReportError::Csv`] if a format could not be made.
pub fn employment_curve(released: &Released, analysis_key: &str) -> Result<Figure, ReportError> {
    let analysis = curve_analysis(released, analysis_key, AnalysisKind::Curve)?;
    of(released, &analysis)
}

/// Draws a curve, its title and notes in the language of the study.
pub(super) fn of(released: &Released, analysis: &Analysis) -> Result<Figure, ReportError> {
    let curve = Curve::of(released, analysis);
    let points = points::csv(&curve, &analysis.key)?;
    drawn(curve, analysis, points)
}

/// A curve as a figure.
pub(super) fn drawn(
    curve: Curve,
    analysis: &Analysis,
    points: String,
) -> Result<Figure, ReportError> {
    let figure = Figure::painted(&analysis.key, &curve.title, &scene(&curve), points)?;
    Ok(Figure {
        caption: curve.caption,
        notes: analysis.notes.clone(),
        ..figure
    })
}

/// Everything on the page.
fn scene(curve: &Curve) -> Scene {
    let layout = Layout::of(curve);
    let mut scene = Scene {
        width: layout.width,
        height: layout.height,
        shapes: Vec::new(),
        hints: Vec::new(),
    };
    let (width, height) = (layout.width, layout.height);
    scene.area(
        vec![(0.0, 0.0), (width, 0.0), (width, height), (0.0, height)],
        WHITE,
        1.0,
    );
    let mut baseline = MARGIN + TITLE;
    for line in &layout.title {
        scene.text(Text::new(line.as_str(), TITLE, (MARGIN, baseline)).bold());
        baseline += 23.0;
    }
    axes::draw(&mut scene, &layout, curve);
    if curve.is_withheld() {
        let at = (
            (layout.left + layout.right) / 2.0,
            (layout.top + layout.bottom) / 2.0,
        );
        let text = Text::new(said(curve.language, WITHHELD), TEXT, at).colour(GREY);
        scene.text(text.anchor(Anchor::Middle));
    } else {
        series::draw(&mut scene, &layout, curve);
    }
    labels::draw(&mut scene, &layout, curve);
    if !curve.gaps.is_empty() {
        difference::draw(&mut scene, &layout, curve);
    }
    observed::draw(&mut scene, &layout, curve);
    scene
}

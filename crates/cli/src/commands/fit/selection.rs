//! Tests of terms and backward elimination: `fit --term-tests`, `fit --backward P`.

use super::summary::{Model, NamedTest, Trail};
use crate::args::{FitArgs, MethodChoice};
use crate::failure::Failure;
use regtrial_results::{DiagnosticRecord, Results};
use regtrial_stats::StatsError;
use regtrial_stats::design::Design;
use regtrial_stats::formula::Formula;
use regtrial_stats::glm::{Family, Glm, NegativeBinomial, Testable};

/// Tests the terms; the design of those that an elimination leaves, if one was asked for.
pub(super) fn run(
    args: &FitArgs,
    glm: &Glm,
    formula: &Formula,
    design: &Design,
    model: &mut Model,
    results: &mut Results,
) -> Result<Option<Design>, Failure> {
    if args.method == MethodChoice::Firth || args.id.is_some() {
        // Refused with its own words by the fit.
        return Ok(None);
    }
    let failed = |error: StatsError| Failure::stats(&error, Some(&args.formula));
    let tested = match glm.family {
        Family::NegativeBinomial { .. } => Testable::NegativeBinomial(NegativeBinomial::default()),
        _ => Testable::Glm(glm.clone()),
    };
    let Some(threshold) = args.backward else {
        let tests = tested.term_tests(formula, design).map_err(failed)?;
        model.term_tests = Some(tests.iter().map(NamedTest::of).collect());
        return Ok(None);
    };
    let elimination = tested
        .eliminate(formula, design, threshold, &args.keep)
        .map_err(failed)?;
    model.elimination = Some(Trail::of(&elimination, threshold));
    let message = if elimination.steps.is_empty() {
        "backward elimination removed no term; that the terms were candidates still makes p-values \
         and intervals too optimistic"
            .to_owned()
    } else {
        let removed: Vec<&str> = elimination
            .steps
            .iter()
            .map(|step| step.removed.term.as_str())
            .collect();
        format!(
            "backward elimination removed, in order: {}; the p-values and intervals of what \
             remains are post-selection and too optimistic",
            removed.join(", ")
        )
    };
    results.diagnostics.push(DiagnosticRecord {
        code: "post_selection".to_owned(),
        severity: "note".to_owned(),
        term: None,
        message,
    });
    Ok(Some(elimination.design))
}

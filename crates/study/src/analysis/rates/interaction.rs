//! Whether rates of the arms differ alike at all levels of a variable.

use super::super::Context;
use super::super::subgroups::{Tested, of_interaction};
use super::people::People;
use crate::StudyError;
use crate::plan::{OutcomePlan, PERSON_TIME, RateFamily, RatePlan};
use regtrial_stats::design::{Column, Data, Design};
use regtrial_stats::formula::Formula;
use regtrial_stats::glm::{Covariance, Family, Glm, NegativeBinomial, Testable};
use regtrial_stats::{Estimate, StatsError};

/// Tests of the last term of a formula: of ratios by the model of the family, of differences by least squares of
/// everyone's rate, weighted by the time seen, so that a group's mean is its events over its time.
pub(in super::super) fn interaction(
    context: &Context<'_>,
    outcome: &OutcomePlan,
    rate: &RatePlan,
    formula: &Formula,
) -> Result<Vec<Tested>, StudyError> {
    let people = match People::new(context, outcome, rate)? {
        Ok(people) => people,
        Err(error) => return Ok(vec![(Err(error), "log")]),
    };
    let of_ratios = by_model(rate.family, formula, &people.data);
    let of_differences = by_rates(formula, &people.data);
    Ok(vec![(of_ratios, "log"), (of_differences, "identity")])
}

fn by_model(family: RateFamily, formula: &Formula, data: &Data) -> Result<Estimate, StatsError> {
    let design = Design::new(formula, data)?;
    let testable = match family {
        RateFamily::QuasiPoisson => return of_interaction(&family.model(&design)?),
        RateFamily::Poisson => Testable::Glm(Glm::new(Family::Poisson)),
        RateFamily::NegativeBinomial => Testable::NegativeBinomial(NegativeBinomial::default()),
    };
    let tests = match testable.term_tests(formula, &design) {
        // Counts that vary no more than Poisson ones.
        Err(StatsError::NoOverdispersion) => {
            Testable::Glm(Glm::new(Family::Poisson)).term_tests(formula, &design)?
        }
        tests => tests?,
    };
    let last = tests.into_iter().next_back().map(|test| test.estimate);
    last.ok_or(StatsError::NoData {
        dropped: design.dropped,
    })
}

fn by_rates(formula: &Formula, data: &Data) -> Result<Estimate, StatsError> {
    let Column::Numbers(days) = data.column(PERSON_TIME)? else {
        return Err(StatsError::NoData { dropped: 0 });
    };
    let mut design = Design::new(formula, data)?;
    design.offset = None;
    for i in 0..design.nobs() {
        let root = days[design.rows[i]].sqrt();
        design.response[i] /= root;
        design.x.row_mut(i).mapv_inplace(|value| value * root);
    }
    let linear = Glm::new(Family::Gaussian).with_covariance(Covariance::Hc3);
    of_interaction(&linear.fit(&design)?)
}

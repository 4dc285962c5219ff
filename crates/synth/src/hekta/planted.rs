//! The planted model: who is employed at any time within 18 months.
//!
//! `P(E = 1) = 1 / (1 + exp(-eta))`, with `eta` linear in the baseline. E is drawn before death or
//! any other exit is: a person with E = 1 may die before the first day of work.

use super::people::{Arm, Person};

/// Coefficients of the planted logistic model, on the log-odds scale.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct Planted {
    /// Intercept: the usual arm at the centre of every covariate, never worked before.
    pub intercept: f64,
    /// IPS against treatment as usual.
    pub arm_ips: f64,
    /// Per point of "adapts routine to minimise difficulties", centred at 2.5.
    pub routines: f64,
    /// Per point of "work-related goals", centred at 2.5.
    pub work_goals: f64,
    /// Per quintile of deprivation, centred at 3; 5 is the most deprived.
    pub deprivation: f64,
    /// Per year of age, centred at 35.
    pub age: f64,
    /// Worked during the two years before randomisation.
    pub worked_before: f64,
}

/// The coefficients. The intercept gives the usual arm a risk of about 0.34.
pub const PLANTED: Planted = Planted {
    intercept: -0.84,
    arm_ips: 0.45,
    routines: 0.45,
    work_goals: 0.40,
    deprivation: -0.25,
    age: -0.02,
    worked_before: 0.3,
};

/// Centre of the two ratings, and the value that "not applicable" counts as.
pub(super) const RATING_CENTRE: f64 = 2.5;
/// Centre of the deprivation quintile.
pub(super) const DEPRIVATION_CENTRE: f64 = 3.0;
/// Centre of age, in years.
pub(super) const AGE_CENTRE: f64 = 35.0;

/// The probability that a person is employed at any time within 18 months.
pub(super) fn probability(person: &Person) -> f64 {
    let rating = |value: Option<u32>| value.map_or(0.0, |v| f64::from(v) - RATING_CENTRE);
    let indicator = |value: bool| if value { 1.0 } else { 0.0 };
    let eta = PLANTED.intercept
        + PLANTED.arm_ips * indicator(person.arm == Arm::Ips)
        + PLANTED.routines * rating(person.routines)
        + PLANTED.work_goals * rating(person.work_goals)
        + PLANTED.deprivation * (f64::from(person.deprivation) - DEPRIVATION_CENTRE)
        + PLANTED.age * (f64::from(person.age) - AGE_CENTRE)
        + PLANTED.worked_before * indicator(person.worked_before);
    1.0 / (1.0 + (-eta).exp())
}

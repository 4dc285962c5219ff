//! "ips-moho": a prospective cohort in supported employment, rated with the Worker Role Interview.
//!
//! What is printed of IPS-MOHO (Prior et al. 2020, doi 10.1186/s12888-020-02745-3) sets the margins: 202
//! people, 124 men (61.4 %; the printed 61.3 % fits no count of 202), 127 who reach work or education
//! (63 %), 16 items of which some are not applicable, deprivation quintiles. Everything else is invented,
//! the effects too: they are [`PLANTED`].
//!
//! A person's utility is the planted linear predictor plus a standard logistic draw; the 127 people with the
//! highest utility reach their goal. That is a logistic model, given the number who reach it: the
//! intercept is what makes it 127 and is not planted.

use crate::draws::{Draws, Purpose};
use std::fmt::Write;

/// People.
pub const PEOPLE: usize = 202;
/// Men among them.
pub const MEN: usize = 124;
/// People who reach work or education.
pub const GOALS: usize = 127;
/// Items of the interview.
const ITEMS: usize = 16;
/// "Work-related goals" and "adapts routine to minimise difficulties", counted from 0.
const WORK_GOALS: usize = 4;
const ADAPTS_ROUTINE: usize = 11;

/// Log-odds of reaching the goal: a point of a rating from 2.5, a quintile of deprivation from 3. The
/// other items, sex and age have none.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct Planted {
    /// Adapts routine to minimise difficulties, a point.
    pub adapts_routine: f64,
    /// Work-related goals, a point.
    pub work_goals: f64,
    /// Deprivation, a quintile towards the most deprived.
    pub deprivation: f64,
}

/// The planted truth.
pub const PLANTED: Planted = Planted {
    adapts_routine: 0.60,
    work_goals: 0.45,
    deprivation: -0.25,
};

/// Seed of the sample that ships.
pub const SEED: u64 = 20_200_710;

/// The cohort as CSV: a person a row. "Not applicable" is `N/A`; what a person's rating would have been
/// still counts in the utility.
#[must_use]
pub fn participants(seed: u64) -> String {
    let mut draws = Draws::new(seed, Purpose::People);
    let mut men = [0_u8; PEOPLE];
    men[..MEN].fill(1);
    draws.shuffle(&mut men);
    let mut people: Vec<Person> = men
        .iter()
        .map(|man| Person::draw(&mut draws, *man == 1))
        .collect();
    let mut order: Vec<usize> = (0..PEOPLE).collect();
    order.sort_by(|a, b| people[*b].utility.total_cmp(&people[*a].utility));
    for place in &order[..GOALS] {
        people[*place].goal = true;
    }
    let items: Vec<String> = (1..=ITEMS).map(|item| format!("wri{item}")).collect();
    let mut text = format!("person,sex,age,deprivation,{},goal\n", items.join(","));
    for (i, person) in people.iter().enumerate() {
        // Writing to a text cannot fail.
        let _ = write!(
            text,
            "S{:03},{},{},{}",
            i + 1,
            if person.man { "man" } else { "woman" },
            person.age,
            person.deprivation
        );
        for rating in person.ratings {
            match rating {
                Some(rating) => {
                    let _ = write!(text, ",{rating}");
                }
                None => text.push_str(",N/A"),
            }
        }
        let _ = writeln!(text, ",{}", u8::from(person.goal));
    }
    text
}

struct Person {
    man: bool,
    age: i32,
    deprivation: i32,
    ratings: [Option<u8>; ITEMS],
    utility: f64,
    goal: bool,
}

impl Person {
    fn draw(draws: &mut Draws, man: bool) -> Self {
        let age = draws.between(18, 40) + draws.between(0, 23);
        // Services work where people are poor: the deprived quintiles are the larger ones.
        let deprivation = draws.weighted(&[10, 14, 18, 26, 32]) as i32 + 1;
        let capacity = bell(draws);
        let mut ratings = [None; ITEMS];
        let mut utility = logistic(draws) + PLANTED.deprivation * f64::from(deprivation - 3);
        for (item, slot) in ratings.iter_mut().enumerate() {
            let rating = rating(0.6 * capacity + 0.8 * bell(draws));
            let effect = match item {
                ADAPTS_ROUTINE => PLANTED.adapts_routine,
                WORK_GOALS => PLANTED.work_goals,
                _ => 0.0,
            };
            utility += effect * (f64::from(rating) - 2.5);
            // People without a job have no workplace to rate.
            let not_applicable = if item >= 12 { 120 } else { 15 };
            *slot = (!draws.chance(not_applicable)).then_some(rating);
        }
        Self {
            man,
            age,
            deprivation,
            ratings,
            utility,
            goal: false,
        }
    }
}

/// Mean 0 and variance 1, nearly normal: the sum of twelve uniform draws, exact on every platform.
fn bell(draws: &mut Draws) -> f64 {
    (0..12).map(|_| draws.unit()).sum::<f64>() - 6.0
}

fn logistic(draws: &mut Draws) -> f64 {
    let u = draws.unit().max(f64::MIN_POSITIVE);
    (u / (1.0 - u)).ln()
}

/// One of four points; the middle ones are the common ones.
fn rating(value: f64) -> u8 {
    1 + [-1.0, 0.0, 1.0].iter().filter(|cut| value > **cut).count() as u8
}

#[cfg(test)]
mod tests {
    use super::{GOALS, MEN, PEOPLE, SEED, participants};

    #[test]
    fn the_margins_are_the_printed_ones() {
        let text = participants(SEED);
        let rows: Vec<Vec<&str>> = text
            .lines()
            .skip(1)
            .map(|line| line.split(',').collect())
            .collect();
        assert_eq!(rows.len(), PEOPLE);
        assert!(rows.iter().all(|row| row.len() == 21));
        assert_eq!(rows.iter().filter(|row| row[1] == "man").count(), MEN);
        assert_eq!(rows.iter().filter(|row| row[20] == "1").count(), GOALS);
    }

    #[test]
    fn the_sample_that_ships_is_the_generated_one() {
        let shipped = concat!(
            env!("CARGO_MANIFEST_DIR"),
            "/../../data-samples/ips-moho/participants.csv"
        );
        assert_eq!(
            std::fs::read_to_string(shipped).unwrap(),
            participants(SEED)
        );
    }
}

//! A reader who wants to know what one person earns.
//!
//! The p% rule says: nobody who takes part, and knows the own value, may tell another's to within p
//! per cent. The attacker takes every number about a quantity that was released (means of arms,
//! differences, means and differences adjusted by a model, coefficients; in populations and subgroups;
//! of two windows of which one holds the other), makes of each the equation that it is, with an
//! unknown amount of every person, and asks another solver (microlp) for the most that a person can
//! have.

use super::attack::Random;
use super::of_people;
use microlp::{ComparisonOp, OptimizationDirection, Problem, Variable};
use regtrial::prelude::*;
use regtrial::results::Record;

/// A person: pay in the whole window, and in the first half of it.
#[derive(Clone)]
struct Person {
    arm: usize,
    sex: usize,
    treated_as_planned: bool,
    early: f64,
    late: f64,
}

impl Person {
    fn pay(&self) -> f64 {
        self.early + self.late
    }
}

const ARMS: [&str; 2] = ["A", "B"];
const SEXES: [&str; 2] = ["f", "m"];

/// The outcomes, with the analyses of one case.
fn study(people: &[Person], analyses: &str, dominance: u64) -> Study {
    let mut text = "arm,sex,planned,early_pay,pay\n".to_owned();
    for person in people {
        let (arm, sex) = (ARMS[person.arm], SEXES[person.sex]);
        let planned = u8::from(person.treated_as_planned);
        let (early, pay) = (person.early, person.pay());
        text.push_str(&format!("{arm},{sex},{planned},{early},{pay}\n"));
    }
    let plan = format!(
        r#"
[study]
name = "dominance"
[people]
file = "people.csv"
arm = {{ column = "arm", order = ["A", "B"] }}
[outcomes.pay]
column = "pay"
[outcomes.early_pay]
column = "early_pay"
[populations.planned]
label = "as planned"
where = "planned = 1"
{analyses}
[disclosure]
minimum_count = 2
dominance = {dominance}
"#
    );
    of_people(&text, plan)
}

const DIFFERENCE: &str = "[analyses.a]\noutcome = \"pay\"\n";
const PLANNED: &str = "[analyses.b]\noutcome = \"pay\"\npopulation = \"planned\"\n";
const SUBGROUPS: &str = "[analyses.c]\noutcome = \"pay\"\nsubgroups = [\"sex\"]\n";
const LINEAR: &str =
    "[analyses.linear]\noutcome = \"pay\"\nformula = \"pay ~ arm + sex\"\nfamily = \"gaussian\"\n";
const SATURATED: &str = "[analyses.saturated]\noutcome = \"pay\"\nformula = \"pay ~ arm * sex\"\nfamily = \"gaussian\"\n";
const ADJUSTED: &str = "[analyses.adjusted]\noutcome = \"pay\"\nestimator = \"standardisation\"\nadjust = [\"sex\"]\nfamily = \"gaussian\"\n";
const EARLY: &str = "[analyses.early]\noutcome = \"early_pay\"\npopulation = \"planned\"\n";

/// What the attacker has put down: sums of people's amounts, early and late, with what they are.
struct Attack<'a> {
    people: &'a [Person],
    equations: Vec<(Vec<[f64; 2]>, f64)>,
}

impl<'a> Attack<'a> {
    fn new(people: &'a [Person], records: &[Record]) -> Self {
        let mut attack = Self {
            people,
            equations: Vec::new(),
        };
        let shown = |record: &&Record| !record.suppressed && !record.estimate.is_nan();
        let mut fits: Vec<(&str, Vec<(&str, f64)>)> = Vec::new();
        for record in records.iter().filter(shown) {
            let early = f64::from(u8::from(record.outcome == "early_pay"));
            let of = [1.0, 1.0 - early];
            let is_in = |person: &Person| {
                let planned = record.population != "as planned" || person.treated_as_planned;
                planned && (record.term != "sex" || SEXES[person.sex] == record.level)
            };
            let arm = |arm: usize| move |person: &Person| person.arm == arm && is_in(person);
            match (record.analysis.as_str(), record.statistic.as_str()) {
                ("adjusted", "mean") => {
                    let arm = ARMS.iter().position(|name| *name == record.group).unwrap();
                    attack.add(of, &attack.adjusted(arm), record.estimate);
                }
                ("adjusted", "mean_difference") => {
                    let [a, b] = [0, 1].map(|arm| attack.adjusted(arm));
                    let weights: Vec<f64> = a.iter().zip(&b).map(|(a, b)| b - a).collect();
                    attack.add(of, &weights, record.estimate);
                }
                (model @ ("linear" | "saturated"), "coefficient") => {
                    match fits.iter_mut().find(|(name, _)| *name == model) {
                        Some((_, terms)) => terms.push((&record.term, record.estimate)),
                        None => fits.push((model, vec![(&record.term, record.estimate)])),
                    }
                }
                (_, "mean") => {
                    let which = ARMS.iter().position(|name| *name == record.group).unwrap();
                    attack.add(of, &attack.mean(arm(which)), record.estimate);
                }
                (_, "mean_difference") => {
                    let [a, b] = [0, 1].map(|which| attack.mean(arm(which)));
                    let weights: Vec<f64> = a.iter().zip(&b).map(|(a, b)| b - a).collect();
                    attack.add(of, &weights, record.estimate);
                }
                _ => {}
            }
        }
        for (_, terms) in fits {
            attack.read_model(&terms);
        }
        attack
    }

    fn add(&mut self, of: [f64; 2], weights: &[f64], value: f64) {
        let weights = weights.iter().map(|weight| of.map(|own| own * weight));
        self.equations.push((weights.collect(), value));
    }

    /// The weights of a mean of some people.
    fn mean(&self, wanted: impl Fn(&Person) -> bool) -> Vec<f64> {
        let n = self.people.iter().filter(|person| wanted(person)).count() as f64;
        let weight = |person: &Person| if wanted(person) { 1.0 / n } else { 0.0 };
        self.people.iter().map(weight).collect()
    }

    fn row(person: &Person, arm: usize) -> [f64; 3] {
        let sex = if person.sex == 1 { 1.0 } else { 0.0 };
        [1.0, arm as f64, sex]
    }

    /// The weights of an adjusted mean: least squares are linear in the outcome.
    fn adjusted(&self, arm: usize) -> Vec<f64> {
        let mut cross = [[0.0; 3]; 3];
        let mut target = [0.0; 3];
        for person in self.people {
            let (own, other) = (Self::row(person, person.arm), Self::row(person, arm));
            for i in 0..3 {
                target[i] += other[i] / self.people.len() as f64;
                for j in 0..3 {
                    cross[i][j] += own[i] * own[j];
                }
            }
        }
        let solved = solve(cross, target);
        let weight = |person: &Person| {
            let own = Self::row(person, person.arm);
            (0..3).map(|i| own[i] * solved[i]).sum()
        };
        self.people.iter().map(weight).collect()
    }

    /// The equations of a linear model whose terms are all shown: in every column of ones and zeros
    /// the outcomes are those that the model gives.
    fn read_model(&mut self, terms: &[(&str, f64)]) {
        let has = |term: &str, person: &Person| match term {
            "(Intercept)" => true,
            "arm[B]" => person.arm == 1,
            "sex[m]" => person.sex == 1,
            "arm[B]:sex[m]" => person.arm == 1 && person.sex == 1,
            other => panic!("the term {other} is not known"),
        };
        if !terms.iter().any(|(term, _)| *term == "(Intercept)") || terms.len() < 3 {
            return;
        }
        for (column, _) in terms {
            let in_column = |person: &&Person| has(column, person);
            let fitted = self.people.iter().filter(in_column).map(|person| {
                let own = terms.iter().filter(|(term, _)| has(term, person));
                own.map(|(_, coefficient)| coefficient).sum::<f64>()
            });
            let fitted: f64 = fitted.sum();
            let weight = |person: &Person| f64::from(u8::from(has(column, person)));
            let weights: Vec<f64> = self.people.iter().map(weight).collect();
            self.add([1.0, 1.0], &weights, fitted);
        }
    }

    /// The most that a person can have, early and late weighted so, for one who knows what another
    /// has.
    fn most(&self, person: usize, of: [f64; 2], by: usize) -> f64 {
        let unit = self.people.iter().map(Person::pay).sum::<f64>();
        let mut problem = Problem::new(OptimizationDirection::Maximize);
        let variables: Vec<[Variable; 2]> = (0..self.people.len())
            .map(|i| {
                let cost = if i == person { of } else { [0.0; 2] };
                let own = [self.people[i].early, self.people[i].late];
                [0, 1].map(|half| {
                    // Equal but for rounding: a fixed variable would be of the solver's making.
                    let bounds = match i == by {
                        true => (own[half] / unit, own[half] / unit),
                        false => (0.0, f64::INFINITY),
                    };
                    problem.add_var(cost[half], bounds)
                })
            })
            .collect();
        for (weights, value) in &self.equations {
            let scale = weights
                .iter()
                .flatten()
                .fold(0.0_f64, |a, b| a.max(b.abs()));
            let terms = weights
                .iter()
                .zip(&variables)
                .flat_map(|(weights, own)| [0, 1].map(|half| (own[half], weights[half] / scale)));
            let terms: Vec<(Variable, f64)> = terms.filter(|(_, weight)| *weight != 0.0).collect();
            let value = value / unit / scale;
            // Coefficients leave with all digits, and still are rounded.
            problem.add_constraint(&terms[..], ComparisonOp::Le, value + 1e-9);
            problem.add_constraint(&terms[..], ComparisonOp::Ge, value - 1e-9);
        }
        match problem.solve() {
            Ok(solution) => solution.objective() * unit,
            Err(microlp::Error::Unbounded) => f64::INFINITY,
            Err(error) => panic!("the truth is a solution: {error}"),
        }
    }

    /// The people of whom another knows too much.
    fn known(&self) -> Vec<String> {
        let mut found = Vec::new();
        for of in [[1.0, 1.0], [1.0, 0.0], [0.0, 1.0]] {
            let amount = |i: usize| {
                let own = &self.people[i];
                own.early * of[0] + own.late * of[1]
            };
            for group in 0..8 {
                let in_group = |i: &usize| {
                    let own = &self.people[*i];
                    let planned = usize::from(own.treated_as_planned);
                    own.arm + 2 * own.sex + 4 * planned == group
                };
                let first = (0..self.people.len()).filter(in_group);
                let Some(first) = first.max_by(|a, b| amount(*a).total_cmp(&amount(*b))) else {
                    continue;
                };
                if amount(first) == 0.0 {
                    continue;
                }
                for arm in 0..2 {
                    let others = (0..self.people.len()).filter(|i| *i != first);
                    let others = others.filter(|i| self.people[*i].arm == arm);
                    let by = others.max_by(|a, b| amount(*a).total_cmp(&amount(*b)));
                    let most = self.most(first, of, by.unwrap());
                    if most < amount(first) * 1.1 * (1.0 - 1e-6) {
                        found.push(format!("{} is at most {most}", amount(first)));
                    }
                }
            }
        }
        found
    }
}

/// Three equations with three unknowns.
fn solve(mut a: [[f64; 3]; 3], mut b: [f64; 3]) -> [f64; 3] {
    for i in 0..3 {
        let pivot = (i..3).max_by(|x, y| a[*x][i].abs().total_cmp(&a[*y][i].abs()));
        a.swap(i, pivot.unwrap());
        b.swap(i, pivot.unwrap());
        for row in 0..3 {
            if row != i {
                let factor = a[row][i] / a[i][i];
                let of_pivot = a[i];
                for (own, other) in a[row].iter_mut().zip(of_pivot) {
                    *own -= factor * other;
                }
                b[row] -= factor * b[i];
            }
        }
    }
    [0, 1, 2].map(|i| b[i] / a[i][i])
}

/// Twelve people an arm; one of B earns nearly everything that is earned there.
fn one_earns_it_all() -> Vec<Person> {
    let person = |i: usize| Person {
        arm: i % 2,
        sex: (i / 2) % 2,
        treated_as_planned: !i.is_multiple_of(6),
        early: (i % 5) as f64,
        late: 3.0 + (i % 7) as f64,
    };
    let mut people: Vec<Person> = (0..24).map(person).collect();
    (people[7].early, people[7].late) = (4000.0, 6000.0);
    people
}

fn released(people: &[Person], analyses: &str, dominance: u64) -> Vec<Record> {
    let study = study(people, analyses, dominance);
    let policy = study.plan().disclosure;
    study.run().unwrap().release(policy).records().to_vec()
}

/// The mean of B from what is shown of A and from each analysis, as long as nothing is withheld.
#[test]
fn a_withheld_mean_does_not_come_back_from_a_difference_or_a_model() {
    let people = one_earns_it_all();
    for analysis in [DIFFERENCE, LINEAR, SATURATED, ADJUSTED] {
        let open = released(&people, analysis, 0);
        let outcomes = |record: &Record| record.analysis == "outcomes" && record.group == "B";
        let others: Vec<Record> = open.iter().filter(|r| !outcomes(r)).cloned().collect();
        let attack = Attack::new(&people, &others);
        assert!(!attack.known().is_empty(), "{analysis}: no attack");
        let records = released(&people, analysis, 10);
        let mean = |arm: &str| {
            let of = |r: &&Record| r.statistic == "mean" && r.group == arm && r.outcome == "pay";
            records.iter().find(of).unwrap()
        };
        assert!(mean("B").suppressed && !mean("A").suppressed);
        let found = Attack::new(&people, &records).known();
        assert!(found.is_empty(), "{analysis}: {found:#?}");
    }
}

/// A person left out of a population, or of a subgroup, or with all the pay of the second half, is told by
/// two totals that are each harmless.
#[test]
fn nor_does_one_person_from_the_difference_of_two_totals() {
    let both = [DIFFERENCE, PLANNED].concat();
    let mut people = one_earns_it_all();
    (people[7].early, people[7].late) = (2.0, 5.0);
    let everyone = released(&people, &both, 10);
    assert!(
        everyone
            .iter()
            .any(|r| r.population == "as planned" && !r.suppressed)
    );
    // Of those who were not treated as planned one person of B has nearly all.
    for (i, person) in people.iter_mut().enumerate() {
        if person.arm == 1 {
            person.treated_as_planned = ![3, 5, 9].contains(&i);
        }
    }
    for i in [3, 5] {
        (people[i].early, people[i].late) = (0.0, 0.0);
    }
    people[9].late = 20.0;
    let open = released(&people, &both, 0);
    assert!(!Attack::new(&people, &open).known().is_empty());
    let records = released(&people, &both, 10);
    assert!(Attack::new(&people, &records).known().is_empty());
    let stands = |population: &str| {
        let mut own = records
            .iter()
            .filter(|r| r.statistic == "mean" && r.outcome == "pay");
        own.any(|r| r.population == population && r.group == "B" && !r.suppressed)
    };
    assert!(stands("intention to treat"));
    assert!(!stands("as planned"));
}

fn random_people(random: &mut Random) -> Vec<Person> {
    let n = 16 + random.below(30) as usize;
    // Few earn anything, and some a lot.
    let idle = random.below(90);
    let amount = |random: &mut Random| match random.below(100) < idle {
        true => 0.0,
        false => {
            let size = random.below(6) as i32;
            (1 + random.below(9)) as f64 * f64::from(3_i32.pow(size as u32))
        }
    };
    (0..n)
        .map(|i| Person {
            arm: i % 2,
            sex: random.below(2) as usize,
            treated_as_planned: random.below(100) < 80,
            early: amount(random),
            late: amount(random),
        })
        .collect()
}

/// All analyses together, on random studies.
#[test]
fn nobody_is_known_to_another_in_a_random_study() {
    let all = [DIFFERENCE, PLANNED, SUBGROUPS, LINEAR, ADJUSTED, EARLY].concat();
    let (mut failures, mut open, mut shown, mut records_of_pay) = (Vec::new(), 0, 0, 0);
    for number in 0..60 {
        let mut random = Random::of(number);
        let people = random_people(&mut random);
        let records = released(&people, &all, 10);
        for found in Attack::new(&people, &records).known() {
            failures.push(format!("study {number}: {found}"));
        }
        let mean = |r: &&Record| r.statistic.starts_with("mean");
        records_of_pay += records.iter().filter(mean).count();
        shown += records
            .iter()
            .filter(mean)
            .filter(|r| !r.suppressed)
            .count();
        if number % 10 == 0 {
            open += Attack::new(&people, &released(&people, &all, 0))
                .known()
                .len();
        }
    }
    let some = &failures[..failures.len().min(20)];
    assert!(failures.is_empty(), "{}: {some:#?}", failures.len());
    assert!(open > 10, "only {open} found where nothing is withheld");
    assert!(
        shown * 4 > records_of_pay,
        "{shown} of {records_of_pay} left"
    );
}

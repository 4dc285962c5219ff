//! How the plan says that the arms were allotted, read off the participant list.

use crate::analysis::allocation::{Allocation, Scheme, Unusable, levels, order};
use crate::plan::{MinimisationPlan, Plan, SchemePlan};
use polars::prelude::Column;
use regtrial_registers::{People, Problem};
use regtrial_stats::resampling::{Factor, Minimisation};
use std::collections::BTreeMap;

/// The arms and their scheme.
pub(crate) fn allocation(plan: &Plan, people: &People) -> Result<Allocation, Box<Problem>> {
    let reader = Reader { plan, people };
    let scheme = match &plan.randomisation.scheme {
        SchemePlan::Simple => Scheme::Simple,
        SchemePlan::Within { columns, .. } => {
            let columns: Vec<&str> = columns.iter().map(String::as_str).collect();
            Scheme::Within(reader.levels(&columns)?)
        }
        SchemePlan::Minimisation(rule) => Scheme::Minimised(reader.rule(rule)?),
    };
    let clusters = match &plan.randomisation.cluster {
        Some(column) => Some(reader.clusters(column, &scheme)?),
        None => None,
    };
    let arm = people.arm.iter().map(|&arm| Some(arm as usize)).collect();
    Ok(Allocation {
        arm,
        scheme,
        clusters,
    })
}

/// The clusters that were allotted whole, by the order of their first rows; nothing where the plan names none or
/// the column does not say.
pub(crate) fn clusters(plan: &Plan, people: &People) -> Option<Vec<usize>> {
    let column = plan.randomisation.cluster.as_ref()?;
    Reader { plan, people }.levels(&[column]).ok()
}

struct Reader<'a> {
    plan: &'a Plan,
    people: &'a People,
}

impl Reader<'_> {
    fn rule(&self, rule: &MinimisationPlan) -> Result<Minimisation, Box<Problem>> {
        let arms = self.people.arms.len();
        let ratio = match rule.allocation.len() {
            0 => vec![1.0; arms],
            given if given == arms => rule.allocation.clone(),
            _ => {
                let rule =
                    "[randomisation]: `allocation` has a number for each arm, in their order";
                return Err(self.of_plan("bad_value", rule.to_owned()));
            }
        };
        let factor = |(name, weight): (&String, &f64)| {
            Ok(Factor {
                levels: self.levels(&[name])?,
                weight: *weight,
            })
        };
        let factors = rule.factors.iter().zip(&rule.weights).map(factor);
        let column = self.column(&rule.order)?;
        let order = order(column).map_err(|_| self.unreadable(&rule.order))?;
        let mut probability = rule.probability;
        if self.plan.blind {
            // Arms that were dealt out again do not follow the rule: a rehearsal must run all the same.
            probability = probability.min(0.99);
        }
        Ok(Minimisation {
            factors: factors.collect::<Result<_, Box<Problem>>>()?,
            order: order.map_err(|wrong| self.unusable(&rule.order, wrong))?,
            ratio,
            imbalance: rule.imbalance,
            probability,
        })
    }

    /// Labels of the clusters, each of which has one arm and lies in one stratum.
    fn clusters(&self, name: &str, scheme: &Scheme) -> Result<Vec<usize>, Box<Problem>> {
        let labels = self.levels(&[name])?;
        let mut first = BTreeMap::new();
        for (row, label) in labels.iter().enumerate() {
            let first = *first.entry(label).or_insert(row);
            let rule = match scheme {
                _ if self.people.arm[row] != self.people.arm[first] => {
                    "people of one cluster have different arms: whole clusters were not allotted"
                }
                Scheme::Within(strata) if strata[row] != strata[first] => {
                    "people of one cluster are in different strata or blocks: whole clusters were not allotted \
                     within them"
                }
                _ => continue,
            };
            let mut problem =
                Problem::new("randomisation", &self.people.file, rule).in_column(name);
            problem.line = self.people.line(row);
            let help = "correct the row, or leave `cluster` out of [randomisation]";
            return Err(Box::new(problem.help(help)));
        }
        Ok(labels)
    }

    fn levels(&self, names: &[&str]) -> Result<Vec<usize>, Box<Problem>> {
        let mut columns = Vec::new();
        for name in names {
            let column = self.column(name)?;
            // One by one first, so that what is missing has the name of its column.
            let alone = levels(&[column]).map_err(|_| self.unreadable(name))?;
            alone.map_err(|wrong| self.unusable(name, wrong))?;
            columns.push(column);
        }
        let together = levels(&columns).map_err(|_| self.unreadable(names[0]))?;
        together.map_err(|wrong| self.unusable(names[0], wrong))
    }

    fn column(&self, name: &str) -> Result<&Column, Box<Problem>> {
        self.people.frame.column(name).map_err(|_| {
            let rule = format!(
                "the randomisation names `{name}`, which is no column of the participant list"
            );
            self.of_plan("unknown_column", rule)
        })
    }

    fn unusable(&self, name: &str, wrong: Unusable) -> Box<Problem> {
        let (row, rule, help) = match wrong {
            Unusable::Missing(row) => (
                row,
                "a randomisation is replayed over everyone, and here the cell is empty",
                "fill it in from the trial's records",
            ),
            Unusable::Tied(row) => (
                row,
                "two people have the same place in the order of enrolment",
                "dates need a time or a number beside them: make a column that counts people",
            ),
        };
        let mut problem = Problem::new("randomisation", &self.people.file, rule).in_column(name);
        problem.line = self.people.line(row);
        Box::new(problem.help(help))
    }

    fn unreadable(&self, name: &str) -> Box<Problem> {
        let rule = "this column holds neither texts nor numbers";
        Box::new(Problem::new("column_type", &self.people.file, rule).in_column(name))
    }

    fn of_plan(&self, code: &'static str, rule: String) -> Box<Problem> {
        let problem = Problem::new(code, &self.plan.path, rule);
        Box::new(problem.at_line(self.plan.randomisation.line))
    }
}

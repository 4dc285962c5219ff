//! How many weeks or months people were in a state: the share of each arm in each of a few groups.
//!
//! The groups are of one width from the plan, with those who were never in the state apart and the
//! last one open. Where few people of an arm are in a group it is joined with a neighbour, in all arms
//! alike, so that the others can leave.

use super::counts::Split;
use super::occupancy::join_rare;
use super::records::record;
use super::{Context, entry};
use crate::StudyError;
use crate::plan::{DistributionPlan, FigurePlan};
use regtrial_results::{AnalysisKind, Results};
use regtrial_stats::proportion::{Proportion, one};

/// Groups of values: nobody's, then steps of the width, the last one open.
struct Groups {
    /// Days or months in one step.
    step: f64,
    /// What is written of one step: weeks or months.
    width: u32,
    steps: usize,
    /// Groups of the list above that are shown as one, in their order.
    joined: Vec<Vec<usize>>,
}

impl Groups {
    /// The group of a value before any are joined.
    fn of(&self, value: f64) -> usize {
        if value <= 0.0 {
            return 0;
        }
        ((value / self.step).ceil() as usize).clamp(1, self.steps)
    }

    /// `0`, `≤ 13`, `13–26`, `> 65`.
    fn label(&self, group: &[usize]) -> String {
        let (first, last) = (group.first(), group.last());
        let (first, last) = (first.copied().unwrap_or(0), last.copied().unwrap_or(0));
        let edge = |step: usize| step as u64 * u64::from(self.width);
        let open = last == self.steps;
        match (first, last) {
            (0, 0) => "0".to_owned(),
            (0, _) if open => "≥ 0".to_owned(),
            (0, last) => format!("0–{}", edge(last)),
            (1, _) if open => "> 0".to_owned(),
            (1, last) => format!("≤ {}", edge(last)),
            (first, _) if open => format!("> {}", edge(first - 1)),
            (first, last) => format!("{}–{}", edge(first - 1), edge(last)),
        }
    }
}

pub(crate) fn run(
    context: &Context<'_>,
    figure: &FigurePlan,
    planned: &DistributionPlan,
    results: &mut Results,
) -> Result<(), StudyError> {
    let values = context.numbers(&planned.outcome)?;
    let groups = groups(context, planned, &values);
    let kind = AnalysisKind::Distribution;
    let mut listed = entry(&figure.key, &figure.title, kind, &planned.outcome);
    listed.effect = planned.unit.name().to_owned();
    listed.notes.push(
        "Of people whose outcome is known; the group after 0 begins above 0, and a number on an edge is in the lower group."
            .to_owned(),
    );
    if groups.joined.iter().any(|group| group.len() > 1) {
        let note = "Neighbouring groups are shown as one where few people of an arm were in them.";
        listed.notes.push(note.to_owned());
    }
    results.catalogue.analyses.push(listed);
    let policy = context.policy();
    for (arm, rows) in context.groups() {
        let mut splits: Vec<Split> = Vec::new();
        for group in &groups.joined {
            let inside = |row: usize| {
                let value = values[row];
                (!value.is_nan()).then(|| group.contains(&groups.of(value)))
            };
            let label = format!("{arm} {} {}", figure.key, groups.label(group));
            splits.push(context.split(&label, &rows, inside, &mut results.counts));
        }
        if let Some(first) = splits.first() {
            let parts: Vec<_> = splits.iter().map(|split| split.yes).collect();
            results.counts.sum(first.known, parts);
        }
        for (group, split) in groups.joined.iter().zip(&splits) {
            let events = policy.rounded(split.yes.count());
            let n = events + policy.rounded(split.no.count());
            let Ok(share) = Proportion::new(events, n) else {
                continue;
            };
            let mut made = record(
                &figure.key,
                &context.population,
                &one::wilson(share, context.level),
            );
            "proportion".clone_into(&mut made.statistic);
            made.outcome.clone_from(&planned.outcome);
            made.group.clone_from(&arm);
            // As of a baseline variable: whose levels the groups are.
            made.term.clone_from(&planned.outcome);
            made.level = groups.label(group);
            made.n = Some(n);
            made.events = Some(events);
            made.cells = split.proportion();
            made.cells.rounded = true;
            results.records.push(made);
        }
    }
    Ok(())
}

/// The groups of the plan, those joined in which few people of an arm are.
fn groups(context: &Context<'_>, planned: &DistributionPlan, values: &[f64]) -> Groups {
    let step = f64::from(planned.width) * planned.per_unit;
    let steps = (planned.longest / step).ceil().max(1.0) as usize;
    let mut groups = Groups {
        step,
        width: planned.width,
        steps,
        joined: Vec::new(),
    };
    let mut counts = vec![Vec::new(); steps + 1];
    for (_, rows) in context.groups() {
        for (group, counts) in counts.iter_mut().enumerate() {
            let inside = rows.iter().filter(|&&row| {
                let value = values[row];
                !value.is_nan() && groups.of(value) == group
            });
            counts.push(inside.count() as u64);
        }
    }
    let policy = context.policy();
    groups.joined = join_rare(&counts, |count| !policy.allows(count));
    groups
}

#[cfg(test)]
mod tests {
    use super::Groups;

    #[test]
    fn values_fall_into_groups_with_labels() {
        let groups = Groups {
            step: 91.0,
            width: 13,
            steps: 6,
            joined: Vec::new(),
        };
        let of = |value: f64| groups.of(value);
        assert_eq!([of(0.0), of(1.0), of(91.0), of(92.0)], [0, 1, 1, 2]);
        assert_eq!([of(546.0), of(900.0)], [6, 6]);
        let labels = [
            &[0][..],
            &[1],
            &[2, 3],
            &[6],
            &[5, 6],
            &[0, 1],
            &[1, 2],
            &[1, 2, 3, 4, 5, 6],
        ];
        let labels = labels.map(|group| groups.label(group));
        let wanted = ["0", "≤ 13", "13–39", "> 65", "> 52", "0–13", "≤ 26", "> 0"];
        assert_eq!(labels, wanted);
    }
}

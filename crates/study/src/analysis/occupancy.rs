//! The share of people in each of several states by month and arm.

use super::{Context, entry};
use crate::StudyError;
use crate::plan::SequencePlan;
use regtrial_outcomes::Occupied;
use regtrial_results::{AnalysisKind, Cell, Cells, Protection, Record, Results};

/// The names of the states that need no endpoint.
const NONE: &str = "none of these";
const UNOBSERVED: &str = "not observed";

pub(crate) fn run(
    context: &Context<'_>,
    planned: &SequencePlan,
    results: &mut Results,
) -> Result<(), StudyError> {
    let sequence = &planned.sequence;
    let months = context.study.cohort()?.sequence(sequence)?;
    let kind = AnalysisKind::Occupancy;
    let mut listed = entry(&sequence.key, &planned.title, kind, "");
    listed.notes = vec![
        "On the day of each month since the index date; whoever is in several states is in the \
         first of them."
            .to_owned(),
    ];
    results.catalogue.analyses.push(listed);
    let named = sequence.states.iter().enumerate();
    let mut states: Vec<(Occupied, String)> = named
        .map(|(rank, (name, _))| (Occupied::State(rank), name.clone()))
        .collect();
    states.push((Occupied::None, NONE.to_owned()));
    states.push((Occupied::Unobserved, UNOBSERVED.to_owned()));
    let joined = joined(context, &months, &states);
    let name = |group: &[usize]| {
        let names: Vec<&str> = group.iter().map(|&i| states[i].1.as_str()).collect();
        names.join(" / ")
    };
    let together: Vec<String> = joined
        .iter()
        .filter(|group| group.len() > 1)
        .map(|group| name(group))
        .collect();
    if let Some(listed) = results.catalogue.analyses.last_mut()
        && !together.is_empty()
    {
        listed.notes.push(format!(
            "Shown as one, because few people were in one of them: {}.",
            together.join("; ")
        ));
    }
    let states: Vec<(Vec<Occupied>, String)> = joined
        .iter()
        .map(|group| (group.iter().map(|&i| states[i].0).collect(), name(group)))
        .collect();
    for (arm, rows) in context.groups() {
        if rows.is_empty() {
            continue;
        }
        let policy = context.policy();
        for (month, of_people) in months.iter().enumerate() {
            let label = |name: &str| format!("{arm} {} {month} {name}", sequence.key);
            let cell = |(group, name): &(Vec<Occupied>, String)| {
                let inside = |row: &usize| group.contains(&of_people[*row]);
                context.cell(&label(name), rows.iter().copied().filter(inside))
            };
            let cells: Vec<Cell> = states.iter().map(cell).collect();
            let total: u64 = cells.iter().map(|cell| policy.rounded(cell.count())).sum();
            let everyone = context.cell(&arm, rows.iter().copied());
            results.counts.sum(everyone, cells.clone());
            // Who is not seen is known from the numbers observed, unless the policy protects that.
            for (cell, (group, _)) in cells.iter().zip(&states) {
                if group == &[Occupied::Unobserved] {
                    results.counts.missing(*cell);
                }
            }
            for (cell, (group, name)) in cells.iter().zip(&states) {
                let events = policy.rounded(cell.count());
                let mut point = Record::new(&sequence.key, &context.population, "proportion");
                point.group.clone_from(&arm);
                name.clone_into(&mut point.level);
                point.time = month as f64;
                point.estimate = events as f64 / total as f64;
                point.n = Some(total);
                point.events = Some(events);
                point.cells = Cells::showing([*cell]).of_all(rows.len() as u64);
                if group == &[Occupied::Unobserved] && policy.missing == Protection::Shown {
                    // How many are seen is known: no count of its own to withhold.
                    point.cells.counts.clear();
                }
                point.cells.rounded = true;
                results.records.push(point);
            }
        }
    }
    Ok(())
}

/// The states to show, those of which too few people are in one too often joined with a neighbour:
/// else most months could not leave. States by their place in the list, in its order.
fn joined(
    context: &Context<'_>,
    months: &[Vec<Occupied>],
    states: &[(Occupied, String)],
) -> Vec<Vec<usize>> {
    let policy = context.policy();
    let groups = context.groups();
    let counts: Vec<Vec<u64>> = states
        .iter()
        .map(|(state, _)| {
            let count = |of_people: &Vec<Occupied>, rows: &Vec<usize>| {
                rows.iter().filter(|&&row| of_people[row] == *state).count() as u64
            };
            let by_arm = |of_people| groups.iter().map(move |(_, rows)| count(of_people, rows));
            months.iter().flat_map(by_arm).collect()
        })
        .collect();
    // Who is not seen stands apart, unless that has to be protected too.
    let apart = policy.missing == Protection::Shown;
    let last = states.len() - usize::from(apart);
    let mut found = join_rare(&counts[..last], |count| !policy.allows(count));
    if apart {
        found.push(vec![last]);
    }
    found
}

/// Joins the group that is small most often with the smaller of its neighbours, as long as more than
/// a quarter of all tables would be lost and more than two groups are left. `counts` are by state
/// and table.
pub(super) fn join_rare(counts: &[Vec<u64>], is_small: impl Fn(u64) -> bool) -> Vec<Vec<usize>> {
    let mut groups: Vec<(Vec<usize>, Vec<u64>)> = counts
        .iter()
        .enumerate()
        .map(|(i, counts)| (vec![i], counts.clone()))
        .collect();
    loop {
        let tables = counts.first().map_or(0, Vec::len);
        let lost = (0..tables).filter(|&t| groups.iter().any(|(_, of)| is_small(of[t])));
        let often = |of: &[u64]| of.iter().filter(|&&count| is_small(count)).count();
        let rarest = (0..groups.len()).max_by_key(|&i| (often(&groups[i].1), i));
        let Some(rarest) = rarest.filter(|_| lost.count() * 4 > tables && groups.len() > 2) else {
            return groups.into_iter().map(|(group, _)| group).collect();
        };
        let size = |i: usize| groups[i].1.iter().sum::<u64>();
        let into_next =
            rarest == 0 || (rarest + 1 < groups.len() && size(rarest + 1) <= size(rarest - 1));
        let first = if into_next { rarest } else { rarest - 1 };
        let (states, of_second) = groups.remove(first + 1);
        let (group, of_first) = &mut groups[first];
        group.extend(states);
        for (sum, count) in of_first.iter_mut().zip(of_second) {
            *sum += count;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::join_rare;

    fn joined(counts: &[&[u64]]) -> Vec<Vec<usize>> {
        let counts: Vec<Vec<u64>> = counts.iter().map(|of| of.to_vec()).collect();
        join_rare(&counts, |count| (1..5).contains(&count))
    }

    #[test]
    fn a_state_that_is_small_too_often_joins_its_smaller_neighbour() {
        // The second is small in two of four months; the first is smaller than the third.
        let counts: [&[u64]; 3] = [&[9, 9, 9, 9], &[3, 2, 9, 9], &[20, 20, 20, 20]];
        assert_eq!(joined(&counts), [vec![0, 1], vec![2]]);
        let once: [&[u64]; 3] = [&[9, 9, 9, 9], &[3, 8, 9, 9], &[20, 20, 20, 20]];
        assert_eq!(joined(&once).len(), 3, "one month in four may go");
    }

    #[test]
    fn two_groups_are_left_whatever_they_hold() {
        let counts: [&[u64]; 4] = [&[1, 1], &[1, 1], &[1, 1], &[1, 1]];
        assert_eq!(joined(&counts).len(), 2);
        assert_eq!(joined(&[&[0, 0], &[30, 31], &[8, 9]]).len(), 3);
    }
}

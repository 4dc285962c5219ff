//! Permutation tests of an analysis, replaying the randomisation that the plan declares.

use super::Context;
use super::allocation::{Allocation, Replicates, difference_of_means, into_record};
use super::refitted::Refit;
use super::times::Followed;
use crate::plan::AnalysisPlan;
use crate::{StudyError, randomised};
use regtrial_results::{Cells, Record, Results};
use regtrial_stats::StatsError;
use regtrial_stats::survival::FollowUp;
use regtrial_stats::survival::log_rank::{self, FlemingHarrington};

/// The randomisation and how often it is replayed.
pub(super) struct Replay {
    allocation: Allocation,
    replicates: Replicates,
}

impl Replay {
    /// Nothing if the analysis asks for no permutation.
    pub(super) fn of(
        context: &Context<'_>,
        analysis: &AnalysisPlan,
    ) -> Result<Option<Self>, StudyError> {
        let Some(number) = analysis.permutations else {
            return Ok(None);
        };
        let study = context.study;
        let allocation = randomised::allocation(study.plan(), study.people());
        Ok(Some(Self {
            allocation: allocation.map_err(|problem| StudyError::Plan(vec![*problem]))?,
            replicates: Replicates {
                number,
                seed: study.plan().seed,
            },
        }))
    }

    /// How it was done, for the note of a table. The Monte Carlo error of a p-value would give back one
    /// that is withheld, so the note has its bound.
    pub(super) fn note(&self, context: &Context<'_>) -> String {
        let plan = context.study.plan();
        let Replicates { number, seed } = self.replicates;
        format!(
            "Permutation p: {number} random allocations, {}; (b + 1)/(m + 1), seed {seed}; Monte Carlo \
             standard error at most {:.4}.",
            plan.randomisation.name(),
            0.5 / (number as f64).sqrt()
        )
    }

    /// What is fragile about the replay.
    pub(super) fn remark(
        &self,
        context: &Context<'_>,
        analysis: &AnalysisPlan,
        results: &mut Results,
    ) {
        if context.study.plan().blind {
            return;
        }
        if let Some(mut remark) = self.allocation.remark() {
            remark.term = Some(analysis.key.clone());
            results.diagnostics.push(remark);
        }
    }

    /// The difference of means, or of risks, of two arms: a number a row, missing where there is none.
    pub(super) fn means(
        &self,
        context: &Context<'_>,
        pair: (usize, usize),
        values: &[f64],
        made: &mut Record,
    ) -> Result<(), StatsError> {
        let known = |row: &usize| context.is_member(*row) && !values[*row].is_nan();
        let rows: Vec<usize> = (0..values.len()).filter(known).collect();
        let statistic =
            |rows: &[usize], treated: &[usize]| difference_of_means(values, rows, treated);
        let fit = self
            .allocation
            .test(pair, &rows, self.replicates, statistic)?;
        into_record(&fit, made);
        Ok(())
    }

    /// The effect of two arms in an analysis that is done again with other arms; `made` is its record.
    pub(super) fn refitted(
        &self,
        pair: (usize, usize),
        refit: &Refit<'_>,
        made: &mut Record,
    ) -> Result<(), StatsError> {
        let fit = self
            .allocation
            .test_arms(pair, &refit.rows, self.replicates, |arms| {
                (refit.statistic)(arms, pair)
            })?;
        let effect = made.estimate;
        into_record(&fit, made);
        (made.estimate, made.statistic_value) = (effect, fit.observed);
        Ok(())
    }

    /// Observed less expected events of the treated arm of every pair: the numerator of the log-rank
    /// test, which is the same up to a factor for all allocations of one size.
    pub(super) fn times(
        &self,
        context: &Context<'_>,
        (analysis, outcome): (&str, &str),
        followed: &Followed,
        weights: FlemingHarrington,
    ) -> Result<Vec<Record>, StatsError> {
        let people = &followed.people;
        let arms = context.arms();
        let arm_of = |group: usize| arms.iter().position(|arm| *arm == people.groups[group]);
        let mut found = Vec::new();
        for treated in 1..people.groups.len() {
            for control in 0..treated {
                let (Some(x), Some(y)) = (arm_of(treated), arm_of(control)) else {
                    continue;
                };
                let fit = self.log_rank((x, y), followed, weights)?;
                let population = &context.population;
                let mut made = Record::new(analysis, population, "observed_minus_expected");
                outcome.clone_into(&mut made.outcome);
                made.contrast = format!("{} - {}", people.groups[treated], people.groups[control]);
                let of_pair = |group: &usize| *group == treated || *group == control;
                made.n = Some(people.group.iter().filter(|group| of_pair(group)).count() as u64);
                let events = people.group.iter().zip(&people.cause);
                let events = events.filter(|(group, cause)| of_pair(group) && **cause == 1);
                made.events = Some(events.count() as u64);
                let cells = [treated, control].map(|group| followed.cells[group].1);
                made.cells = Cells::showing(cells.concat());
                into_record(&fit, &mut made);
                found.push(made);
            }
        }
        Ok(found)
    }

    fn log_rank(
        &self,
        pair: (usize, usize),
        followed: &Followed,
        weights: FlemingHarrington,
    ) -> Result<regtrial_stats::resampling::PermutationFit, StatsError> {
        let people = &followed.people;
        let mut place = vec![usize::MAX; self.allocation.arm.len()];
        for (at, &row) in followed.rows.iter().enumerate() {
            place[row] = at;
        }
        let scores = |rows: &[usize]| -> Result<Vec<f64>, StatsError> {
            let at: Vec<usize> = rows.iter().map(|&row| place[row]).collect();
            let time: Vec<f64> = at.iter().map(|&i| people.time[i]).collect();
            let event: Vec<bool> = at.iter().map(|&i| people.cause[i] == 1).collect();
            let stratum = people.stratum.as_ref();
            let stratum: Option<Vec<usize>> =
                stratum.map(|labels| at.iter().map(|&i| labels[i]).collect());
            let data = FollowUp::new(&time, &event)?;
            log_rank::scores(&data, stratum.as_deref(), weights)
        };
        let (treated, control) = (Some(pair.0), Some(pair.1));
        let in_pair = |row: &usize| [treated, control].contains(&self.allocation.arm[*row]);
        let rows: Vec<usize> = followed.rows.iter().copied().filter(in_pair).collect();
        let of_rows = scores(&rows)?;
        let statistic = |own: &[usize], treated: &[usize]| {
            let sum = |scores: &[f64]| -> f64 {
                let both = scores.iter().zip(treated);
                both.map(|(score, arm)| score * *arm as f64).sum()
            };
            // Of several arms that are minimised together the people of two vary.
            match own == rows {
                true => Some(sum(&of_rows)),
                false => scores(own).ok().map(|scores| sum(&scores)),
            }
        };
        self.allocation
            .test(pair, &followed.rows, self.replicates, statistic)
    }
}

//! Times to an event or to the end of observation, checked once.

use crate::StatsError;

/// Times closer than this share of the mean time are one time: arithmetic on days (a difference
/// divided by 365.25, say) makes ties differ in the last digits.
const SAME: f64 = 1.490_116_119_384_765_6e-8;

/// How long each person was followed, and whether that ended with the event.
#[derive(Debug, Clone, PartialEq)]
pub struct FollowUp {
    time: Vec<f64>,
    event: Vec<bool>,
}

impl FollowUp {
    /// One time and one event flag a person.
    ///
    /// # Errors
    /// [`StatsError::Argument`] if there is nobody, the lengths differ, or a time is negative or
    /// not finite.
    pub fn new(time: &[f64], event: &[bool]) -> Result<Self, StatsError> {
        if time.len() != event.len() {
            return Err(StatsError::argument(
                "event",
                "must be as long as the times",
            ));
        }
        if time.is_empty() {
            return Err(StatsError::argument(
                "time",
                "must hold at least one person",
            ));
        }
        if time.iter().any(|t| !t.is_finite() || *t < 0.0) {
            let rule = "must be finite and not negative: days since the index date";
            return Err(StatsError::argument("time", rule));
        }
        let mut time = time.to_vec();
        merge_close(&mut [&mut time]);
        Ok(Self {
            time,
            event: event.to_vec(),
        })
    }

    /// Times, in the order given.
    #[must_use]
    pub fn time(&self) -> &[f64] {
        &self.time
    }

    /// Whether each time is one of the event.
    #[must_use]
    pub fn event(&self) -> &[bool] {
        &self.event
    }

    /// People.
    #[must_use]
    pub fn nobs(&self) -> usize {
        self.time.len()
    }

    /// Events.
    #[must_use]
    pub fn events(&self) -> u64 {
        self.event.iter().filter(|event| **event).count() as u64
    }

    /// The longest follow-up.
    #[must_use]
    pub fn last(&self) -> f64 {
        self.time.iter().copied().fold(0.0, f64::max)
    }

    /// The people at some positions.
    #[must_use]
    pub(crate) fn at(&self, positions: &[usize]) -> Self {
        Self {
            time: positions.iter().map(|&i| self.time[i]).collect(),
            event: positions.iter().map(|&i| self.event[i]).collect(),
        }
    }

    /// Positions in ascending order of time.
    pub(crate) fn order(&self) -> Vec<usize> {
        let mut order: Vec<usize> = (0..self.time.len()).collect();
        order.sort_by(|&a, &b| self.time[a].total_cmp(&self.time[b]));
        order
    }
}

/// Makes times that differ by rounding alone equal, over several columns at once.
pub(crate) fn merge_close(columns: &mut [&mut Vec<f64>]) {
    let mut all: Vec<f64> = columns.iter().flat_map(|c| c.iter().copied()).collect();
    if all.iter().all(|t| t.fract() == 0.0) {
        return;
    }
    all.sort_by(f64::total_cmp);
    all.dedup();
    let scale = all.iter().map(|t| t.abs()).sum::<f64>() / all.len() as f64;
    let gap = SAME * scale.max(1.0);
    let mut representatives: Vec<f64> = Vec::with_capacity(all.len());
    let mut first = f64::NEG_INFINITY;
    let mut previous = f64::NEG_INFINITY;
    for &time in &all {
        if time - previous > gap {
            first = time;
        }
        representatives.push(first);
        previous = time;
    }
    for column in columns {
        for time in column.iter_mut() {
            let at = all.partition_point(|other| other < time);
            *time = representatives[at];
        }
    }
}

#[cfg(test)]
mod tests {
    use super::FollowUp;

    #[test]
    fn rounding_makes_no_false_untied_times() {
        let time = [0.1 + 0.2, 0.3, 0.9];
        let data = FollowUp::new(&time, &[true, true, false]).unwrap();
        assert_eq!(data.time()[0], data.time()[1]);
        assert!(data.time()[2] > data.time()[1]);
    }

    #[test]
    fn impossible_times_are_refused() {
        assert!(FollowUp::new(&[], &[]).is_err());
        assert!(FollowUp::new(&[1.0], &[]).is_err());
        assert!(FollowUp::new(&[-1.0], &[true]).is_err());
        assert!(FollowUp::new(&[f64::NAN], &[true]).is_err());
    }
}

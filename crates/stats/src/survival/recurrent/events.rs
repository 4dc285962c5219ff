//! People with the times of their events, checked once.

use crate::StatsError;
use crate::survival::follow_up::merge_close;
use std::collections::BTreeMap;

/// How long each person was followed from time 0, and when the person had events.
#[derive(Debug, Clone, PartialEq)]
pub struct RecurrentEvents {
    /// The end of each person's follow-up.
    pub(super) end: Vec<f64>,
    /// Each person's event times, ascending; several on one day count each.
    pub(super) events: Vec<Vec<f64>>,
}

impl RecurrentEvents {
    /// From rows of people: `person` labels whose row it is, `time` is that of an event, or of an end
    /// of observation where `event` is false. Follow-up ends with a person's last row. People come
    /// in the order of their labels; the second list says which row is each person's first.
    ///
    /// # Errors
    /// [`StatsError::Argument`] if there is no row, lengths differ, a time is negative or not finite, or a
    /// row comes after its person's end of observation ([`RecurrentEvents::after_end`]).
    ///
    /// ```
    /// use regtrial_stats::survival::recurrent::RecurrentEvents;
    /// let (people, _) = RecurrentEvents::new(&[7, 7, 9], &[3.0, 5.0, 4.0], &[true, false, false])?;
    /// assert_eq!((people.nobs(), people.total()), (2, 1));
    /// # Ok::<(), regtrial_stats::StatsError>(())
    /// ```
    pub fn new(
        person: &[usize],
        time: &[f64],
        event: &[bool],
    ) -> Result<(Self, Vec<usize>), StatsError> {
        if person.len() != time.len() || event.len() != time.len() {
            let rule = "must be as long as the times";
            return Err(StatsError::argument("person", rule));
        }
        crate::survival::FollowUp::new(time, event)?;
        if Self::after_end(person, time, event).is_some() {
            let rule = "must have one end of observation a person, after all events";
            return Err(StatsError::argument("time", rule));
        }
        let mut time = time.to_vec();
        merge_close(&mut [&mut time]);
        let mut people: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
        for (row, &label) in person.iter().enumerate() {
            people.entry(label).or_default().push(row);
        }
        let mut found = Self {
            end: Vec::with_capacity(people.len()),
            events: Vec::with_capacity(people.len()),
        };
        let mut first = Vec::with_capacity(people.len());
        for rows in people.into_values() {
            let own = rows.iter().map(|&row| time[row]);
            found.end.push(own.fold(0.0, f64::max));
            let with_event = rows.iter().filter(|&&row| event[row]);
            let mut events: Vec<f64> = with_event.map(|&row| time[row]).collect();
            events.sort_by(f64::total_cmp);
            found.events.push(events);
            first.push(rows[0]);
        }
        Ok((found, first))
    }

    /// The first row that comes after its person's end of observation: a later event, or a second end.
    #[must_use]
    pub fn after_end(person: &[usize], time: &[f64], event: &[bool]) -> Option<usize> {
        let mut ends: BTreeMap<usize, usize> = BTreeMap::new();
        for (row, label) in person.iter().enumerate().filter(|(row, _)| !event[*row]) {
            let end = ends.entry(*label).or_insert(row);
            if time[row] < time[*end] {
                *end = row;
            }
        }
        (0..person.len()).find(|&row| {
            ends.get(&person[row])
                .is_some_and(|&end| time[row] > time[end] || (!event[row] && row != end))
        })
    }

    /// From people: the end of each one's follow-up, and the times of their events.
    ///
    /// # Errors
    /// [`StatsError::Argument`] if there is nobody, lengths differ, a time is negative or not finite, or an
    /// event comes after the end.
    pub fn of_people(end: Vec<f64>, mut events: Vec<Vec<f64>>) -> Result<Self, StatsError> {
        if end.is_empty() || end.len() != events.len() {
            let rule = "must be one a person, of at least one";
            return Err(StatsError::argument("end", rule));
        }
        for (end, own) in end.iter().zip(&mut events) {
            own.sort_by(f64::total_cmp);
            let is_time = |time: &f64| time.is_finite() && *time >= 0.0;
            if !is_time(end) || !own.iter().all(|time| is_time(time) && time <= end) {
                let rule = "must be finite, from 0 on, with the events up to the end of follow-up";
                return Err(StatsError::argument("time", rule));
            }
        }
        Ok(Self { end, events })
    }

    /// The end of each person's follow-up.
    #[must_use]
    pub fn ends(&self) -> &[f64] {
        &self.end
    }

    /// Each person's event times, ascending.
    #[must_use]
    pub fn times(&self) -> &[Vec<f64>] {
        &self.events
    }

    /// People.
    #[must_use]
    pub fn nobs(&self) -> usize {
        self.end.len()
    }

    /// Events of all people.
    #[must_use]
    pub fn total(&self) -> u64 {
        self.events.iter().map(|own| own.len() as u64).sum()
    }

    /// People with an event.
    #[must_use]
    pub fn with_event(&self) -> u64 {
        self.events.iter().filter(|own| !own.is_empty()).count() as u64
    }

    /// Time that all people were followed.
    #[must_use]
    pub fn person_time(&self) -> f64 {
        self.end.iter().sum()
    }

    /// The longest follow-up.
    #[must_use]
    pub fn last(&self) -> f64 {
        self.end.iter().copied().fold(0.0, f64::max)
    }

    /// The people at some positions.
    #[must_use]
    pub fn at(&self, positions: &[usize]) -> Self {
        Self {
            end: positions.iter().map(|&i| self.end[i]).collect(),
            events: positions.iter().map(|&i| self.events[i].clone()).collect(),
        }
    }

    /// Distinct event times, ascending, with the events of each.
    pub(super) fn moments(&self) -> Vec<(f64, u64)> {
        let mut all: Vec<f64> = self.events.iter().flatten().copied().collect();
        all.sort_by(f64::total_cmp);
        let ties = all.chunk_by(|a, b| a >= b);
        ties.map(|tie| (tie[0], tie.len() as u64)).collect()
    }

    /// People still followed at a time.
    pub(super) fn at_risk(sorted_ends: &[f64], time: f64) -> u64 {
        (sorted_ends.len() - sorted_ends.partition_point(|end| *end < time)) as u64
    }

    pub(super) fn sorted_ends(&self) -> Vec<f64> {
        let mut ends = self.end.clone();
        ends.sort_by(f64::total_cmp);
        ends
    }
}

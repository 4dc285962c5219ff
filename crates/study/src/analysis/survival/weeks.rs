//! Which ends of weeks are points of a curve: joined until each step may be known.

/// What may be known of one group's curve.
pub(super) struct Weeks<'a> {
    /// The last day that somebody was followed to.
    pub(super) last: f64,
    /// Whether the numbers of a day may be known.
    pub(super) at: &'a dyn Fn(f64) -> bool,
    /// Whether it may be known what happened from one day to before another.
    pub(super) between: &'a dyn Fn(f64, f64) -> bool,
    /// Whether an event happened from one day to before another.
    pub(super) events: &'a dyn Fn(f64, f64) -> bool,
}

impl Weeks<'_> {
    /// The days, of which those at which numbers at risk stand come first; at most to `last`.
    pub(super) fn days(&self, ticks: &[f64], last: f64) -> Vec<f64> {
        let mut found = self.kept(0.0, f64::INFINITY, ticks.iter().copied(), false);
        if found.is_empty() && !(self.between)(0.0, f64::INFINITY) {
            return vec![0.0];
        }
        found.insert(0, 0.0);
        found.push(f64::INFINITY);
        let mut all = vec![0.0];
        for pair in found.windows(2) {
            let (from, to) = (pair[0], pair[1]);
            let first = (from / 7.0).floor() + 1.0;
            // To the end of the week of the last day, after which nothing is left.
            let end = match last < self.last {
                true => last,
                false => (self.last / 7.0).floor() * 7.0 + 7.0,
            };
            let weeks = std::iter::successors(Some(first), |week| Some(week + 1.0))
                .map(|week| 7.0 * week)
                .take_while(|day| *day < to && *day <= end);
            all.extend(self.kept(from, to, weeks, true));
            if to.is_finite() {
                all.push(to);
            }
        }
        all
    }

    /// Those of some days between two that leave no small number on either side; only those with
    /// events since the one before, if asked.
    fn kept(
        &self,
        from: f64,
        to: f64,
        days: impl Iterator<Item = f64>,
        with_events: bool,
    ) -> Vec<f64> {
        let days: Vec<f64> = days.filter(|day| *day > from).collect();
        let fits = |since: f64, day: f64| {
            let new = !with_events || (self.events)(since, day);
            new && (self.between)(since, day) && (self.at)(day)
        };
        let mut kept = vec![from];
        for &day in &days {
            if fits(kept.last().copied().unwrap_or(from), day) {
                kept.push(day);
            }
        }
        // Where too few are left behind the last, a later day may do in its place.
        while let [.., since, last] = kept[..] {
            if (self.between)(last, to) {
                break;
            }
            kept.pop();
            let other =
                |day: &&f64| **day > since && fits(since, **day) && (self.between)(**day, to);
            kept.extend(days.iter().find(other));
        }
        kept.remove(0);
        kept
    }
}

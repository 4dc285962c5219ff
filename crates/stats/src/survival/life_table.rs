//! A survival curve from grouped times: people at risk, events and people who leave, stretch of time
//! by stretch of time (the actuarial estimate).
//!
//! Of a stretch with n at risk at its beginning, d events and c who leave without one, those who
//! leave count for half of it: n' = n - c / 2. S at its end is prod (1 - d / n'), Greenwood's sum
//! sum d / (n' (n' - d)). Where nobody leaves this is the Kaplan-Meier curve at the ends.
//!
//! References: S. J. Cutler, F. Ederer (1958), J Chronic Dis 8:699-712; D. Collett (2015),
//! Modelling Survival Data in Medical Research, 3rd ed., section 2.1.1.

use super::SurvivalInterval;
use crate::{ConfidenceLevel, Estimate, Statistic};

/// A stretch of time, with its numbers of people.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stretch {
    /// At risk at its beginning.
    pub at_risk: u64,
    /// Events within it.
    pub events: u64,
    /// Who leave within it without the event.
    pub left: u64,
}

/// The share without the event at the end of every stretch, with its interval.
///
/// More events than people (as rounded counts may have) end the curve at 0, where neither standard
/// error nor limits exist.
///
/// ```
/// use regtrial_stats::ConfidenceLevel;
/// use regtrial_stats::survival::{SurvivalInterval, life_table::{Stretch, life_table}};
/// let first = Stretch { at_risk: 100, events: 20, left: 10 };
/// let found = life_table(&[first], SurvivalInterval::Plain, ConfidenceLevel::NINETY_FIVE);
/// assert!((found[0].estimate - (1.0 - 20.0 / 95.0)).abs() < 1e-15);
/// ```
#[must_use]
pub fn life_table(
    stretches: &[Stretch],
    kind: SurvivalInterval,
    level: ConfidenceLevel,
) -> Vec<Estimate> {
    let z = level.normal_quantile();
    let (mut survival, mut greenwood) = (1.0_f64, 0.0_f64);
    let ends = stretches.iter().map(|stretch| {
        let events = stretch.events as f64;
        let exposed = (stretch.at_risk as f64 - stretch.left as f64 / 2.0).max(events);
        if events > 0.0 {
            survival *= 1.0 - events / exposed;
            greenwood += events / (exposed * (exposed - events));
        }
        let (low, high) = kind.limits(survival, greenwood, z);
        let point = Estimate::point(Statistic::Survival, kind.of_life_table(), survival);
        let mut end = point.with_interval(low, high, level);
        if survival > 0.0 {
            end.std_error = survival * greenwood.sqrt();
        }
        end
    });
    ends.collect()
}

#[cfg(test)]
mod tests {
    use super::{Stretch, life_table};
    use crate::ConfidenceLevel;
    use crate::survival::{FollowUp, KaplanMeier, SurvivalInterval};

    const LEVEL: ConfidenceLevel = ConfidenceLevel::NINETY_FIVE;

    fn stretch(at_risk: u64, events: u64, left: u64) -> Stretch {
        Stretch {
            at_risk,
            events,
            left,
        }
    }

    #[test]
    fn without_leaving_it_is_the_kaplan_meier_curve() -> Result<(), crate::StatsError> {
        let times = [1.0, 1.0, 3.0, 4.0, 4.0, 4.0, 9.0, 9.0, 9.0, 9.0];
        let events = times.map(|time| time < 9.0);
        let curve = KaplanMeier::new(&FollowUp::new(&times, &events)?);
        let parts = [stretch(10, 2, 0), stretch(8, 1, 0), stretch(7, 3, 0)];
        for kind in [
            SurvivalInterval::Plain,
            SurvivalInterval::Log,
            SurvivalInterval::LogLog,
        ] {
            let ours = life_table(&parts, kind, LEVEL);
            for (own, time) in ours.iter().zip([1.0, 3.0, 4.0]) {
                let theirs = curve.estimate(time, kind, LEVEL);
                for (a, b) in [
                    (own.estimate, theirs.estimate),
                    (own.conf_low, theirs.conf_low),
                    (own.conf_high, theirs.conf_high),
                    (own.std_error, theirs.std_error),
                ] {
                    assert!((a - b).abs() < 1e-14, "{a} {b}");
                }
            }
        }
        Ok(())
    }

    #[test]
    fn numbers_that_do_not_fit_end_the_curve() {
        let found = life_table(&[stretch(5, 10, 0)], SurvivalInterval::LogLog, LEVEL);
        assert_eq!(found[0].estimate, 0.0);
        assert!(found[0].conf_low.is_nan() && found[0].std_error.is_nan());
        let nothing = life_table(&[stretch(0, 0, 0)], SurvivalInterval::LogLog, LEVEL);
        assert_eq!(nothing[0].estimate, 1.0);
    }
}

//! `regtrial power ... --curve FILE`: power over people or over the effect.

use super::design::Planned;
use crate::args::OverChoice;
use crate::commands::save_figure;
use crate::failure::Failure;
use crate::output;
use regtrial_report::figures::{CurveOver, power_curve};
use regtrial_results::{Policy, Record, Results};
use regtrial_stats::power::Sizes;

/// Points of a line.
const POINTS: u32 = 120;

/// Draws the curves asked for. Planned numbers are public: they pass release with nothing withheld.
pub(super) fn write(planned: &Planned<'_>, recruited: Sizes, power: f64) -> Result<(), Failure> {
    if planned.more.curve.is_empty() {
        return Ok(());
    }
    let over = match planned.more.over {
        OverChoice::Total => CurveOver::Total,
        OverChoice::Effect => CurveOver::Effect,
    };
    let mut records = Vec::new();
    for value in lines(planned, over, recruited) {
        let people = (2.0..=1e9).contains(&value) && value.fract() == 0.0;
        if over == CurveOver::Effect && !people {
            let rule = format!("--lines {value}: with --over effect lines are numbers of people");
            return Err(Failure::message("argument", rule).with_help("whole numbers from 2"));
        }
        let made = line(planned, over, value, recruited)?;
        if made.is_empty() {
            let rule = format!("--lines {value}: the design has no power there");
            return Err(Failure::message("argument", rule).with_help(format!(
                "{}, other than no difference",
                planned.effect_label
            )));
        }
        records.extend(made);
    }
    let mut point = point(planned, recruited.total(), planned.effect, power);
    "planned".clone_into(&mut point.term);
    records.push(point);
    if let Some(target) = planned.plan.power {
        let mut wanted = self::point(planned, recruited.total(), planned.effect, target);
        "target".clone_into(&mut wanted.term);
        records.push(wanted);
    }
    let results = Results {
        records,
        ..Results::default()
    };
    let released = results.release(Policy::minimum(0));
    let title = format!(
        "Power: {}",
        planned
            .name
            .replace("log_rank", "log-rank")
            .replace('_', " ")
    );
    let figure = power_curve(&released, over, &title)
        .map_err(|error| Failure::message("figure", error.to_string()))?;
    planned
        .more
        .curve
        .iter()
        .try_for_each(|file| save_figure(file, &figure))
}

/// What tells the lines apart: the planned value first, then those asked for.
fn lines(planned: &Planned<'_>, over: CurveOver, recruited: Sizes) -> Vec<f64> {
    let first = match over {
        CurveOver::Total => planned.effect,
        CurveOver::Effect => recruited.total() as f64,
    };
    let mut values = vec![first];
    for &value in &planned.more.lines {
        if !values.contains(&value) {
            values.push(value);
        }
    }
    values
}

fn line(
    planned: &Planned<'_>,
    over: CurveOver,
    value: f64,
    recruited: Sizes,
) -> Result<Vec<Record>, Failure> {
    let [low, high] = range(planned, over, recruited)?;
    let step = (high - low) / f64::from(POINTS);
    let mut made = Vec::new();
    for i in 0..=POINTS {
        let at = low + step * f64::from(i);
        let (total, effect) = match over {
            CurveOver::Total => (at.round(), value),
            CurveOver::Effect => (value, at),
        };
        // Where the design has no power (no difference, too few people) the line is open.
        let Some(power) = power_at(planned, total, effect) else {
            continue;
        };
        let mut record = point(planned, total as u64, effect, power);
        record.group = match over {
            CurveOver::Total => output::short(value),
            CurveOver::Effect => format!("{} people", total as u64),
        };
        made.push(record);
    }
    Ok(made)
}

/// The power with `total` people recruited in the planned ratio. Between whole numbers of people that count it
/// is interpolated, so that attrition and clusters leave no steps.
fn power_at(planned: &Planned<'_>, total: f64, effect: f64) -> Option<f64> {
    let ratio = planned.plan.ratio;
    let kept = (1.0 - planned.plan.attrition) / planned.design_effect().value().ok()?;
    let treated = total * ratio / (1.0 + ratio) * kept * (1.0 + 1e-12);
    let control = total / (1.0 + ratio) * kept * (1.0 + 1e-12);
    let trial = planned.with(effect);
    let at = |treated: f64, control: f64| -> Option<f64> {
        let sizes = Sizes::new(treated as u64, control as u64).ok()?;
        trial.power(sizes).ok().filter(|power| power.is_finite())
    };
    let mut power = 0.0;
    for (n, share_n) in between(treated) {
        for (m, share_m) in between(control) {
            if share_n * share_m > 0.0 {
                power += share_n * share_m * at(n, m)?;
            }
        }
    }
    Some(power)
}

/// The whole numbers about a number, with their shares.
fn between(value: f64) -> [(f64, f64); 2] {
    let share = value.fract();
    // What is left by rounding alone is nothing.
    let share = if share < 1e-9 { 0.0 } else { share };
    [(value.floor(), 1.0 - share), (value.floor() + 1.0, share)]
}

/// The ends of the horizontal axis: those given, or twice the planned number of people, or the effect as
/// far again on the other side of the planned one.
fn range(planned: &Planned<'_>, over: CurveOver, recruited: Sizes) -> Result<[f64; 2], Failure> {
    let wrong = |rule: &str| Err(Failure::message("argument", format!("--range {rule}")));
    let [low, high] = match (&planned.more.range, over) {
        (Some(ends), _) => [ends[0], ends[1]],
        (None, CurveOver::Total) => [0.0, (2 * recruited.total()).max(8) as f64],
        (None, CurveOver::Effect) => {
            let far = 2.0 * planned.effect - planned.none;
            let far = match planned.name {
                "log_rank" => far.clamp(planned.effect / 2.0, f64::INFINITY),
                "two_means" => far,
                _ => far.clamp(0.001, 0.999),
            };
            [planned.none.min(far), planned.none.max(far)]
        }
    };
    if !(low.is_finite() && high.is_finite() && low < high) {
        return wrong("must be two numbers, the lower one first");
    }
    if over == CurveOver::Total && !(low >= 0.0 && high <= 1e9) {
        return wrong("must be numbers of people");
    }
    Ok([low, high])
}

/// A point: the total in `n`, the effect in `statistic_value`.
fn point(planned: &Planned<'_>, total: u64, effect: f64, power: f64) -> Record {
    let mut record = Record::new("power", "planned trial", "power");
    record.method = planned.name.to_owned();
    record.outcome = planned.effect_label.to_owned();
    record.estimate = power;
    record.n = Some(total);
    record.statistic_value = effect;
    record
}

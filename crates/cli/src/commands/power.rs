//! `regtrial power`: sample size and power of a planned trial.

mod curve;
mod design;
mod simulation;

use crate::args::{Format, PowerArgs, PowerDesign};
use crate::failure::Failure;
use crate::{Outcome, output};
use design::Planned;
use regtrial_stats::StatsError;
use regtrial_stats::power::Sizes;
use serde::Serialize;
use simulation::Simulated;

#[derive(Serialize)]
struct Document {
    schema: &'static str,
    design: &'static str,
    method: &'static str,
    alpha: f64,
    /// The power of the people who are analysed.
    power: f64,
    #[serde(skip_serializing_if = "Option::is_none")]
    target_power: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    exact_power: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    simulated: Option<Simulated>,
    #[serde(skip_serializing_if = "Option::is_none")]
    events: Option<u64>,
    n_treated: u64,
    n_control: u64,
    n_total: u64,
    n_treated_analysed: u64,
    n_control_analysed: u64,
    design_effect: f64,
    attrition: f64,
}

pub(crate) fn run(args: &PowerArgs) -> Result<Outcome, Failure> {
    let failed = |error: StatsError| Failure::stats(&error, None);
    let planned = Planned::of(&args.design)?;
    let mut document = answer(&planned)?;
    match &args.design {
        PowerDesign::TwoProportions(own) => {
            if let Some(test) = own.exact {
                let test = design::exact_test(test);
                let sizes = Sizes::new(document.n_treated_analysed, document.n_control_analysed)
                    .map_err(failed)?;
                let trial = design::two_proportions(own, own.treated);
                document.exact_power = Some(trial.exact_power(sizes, test).map_err(failed)?);
            }
        }
        PowerDesign::LogRank(own) => {
            if let Some(power) = document.target_power {
                let trial = design::log_rank(own, own.hazard_ratio);
                document.events = Some(trial.events(power).map_err(failed)?);
            }
        }
        PowerDesign::TwoMeans(_) | PowerDesign::Ranks(_) => {}
    }
    let recruited = Sizes::new(document.n_treated, document.n_control).map_err(failed)?;
    document.simulated = simulation::simulated(&planned, recruited)?;
    curve::write(&planned, recruited, document.power)?;
    print(args, &document)?;
    Ok(Outcome::Fine)
}

/// Who is left of those recruited.
fn analysed(planned: &Planned<'_>, recruited: Sizes) -> Result<Sizes, StatsError> {
    let kept = 1.0 - planned.plan.attrition;
    let left = |n: u64| (n as f64 * kept * (1.0 + 1e-12)).floor() as u64;
    Sizes::new(left(recruited.treated), left(recruited.control))
}

/// Of m people in clusters as many count as m over the design effect.
fn independent(analysed: Sizes, factor: f64) -> Result<Sizes, StatsError> {
    let effective = |n: u64| ((n as f64 / factor) * (1.0 + 1e-12)).floor().max(1.0) as u64;
    Sizes::new(effective(analysed.treated), effective(analysed.control))
}

fn answer(planned: &Planned<'_>) -> Result<Document, Failure> {
    let failed = |error: StatsError| Failure::stats(&error, None);
    let plan = planned.plan;
    let trial = planned.trial();
    let effect = planned.design_effect();
    let factor = effect.value().map_err(failed)?;
    if !(0.0..1.0).contains(&plan.attrition) {
        let rule = "--attrition must be at least 0 and below 1";
        return Err(Failure::message("argument", rule));
    }
    let (kept, recruited) = match (plan.power, plan.n_treated, plan.n_control) {
        (Some(power), None, None) => {
            let needed = trial.sizes(power).map_err(failed)?;
            let kept = needed.with_clusters(effect).map_err(failed)?;
            (kept, kept.with_attrition(plan.attrition).map_err(failed)?)
        }
        (None, Some(treated), Some(control)) => {
            let recruited = Sizes::new(treated, control).map_err(failed)?;
            (analysed(planned, recruited).map_err(failed)?, recruited)
        }
        _ => {
            return Err(Failure::message(
                "argument",
                "give --power, or --n-treated and --n-control",
            ));
        }
    };
    let independent = independent(kept, factor).map_err(failed)?;
    Ok(Document {
        schema: "regtrial.power/1",
        design: planned.name,
        method: planned.method,
        alpha: plan.alpha,
        power: trial.power(independent).map_err(failed)?,
        target_power: plan.power,
        exact_power: None,
        simulated: None,
        events: None,
        n_treated: recruited.treated,
        n_control: recruited.control,
        n_total: recruited.total(),
        n_treated_analysed: kept.treated,
        n_control_analysed: kept.control,
        design_effect: factor,
        attrition: plan.attrition,
    })
}

fn print(args: &PowerArgs, document: &Document) -> Result<(), Failure> {
    let mut rows: Vec<(&str, String)> = vec![
        ("n_treated", document.n_treated.to_string()),
        ("n_control", document.n_control.to_string()),
        ("n_total", document.n_total.to_string()),
        (
            "n_treated_analysed",
            document.n_treated_analysed.to_string(),
        ),
        (
            "n_control_analysed",
            document.n_control_analysed.to_string(),
        ),
        ("power", output::short(document.power)),
        ("alpha", document.alpha.to_string()),
    ];
    rows.extend(
        document
            .exact_power
            .map(|power| ("exact_power", output::short(power))),
    );
    if let Some(found) = &document.simulated {
        rows.push(("simulated_power", output::short(found.power)));
        rows.push(("monte_carlo_error", output::short(found.std_error)));
        if found.failed > 0 {
            rows.push(("trials_without_result", found.failed.to_string()));
        }
    }
    rows.extend(document.events.map(|events| ("events", events.to_string())));
    let lines = |separator: &str| {
        rows.iter()
            .map(|(name, value)| format!("{name}{separator}{value}\n"))
            .collect::<String>()
    };
    let text = match args.output.format {
        Format::Json => output::json(document)?,
        Format::Csv => format!("quantity,value\n{}", lines(",")),
        Format::Markdown => {
            let cells: String = rows
                .iter()
                .map(|(name, value)| format!("| {name} | {value} |\n"))
                .collect();
            format!("| quantity | value |\n|---|---:|\n{cells}")
        }
        Format::Table => {
            let wide = |(name, value): &(&str, String)| format!("{name:<20}{value:>12}\n");
            format!(
                "{}: {}\n{}",
                document.design,
                document.method,
                rows.iter().map(wide).collect::<String>()
            )
        }
    };
    output::write(args.out.as_deref(), &text)
}

//! `regtrial power`: sample size and power of a planned trial.

use crate::args::{
    AnalysisChoice, ExactChoice, Format, PlanArgs, PowerArgs, PowerDesign, TwoProportionsArgs,
};
use crate::failure::Failure;
use crate::{Outcome, output};
use regtrial_stats::StatsError;
use regtrial_stats::power::{
    DesignEffect, LogRankTrial, PlannedAnalysis, ProportionTest, RanksTrial, RepeatedMeasures,
    SimulatedTrial, Sizes, TwoMeans, TwoProportions,
};
use serde::Serialize;

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

/// The power of the planned analysis.
#[derive(Serialize)]
struct Simulated {
    analysis: &'static str,
    power: f64,
    /// Monte Carlo standard error.
    std_error: f64,
    trials: usize,
    /// Trials in which the analysis had no estimate: they find nothing.
    failed: usize,
    seed: u64,
}

/// A design's two questions.
trait Trial {
    fn sizes(&self, power: f64) -> Result<Sizes, StatsError>;
    fn power(&self, sizes: Sizes) -> Result<f64, StatsError>;
}

macro_rules! trial {
    ($($design:ty),*) => {$(
        impl Trial for $design {
            fn sizes(&self, power: f64) -> Result<Sizes, StatsError> {
                <$design>::sizes(self, power)
            }
            fn power(&self, sizes: Sizes) -> Result<f64, StatsError> {
                <$design>::power(self, sizes)
            }
        }
    )*};
}

trial!(TwoProportions, TwoMeans, LogRankTrial, RanksTrial);

pub(crate) fn run(args: &PowerArgs) -> Result<Outcome, Failure> {
    let failed = |error: StatsError| Failure::stats(&error, None);
    let document = match &args.design {
        PowerDesign::TwoProportions(own) => {
            let trial = TwoProportions {
                treated: own.treated,
                control: own.control,
                alpha: own.plan.alpha,
                ratio: own.plan.ratio,
                non_inferiority_margin: own.non_inferiority,
            };
            let mut document = answer(&trial, &own.plan, "two_proportions")?;
            document.method = "normal approximation, unpooled variance, no continuity correction";
            if let Some(test) = own.exact {
                let test = match test {
                    ExactChoice::Fisher => ProportionTest::Fisher,
                    ExactChoice::ChiSquared => ProportionTest::ChiSquared,
                };
                let sizes = Sizes::new(document.n_treated_analysed, document.n_control_analysed)
                    .map_err(failed)?;
                document.exact_power = Some(trial.exact_power(sizes, test).map_err(failed)?);
            }
            document.simulated = simulated(own, &document)?;
            document
        }
        PowerDesign::TwoMeans(own) => {
            let repeated = RepeatedMeasures {
                follow_ups: own.follow_ups,
                baselines: own.baselines,
                correlation: own.correlation.unwrap_or(0.0),
            };
            let factor = repeated.variance_factor().map_err(failed)?;
            let trial = TwoMeans {
                difference: own.difference,
                sd: own.sd * factor.sqrt(),
                alpha: own.plan.alpha,
                ratio: own.plan.ratio,
            };
            let mut document = answer(&trial, &own.plan, "two_means")?;
            document.method = match own.correlation {
                None => "Student's t test, noncentral t distribution",
                Some(_) => "Frison and Pocock 1992, noncentral t distribution",
            };
            document
        }
        PowerDesign::LogRank(own) => {
            let trial = LogRankTrial {
                hazard_ratio: own.hazard_ratio,
                events_treated: own.events_treated,
                events_control: own.events_control,
                alpha: own.plan.alpha,
                ratio: own.plan.ratio,
            };
            let mut document = answer(&trial, &own.plan, "log_rank")?;
            document.method = "Schoenfeld 1983";
            if let Some(power) = document.target_power {
                document.events = Some(trial.events(power).map_err(failed)?);
            }
            document
        }
        PowerDesign::Ranks(own) => {
            let trial = RanksTrial {
                probability: own.probability,
                alpha: own.plan.alpha,
                ratio: own.plan.ratio,
            };
            let mut document = answer(&trial, &own.plan, "ranks")?;
            document.method = "Noether 1987";
            document
        }
    };
    print(args, &document)?;
    Ok(Outcome::Fine)
}

fn simulated(own: &TwoProportionsArgs, document: &Document) -> Result<Option<Simulated>, Failure> {
    let (Some(trials), Some(seed)) = (own.simulate, own.seed) else {
        return Ok(None);
    };
    if document.design_effect > 1.0 {
        let rule = "--simulate has no trials of clusters";
        return Err(Failure::message("argument", rule));
    }
    let failed = |error: StatsError| Failure::stats(&error, None);
    let (analysis, name) = match own.analysis {
        AnalysisChoice::ChiSquared => (PlannedAnalysis::ChiSquared, "chi_squared"),
        AnalysisChoice::Logistic => (PlannedAnalysis::Logistic, "logistic"),
        AnalysisChoice::Standardised => (PlannedAnalysis::Standardised, "standardisation"),
    };
    let trial = SimulatedTrial {
        treated: own.treated,
        control: own.control,
        prognostic: own.prognostic,
        alpha: own.plan.alpha,
        analysis,
    };
    let sizes = Sizes::new(document.n_treated_analysed, document.n_control_analysed);
    let found = trial
        .power(sizes.map_err(failed)?, trials, seed)
        .map_err(failed)?;
    Ok(Some(Simulated {
        analysis: name,
        power: found.power,
        std_error: found.std_error,
        trials,
        failed: found.failed,
        seed,
    }))
}

fn answer(trial: &impl Trial, plan: &PlanArgs, design: &'static str) -> Result<Document, Failure> {
    let failed = |error: StatsError| Failure::stats(&error, None);
    let effect = DesignEffect {
        cluster_size: plan.cluster_size,
        correlation: plan.icc,
        variation: plan.cluster_variation,
    };
    let factor = effect.value().map_err(failed)?;
    if !(0.0..1.0).contains(&plan.attrition) {
        let rule = "--attrition must be at least 0 and below 1";
        return Err(Failure::message("argument", rule));
    }
    let (analysed, recruited) = match (plan.power, plan.n_treated, plan.n_control) {
        (Some(power), None, None) => {
            let needed = trial.sizes(power).map_err(failed)?;
            let analysed = needed.with_clusters(effect).map_err(failed)?;
            (
                analysed,
                analysed.with_attrition(plan.attrition).map_err(failed)?,
            )
        }
        (None, Some(treated), Some(control)) => {
            let left = |n: u64| (n as f64 * (1.0 - plan.attrition) * (1.0 + 1e-12)).floor() as u64;
            let recruited = Sizes::new(treated, control).map_err(failed)?;
            (
                Sizes::new(left(treated), left(control)).map_err(failed)?,
                recruited,
            )
        }
        _ => {
            return Err(Failure::message(
                "argument",
                "give --power, or --n-treated and --n-control",
            ));
        }
    };
    // Of m people in clusters as many count as m over the design effect.
    let effective = |n: u64| ((n as f64 / factor) * (1.0 + 1e-12)).floor().max(1.0) as u64;
    let independent =
        Sizes::new(effective(analysed.treated), effective(analysed.control)).map_err(failed)?;
    Ok(Document {
        schema: "regtrial.power/1",
        design,
        method: "",
        alpha: plan.alpha,
        power: trial.power(independent).map_err(failed)?,
        target_power: plan.power,
        exact_power: None,
        simulated: None,
        events: None,
        n_treated: recruited.treated,
        n_control: recruited.control,
        n_total: recruited.total(),
        n_treated_analysed: analysed.treated,
        n_control_analysed: analysed.control,
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

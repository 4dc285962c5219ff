//! The curve of the invented trial, whose first point in one arm is withheld.

use super::{employment_curve, figures};
use crate::{ReportError, example};

#[test]
fn points_are_written_as_drawn_and_a_withheld_one_has_no_numbers() {
    let figure = employment_curve(&example::released(), "employment");
    let points = figure.map(|figure| figure.points_csv);
    assert_eq!(
        points.as_deref(),
        Ok("group,time,estimate,conf_low,conf_high,n,suppressed\n\
            TAU,0,0.15,0.024999999999999994,0.275,40,false\n\
            TAU,1,0.2,0.07500000000000001,0.325,40,false\n\
            TAU,2,0.25,0.125,0.375,40,false\n\
            IPS,0,,,,,true\n\
            IPS,1,0.4,0.275,0.525,40,false\n\
            IPS,2,0.5,0.375,0.625,40,false\n")
    );
}

#[test]
fn the_svg_has_outlines_and_a_name_but_no_text() {
    let made = figures(&example::released()).unwrap_or_default();
    let keys: Vec<&str> = made.iter().map(|figure| figure.key.as_str()).collect();
    assert_eq!(keys, ["main-forest", "employment"]);
    for figure in made.into_iter().skip(1) {
        assert!(figure.svg.starts_with("<svg"), "{}", &figure.svg[..60]);
        assert!(!figure.svg.contains("<text"));
        assert!(figure.svg.contains("viewBox=\"0 0 720 "));
        assert!(figure.svg.contains("<title>Employment by month</title>"));
        assert!(figure.png.starts_with(b"\x89PNG"));
        assert!(figure.caption.contains("(Wilson)"), "{}", figure.caption);
    }
}

#[test]
fn a_key_that_is_no_curve_is_an_error() {
    let found = employment_curve(&example::released(), "baseline");
    assert_eq!(
        found,
        Err(ReportError::NotACurve {
            analysis: "baseline".to_owned()
        })
    );
}

#[test]
fn a_forest_has_the_ratios_of_the_terms() {
    let made = figures(&example::released()).unwrap_or_default();
    let forest = made.iter().find(|figure| figure.key == "main-forest");
    assert_eq!(
        forest.map(|figure| figure.points_csv.as_str()),
        Some(
            "label,estimate,conf_low,conf_high,suppressed\n\
             Arm: IPS,3.1,1.2,7.9,false\n\
             Site: B,0.98,0.36,2.7,false\n"
        )
    );
}

/// States and specifications come as records of their own; who makes them is another crate's work.
#[test]
fn states_and_specifications_are_drawn_from_their_records() {
    use regtrial_results::{Analysis, AnalysisKind, Catalogue, Policy, Record, Results};
    let mut records = Vec::new();
    for (arm, rise) in [("TAU", 0.01), ("IPS", 0.02)] {
        for month in 0..=12 {
            let working = 0.1 + rise * f64::from(month);
            for (state, share) in [
                ("In work", working),
                ("Benefit", 0.7 - working),
                ("Neither", 0.3),
            ] {
                records.push(Record {
                    group: arm.to_owned(),
                    level: state.to_owned(),
                    time: f64::from(month),
                    estimate: share,
                    ..Record::new("flows", "all", "proportion")
                });
            }
        }
    }
    for (label, estimate) in [
        ("Hours 4 or more", 0.1),
        ("Pay above 0", 0.08),
        ("Any job", 0.12),
    ] {
        records.push(Record {
            level: label.to_owned(),
            estimate,
            conf_low: estimate - 0.1,
            conf_high: estimate + 0.1,
            ..Record::new("rules", "all", "risk_difference")
        });
    }
    let analysis = |key: &str, kind| Analysis::new(key, "States", kind);
    let catalogue = Catalogue {
        arms: vec!["TAU".to_owned(), "IPS".to_owned()],
        analyses: vec![
            analysis("rules", AnalysisKind::Specification),
            analysis("flows", AnalysisKind::Occupancy),
        ],
        confidence: 0.95,
        ..Catalogue::default()
    };
    let results = Results {
        catalogue,
        records,
        ..Results::default()
    };
    let made = figures(&results.release(Policy::default())).unwrap_or_default();
    let keys: Vec<&str> = made.iter().map(|figure| figure.key.as_str()).collect();
    assert_eq!(keys, ["rules-curve", "flows-states"]);
    let lines: Vec<&str> = made[0].points_csv.lines().collect();
    assert!(lines[1].starts_with("Pay above 0") && lines[3].starts_with("Any job"));
    assert_eq!(made[1].points_csv.lines().count(), 1 + 2 * 13 * 3);
    if let Ok(folder) = std::env::var("REGTRIAL_FIGURES") {
        for figure in &made {
            let path = std::path::Path::new(&folder).join(format!("{}.png", figure.key));
            let _ = std::fs::write(path, &figure.png);
        }
    }
}

/// Steps of the flow, a zero among them, and a count that is withheld.
#[test]
fn the_flow_shows_zeros_and_withheld_counts() {
    use regtrial_results::{Analysis, AnalysisKind, Catalogue, Cells, Policy, Record, Results};
    let step = |arm: &str, level: &str, n: u32| Record {
        group: arm.to_owned(),
        level: level.to_owned(),
        estimate: f64::from(n),
        cells: Cells::counts([u64::from(n)]),
        ..Record::new("flow", "all", "flow")
    };
    let mut records = vec![step("", "randomised", 202)];
    for (arm, died) in [("TAU", 0), ("IPS", 3)] {
        records.push(step(arm, "allocated", 101));
        records.push(step(arm, "died", died));
        records.push(step(arm, "analysed", 95));
    }
    let analysis = Analysis::new("flow", "Flow of participants", AnalysisKind::Flow);
    let results = Results {
        catalogue: Catalogue {
            arms: vec!["TAU".to_owned(), "IPS".to_owned()],
            analyses: vec![analysis],
            ..Catalogue::default()
        },
        records,
        ..Results::default()
    };
    let made = figures(&results.release(Policy::default())).unwrap_or_default();
    let points = made.first().map(|figure| figure.points_csv.as_str());
    let points = points.unwrap_or_default();
    assert!(points.contains("TAU,died,,0,false\n"), "{points}");
    assert!(points.contains("IPS,died,,,true\n"), "{points}");
}

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
    assert_eq!(made.len(), 1);
    for figure in made {
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

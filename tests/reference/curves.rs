//! `poly` and `ns` in formulas against R's columns and fits.

use super::support::read;
use regtrial_stats::StatsError;
use regtrial_stats::design::{Column, Data, Design};
use regtrial_stats::formula::Formula;
use regtrial_stats::glm::{Family, Glm};
use regtrial_tests::{COEFFICIENT, Comparison, STANDARD_ERROR, expected, number, root};
use serde_json::Value;

fn rows(case: &Value) -> Vec<usize> {
    let rows = case["rows"].as_array().unwrap().iter();
    rows.map(|row| row.as_u64().unwrap() as usize - 1).collect()
}

#[test]
fn columns_and_fits_agree() {
    let data = read(&root().join("tests/reference/glm/nsw_employed.csv"));
    let mut comparison = Comparison::default();
    for case in expected("curves")["cases"].as_array().unwrap() {
        if case["fit"].is_string() {
            continue;
        }
        let formula = Formula::parse(case["formula"].as_str().unwrap()).unwrap();
        let design = Design::new(&formula, &data).unwrap();
        for (i, row) in rows(case).into_iter().enumerate() {
            for j in 0..design.terms.len() {
                let what = format!("{} row {row} {}", case["name"], design.terms[j]);
                let theirs = number(&case["matrix"][i][j]);
                comparison.check(&what, design.x[(row, j)], theirs, 1e-11);
            }
        }
        let family = match case["family"].as_str().unwrap() {
            "binomial" => Family::Binomial,
            _ => Family::Gaussian,
        };
        let fit = Glm::new(family).fit(&design).unwrap();
        for j in 0..design.terms.len() {
            let what = format!("{} {}", case["name"], design.terms[j]);
            let theirs = number(&case["estimates"][j]);
            comparison.check(&what, fit.coef()[j], theirs, COEFFICIENT);
            let theirs = number(&case["std_errors"][j]);
            comparison.check(&what, fit.stderror()[j], theirs, STANDARD_ERROR);
        }
    }
    comparison.finish(150);
}

/// The constants of a curve belong to the rows of the fit, wherever it is applied.
#[test]
fn curves_hold_outside_the_rows_of_the_fit() {
    let data = read(&root().join("tests/reference/glm/nsw_employed.csv"));
    let Column::Numbers(ages) = data.column("age").unwrap().clone() else {
        panic!("age is a number")
    };
    let Column::Numbers(earnings) = data.column("re78").unwrap().clone() else {
        panic!("re78 is a number")
    };
    let young = ages
        .iter()
        .zip(&earnings)
        .map(|(age, y)| if *age < 30.0 { *y } else { f64::NAN });
    let restricted = data.clone().with_numbers("re78", young.collect());
    let all = expected("curves");
    let case = all["cases"]
        .as_array()
        .unwrap()
        .iter()
        .find(|case| case["fit"].is_string())
        .unwrap();
    let formula = Formula::parse(case["formula"].as_str().unwrap()).unwrap();
    let design = Design::new(&formula, &restricted).unwrap();
    let elsewhere = design.coding.matrix(&data, &rows(case)).unwrap();
    let mut comparison = Comparison::default();
    for ((i, j), ours) in elsewhere.indexed_iter() {
        comparison.check("elsewhere", *ours, number(&case["matrix"][i][j]), 1e-11);
    }
    comparison.finish(30);
}

#[test]
fn curves_through_too_few_values_are_refused() {
    let data = Data::new()
        .with_numbers("y", vec![1.0, 2.0, 3.0, 5.0, 4.0, 3.0])
        .with_numbers("x", vec![0.0, 1.0, 0.0, 1.0, 0.0, 1.0]);
    for formula in [
        "y ~ poly(x, 2)",
        "y ~ ns(x, df = 3)",
        "y ~ ns(log(x), df = 2)",
    ] {
        let refused = Design::new(&Formula::parse(formula).unwrap(), &data);
        assert!(
            matches!(refused, Err(StatsError::ColumnType { .. })),
            "{formula}"
        );
    }
    for formula in [
        "y ~ poly(x)",
        "y ~ poly(x, 0)",
        "y ~ ns(x, df = 2.5)",
        "y ~ ns(x, knots = 2)",
    ] {
        assert!(
            matches!(Formula::parse(formula), Err(StatsError::Formula { .. })),
            "{formula}"
        );
    }
}

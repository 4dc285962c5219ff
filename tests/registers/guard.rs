//! Personal identifiers left in by mistake. Every number here is made up from the rule of its check
//! digits.

use super::support::{Extract, csv};
use regtrial::registers::{RegisterKind, search_identifiers};

/// The digit that makes a weighted sum leave `remainder` modulo 11; none if it would be 10.
fn check_digit(digits: &str, weights: &[u32], remainder: u32) -> Option<u32> {
    let values = digits.chars().filter_map(|digit| digit.to_digit(10));
    let sum: u32 = values
        .zip(weights)
        .map(|(value, weight)| value * weight)
        .sum();
    let digit = (remainder + 11 - sum % 11) % 11;
    (digit < 10).then_some(digit)
}

/// Norwegian numbers of people born on a day, as `ddmmyy`.
pub(crate) fn norwegian(date: &str, count: usize) -> Vec<String> {
    norwegian_with(date, count, 0)
}

/// As `norwegian`, with what the first check digit leaves: 0, or up to 3 from 2032.
fn norwegian_with(date: &str, count: usize, remainder: u32) -> Vec<String> {
    let number = |serial: u32| {
        let nine = format!("{date}{serial:03}");
        let first = check_digit(&nine, &[3, 7, 6, 1, 8, 9, 4, 5, 2], remainder)?;
        let ten = format!("{nine}{first}");
        let second = check_digit(&ten, &[5, 4, 3, 2, 7, 6, 5, 4, 3, 2], 0)?;
        Some(format!("{ten}{second}"))
    };
    let found: Vec<String> = (0..1000).filter_map(number).take(count).collect();
    assert_eq!(found.len(), count);
    found
}

/// Numbers of some digits that are nobody's: no day is 96, nor 56.
fn nobody(width: usize, count: usize) -> Vec<String> {
    let digits = width - 2;
    (0..count)
        .map(|number| format!("96{number:0digits$}"))
        .collect()
}

const HEADER: &str = "person;start;end;employer;note";

/// An extract in which other people have these notes.
fn notes<S: AsRef<str>>(notes: &[S]) -> Extract {
    let rows: Vec<String> = notes
        .iter()
        .map(|note| format!("x;2020-01-01;;E1;{}", note.as_ref()))
        .collect();
    Extract::new(RegisterKind::Spells).file("spells.csv", csv(HEADER, &rows))
}

/// Codes and columns of the warnings.
fn warnings(extract: &Extract) -> Vec<String> {
    let register = extract.read();
    let found = register.logs[0].warnings.iter();
    found
        .map(|problem| {
            format!(
                "{} {}",
                problem.code,
                problem.column.as_deref().unwrap_or("-")
            )
        })
        .collect()
}

fn refuses(extract: &Extract, column: &str) -> bool {
    extract.result().is_err_and(|error| {
        error
            .problems()
            .iter()
            .any(|found| found.code == "identifier" && found.column.as_deref() == Some(column))
    })
}

#[test]
fn an_employer_column_may_hold_no_valid_number_at_all() {
    let number = &norwegian("150665", 1)[0];
    for (header, column) in [
        (
            "lopenr;type;startdato;sluttdato;arbeidssted.ident",
            "arbeidssted.ident",
        ),
        (
            "lopenr;type;startdato;sluttdato;opplysningspliktig.ident",
            "opplysningspliktig.ident",
        ),
        (
            "lopenr;type;startdato;sluttdato;Navn på arbeidsgiver",
            "Navn på arbeidsgiver",
        ),
    ] {
        for person in ["007", "x"] {
            let row = format!("{person};t;2020-01-01;;{number}");
            let extract = Extract::new(RegisterKind::AaNav).file("aa.csv", csv(header, &[row]));
            assert!(refuses(&extract, column), "{column}");
        }
        let row = "007;t;2020-01-01;;999888777".to_owned();
        let extract = Extract::new(RegisterKind::AaNav).file("aa.csv", csv(header, &[row]));
        assert!(extract.result().is_ok(), "an organisation's number");
    }
    let named = Extract::new(RegisterKind::Spells).file(
        "spells.csv",
        csv(
            "person;start;end;where",
            &[format!("007;2020-01-01;;{number}")],
        ),
    );
    assert_eq!(warnings(&named), ["identifier where"]);
    assert!(
        refuses(&named.column("employer", "where"), "where"),
        "the plan says who employs"
    );
}

#[test]
fn twenty_numbers_among_free_text_are_refused_and_nineteen_are_a_warning() {
    let told: Vec<String> = norwegian("150665", 20)
        .iter()
        .map(|number| format!("ringte {} {} i dag", &number[..6], &number[6..]))
        .collect();
    assert!(refuses(&notes(&told), "note"));
    assert_eq!(warnings(&notes(&told[..19])), ["identifier note"]);
    let repeated: Vec<&String> = told[..19].iter().cycle().take(100).collect();
    assert_eq!(
        warnings(&notes(&repeated)),
        ["identifier note"],
        "19 distinct ones"
    );
}

#[test]
fn one_in_ten_is_too_many() {
    let valid = norwegian("150665", 20);
    let among = |others: usize| notes(&[valid.clone(), nobody(11, others)].concat());
    assert!(refuses(&among(180), "note"), "20 of 200");
    assert_eq!(warnings(&among(181)), ["identifier note"], "20 of 201");
    assert!(warnings(&notes(&nobody(11, 200))).is_empty());
}

#[test]
fn d_numbers_synthetic_people_and_the_rule_of_2032_are_known() {
    for date in ["150665", "550665", "154665", "158665", "558665"] {
        assert!(refuses(&notes(&norwegian(date, 20)), "note"), "{date}");
    }
    for remainder in 0..=3 {
        let numbers = norwegian_with("150665", 20, remainder);
        assert!(refuses(&notes(&numbers), "note"), "remainder {remainder}");
    }
    assert!(warnings(&notes(&norwegian_with("150665", 20, 4))).is_empty());
    assert!(
        warnings(&notes(&norwegian("310265", 20))).is_empty(),
        "no such day"
    );
}

#[test]
fn leading_zeros_are_restored_before_the_count() {
    let lost = norwegian("050665", 10);
    let lost = lost.iter().map(|number| number[1..].to_owned());
    // 10 of 22 distinct values are valid once restored, and none of the 12 that are whole.
    let mixed: Vec<String> = lost.chain(nobody(11, 12)).collect();
    assert!(refuses(&notes(&mixed), "note"));
}

#[test]
fn a_column_of_danish_numbers_is_refused_unless_declared_harmless() {
    // In 1965 any seventh digit up to 3 is possible: 15 June is a date, 96 is no day.
    let dated: Vec<String> = (0..40).map(|serial| format!("150665{serial:04}")).collect();
    let mixed = |dates: usize, others: usize| {
        notes(&[dated[..dates].to_vec(), nobody(10, others)].concat())
    };
    assert!(refuses(&mixed(20, 0), "note"));
    assert!(refuses(&mixed(16, 4), "note"), "80 % of 20");
    assert!(mixed(15, 5).result().is_ok(), "75 % of 20");
    assert!(mixed(19, 0).result().is_ok(), "too few to judge");
    let declared = mixed(20, 0).with(|options| options.not_identifiers.push("note".to_owned()));
    assert!(warnings(&declared).is_empty());
    let hyphens: Vec<String> = dated
        .iter()
        .map(|n| format!("{}-{}", &n[..6], &n[6..]))
        .collect();
    assert!(refuses(&notes(&hyphens[..20]), "note"));
}

#[test]
fn nothing_exempts_a_column_from_the_norwegian_test() {
    let declared = notes(&norwegian("150665", 20))
        .with(|options| options.not_identifiers.push("note".to_owned()));
    assert!(refuses(&declared, "note"));
}

#[test]
fn rows_beyond_the_first_are_searched_if_kept_and_all_of_them_on_demand() {
    let number = &norwegian("150665", 1)[0];
    let with_last = |person: &str| {
        let mut text = csv(HEADER, &[] as &[&str]);
        text.push_str(&"x;2020-01-01;;E1;\n".repeat(100_000));
        text.push_str(&format!("{person};2020-01-01;;{number};\n"));
        Extract::new(RegisterKind::Spells).file("spells.csv", text)
    };
    assert!(refuses(&with_last("007"), "employer"));
    let other = with_last("x");
    assert!(warnings(&other).is_empty());
    let found = search_identifiers(&other.options.files[0], &other.options, &Default::default())
        .unwrap_err();
    assert_eq!(found.problems()[0].column.as_deref(), Some("employer"));
}

#[test]
fn a_header_that_holds_a_number_is_refused_and_not_named() {
    let number = &norwegian("150665", 1)[0];
    let header = format!("person;start;end;{number}");
    let extract =
        Extract::new(RegisterKind::Spells).file("spells.csv", csv(&header, &["007;2020-01-01;;x"]));
    assert!(refuses(&extract, "column 4"));
}

//! Every way in which registers write a day or a month.

use super::support::{Extract, csv, rows};
use regtrial::registers::TableKind::JobSpell;
use regtrial::registers::{DateOrder, RegisterKind};

fn spells(header: &str, rows: &[&str]) -> Extract {
    Extract::new(RegisterKind::Spells).file("spells.csv", csv(header, rows))
}

const DATES: &str = "person;start;end";

#[test]
fn every_way_of_writing_a_day_is_read() {
    let first_of_march = [
        "2020-03-01",
        "01.03.2020",
        "1.3.2020",
        "20200301",
        "2020-03-01T08:15:00",
        "2020-03-01 08:15",
        "01MAR2020",
        "01mar2020",
        " 2020-03-01 ",
    ];
    for written in first_of_march {
        let register = spells(DATES, &[&format!("007;{written};")]).read();
        assert_eq!(
            rows(&register, JobSpell, "start precision"),
            ["2020-03-01 day"],
            "{written}"
        );
    }
    // All in one column, one after the other.
    let ended: Vec<String> = (1..)
        .zip(first_of_march)
        .map(|(i, day)| format!("007;{day};2021-01-0{i}"))
        .collect();
    let ended: Vec<&str> = ended.iter().map(String::as_str).collect();
    assert_eq!(
        rows(&spells(DATES, &ended).read(), JobSpell, "start"),
        ["2020-03-01"; 9]
    );
    for (written, day) in [
        ("17MAI2020", "2020-05-17"),
        ("01OKT2020", "2020-10-01"),
        ("24DES2020", "2020-12-24"),
    ] {
        let register = spells(DATES, &[&format!("007;{written};")]).read();
        assert_eq!(rows(&register, JobSpell, "start"), [day]);
    }
}

#[test]
fn months_keep_their_precision() {
    for month in ["202002", "2020-02", "2020m2", "2020M02"] {
        let register = spells(DATES, &[&format!("007;{month};{month}")]).read();
        assert_eq!(
            rows(&register, JobSpell, "start end precision"),
            ["2020-02-01 2020-02-29 month"],
            "{month}"
        );
    }
    let half = spells(DATES, &["007;2020-02-10;202003"]).read();
    assert_eq!(
        rows(&half, JobSpell, "start end precision"),
        ["2020-02-10 2020-03-31 month"],
        "as precise as the less precise of both"
    );
}

#[test]
fn counted_days_need_their_first_day_declared() {
    // 1 March 2020 is 21,975 days after 1960-01-01 and 18,322 after 1970-01-01.
    let given = ["007;21975;18322"];
    let error = spells(DATES, &given).error();
    assert!(
        error.contains("ambiguous_date") && error.contains("days since when"),
        "{error}"
    );
    let start = |count: &str, order: DateOrder| {
        let row = format!("007;{count};");
        let register = spells(DATES, &[&row]).with(|options| options.dates = Some(order));
        rows(&register.read(), JobSpell, "start precision")
    };
    assert_eq!(start("21975", DateOrder::Since1960), ["2020-03-01 day"]);
    assert_eq!(start("18322", DateOrder::Since1970), ["2020-03-01 day"]);
    assert_eq!(start("-1", DateOrder::Since1960), ["1959-12-31 day"]);
    assert_eq!(start("0", DateOrder::Since1970), ["1970-01-01 day"]);
    assert_eq!(
        start("2020-03-01", DateOrder::Since1960),
        ["2020-03-01 day"]
    );
}

#[test]
fn the_order_of_day_and_month_is_told_by_one_date_or_declared() {
    let given = |second: &str| {
        let rows = ["007;03/04/2020;".to_owned(), format!("008;{second};")];
        Extract::new(RegisterKind::Spells).file("spells.csv", csv(DATES, &rows))
    };
    let starts = |extract: Extract| rows(&extract.read(), JobSpell, "start");
    assert_eq!(starts(given("13/04/2020")), ["2020-04-03", "2020-04-13"]);
    assert_eq!(starts(given("04/13/2020")), ["2020-03-04", "2020-04-13"]);
    assert_eq!(starts(given("13-04-2020")), ["2020-04-03", "2020-04-13"]);
    let error = given("05/06/2020").error();
    assert!(
        error.contains("ambiguous_date") && error.contains("column start"),
        "{error}"
    );
    let declared = |order| starts(given("05/06/2020").with(|options| options.dates = Some(order)));
    assert_eq!(declared(DateOrder::DayFirst), ["2020-04-03", "2020-06-05"]);
    assert_eq!(
        declared(DateOrder::MonthFirst),
        ["2020-03-04", "2020-05-06"]
    );
}

#[test]
fn the_same_number_twice_is_one_day_in_either_order() {
    let register = spells(DATES, &["007;04/04/2020;", "008;05/05/2020;"]).read();
    assert_eq!(
        rows(&register, JobSpell, "start"),
        ["2020-04-04", "2020-05-05"]
    );
}

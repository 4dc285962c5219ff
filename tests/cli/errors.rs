//! Bad input: which file, line, column and rule, what to do, exit code 2 and never a cell's value.

use crate::support::{Ran, folder, path, regtrial};
use serde_json::Value;

const PEOPLE: &str = "id,start,arm\nSENTINEL1,2020-01-01,A\nSENTINEL2,2020-02-01,B\n";
const JOBS: &str = "person,start,end,type\nSENTINEL1,2020-03-01,2020-04-01,job\n";
const PLAN: &str = r#"[study]
name = "test"
[people]
file = "people.csv"
id = "id"
index_date = "start"
arm = { column = "arm", order = ["A", "B"] }
[registers.jobs]
kind = "spells"
files = ["jobs.csv"]
covers = { from = 2019-01-01, to = 2022-12-31 }
linked = "everyone"
[endpoints.job]
register = "jobs"
where = "type = 'job'"
[outcomes.worked]
endpoint = "job"
measure = "ever"
window = ["0 months", "6 months"]
"#;

fn run(plan: &str, people: &str, jobs: &str) -> Ran {
    let folder = folder(&[
        ("study.toml", plan),
        ("people.csv", people),
        ("jobs.csv", jobs),
    ]);
    let out = path(&folder, "out");
    let ran = regtrial(&[
        "run",
        &path(&folder, "study.toml"),
        "--out",
        &out,
        "--format",
        "json",
    ]);
    let said = format!("{}{}", ran.stdout, ran.stderr);
    assert!(
        !said.contains("SENTINEL"),
        "an identifier was printed: {said}"
    );
    ran
}

fn only_error(ran: &Ran) -> Value {
    assert_eq!(ran.code, 2, "{}", ran.stderr);
    let errors = ran.errors();
    assert_eq!(errors.len(), 1, "{}", ran.stderr);
    errors[0].clone()
}

#[test]
fn the_plan_itself_runs() {
    let ran = run(PLAN, PEOPLE, JOBS);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
}

#[test]
fn every_problem_of_a_plan_in_one_go() {
    let plan = PLAN
        .replace("id = \"id\"", "id = \"id\"\nindeks = \"start\"")
        .replace("kind = \"spells\"", "kind = \"spell\"")
        .replace("where = \"type = 'job'\"", "where = \"type = \"")
        .replace("\"6 months\"", "\"6 moons\"");
    let ran = run(&plan, PEOPLE, JOBS);
    assert_eq!(ran.code, 2);
    let codes: Vec<(u64, String)> = ran
        .errors()
        .iter()
        .map(|e| {
            (
                e["line"].as_u64().unwrap(),
                e["code"].as_str().unwrap().to_owned(),
            )
        })
        .collect();
    let expected = [
        (6, "unknown_key"),
        (10, "bad_value"),
        (16, "rule"),
        (20, "bad_value"),
    ]
    .map(|(l, c)| (l, c.to_owned()));
    assert_eq!(codes, expected);
}

#[test]
fn an_unknown_key_is_underlined_for_a_person() {
    let plan = PLAN.replace("measure =", "mesure =");
    let folder = folder(&[
        ("study.toml", &plan),
        ("people.csv", PEOPLE),
        ("jobs.csv", JOBS),
    ]);
    let ran = regtrial(&["run", &path(&folder, "study.toml")]);
    assert_eq!(ran.code, 2);
    assert!(
        ran.stderr.contains("unknown key `mesure`"),
        "{}",
        ran.stderr
    );
    assert!(ran.stderr.contains("study.toml:18:1"), "{}", ran.stderr);
}

#[test]
fn a_missing_file_is_named() {
    let error = only_error(&run(&PLAN.replace("jobs.csv", "job.csv"), PEOPLE, JOBS));
    assert_eq!(error["code"], "missing_file");
    assert!(error["file"].as_str().unwrap().ends_with("job.csv"));
}

#[test]
fn a_missing_column_is_named_with_those_there() {
    let error = only_error(&run(PLAN, &PEOPLE.replace("start", "begin"), JOBS));
    assert_eq!(
        (&error["code"], &error["line"]),
        (&"missing_column".into(), &1.into())
    );
    assert!(error["help"].as_str().unwrap().contains("begin"));
    let error = only_error(&run(PLAN, PEOPLE, &JOBS.replace("person", "whom")));
    assert!(error["rule"].as_str().unwrap().contains("`person`"));
}

#[test]
fn a_bad_date_has_its_line() {
    let error = only_error(&run(
        PLAN,
        &PEOPLE.replace("2020-02-01", "2020-02-31"),
        JOBS,
    ));
    assert_eq!(
        (&error["code"], &error["line"]),
        (&"bad_date".into(), &3.into())
    );
    assert_eq!(error["column"], "start");
}

#[test]
fn bad_rows_of_an_extract_stop_the_run_above_the_threshold() {
    let jobs = format!("{JOBS}SENTINEL2,2020-02-31,2020-04-01,job\n");
    let error = only_error(&run(PLAN, PEOPLE, &jobs));
    assert_eq!(error["code"], "too_many_refused");
    assert!(error["rule"].as_str().unwrap().contains("line 3"));
    let plan = PLAN.replace("kind = ", "max_refused_share = 0.5\nkind = ");
    assert_eq!(run(&plan, PEOPLE, &jobs).code, 0);
}

#[test]
fn an_arm_that_is_not_in_order_has_its_line() {
    let error = only_error(&run(PLAN, &PEOPLE.replace("01,B", "01,C"), JOBS));
    assert_eq!(
        (&error["code"], &error["line"]),
        (&"unknown_arm".into(), &3.into())
    );
}

#[test]
fn a_person_listed_twice_has_both_lines() {
    let error = only_error(&run(PLAN, &PEOPLE.replace("SENTINEL2", "SENTINEL1"), JOBS));
    assert_eq!(
        (&error["code"], &error["line"]),
        (&"duplicate_person".into(), &3.into())
    );
    assert!(error["rule"].as_str().unwrap().contains("line 2"));
}

#[test]
fn a_person_without_index_date_has_a_line() {
    let error = only_error(&run(PLAN, &PEOPLE.replace("2020-02-01", ""), JOBS));
    assert_eq!(
        (&error["code"], &error["line"]),
        (&"missing_index_date".into(), &3.into())
    );
}

#[test]
fn ever_has_no_default_for_people_seen_for_part_of_the_window() {
    let people = "id,start,arm,died\nSENTINEL1,2020-01-01,A,2020-02-01\nSENTINEL2,2020-02-01,B,\n";
    let plan = PLAN.replace("[registers", "status = { death = \"died\" }\n[registers");
    let error = only_error(&run(&plan, people, JOBS));
    assert_eq!(error["code"], "undeclared_unobserved");
    assert!(
        error["help"]
            .as_str()
            .unwrap()
            .contains("if_unobserved = { death =")
    );
    let declared = format!("{plan}if_unobserved = {{ death = \"composite\" }}\n");
    assert_eq!(run(&declared, people, JOBS).code, 0);
}

#[test]
fn a_ragged_participant_list_names_its_line() {
    let error = only_error(&run(
        PLAN,
        &PEOPLE.replace("2020-02-01,B", "2020-02-01"),
        JOBS,
    ));
    assert_eq!(
        (&error["code"], &error["line"]),
        (&"ragged_row".into(), &3.into())
    );
}

#[test]
fn a_formula_error_points_at_the_character() {
    let data = "tests/reference/glm/nsw_employed.csv";
    let args = [
        "fit",
        data,
        "--formula",
        "employed ~ age +* treat",
        "--family",
        "binomial",
        "--format",
        "json",
    ];
    let ran = regtrial(&args);
    let error = only_error(&ran);
    assert_eq!(
        (&error["code"], &error["column"]),
        (&"formula".into(), &"17".into())
    );
}

#[test]
fn separation_names_the_term_and_firth_still_works() {
    let mut data = String::from("y,x,z\n");
    for i in 0..30 {
        data.push_str(&format!("{},{},{}\n", i % 2, i % 2, i * 7 % 5));
    }
    let folder = folder(&[("data.csv", &data)]);
    let file = path(&folder, "data.csv");
    let fit = |method: &str| {
        regtrial(&[
            "fit",
            &file,
            "--formula",
            "y ~ x + z",
            "--family",
            "binomial",
            "--method",
            method,
            "--format",
            "json",
        ])
    };
    let error = only_error(&fit("ml"));
    assert_eq!(error["code"], "separation");
    assert!(error["rule"].as_str().unwrap().contains("x predicts"));
    assert!(error["help"].as_str().unwrap().contains("firth"));
    let firth = fit("firth");
    assert_eq!(firth.code, 0, "{}", firth.stderr);
    assert!(
        firth.json()["terms"][1]["estimate"]
            .as_f64()
            .unwrap()
            .is_finite()
    );
}

#[test]
fn a_quotation_mark_that_is_never_closed_swallows_nothing_silently() {
    let folder = folder(&[("data.csv", "y,x\n1,2\n0,3\n1,\"unclosed\n0,4\n1,5\n")]);
    let file = path(&folder, "data.csv");
    let error = only_error(&regtrial(&[
        "fit",
        &file,
        "--formula",
        "y ~ x",
        "--family",
        "binomial",
        "--format",
        "json",
    ]));
    assert_eq!(
        (&error["code"], &error["line"]),
        (&"unclosed_quote".into(), &4.into())
    );
}

#[test]
fn a_slip_in_a_column_of_numbers_does_not_make_it_a_factor() {
    let folder = folder(&[("data.csv", "y,x\n1,2\n0,3\n1,4\n0,o5\n1,6\n0,2\n")]);
    let file = path(&folder, "data.csv");
    let fit = |more: &[&str]| {
        let mut args = vec![
            "fit",
            &file,
            "--formula",
            "y ~ x",
            "--family",
            "gaussian",
            "--format",
            "json",
        ];
        args.extend(more);
        regtrial(&args)
    };
    let error = only_error(&fit(&[]));
    assert_eq!(error["code"], "mixed_column");
    assert!(error["rule"].as_str().unwrap().contains("row 4"));
    assert_eq!(fit(&["--na", "o5"]).json()["model"]["n_dropped"], 1);
}

#[test]
fn a_slip_in_a_column_that_is_an_outcome_has_its_line() {
    let people = "id,start,arm,days,ended,score\nSENTINEL1,2020-01-01,A,30,1,4\n\
                  SENTINEL2,2020-02-01,B,6o,0,5\nSENTINEL3,2020-02-01,B,60,0,five\n";
    let plan = format!(
        "{PLAN}[outcomes.relapse]\ncolumn = \"days\"\nevent = \"ended\"\n[outcomes.score]\ncolumn = \"score\"\n"
    );
    let ran = run(&plan, people, JOBS);
    assert_eq!(ran.code, 2);
    let errors = ran.errors();
    let place = |i: usize| (errors[i]["line"].clone(), errors[i]["column"].clone());
    assert_eq!(place(0), (3.into(), "days".into()), "{errors:?}");
    assert_eq!(place(1), (4.into(), "score".into()), "{errors:?}");
}

#[test]
fn people_and_registers_that_do_not_meet_are_an_error() {
    let error = only_error(&run(PLAN, PEOPLE, &JOBS.replace("SENTINEL1", "other")));
    assert_eq!(error["code"], "no_match");
    let plan = PLAN.replace("id = \"id\"\n", "");
    assert_eq!(only_error(&run(&plan, PEOPLE, JOBS))["code"], "missing_key");
}

#[test]
fn a_linkage_list_without_header_is_refused() {
    let plan = PLAN.replace("\"everyone\"", "\"linked.csv\"");
    let folder = folder(&[
        ("study.toml", &plan),
        ("people.csv", PEOPLE),
        ("jobs.csv", JOBS),
        ("linked.csv", "SENTINEL1\nSENTINEL2\n"),
    ]);
    let ran = regtrial(&["check", &path(&folder, "study.toml"), "--format", "json"]);
    assert_eq!(only_error(&ran)["code"], "no_header");
    assert!(!ran.stderr.contains("SENTINEL"));
}

#[test]
fn a_key_cannot_lead_out_of_the_folder_nor_take_a_table_s_place() {
    let with = |key: &str| format!("{PLAN}[analyses.{key}]\noutcome = \"worked\"\n");
    assert_eq!(
        only_error(&run(&with("\"../../out\""), PEOPLE, JOBS))["code"],
        "bad_key"
    );
    assert_eq!(
        only_error(&run(&with("outcomes"), PEOPLE, JOBS))["code"],
        "duplicate_key"
    );
}

#[test]
fn a_column_that_an_analysis_names_is_looked_for_at_once() {
    let plan = format!("{PLAN}[analyses.model]\noutcome = \"worked\"\nadjust = [\"age\"]\n");
    let error = only_error(&run(&plan, PEOPLE, JOBS));
    assert_eq!(
        (&error["code"], &error["line"]),
        (&"unknown_column".into(), &20.into())
    );
}

#[test]
fn absurd_nesting_is_an_error_and_no_crash() {
    let deep = format!("y ~ {}x{}", "(".repeat(20_000), ")".repeat(20_000));
    let data = "tests/reference/glm/nsw_employed.csv";
    let ran = regtrial(&[
        "fit",
        data,
        "--formula",
        &deep,
        "--family",
        "binomial",
        "--format",
        "json",
    ]);
    assert_eq!(only_error(&ran)["code"], "formula");
}

#[test]
fn a_usage_error_is_json_where_json_is_asked_for() {
    let ran = regtrial(&["fit", "data.csv", "--format", "json"]);
    assert_eq!(only_error(&ran)["code"], "usage");
}

#[test]
fn no_advice_lists_identifiers() {
    let rows: Vec<String> = (0..40).map(|i| format!("SENTINEL{i},{}", i % 2)).collect();
    let folder = folder(&[("data.csv", &format!("id,y\n{}\n", rows.join("\n")))]);
    let file = path(&folder, "data.csv");
    for args in [
        vec![
            "compare",
            &file,
            "--outcome",
            "y",
            "--arm",
            "id",
            "--reference",
            "X",
        ],
        vec!["compare", &file, "--outcome", "y", "--arm", "id"],
        vec!["fit", &file, "--formula", "y ~ id", "--family", "binomial"],
        vec![
            "fit",
            &file,
            "--formula",
            "y ~ factor(id, ref = 'Z')",
            "--family",
            "binomial",
        ],
        vec!["standardise", &file, "--formula", "y ~ id", "--arm", "id"],
    ] {
        let ran = regtrial(&args);
        assert_eq!(ran.code, 2, "{args:?}");
        assert!(
            !format!("{}{}", ran.stdout, ran.stderr).contains("SENTINEL"),
            "{args:?}: {}",
            ran.stderr
        );
    }
}

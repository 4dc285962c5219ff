//! Endpoints, definitions, sequences, prices and outcomes of a plan: what is wrong with them, and what
//! `derive` writes and tells.

use crate::support::{Ran, folder, path, regtrial};
use std::fs;
use tempfile::TempDir;

const PEOPLE: &str =
    "id,start,arm,died,late_event\na,2020-01-15,IPS,,1\nb,2020-01-15,TAU,2020-05-20,0\n";
const JOBS: &str = "id,start,end,type,hours,pay,job\n\
    a,2019-12-01,2020-02-10,ordinary,37.5,31000,J1\n\
    a,2020-03-01,2020-03-31,ordinary,14,3100,J2\n\
    a,2020-03-20,2020-04-15,,7,3100,J3\n\
    b,2020-05-01,2020-12-31,ordinary,14,3100,J4\n";
const MEASURES: &str = "id,tiltak,start,sluttdato\na,VARLONTIL,2020-03-25,2020-04-30\n";
/// Thirty lines: what a test adds begins on line 31.
const HEAD: &str = r#"[study]
name = "outcomes"
[people]
file = "people.csv"
id = "id"
index_date = "start"
arm = { column = "arm", order = ["TAU", "IPS"] }
status = { death = "died" }

[registers.jobs]
kind = "spells"
files = "jobs.csv"
columns = { person = "id" }
covers = { from = 2018-01-01, to = 2021-12-31 }
linked = "everyone"

[registers.measures]
kind = "nav-measures"
files = "measures.csv"
columns = { person = "id" }
covers = { from = 2018-01-01, to = 2021-12-31 }
linked = "everyone"

[endpoints.job]
register = "jobs"
where = "type = 'ordinary'"

[endpoints.subsidy]
register = "measures"

"#;

fn study(more: &str) -> TempDir {
    folder(&[
        ("study.toml", &format!("{HEAD}{more}\n")),
        ("people.csv", PEOPLE),
        ("jobs.csv", JOBS),
        ("measures.csv", MEASURES),
        ("yearly.csv", "year,index\n2019,100\n2020,125\n"),
        ("monthly.csv", "year,month,index\n2020,1,100\n2020,2,100\n"),
        ("twice.csv", "year,index\n2020,100\n2020,110\n"),
        ("nought.csv", "year,index\n2020,0\n"),
        ("words.csv", "year,index\n2020,hundred\n"),
        ("half.csv", "year,index\n2020.5,100\n"),
        ("gap.csv", "year,index\n2020,100\n2021,\n"),
    ])
}

fn check(more: &str) -> Ran {
    let folder = study(more);
    regtrial(&["check", &path(&folder, "study.toml"), "--format", "json"])
}

/// The one error of a plan: its line and column (0 where it has none) and what it says.
#[track_caller]
fn wrong(more: &str, (line, column): (u64, u64), says: &str) {
    let ran = check(more);
    assert_eq!(ran.code, 2, "{more}\n{}", ran.stderr);
    let errors = ran.errors();
    assert_eq!(errors.len(), 1, "{more}\n{}", ran.stderr);
    let at = |key: &str| {
        let text = errors[0][key].to_string();
        text.trim_matches('"').parse().unwrap_or(0)
    };
    let rule = errors[0]["rule"].as_str().expect("a rule");
    assert!(rule.contains(says), "{more}\n{rule}");
    assert_eq!((at("line"), at("column")), (line, column), "{more}\n{rule}");
}

const X: &str = "[endpoints.x]\n";
const JOB: &str = "[endpoints.x]\nregister = 'jobs'\n";

#[test]
fn wrong_endpoints() {
    let x = |keys: &str| format!("{X}{keys}");
    let job = |keys: &str| format!("{JOB}{keys}");
    wrong(
        &x("label = 'x'"),
        (31, 12),
        "needs `register`, or `combine`",
    );
    wrong(
        &x("register = 'jobbs'"),
        (32, 12),
        "there is no register `jobbs`",
    );
    wrong(
        &x("combine = 'job and jov'"),
        (32, 20),
        "there is no endpoint `jov`",
    );
    wrong(
        &x("combine = 'job or x'"),
        (32, 11),
        "cannot be part of itself",
    );
    wrong(
        &x("combine = 'job = 1'"),
        (32, 12),
        "`job` cannot be compared",
    );
    wrong(
        &x("combine = 'job and'"),
        (32, 19),
        "expected a field, `not` or `(`",
    );
    wrong(&x("combine = 3"), (32, 11), "must be a text");
    wrong(
        &x("combine = 'job'\nregister = 'jobs'"),
        (32, 11),
        "exclude each other",
    );
    for (key, value) in [
        ("where", "'pay > 0'"),
        ("new", "true"),
        ("table", "'job_spell'"),
    ] {
        let keys = x(&format!("combine = 'job'\n{key} = {value}"));
        wrong(
            &keys,
            (33, key.len() as u64 + 4),
            "belongs to an endpoint with a register",
        );
    }
    wrong(
        &job("at_least = { hours = 4, percent = 50 }"),
        (33, 12),
        "must name one field",
    );
    wrong(&job("at_least = {}"), (33, 12), "must name one field");
    wrong(
        &job("at_least = { hour = 4 }"),
        (33, 14),
        "unknown key `hour`",
    );
    wrong(
        &job("at_least = { degree = 4 }"),
        (33, 12),
        "has no numbers `degree`",
    );
    wrong(
        &job("at_least = { hours = -4 }"),
        (33, 22),
        "must be a number from 0 on",
    );
    wrong(&job("at_least = 4"), (33, 12), "must be a table");
    wrong(&job("new = 'yes'"), (33, 7), "must be true or false");
    wrong(
        &job("counted = 'weeks'"),
        (33, 11),
        "must be one of days, months, reference weeks",
    );
    wrong(&job("and = 'pay > 0'"), (33, 1), "unknown key `and`");
    wrong(
        &job("table = 'episode'"),
        (33, 9),
        "must be one of job_spell",
    );
    wrong(
        &job("where = 'typ is unknown'"),
        (33, 10),
        "there is no field `typ`",
    );
    wrong(
        &x("register = 'measures'\nnew = true"),
        (33, 7),
        "`new` is asked of jobs",
    );
}

#[test]
fn endpoints_that_go_round_in_a_circle() {
    let ran = check("[endpoints.x]\ncombine = 'job or y'\n[endpoints.y]\ncombine = 'not x'");
    let errors = ran.errors();
    let lines: Vec<u64> = errors.iter().filter_map(|e| e["line"].as_u64()).collect();
    assert_eq!(lines, [32, 34]);
    assert!(
        ran.stderr.contains("is itself made of this endpoint"),
        "{}",
        ran.stderr
    );
}

#[test]
fn wrong_definitions() {
    wrong(
        "[definitions.jobb]\nx = { and = 'pay > 0' }",
        (31, 14),
        "there is no endpoint `jobb`",
    );
    wrong(
        "[definitions.job]\nx = 'pay > 0'",
        (32, 5),
        "must be a table",
    );
    wrong(
        "[definitions.job]\nx = { an = 'pay > 0' }",
        (32, 7),
        "unknown key `an`",
    );
    wrong(
        "[definitions.job]\nx = { and = 'pays > 0' }",
        (32, 14),
        "there is no field `pays`",
    );
    wrong(
        "[definitions.job]\nx = { combine = 'job and jov' }",
        (32, 26),
        "no endpoint `jov`",
    );
    wrong("[definitions.job]\nx = {}", (32, 1), "changes nothing");
    let combined = "[endpoints.c]\ncombine = 'job and not subsidy'\n[definitions.c]\n";
    let rule = "belongs to an endpoint with a register";
    wrong(
        &format!("{combined}x = {{ and = 'pay > 0' }}"),
        (34, 13),
        rule,
    );
}

#[test]
fn wrong_outcomes() {
    let of = |endpoint: &str, keys: &str| format!("[outcomes.y]\nendpoint = '{endpoint}'\n{keys}");
    let job = |measure: &str, keys: &str| {
        of(
            "job",
            &format!("window = ['0 months', '6 months']\nmeasure = '{measure}'\n{keys}"),
        )
    };
    wrong(
        &of("jov", "measure = 'status'\nat = '1 months'"),
        (32, 12),
        "no endpoint `jov`",
    );
    wrong(
        &of("job", "window = ['0 months', '6 months']"),
        (31, 11),
        "`outcomes.y.measure` is missing",
    );
    wrong(&job("worked", ""), (34, 11), "must be one of status, ever");
    let subsidy = |measure: &str| {
        of(
            "subsidy",
            &format!("measure = '{measure}'\nwindow = ['0 months', '6 months']"),
        )
    };
    wrong(&subsidy("hours"), (33, 11), "has no numbers `hours`");
    wrong(&subsidy("jobs"), (33, 11), "has no jobs");
    wrong(&job("bed-days", ""), (34, 11), "has no episodes");
    for measure in ["days", "earnings", "jobs", "first"] {
        wrong(&job(measure, "cap = 4"), (35, 1), "unknown key `cap`");
    }
    wrong(
        &job("hours", "cap = -1"),
        (35, 7),
        "must be a number from 0 on",
    );
    for negative in ["-12 months", "0 days"] {
        let keys = format!("washout = '{negative}'");
        wrong(
            &job("ever", &keys),
            (35, 11),
            "a distance back from the window's start",
        );
    }
    wrong(
        &job("ever", "washout = 'a year'"),
        (35, 11),
        "this is not a distance",
    );
    wrong(&job("ever", "washout = 12"), (35, 11), "must be a text");
    let status = of(
        "job",
        "measure = 'status'\nat = '6 months'\nwashout = '12 months'",
    );
    wrong(&status, (35, 1), "unknown key `washout`");
    wrong(
        &job("sustained", ""),
        (31, 11),
        "`outcomes.y.run` is missing",
    );
    for run in ["3 months", "-3 days", "many"] {
        let keys = format!("run = '{run}'");
        wrong(
            &job("sustained", &keys),
            (35, 7),
            "is a number of days or weeks",
        );
    }
    wrong(
        &job("sustained", "run = '0 days'"),
        (35, 7),
        "a run has at least one day",
    );
    wrong(
        &job("sustained", "run = '27 weeks'"),
        (35, 7),
        "longer than the window",
    );
    wrong(
        &job("sustained", "run = '3 days'\ngap = '-1 days'"),
        (36, 7),
        "days or weeks",
    );
    wrong(&job("ever", "run = '3 days'"), (35, 1), "unknown key `run`");
    for measure in ["ever", "first"] {
        wrong(
            &job(measure, "at_least = 1"),
            (35, 1),
            "unknown key `at_least`",
        );
    }
    wrong(&job("ever", "at = '6 months'"), (35, 1), "unknown key `at`");
    wrong(
        &of("job", "measure = 'status'"),
        (31, 11),
        "a status needs its landmark",
    );
    let times = "[outcomes.y_event]\ncolumn = 'late_event'";
    wrong(
        &job("first", times),
        (35, 11),
        "the column that goes with the time `y`",
    );
    let late =
        "[outcomes.late]\nendpoint = 'job'\nmeasure = 'first'\nwindow = ['0 months', '3 months']";
    wrong(late, (31, 0), "has a column `late_event` already");
}

#[test]
fn wrong_prices() {
    wrong("[prices]\nbase = 2020", (31, 1), "`prices.file` is missing");
    wrong("[prices]\nfile = 'yearly.csv'", (31, 1), "needs `base`");
    wrong(
        "[prices]\nfile = 'yearly.csv'\nbase = 'last'",
        (33, 8),
        "must be a whole number",
    );
    let prices = |file: &str, base: u32| format!("[prices]\nfile = '{file}'\nbase = {base}\n");
    let none = (0, 0);
    wrong(&prices("none.csv", 2020), none, "there is no such file");
    wrong(
        &prices("yearly.csv", 1999),
        none,
        "no index of the base year 1999",
    );
    wrong(
        &prices("people.csv", 2020),
        none,
        "there is no column `year`",
    );
    wrong(&prices("twice.csv", 2020), none, "stands there twice");
    wrong(&prices("nought.csv", 2020), none, "an index is above 0");
    wrong(
        &prices("words.csv", 2020),
        none,
        "`index` must hold a number in every row",
    );
    wrong(
        &prices("half.csv", 2020),
        none,
        "`year` must hold a whole number",
    );
    wrong(
        &prices("gap.csv", 2020),
        none,
        "`index` must hold a number in every row",
    );
    let earned = "[outcomes.y]\nendpoint = 'job'\nmeasure = 'earnings'\n\
        window = ['0 months', '3 months']\nif_unobserved = { death = 'composite' }";
    let plan = format!("{}{earned}", prices("monthly.csv", 2020));
    wrong(&plan, (34, 0), "there is no price index for 2020-03");
}

#[test]
fn wrong_sequences() {
    let states = |states: &str| format!("[sequences.s]\nmonths = 6\nstates = {states}");
    wrong(
        "[sequences.s]\nmonths = 6",
        (31, 12),
        "[sequences.s.states] is missing",
    );
    wrong(&states("{}"), (33, 10), "names no state");
    wrong(
        &states("{ A = 'jov' }"),
        (33, 16),
        "there is no endpoint `jov`",
    );
    wrong(
        &states("{ unobserved = 'job' }"),
        (33, 25),
        "`unobserved` is the name of those",
    );
    wrong(
        "[sequences.s]\nmonths = 0\nstates = { A = 'job' }",
        (32, 10),
        "must be 1 or more",
    );
    wrong(
        "[sequences.baseline]\nstates = { A = 'job' }",
        (31, 2),
        "is taken by another table",
    );
}

const OUTCOMES: &str = r#"[endpoints.competitive]
combine = "job and not subsidy"

[endpoints.new_job]
register = "jobs"
where = "type = 'ordinary'"
new = true

[prices]
file = "yearly.csv"
base = 2020

[outcomes.days]
endpoint = "competitive"
measure = "days"
window = ["0 months", "6 months"]
if_unobserved = { death = "composite" }

[outcomes.earned]
endpoint = "job"
measure = "earnings"
window = ["-1 months", "1 months"]

[outcomes.hours]
endpoint = "job"
measure = "hours"
window = ["0 months", "6 months"]
at_least = 40
if_unobserved = { death = "missing" }

[outcomes.first]
endpoint = "new_job"
measure = "first"
window = ["0 months", "6 months"]
if_unobserved = { death = "while observed" }

[outcomes.incident]
endpoint = "job"
measure = "ever"
window = ["0 months", "6 months"]
washout = "1 months"
if_unobserved = { death = "composite" }

[sequences.state]
months = 4
states = { Competitive = "competitive", Subsidised = "subsidy" }
if_unobserved = { death = "composite" }
"#;

const TRACE: &str = "index date 2020-01-15

register jobs, job_spell
seen 2018-01-01 to 2021-12-31
not seen 2022-01-01 on: beyond the register's cover
spells
  2019-12-01 to 2020-02-10, type ordinary, hours 37.5, pay 31000, job J1, end_status observed (file 1, line 2)
    job: counts (type = 'ordinary')
    new_job: does not count: the job was held on the index date already (type = 'ordinary'; not of a job held on the index date)
  2020-03-01 to 2020-03-31, type ordinary, hours 14, pay 3100, job J2, end_status observed (file 1, line 3)
    job: counts (type = 'ordinary')
    new_job: counts (type = 'ordinary'; not of a job held on the index date)
  2020-03-20 to 2020-04-15, hours 7, pay 3100, job J3, end_status observed (file 1, line 4)
    job: unknown: a field the rule needs is missing (type = 'ordinary')
    new_job: unknown: a field the rule needs is missing (type = 'ordinary'; not of a job held on the index date)

register measures, measure_spell
seen 2018-01-01 to 2021-12-31
not seen 2022-01-01 on: beyond the register's cover
spells
  2020-03-25 to 2020-04-30, measure VARLONTIL, group wage-subsidy, end_status observed (file 1, line 2)
    subsidy: counts (any spell)

endpoint competitive (job and not subsidy)
seen 2018-01-01 to 2021-12-31
not seen 2022-01-01 on: beyond the register's cover
  in the state 2019-12-01 to 2020-02-10
  in the state 2020-03-01 to 2020-03-24
  2019-12-01 to 2020-02-10: job yes, subsidy no
  2020-03-01 to 2020-03-24: job yes, subsidy no
  2020-03-25 to 2020-03-31: job yes, subsidy yes
  2020-04-01 to 2020-04-15: job unknown, subsidy yes
  2020-04-16 to 2020-04-30: job no, subsidy yes

days
  days of competitive
  window 2020-01-15 to 2020-07-14
  in the state 2020-01-15 to 2020-02-10 (27 days)
  in the state 2020-03-01 to 2020-03-24 (24 days)
  51 days in the state, of 182 seen
  value 51

earned
  earnings of job, in prices of 2020
  window 2019-12-15 to 2020-02-14
  in the state 2019-12-15 to 2020-02-10 (58 days)
  58 days in the state, of 62 seen
  pay 31000 a month, 2019-12-01 to 2020-02-10, on 58 days: 62939.6551724138
  value 62939.6551724138

hours
  hours of job, at least 40
  window 2020-01-15 to 2020-07-14
  in the state 2020-01-15 to 2020-02-10 (27 days)
  in the state 2020-03-01 to 2020-03-31 (31 days)
  perhaps in the state 2020-03-20 to 2020-04-15
  58 days in the state, of 182 seen
  hours 37.5 a week, 2019-12-01 to 2020-02-10, on 27 days: 144.64285714285714
  hours 14 a week, 2020-03-01 to 2020-03-31, on 31 days: 62
  perhaps hours 7 a week, 2020-03-20 to 2020-04-15, on 12 days: 12
  value 1

first
  first of new_job
  window 2020-01-15 to 2020-07-14
  in the state 2020-03-01 to 2020-03-31 (31 days)
  perhaps in the state 2020-03-20 to 2020-04-15
  31 days in the state, of 182 seen
  value 46, reached

incident
  ever of job
  window 2020-01-15 to 2020-07-14
  washout 2019-12-15 to 2020-01-14
  in the state in the washout 2019-12-15 to 2020-01-14
  in the state 2020-01-15 to 2020-02-10 (27 days)
  in the state 2020-03-01 to 2020-03-31 (31 days)
  perhaps in the state 2020-03-20 to 2020-04-15
  58 days in the state, of 182 seen
  in the state in the washout: not new, left out
  value missing
";

/// 17 days of December 2019 at 1000 a day, in the prices of 2020 a quarter more; 31 days of January; 10
/// of February at 31000/29.
#[test]
fn why_tells_every_step() {
    let folder = study(OUTCOMES);
    let plan = path(&folder, "study.toml");
    let why = regtrial(&["derive", &plan, "--why", "a"]);
    assert_eq!(why.code, 0, "{}", why.stderr);
    for (ours, expected) in why.stdout.lines().zip(TRACE.lines()) {
        assert_eq!(ours, expected);
    }
    assert_eq!(why.stdout.lines().count(), TRACE.lines().count());
    assert!(
        (17.0 * 1250.0 + 31_000.0 + 10.0 * 31_000.0 / 29.0 - 62_939.655_172_413_8_f64).abs() < 1e-9
    );
    let other = regtrial(&["derive", &plan, "--why", "b"]).stdout;
    for line in [
        "not seen 2020-05-21 on: death",
        "  not all seen (death): the rest counts as not in the state\n  value 20",
        "  not all seen (death): the outcome is missing\n  value missing\n",
        "  not all seen (death): what was seen counts\n  value 107, reached",
    ] {
        assert!(other.contains(line), "{line}\n{other}");
    }
}

#[test]
fn derive_writes_people_months_and_sequences() {
    let folder = study(OUTCOMES);
    let out = |name: &str| path(&folder, name);
    let ran = regtrial(&[
        "derive",
        &out("study.toml"),
        "--out",
        &out("p.csv"),
        "--panel",
        &out("m.csv"),
        "--months",
        "5",
        "--sequences",
        &out("s.csv"),
    ]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    let read = |name: &str| fs::read_to_string(folder.path().join(name)).expect("a table");
    assert_eq!(
        read("p.csv"),
        "id,start,arm,died,late_event,days,earned,hours,first,first_event,incident\n\
         a,2020-01-15,IPS,,1,51,62939.6551724138,1,46,1,\n\
         b,2020-01-15,TAU,2020-05-20,0,20,0,,107,1,1\n"
    );
    assert_eq!(
        read("m.csv"),
        "id,month,day,job,subsidy,competitive,new_job\n\
         a,0,2020-01-15,1,0,1,0\na,1,2020-02-15,0,0,0,0\na,2,2020-03-15,1,0,1,1\n\
         a,3,2020-04-15,,1,0,\na,4,2020-05-15,0,0,0,0\na,5,2020-06-15,0,0,0,0\n\
         b,0,2020-01-15,0,0,0,0\nb,1,2020-02-15,0,0,0,0\nb,2,2020-03-15,0,0,0,0\n\
         b,3,2020-04-15,0,0,0,0\nb,4,2020-05-15,1,0,1,1\nb,5,2020-06-15,,,,\n"
    );
    assert_eq!(
        read("s.csv"),
        "id,month,day,state\n\
         a,0,2020-01-15,Competitive\na,1,2020-02-15,none\na,2,2020-03-15,Competitive\n\
         a,3,2020-04-15,Subsidised\na,4,2020-05-15,none\n\
         b,0,2020-01-15,none\nb,1,2020-02-15,none\nb,2,2020-03-15,none\nb,3,2020-04-15,none\n\
         b,4,2020-05-15,Competitive\n"
    );
}

#[test]
fn derive_says_what_it_cannot_write() {
    let ran = |more: &str, flag: &str| {
        let folder = study(more);
        let ran = regtrial(&[
            "derive",
            &path(&folder, "study.toml"),
            flag,
            &path(&folder, "out.csv"),
            "--format",
            "json",
        ]);
        assert_eq!(ran.code, 2, "{}", ran.stderr);
        ran.errors()[0]["rule"].as_str().expect("a rule").to_owned()
    };
    let month = "[endpoints.month]\nregister = 'jobs'";
    assert!(ran(month, "--panel").contains("a column `month` of its own"));
    let day = "[sequences.day]\nstates = { A = 'job' }";
    assert!(ran(day, "--sequences").contains("a column `day` of its own"));
    assert!(ran("", "--sequences").contains("no sequence of states"));
}

//! Whole studies through the binary.

use crate::support::{folder, path, regtrial, root};
use serde_json::Value;
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

fn files(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut found = BTreeMap::new();
    let mut open = vec![folder.to_path_buf()];
    while let Some(next) = open.pop() {
        for entry in fs::read_dir(next).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                open.push(path);
            } else {
                let name = path
                    .strip_prefix(folder)
                    .unwrap()
                    .to_string_lossy()
                    .into_owned();
                found.insert(name, fs::read(&path).unwrap());
            }
        }
    }
    found
}

#[test]
fn hekta_makes_everything_and_the_same_bytes_twice() {
    let folder = folder(&[]);
    let (one, two) = (path(&folder, "one"), path(&folder, "two"));
    let first = regtrial(&["run", "data-samples/hekta/study.toml", "--out", &one]);
    assert_eq!(first.code, 0, "{}", first.stderr);
    assert!(
        first.stdout.contains("line 264"),
        "refused rows are named: {}",
        first.stdout
    );
    regtrial(&[
        "run",
        "data-samples/hekta/study.toml",
        "--out",
        &two,
        "--quiet",
    ]);
    let made = files(Path::new(&one));
    assert_eq!(made, files(Path::new(&two)));
    for name in [
        "results.json",
        "provenance.json",
        "report.html",
        "figures/employment-curve.svg",
        "figures/employment-curve.png",
        "figures/employment-curve.csv",
        "tables/baseline.csv",
        "tables/outcomes.md",
        "tables/predictors.html",
        "tables/primary.tex",
    ] {
        assert!(made.contains_key(name), "{name} is missing");
    }
    let page = String::from_utf8(made["report.html"].clone()).unwrap();
    for request in [
        "http://", "https://", "<script", "<link", "@import", "src=\"/",
    ] {
        let allowed = page.replace("http://www.w3.org/", "");
        assert!(!allowed.contains(request), "the page asks for {request}");
    }
    let provenance: Value = serde_json::from_slice(&made["provenance.json"]).unwrap();
    assert_eq!(provenance["registers"][0]["rows_refused"], 7);
    assert_eq!(provenance["registers"][0]["encoding"], "windows-1252");
}

/// The text of every part of a Word or Excel file that holds any.
fn unzipped(bytes: &[u8]) -> String {
    let mut archive = zip::ZipArchive::new(std::io::Cursor::new(bytes)).unwrap();
    let mut text = String::new();
    for name in [
        "word/document.xml",
        "xl/sharedStrings.xml",
        "xl/worksheets/sheet1.xml",
    ] {
        if let Ok(mut part) = archive.by_name(name) {
            std::io::Read::read_to_string(&mut part, &mut text).unwrap();
        }
    }
    // Word numbers its paragraphs.
    let parts = text.split("w14:paraId=\"");
    parts
        .map(|part| part.split_once('"').map_or(part, |(_, rest)| rest))
        .collect()
}

/// No participant's identifier is in anything that is written or printed.
#[test]
fn no_identifier_leaves() {
    let folder = folder(&[]);
    let out = path(&folder, "out");
    let ran = regtrial(&["run", "data-samples/hekta/study.toml", "--out", &out]);
    let list = fs::read_to_string(root().join("data-samples/hekta/participants.csv")).unwrap();
    let ids: Vec<&str> = list
        .lines()
        .skip(1)
        .map(|line| line.split(',').next().unwrap())
        .collect();
    let mut texts = vec![
        ("stdout".to_owned(), ran.stdout),
        ("stderr".to_owned(), ran.stderr),
    ];
    for (name, bytes) in files(Path::new(&out)) {
        // A hash or a coordinate can hold any six digits.
        if !(name.ends_with(".png")
            || name.ends_with(".svg")
            || name == "report.html"
            || name == "provenance.json")
        {
            let text = if name.ends_with(".docx") || name.ends_with(".xlsx") {
                unzipped(&bytes)
            } else {
                String::from_utf8(bytes).unwrap()
            };
            texts.push((name, text));
        }
    }
    for (name, text) in &texts {
        let words: Vec<&str> = text.split(|c: char| !c.is_ascii_alphanumeric()).collect();
        assert!(
            !ids.iter().any(|id| words.contains(id)),
            "{name} holds an identifier"
        );
    }
}

#[test]
fn derive_writes_one_row_a_person_and_explains_one() {
    let folder = folder(&[]);
    let out = path(&folder, "people.csv");
    let ran = regtrial(&["derive", "data-samples/hekta/study.toml", "--out", &out]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    let table = fs::read_to_string(&out).unwrap();
    assert_eq!(table.lines().count(), 203);
    assert!(table.lines().next().unwrap().contains("employed_at_18m"));
    let id = table.lines().nth(1).unwrap().split(',').next().unwrap();
    let why = regtrial(&["derive", "data-samples/hekta/study.toml", "--why", id]);
    assert_eq!(why.code, 0);
    assert!(why.stdout.contains("employed_18m") && why.stdout.contains("window"));
    assert!(why.stderr.contains("must not leave"));
    let parquet = path(&folder, "people.parquet");
    regtrial(&["derive", "data-samples/hekta/study.toml", "--out", &parquet]);
    let compare = |file: &str| {
        regtrial(&[
            "compare",
            file,
            "--outcome",
            "employed_18m",
            "--arm",
            "arm",
            "--reference",
            "TAU",
            "--format",
            "csv",
        ])
        .stdout
    };
    assert_eq!(compare(&parquet), compare(&out));
}

#[test]
fn init_writes_a_study_that_runs() {
    let folder = folder(&[]);
    let target = path(&folder, "new");
    assert_eq!(regtrial(&["init", &target]).code, 0);
    let plan = format!("{target}/study.toml");
    let ran = regtrial(&["run", &plan, "--out", &path(&folder, "out")]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert_eq!(
        regtrial(&["init", &target]).code,
        2,
        "nothing is overwritten"
    );
}

#[test]
fn check_reads_everything_and_says_what_it_found() {
    let ran = regtrial(&["check", "data-samples/hekta/study.toml", "--format", "json"]);
    let document = ran.json();
    assert_eq!(document["participants"], 202);
    let lines: Vec<u64> = document["files"][0]["refused"]
        .as_array()
        .unwrap()
        .iter()
        .map(|refused| refused["line"].as_u64().unwrap())
        .collect();
    assert_eq!(lines, [28, 47, 177, 264, 296, 404, 564]);
}

#[test]
fn a_plan_standardises_within_strata_and_with_firth() {
    let mut rows = String::from("id,arm,site,x,y\n");
    for i in 0..90_u32 {
        let arm = ["A", "B"][(i % 2) as usize];
        let (site, x) = (["n", "s", "w"][(i * 7 % 3) as usize], (i * 37) % 23);
        let y = u32::from((i * 53) % 17 + x / 4 + 3 * (i % 2) > 10);
        rows.push_str(&format!("p{i},{arm},{site},{x},{y}\n"));
    }
    let plan = r#"
[study]
name = "t"

[people]
file = "people.csv"
id = "id"
arm = { column = "arm", order = ["A", "B"] }

[outcomes.success]
where = "y > 0"

[analyses.strata]
outcome = "success"
estimator = "standardisation"
adjust = ["x"]
vcov = "ye"
strata = "site"

[analyses.firth]
outcome = "success"
estimator = "standardisation"
adjust = ["x"]
method = "firth"

[disclosure]
minimum_count = 0
"#;
    let folder = folder(&[("people.csv", &rows), ("study.toml", plan)]);
    let out = path(&folder, "out");
    let ran = regtrial(&["run", &path(&folder, "study.toml"), "--out", &out]);
    assert_ne!(ran.code, 2, "{}", ran.stderr);
    let results = fs::read_to_string(Path::new(&out).join("results.json")).unwrap();
    let results: Value = serde_json::from_str(&results).unwrap();
    let of_plan = |analysis: &str| {
        let records = results["records"].as_array().unwrap().iter();
        let mut own = records.filter(|r| r["analysis"] == analysis);
        let found = own.find(|r| r["statistic"] == "risk_difference").unwrap();
        (found["estimate"].clone(), found["std_error"].clone())
    };
    let people = path(&folder, "people.csv");
    let ad_hoc = |extra: &[&str]| {
        let first = [
            "standardise",
            &people,
            "--formula",
            "y ~ arm + x",
            "--arm",
            "arm",
            "--format",
            "json",
        ];
        let document = regtrial(&[&first[..], extra].concat()).json();
        let found =
            crate::support::find(&document, "estimates", "risk_difference", "standardisation")
                .clone();
        (found["estimate"].clone(), found["std_error"].clone())
    };
    assert_eq!(
        of_plan("strata"),
        ad_hoc(&["--vcov", "ye", "--strata", "site"])
    );
    assert_eq!(of_plan("firth"), ad_hoc(&["--method", "firth"]));
    let wrong = plan.replace("vcov = \"ye\"", "vcov = \"ge\"");
    fs::write(Path::new(&path(&folder, "study.toml")), wrong).unwrap();
    let refused = regtrial(&["check", &path(&folder, "study.toml"), "--format", "json"]);
    assert_eq!(refused.code, 2);
    assert!(
        refused.stderr.contains("unconditional"),
        "{}",
        refused.stderr
    );
}

/// A folder is what its plan gives until a byte of it changes; a ledger does not change that.
#[test]
fn verify_recomputes_a_run() {
    let folder = folder(&[]);
    for file in ["nsw.csv", "study.toml"] {
        let from = root().join("data-samples/nsw").join(file);
        fs::copy(from, folder.path().join(file)).unwrap();
    }
    let plan = path(&folder, "study.toml");
    let text = fs::read_to_string(&plan).unwrap() + "ledger = \"ledger.json\"\n";
    fs::write(&plan, text).unwrap();
    let out = path(&folder, "out");
    assert_eq!(regtrial(&["run", &plan, "--out", &out]).code, 0);
    let ran = regtrial(&["verify", &out]);
    assert_eq!(ran.code, 0, "{}{}", ran.stdout, ran.stderr);
    assert!(ran.stdout.contains("byte for byte"));
    let table = Path::new(&out).join("tables/outcomes.csv");
    let changed = fs::read_to_string(&table).unwrap().replace('1', "2");
    fs::write(&table, changed).unwrap();
    fs::remove_file(Path::new(&out).join("report.html")).unwrap();
    let ran = regtrial(&["verify", &out, "--format", "json"]);
    assert_eq!(ran.code, 1);
    let found: Value = serde_json::from_str(&ran.stdout).unwrap();
    assert_eq!(
        found["different"],
        serde_json::json!(["tables/outcomes.csv"])
    );
    assert_eq!(found["missing"], serde_json::json!(["report.html"]));
    let ran = regtrial(&["verify", &path(&folder, "nothing")]);
    assert_eq!(ran.code, 2);
    assert!(ran.stderr.contains("--plan"));
}

#[test]
fn schema_prints_what_ships() {
    for name in ["study", "results"] {
        let ran = regtrial(&["schema", name]);
        let file = root().join(format!("docs/schema/{name}.schema.json"));
        assert_eq!(ran.stdout, fs::read_to_string(file).unwrap());
    }
}

/// After the lock, what was changed is named by every run; what was not is not.
#[test]
fn deviations_from_a_lock_are_named() {
    let folder = folder(&[]);
    for file in ["nsw.csv", "study.toml"] {
        let from = root().join("data-samples/nsw").join(file);
        fs::copy(from, folder.path().join(file)).unwrap();
    }
    let plan = path(&folder, "study.toml");
    let out = path(&folder, "out");
    assert_eq!(regtrial(&["lock", &plan]).code, 0);
    assert_eq!(regtrial(&["lock", &plan]).code, 2, "a lock is not renewed");
    assert_eq!(regtrial(&["run", &plan, "--out", &out]).code, 0);
    let text = fs::read_to_string(&plan).unwrap();
    fs::write(&plan, text.replace("re78 > 0", "re78 > 100")).unwrap();
    let data = fs::read_to_string(path(&folder, "nsw.csv")).unwrap();
    fs::write(path(&folder, "nsw.csv"), data + "\n").unwrap();
    let ran = regtrial(&["run", &plan, "--out", &out]);
    assert_eq!(ran.code, 1, "{}", ran.stderr);
    let found: Value = serde_json::from_slice(&files(Path::new(&out))["results.json"]).unwrap();
    let found: Vec<(&str, &str)> = found["diagnostics"]
        .as_array()
        .unwrap()
        .iter()
        .map(|d| {
            (
                d["code"].as_str().unwrap(),
                d["term"].as_str().unwrap_or_default(),
            )
        })
        .filter(|(code, _)| code.starts_with("deviation"))
        .collect();
    let expected = [
        ("deviation_plan", "outcomes.employed_1978.where"),
        ("deviation_input", "nsw.csv"),
    ];
    assert_eq!(found, expected);
    let page = fs::read_to_string(Path::new(&out).join("report.html")).unwrap();
    assert!(page.contains("deviation_plan"));
}

/// A rehearsal has every file and says on each what it is; as many are in each arm as before.
#[test]
fn a_blind_run_permutes_the_arms() {
    let folder = folder(&[]);
    let plan = root().join("data-samples/nsw/study.toml");
    let plan = plan.to_str().unwrap();
    let (open, blind) = (path(&folder, "open"), path(&folder, "blind"));
    assert_eq!(regtrial(&["run", plan, "--out", &open]).code, 0);
    assert_eq!(regtrial(&["run", plan, "--blind", "--out", &blind]).code, 0);
    let results = |out: &str| -> Value {
        serde_json::from_slice(&files(Path::new(out))["results.json"]).unwrap()
    };
    let people = |results: &Value| -> Vec<Value> {
        let records = results["records"].as_array().unwrap().iter();
        let of = records.filter(|r| r["statistic"] == "people");
        of.map(|r| r["estimate"].clone()).collect()
    };
    let difference = |results: &Value| {
        let mut records = results["records"].as_array().unwrap().iter();
        let found = records
            .find(|r| r["analysis"] == "standardised" && r["statistic"] == "risk_difference");
        found.unwrap()["estimate"].as_f64().unwrap()
    };
    let (open, blinded) = (results(&open), results(&blind));
    assert_eq!(people(&open), people(&blinded));
    assert!((difference(&open) - difference(&blinded)).abs() > 1e-6);
    let codes: Vec<&Value> = blinded["diagnostics"]
        .as_array()
        .unwrap()
        .iter()
        .map(|d| &d["code"])
        .collect();
    assert!(codes.contains(&&Value::from("blind")));
    let mut told = 0;
    for (name, bytes) in files(Path::new(&blind)) {
        let says = |text: &str| String::from_utf8_lossy(&bytes).contains(text);
        if [".md", ".html", ".tex", ".svg"]
            .iter()
            .any(|kind| name.ends_with(kind))
        {
            assert!(says("arm labels permuted"), "{name}");
            told += 1;
        }
    }
    assert!(told > 12, "{told}");
    let again = regtrial(&["verify", &blind, "--plan", plan]);
    assert_eq!(again.code, 0, "{}{}", again.stdout, again.stderr);
}

/// The last lines say what was made, what needs a person and what is worth a look.
#[test]
fn run_ends_with_what_it_made_and_what_needs_a_person() {
    let into = folder(&[]);
    let out = path(&into, "out");
    let ran = regtrial(&["run", "data-samples/hekta/study.toml", "--out", &out]);
    let (_, closing) = ran.stdout.split_once("Made in ").expect("what was made");
    for line in [
        "  report.html     everything on one page; open it in a browser\n",
        "  disclosure.json what was withheld, for the output checker\n",
        "Needs a person: nothing\n",
        "Worth a look:\n  7 rows were refused, by the lines above\n",
        "  3 notes, at the end of the page\n",
    ] {
        assert!(closing.contains(line), "{line}{closing}");
    }
    let tables = fs::read_dir(Path::new(&out).join("tables"))
        .unwrap()
        .count()
        / 6;
    assert!(closing.contains(&format!("{tables} tables: ")), "{closing}");
    assert!(ran.stdout.ends_with(closing));

    // An arm without anybody.
    let into = folder(&[
        ("people.csv", "arm,y\nA,1\nA,0\nA,1\n"),
        (
            "study.toml",
            "[study]\nname = \"t\"\n[people]\nfile = \"people.csv\"\n\
             arm = { column = \"arm\", order = [\"A\", \"B\"] }\n\
             [outcomes.y]\ncolumn = \"y\"\n",
        ),
    ]);
    let ran = regtrial(&[
        "run",
        &path(&into, "study.toml"),
        "--out",
        &path(&into, "out"),
    ]);
    assert_eq!(ran.code, 1, "{}", ran.stderr);
    assert!(
        ran.stdout
            .contains("Needs a person:\n  warning[empty_arm] (B)\n"),
        "{}",
        ran.stdout
    );
}

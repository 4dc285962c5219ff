//! Man pages, completions and analysis results data. What commands and flags there are is read off the help of the
//! binary itself.

use super::support::{regtrial, root};
use serde_json::Value;
use std::collections::BTreeMap;
use tempfile::TempDir;

/// Every command by its words, with its flags.
fn commands() -> BTreeMap<Vec<String>, Vec<String>> {
    let mut found = BTreeMap::new();
    let mut open: Vec<Vec<String>> = vec![Vec::new()];
    while let Some(command) = open.pop() {
        let words = command.iter().map(String::as_str).chain(["--help"]);
        let ran = regtrial(&words.collect::<Vec<_>>());
        assert_eq!(ran.code, 0, "{command:?} {}", ran.stderr);
        let mut in_commands = false;
        let mut flags = Vec::new();
        for line in ran.stdout.lines() {
            if !line.starts_with(' ') {
                in_commands = line == "Commands:";
                continue;
            }
            let text = line.trim_start();
            let indent = line.len() - text.len();
            let first = text.split_whitespace().next().unwrap_or_default();
            if in_commands && indent == 2 && first != "help" {
                open.push([command.clone(), vec![first.to_owned()]].concat());
            }
            // `      --flag <VALUE>` or `  -h, --help`: not a flag that a sentence names.
            let is_flag = indent <= 6 && (text.starts_with("--") || text.starts_with('-'));
            let words = text.split_whitespace().take(2);
            let long = words.filter_map(|word| word.strip_prefix("--")).next();
            if let (true, Some(flag)) = (is_flag, long) {
                let end = flag.find(['[', '=', ',', '.']).unwrap_or(flag.len());
                flags.push(flag[..end].to_owned());
            }
        }
        found.insert(command, flags);
    }
    found
}

#[test]
fn every_command_and_flag_has_its_place_in_the_manual_and_the_completions() {
    let all = commands();
    assert!(all.len() > 25, "{:?}", all.keys());
    let flags: usize = all.values().map(Vec::len).sum();
    assert!(flags > 150, "{flags}");
    let folder = TempDir::new().unwrap();
    let out = folder.path().join("man");
    assert_eq!(regtrial(&["man", "--out", out.to_str().unwrap()]).code, 0);
    let shells = ["bash", "elvish", "fish", "powershell", "zsh"];
    let completions = shells.map(|shell| regtrial(&["completions", shell]).stdout);
    for (command, flags) in &all {
        let name = [vec!["regtrial".to_owned()], command.clone()]
            .concat()
            .join("-");
        let page = std::fs::read_to_string(out.join(format!("{name}.1"))).expect(&name);
        assert!(
            page.contains(".SH NAME") && page.contains(".SH SYNOPSIS"),
            "{name}"
        );
        let plain = page.replace("\\-", "-");
        for flag in flags {
            let long = format!("--{flag}");
            assert!(plain.contains(&long), "{name}.1 lacks {long}");
            for (shell, text) in shells.iter().zip(&completions) {
                let said = match *shell {
                    "fish" => text.contains(&format!("-l {flag}")),
                    _ => text.contains(&long),
                };
                assert!(said, "{shell} lacks {long} of {name}");
            }
        }
        if let Some(last) = command.last() {
            let listed = completions.iter().all(|text| text.contains(last.as_str()));
            assert!(listed, "{last}");
        }
        // One page on its own is the same page.
        let words = ["man"]
            .into_iter()
            .chain(command.iter().map(String::as_str));
        assert_eq!(regtrial(&words.collect::<Vec<_>>()).stdout, page);
    }
    assert_eq!(std::fs::read_dir(&out).unwrap().count(), all.len());
    let wrong = regtrial(&["man", "power", "nothing"]);
    assert_eq!(wrong.code, 2);
    assert!(
        wrong
            .stderr
            .contains("`regtrial-power` has no command `nothing`"),
        "{}",
        wrong.stderr
    );
}

/// Every number of results.json is there once, and nothing else.
#[test]
fn analysis_results_hold_every_number_of_the_results() {
    let folder = TempDir::new().unwrap();
    let out = folder.path().join("out");
    let plan = root().join("data-samples/hekta/study.toml");
    let ran = regtrial(&[
        "run",
        plan.to_str().unwrap(),
        "--out",
        out.to_str().unwrap(),
        "--quiet",
    ]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    let results = out.join("results.json");
    let rows = regtrial(&["ard", results.to_str().unwrap(), "--format", "json"]).json();
    let rows = rows.as_array().unwrap();
    let document: Value =
        serde_json::from_str(&std::fs::read_to_string(&results).unwrap()).unwrap();
    let fields = [
        "estimate",
        "std_error",
        "conf_low",
        "conf_high",
        "conf_level",
        "statistic_value",
        "df",
        "p_value",
        "p_value_adjusted",
        "events",
        "n",
        "n_risk",
    ];
    let (mut numbers, mut withheld) = (0, 0);
    for record in document["records"].as_array().unwrap() {
        if record["suppressed"] == true {
            withheld += 1;
            continue;
        }
        // The number of people beside a number of people is left out.
        let count = ["count", "flow", "people", "observations"];
        let is_count = count.contains(&record["statistic"].as_str().unwrap());
        let own = fields.iter().filter(|field| !(is_count && **field == "n"));
        numbers += own.filter(|field| !record[**field].is_null()).count();
    }
    assert!(numbers > 1_000 && withheld > 5);
    let (empty, full): (Vec<&Value>, Vec<&Value>) =
        rows.iter().partition(|row| row["stat"].is_null());
    assert_eq!((full.len(), empty.len()), (numbers, withheld));
    assert!(
        empty
            .iter()
            .all(|row| row["warning"] == "withheld by disclosure control")
    );
    let is = |row: &&&Value, stat: &str| {
        row["analysis"] == "outcomes"
            && row["group1_level"] == "IPS"
            && row["variable"] == "employed_18m"
            && row["statistic"] == "risk"
            && row["stat_name"] == stat
    };
    let number = |stat: &str| full.iter().find(|row| is(row, stat)).unwrap()["stat"].as_f64();
    assert_eq!((number("n"), number("N")), (Some(38.0), Some(95.0)));
    assert_eq!(number("p"), Some(38.0 / 95.0));
    let csv = regtrial(&["ard", results.to_str().unwrap()]).stdout;
    assert_eq!(csv.lines().count(), rows.len() + 1);
    assert!(csv.starts_with("analysis,context,population,group1,group1_level,contrast"));
    let wrong = regtrial(&["ard", plan.to_str().unwrap()]);
    assert!(
        wrong.code == 2 && wrong.stderr.contains("this is not JSON"),
        "{}",
        wrong.stderr
    );
}

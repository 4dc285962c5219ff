//! The schemas that ship, against the samples and what a run writes. The checker knows the keywords
//! that the schemas use and refuses any other, so that none is silently passed over.

use regtrial::prelude::*;
use serde_json::Value;

/// Every place where a value is not what its schema says.
fn violations(schema: &Value, value: &Value, at: &str, found: &mut Vec<String>) {
    let Some(rules) = schema.as_object() else {
        assert!(schema.is_boolean(), "a schema at {at}");
        return;
    };
    for (keyword, rule) in rules {
        let holds = match keyword.as_str() {
            "$schema" | "title" | "description" => true,
            "type" => match rule.as_str().unwrap() {
                "object" => value.is_object(),
                "array" => value.is_array(),
                "string" => value.is_string(),
                "boolean" => value.is_boolean(),
                "null" => value.is_null(),
                "integer" => value.is_i64() || value.is_u64(),
                "number" => value.is_number(),
                other => panic!("type {other}"),
            },
            "enum" => rule.as_array().unwrap().contains(value),
            "anyOf" => rule.as_array().unwrap().iter().any(|one| {
                let mut own = Vec::new();
                violations(one, value, at, &mut own);
                own.is_empty()
            }),
            "required" => rule.as_array().unwrap().iter().all(|key| {
                value
                    .as_object()
                    .is_none_or(|o| o.contains_key(key.as_str().unwrap()))
            }),
            "minimum" => value.as_f64().is_none_or(|v| v >= rule.as_f64().unwrap()),
            "maximum" => value.as_f64().is_none_or(|v| v <= rule.as_f64().unwrap()),
            "exclusiveMinimum" => value.as_f64().is_none_or(|v| v > rule.as_f64().unwrap()),
            "exclusiveMaximum" => value.as_f64().is_none_or(|v| v < rule.as_f64().unwrap()),
            "minItems" => value
                .as_array()
                .is_none_or(|v| v.len() as u64 >= rule.as_u64().unwrap()),
            "maxItems" => value
                .as_array()
                .is_none_or(|v| v.len() as u64 <= rule.as_u64().unwrap()),
            "items" => {
                for (i, item) in value.as_array().into_iter().flatten().enumerate() {
                    violations(rule, item, &format!("{at}/{i}"), found);
                }
                true
            }
            "properties" => {
                for (key, schema) in rule.as_object().unwrap() {
                    if let Some(inner) = value.get(key) {
                        violations(schema, inner, &format!("{at}/{key}"), found);
                    }
                }
                true
            }
            "additionalProperties" => {
                let named = rules.get("properties").and_then(Value::as_object);
                let is_named = |key: &String| named.is_some_and(|named| named.contains_key(key));
                let others = value.as_object().into_iter().flatten();
                for (key, inner) in others.filter(|(key, _)| !is_named(key)) {
                    if rule == &Value::Bool(false) {
                        found.push(format!("{at}/{key}: unknown"));
                    }
                    violations(rule, inner, &format!("{at}/{key}"), found);
                }
                true
            }
            other => panic!("the checker does not know the keyword {other}"),
        };
        if !holds {
            found.push(format!("{at}: {keyword} {rule} does not hold for {value}"));
        }
    }
}

fn schema(name: &str) -> Value {
    let file = regtrial_tests::root().join(format!("docs/schema/{name}.schema.json"));
    serde_json::from_str(&std::fs::read_to_string(file).unwrap()).unwrap()
}

fn check(name: &str, value: &Value) -> Vec<String> {
    let mut found = Vec::new();
    violations(&schema(name), value, "", &mut found);
    found
}

fn plan(text: &str) -> Value {
    let table: toml::Table = toml::from_str(text).unwrap();
    serde_json::to_value(table).unwrap()
}

/// Every plan below data-samples: the files with `[people]`.
fn plans() -> Vec<std::path::PathBuf> {
    let mut open = vec![regtrial_tests::root().join("data-samples")];
    let mut found = Vec::new();
    while let Some(folder) = open.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            let is_plan = || {
                std::fs::read_to_string(&path)
                    .unwrap()
                    .contains("\n[people]\n")
            };
            if path.is_dir() {
                open.push(path);
            } else if path.extension().is_some_and(|kind| kind == "toml") && is_plan() {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}

#[test]
fn the_plans_of_the_samples_follow_the_schema() {
    let all = plans();
    assert!(all.len() >= 5, "{all:?}");
    for file in all {
        let found = check("study", &plan(&std::fs::read_to_string(&file).unwrap()));
        assert!(found.is_empty(), "{file:?}: {found:#?}");
    }
    let wrong = "[study]\nname = 1\n[people]\nfile = \"a.csv\"\n[disclosure]\nminimum_cuont = 5\n";
    assert_eq!(check("study", &plan(wrong)).len(), 2);
}

#[test]
fn the_results_of_the_samples_follow_the_schema() {
    for file in plans() {
        let study = Study::load(Plan::read(&file).unwrap()).unwrap();
        let released = study.run().unwrap().release(study.plan().disclosure);
        let results = serde_json::from_str(&released.to_json().unwrap()).unwrap();
        let found = check("results", &results);
        assert!(found.is_empty(), "{file:?}: {found:#?}");
    }
}

/// What a program that read version 1 relied on is still there: names leave with a new version only.
#[test]
fn version_1_of_the_results_keeps_its_names() {
    let schema = schema("results");
    let record = &schema["properties"]["records"]["items"];
    let named = |of: &Value| -> Vec<String> {
        let names = of.as_object().unwrap().keys();
        names.cloned().collect()
    };
    let names = named(&record["properties"]);
    for name in [
        "analysis",
        "outcome",
        "population",
        "group",
        "contrast",
        "statistic",
        "method",
        "scale",
        "estimate",
        "std_error",
        "conf_low",
        "conf_high",
        "conf_level",
        "statistic_value",
        "df",
        "p_value",
        "n",
        "events",
        "suppressed",
    ] {
        assert!(names.iter().any(|own| own == name), "{name}");
    }
    assert_eq!(
        schema["properties"]["schema"]["enum"],
        serde_json::json!(["regtrial.results/1"])
    );
    let top = named(&schema["properties"]);
    for name in ["schema", "study", "records", "diagnostics"] {
        assert!(top.iter().any(|own| own == name), "{name}");
    }
}

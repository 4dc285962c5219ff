//! Tables of some of the outcomes: an outcome stands in one table, and its numbers are the same there.

use regtrial::prelude::*;
use regtrial::report::tables::tables;
use std::collections::BTreeMap;

fn plan(more: &str) -> Result<Plan, String> {
    let file = regtrial_tests::root().join("data-samples/hekta/study.toml");
    let text = std::fs::read_to_string(&file).unwrap() + more;
    Plan::parse(&file, text).map_err(|error| error.to_string())
}

const SPLIT: &str = "[tables.landmarks]\ntitle = \"Employed on a day\"\n\
                     outcomes = [\"employed_at_12m\", \"employed_at_6m\"]\n\
                     [tables.days]\ntitle = \"Days\"\noutcomes = [\"days_18m\"]\n";

fn released(more: &str) -> Released {
    let study = Study::load(plan(more).unwrap()).unwrap();
    study.run().unwrap().release(study.plan().disclosure)
}

#[test]
fn an_outcome_stands_in_the_table_that_names_it() {
    let (with, without) = (released(SPLIT), released(""));
    let rows = |released: &Released, key: &str| -> Vec<(String, Vec<String>)> {
        let made = tables(released);
        let table = made.iter().find(|table| table.key == key);
        let rows = table.map(|table| table.rows.clone()).unwrap_or_default();
        rows.into_iter().map(|row| (row.label, row.cells)).collect()
    };
    let all: BTreeMap<_, _> = rows(&without, "outcomes").into_iter().collect();
    assert_eq!(all.len(), 5);
    let landmarks = rows(&with, "landmarks");
    let labels: Vec<&str> = landmarks.iter().map(|(label, _)| label.as_str()).collect();
    assert_eq!(labels, ["Employed at 6 months", "Employed at 12 months"]);
    for (label, cells) in &landmarks {
        // In a table of yes or no alone the unit stands in the heading.
        let same = &all[&format!("{label}, n/N (%)")];
        assert_eq!(cells, same, "{label}");
    }
    assert_eq!(rows(&with, "outcomes").len(), 2);
    assert_eq!(rows(&with, "days").len(), 1);
    let titles: Vec<String> = tables(&with).into_iter().map(|table| table.title).collect();
    assert!(
        titles.contains(&"Employed on a day".to_owned()),
        "{titles:?}"
    );
}

#[test]
fn what_is_wrong_with_a_table_is_said() {
    for (more, rule) in [
        ("[tables.a]\ntitle = \"A\"\n", "needs `outcomes`"),
        ("[tables.a]\noutcomes = [\"days_18m\"]\n", "title"),
        (
            "[tables.a]\ntitle = \"A\"\noutcomes = [\"day_18m\"]\n",
            "day_18m",
        ),
        (
            "[tables.a]\ntitle = \"A\"\noutcomes = [\"days_18m\", \"days_18m\"]\n",
            "listed twice",
        ),
        (
            "[tables.a]\ntitle = \"A\"\noutcomes = [\"days_18m\"]\n\
             [tables.b]\ntitle = \"B\"\noutcomes = [\"days_18m\"]\n",
            "stands in [tables.a] already",
        ),
        (
            "[tables.primary]\ntitle = \"A\"\noutcomes = [\"days_18m\"]\n",
            "the key `primary` is taken",
        ),
        (
            "[tables.flow]\ntitle = \"A\"\noutcomes = [\"days_18m\"]\n",
            "the key `flow` is taken",
        ),
    ] {
        let error = plan(more).map(|_| ()).unwrap_err();
        assert!(error.contains(rule), "{more}: {error}");
    }
}

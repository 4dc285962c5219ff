//! The table of agreement that ships with the program holds what tests compare, and nothing else.

use regtrial_tests::root;

/// Names of the tests that settle their comparisons, from their sources.
fn settled() -> Vec<String> {
    let mut found = Vec::new();
    for folder in ["tests/reference", "tests/studies"] {
        for entry in std::fs::read_dir(root().join(folder)).unwrap() {
            let path = entry.unwrap().path();
            if path.extension().is_none_or(|extension| extension != "rs") {
                continue;
            }
            let text = std::fs::read_to_string(&path).unwrap();
            let calls = text.split(concat!(".finish", "_as(")).skip(1);
            found.extend(calls.map(|call| call.split('"').nth(1).unwrap_or_default().to_owned()));
        }
    }
    found.sort();
    found
}

#[test]
fn every_line_belongs_to_a_test() {
    let table = root().join("crates/study/assets/agreement.csv");
    let table = std::fs::read_to_string(table).unwrap();
    let lines = table.lines().skip(1);
    let mut of_table: Vec<String> = lines
        .map(|line| line.split(',').nth(1).unwrap_or_default().to_owned())
        .collect();
    of_table.sort();
    of_table.dedup();
    let mut of_tests = settled();
    let all = of_tests.len();
    of_tests.dedup();
    assert_eq!(of_tests.len(), all, "two tests of one name");
    assert_eq!(of_table, of_tests);
    assert!(all > 20);
}

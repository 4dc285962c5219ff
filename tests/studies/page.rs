//! The page of the samples: every number leads to its method, its references and where it comes from.

use super::load;
use regtrial::prelude::*;
use regtrial::report::tables::tables;
use regtrial::report::{InputFile, Provenance as Footer, documents};
use regtrial_tests::root;

/// A sample by the file of its plan.
fn released(sample: &str) -> Released {
    let plan = root().join("data-samples").join(sample);
    let study = Study::load(Plan::read(&plan).unwrap()).unwrap();
    study.run().unwrap().release(study.plan().disclosure)
}

fn page(released: &Released) -> String {
    let mut inputs: Vec<InputFile> = Vec::new();
    for file in released
        .catalogue()
        .analyses
        .iter()
        .flat_map(|a| &a.source.inputs)
    {
        if inputs.iter().all(|input| input.file != *file) {
            inputs.push(InputFile {
                file: file.clone(),
                sha256: "0".repeat(64),
            });
        }
    }
    let lines = vec![("regtrial".to_owned(), "0.1.0".to_owned())];
    let made = documents(released, &Footer { lines, inputs }).unwrap();
    let page = made.into_iter().find(|d| d.path == "report.html").unwrap();
    String::from_utf8(page.bytes).unwrap()
}

const SAMPLES: [&str; 4] = [
    "hekta/study.toml",
    "hekta/time-to-job.toml",
    "nsw/study.toml",
    "guides/self-report.toml",
];

#[test]
fn every_fragment_link_lands_and_every_anchor_is_one() {
    for sample in SAMPLES {
        let text = page(&released(sample));
        let after = |what: &str| -> Vec<String> {
            let found = text.split(what).skip(1);
            found
                .map(|rest| rest.split('"').next().unwrap_or_default().to_owned())
                .collect()
        };
        let mut anchors = after(" id=\"");
        let all = anchors.len();
        anchors.sort();
        anchors.dedup();
        assert_eq!(anchors.len(), all, "{sample}: an anchor twice");
        let links = after("href=\"#");
        assert!(links.len() > 30, "{sample}");
        for link in links {
            assert!(
                anchors.binary_search(&link).is_ok(),
                "{sample}: #{link} leads nowhere"
            );
        }
    }
}

/// From each table's columns to methods with their publications and comparisons, and to a row of the
/// plan, the people and the files.
#[test]
fn every_column_of_numbers_has_its_methods() {
    for sample in SAMPLES {
        let released = released(sample);
        let catalogue = released.catalogue();
        let text = page(&released);
        for table in tables(&released) {
            let without = ["n", "Contrast", "Effect of"];
            for (i, heading) in table.columns.iter().enumerate().skip(1) {
                let methods = &table.methods[i];
                let none = without.contains(&heading.as_str());
                assert_eq!(methods.is_empty(), none, "{sample} {} {heading}", table.key);
                for key in methods.iter().chain(&table.methods_of_notes) {
                    assert!(text.contains(&format!("id=\"method-{key}\"")), "{key}");
                }
            }
            assert!(text.contains(&format!("id=\"source-{}\"", table.key)));
        }
        for analysis in &catalogue.analyses {
            assert!(!analysis.made_by.is_empty(), "{sample} {}", analysis.key);
            assert!(!analysis.source.inputs.is_empty() && !analysis.source.population.is_empty());
        }
        for method in &catalogue.methods {
            for reference in &method.references {
                assert!(
                    reference.ends_with('.') && reference.len() > 20,
                    "{reference}"
                );
            }
        }
    }
}

/// Estimators are compared with others; what only counts people is not.
#[test]
fn the_estimators_of_the_samples_are_compared_with_others() {
    let mut without: Vec<String> = Vec::new();
    for sample in SAMPLES {
        let released = released(sample);
        let methods = released.catalogue().methods.iter();
        let bare = methods.filter(|method| method.agreement.is_empty());
        without.extend(bare.map(|method| method.key.clone()));
    }
    without.sort();
    without.dedup();
    assert_eq!(without, ["consort", "counts"]);
}

/// The words of the page are those of the study's language.
#[test]
fn methods_are_told_in_the_language_of_the_study() {
    let study = load("nsw");
    let mut text = study.plan().text.clone();
    text.push_str("\n[report]\nlanguage = \"nb\"\n");
    let plan = Plan::parse(&study.plan().path, text).unwrap();
    let results = Study::load(plan).unwrap().run().unwrap();
    let page = page(&results.release(Policy::default()));
    assert!(page.contains("Wilsons intervall for en andel"));
    assert!(page.contains("Hvor tallene kommer fra") && page.contains("Metoder og referanser"));
}

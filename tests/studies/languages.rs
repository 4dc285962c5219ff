//! Everything a reader sees, in Norwegian and Danish: every word of the page, of the figures and of
//! the tables is a word of the plan, of its data, or of the list of phrases in that language.

use regtrial::prelude::*;
use regtrial::report::{Document, Provenance, documents};
use std::collections::BTreeSet;
use std::path::Path;

const PHRASES: [&str; 2] = [
    include_str!("../../crates/report/assets/words.txt"),
    include_str!("../../crates/report/assets/sentences.txt"),
];

/// People, names and symbols that are the same in every language.
const NAMES: &str = "Firth Kaplan-Meier Aalen-Johansen Wilson McFadden Cox Snell Nagelkerke AIC \
    pseudo R sha256 regtrial KI df n N SD p et al logit log poisson Holm holm Ye Ge IPS TAU \
    provenance json value time arm Welch";

/// One of each kind of analysis, figure and note, on the people of the synthetic trial.
const EVERYTHING: &str = r#"
[definitions.ordinary]
lang = { label = "Lang jobb", and = "hours >= 20" }
[sequences.main]
states = { "Jobb" = "ordinary" }
months = 6
[populations.seen]
label = "Fulgte"
where = "withdrew is unknown"
[outcomes.first]
label = "Dager til jobb"
endpoint = "ordinary"
measure = "first"
window = ["0 months", "18 months"]
if_unobserved = { death = "competing", emigration = "while observed", withdrawal = "while observed" }
[outcomes.to_job]
label = "Dager uten jobb"
endpoint = "ordinary"
measure = "first"
window = ["0 months", "18 months"]
if_unobserved = { death = "composite", emigration = "while observed", withdrawal = "while observed" }
[analyses.adjusted]
outcome = "employed_18m"
estimand = "risk difference"
adjust = ["age"]
subgroups = ["sex"]
sensitivity = ["best case", "worst case", "missing as event", "missing as no event", "complete case"]
population = "seen"
[analyses.strata]
outcome = "employed_18m"
estimator = "standardisation"
adjust = ["age"]
vcov = "ye"
strata = "site"
[analyses.firth]
outcome = "employed_18m"
formula = "employed_18m ~ arm * age"
method = "firth"
[analyses.linear]
outcome = "days_18m"
formula = "days_18m ~ arm + age"
[analyses.boot]
outcome = "days_18m"
intervals = "bootstrap"
bootstrap = ["studentised", "basic"]
[analyses.boot_clusters]
outcome = "days_18m"
intervals = "bootstrap"
bootstrap = "basic"
replicates = 200
cluster = "site"
[outcomes.started]
label = "Jobber begynt"
endpoint = "ordinary"
measure = "starts"
window = ["0 months", "18 months"]
if_unobserved = { death = "while observed", emigration = "while observed", withdrawal = "while observed" }
[analyses.rates]
outcome = "started"
estimator = "rate"
subgroups = ["sex"]
[analyses.counts]
outcome = "started"
estimator = "mean count"
subgroups = ["sex"]
[analyses.cox]
outcome = "first"
estimator = "cox"
adjust = ["age"]
strata = "site"
permutations = 99
[analyses.fine_gray]
outcome = "first"
estimator = "fine-gray"
adjust = ["age"]
[analyses.gray]
outcome = "first"
estimator = "gray"
strata = "site"
[analyses.ranks]
outcome = "to_job"
estimator = "log-rank"
rho = 1
gamma = 0
strata = ["site", "sex"]
[analyses.plain_ranks]
outcome = "to_job"
estimator = "log-rank"
[analyses.mean]
outcome = "to_job"
estimator = "restricted mean"
horizon = "78 weeks"
permutations = 99
[analyses.mean_boot]
outcome = "to_job"
estimator = "restricted mean"
horizon = "70 weeks"
intervals = "bootstrap"
replicates = 200
bootstrap = "percentile"
[analyses.repeated]
outcomes = ["employed_at_6m", "employed_at_12m"]
estimator = "gee"
adjust = ["age"]
[analyses.clusters]
outcome = "employed_at_6m"
estimator = "gee"
id = "site"
adjust = ["age"]
vcov = "mancl-derouen"
correlation = "independence"
[multiplicity.both]
method = "holm"
analyses = ["adjusted", "boot"]
[multiplicity.gate]
method = "fallback"
analyses = ["firth", "linear"]
weights = [0.5, 0.5]
[figures.incidence]
kind = "cumulative-incidence"
outcome = "first"
[figures.survival]
kind = "kaplan-meier"
outcome = "to_job"
"#;

fn plan(sample: &str, more: &str, code: &str) -> String {
    let file = regtrial_tests::root().join(format!("data-samples/{sample}.toml"));
    let text = std::fs::read_to_string(file).unwrap();
    format!("{text}\n{more}\n[report]\nlanguage = \"{code}\"\n")
}

/// The files of a run, and the words that are the study's own: of the plan, of its levels.
fn made(sample: &str, text: String, blind: bool) -> (Vec<Document>, BTreeSet<String>) {
    let path = regtrial_tests::root().join(format!("data-samples/{sample}.toml"));
    let mut plan = Plan::parse(&path, text.clone()).unwrap();
    plan.blind = blind;
    let study = Study::load(plan).unwrap();
    let released = study.run().unwrap().release(study.plan().disclosure);
    let catalogue = released.catalogue();
    let mut own = words(&text);
    for variable in &catalogue.variables {
        own.extend(variable.levels.iter().flat_map(|level| words(level)));
        own.extend(words(&variable.label));
    }
    own.extend(catalogue.arms.iter().flat_map(|arm| words(arm)));
    own.extend(
        released
            .diagnostics()
            .iter()
            .flat_map(|found| words(&found.code)),
    );
    // Default titles are the keys of the analyses with a capital letter.
    own.extend(
        catalogue
            .analyses
            .iter()
            .flat_map(|found| words(&found.key)),
    );
    // The methods of the page are kept in each language beside their names.
    let document: serde_json::Value = serde_json::from_str(&released.to_json().unwrap()).unwrap();
    own.extend(words(&document["study"]["methods"].to_string()));
    let lines = vec![("seed".to_owned(), "20200301".to_owned())];
    let files = documents(
        &released,
        &Provenance {
            lines,
            inputs: Vec::new(),
        },
    )
    .unwrap();
    (files, own)
}

/// Runs of letters, in small letters.
fn words(text: &str) -> BTreeSet<String> {
    let parts = text.split(|c: char| !c.is_alphanumeric());
    let parts = parts.filter(|part| part.chars().any(char::is_alphabetic));
    parts.map(str::to_lowercase).collect()
}

fn listed(column: usize) -> BTreeSet<String> {
    let rows = PHRASES.into_iter().flat_map(str::lines);
    let own = rows.filter_map(|row| row.split(" | ").nth(column));
    own.flat_map(words).collect()
}

/// What stands between the tags of a page, and in the attributes that are read out.
fn shown(page: &str) -> Vec<String> {
    let mut found = Vec::new();
    let body = page.split_once("<body").map_or(page, |(_, body)| body);
    for part in body.split('<').skip(1) {
        let (tag, text) = part.split_once('>').unwrap_or((part, ""));
        if let Some((_, label)) = tag.split_once("aria-label=\"") {
            found.push(label.split('"').next().unwrap_or_default().to_owned());
        }
        found.push(text.to_owned());
    }
    let plain = |text: String| {
        let text = text.replace("&lt;", "<").replace("&gt;", ">");
        text.replace("&quot;", "\"").replace("&amp;", "&")
    };
    found.into_iter().map(plain).collect()
}

/// Texts of the page with a word that is nobody's.
fn foreign(page: &str, own: &BTreeSet<String>, column: usize) -> Vec<String> {
    let known: BTreeSet<String> = listed(column).union(&words(NAMES)).cloned().collect();
    let is_foreign = |text: &String| {
        // A letter alone marks a footnote.
        let mut found = words(text).into_iter().filter(|word| word.len() > 1);
        found.any(|word| !known.contains(&word) && !own.contains(&word))
    };
    shown(page).into_iter().filter(is_foreign).collect()
}

fn page(files: &[Document]) -> String {
    let found = files
        .iter()
        .find(|file| file.path == "report.html")
        .unwrap();
    String::from_utf8(found.bytes.clone()).unwrap()
}

/// A number with a point, as English writes it: none may be left in text.
fn with_a_point(text: &str) -> bool {
    let letters: Vec<char> = text.chars().collect();
    let is_point = |w: &[char]| w[0].is_ascii_digit() && w[1] == '.' && w[2].is_ascii_digit();
    letters.windows(3).any(is_point)
}

/// An analysis that cannot be done, for a reason of the data.
const FAILING: &str = r#"
[analyses.too_far]
outcome = "days_to_job"
estimator = "restricted mean"
horizon = "5000 days"
"#;

#[test]
fn no_english_word_and_no_point_is_left() {
    for (column, code) in [(1, "nb"), (2, "da")] {
        let rounded = "[disclosure]\nminimum_count = 5\nrounding = 5\n";
        for (sample, more, blind) in [
            ("hekta/study", EVERYTHING, false),
            ("hekta/study", "", true),
            ("hekta/time-to-job", "", false),
            ("hekta/time-to-job", FAILING, false),
            ("nsw/study", "", false),
            ("nsw/study", rounded, false),
        ] {
            let mut text = plan(sample, more, code);
            if more == rounded {
                text = text.replacen("[disclosure]\nminimum_count = 5\n", "", 1);
            }
            let (files, own) = made(sample, text, blind);
            let page = page(&files);
            let left = foreign(&page, &own, column);
            assert!(left.is_empty(), "{sample} {code}: {left:#?}");
            let texts = shown(&page);
            // Versions of the programs that numbers were compared with have points of their own, and
            // so have the numbers of cited papers.
            let of_versions = |text: &&String| {
                let cited = ["Sammenlignet med", "arXiv:", "doi"];
                cited.iter().any(|mark| text.contains(mark))
            };
            let texts_alone = texts.iter().filter(|text| !of_versions(text));
            let points: Vec<&String> = texts_alone.filter(|text| with_a_point(text)).collect();
            assert!(points.is_empty(), "{sample} {code}: {points:#?}");
            let marked = texts.iter().filter(|text| text.contains(',')).count();
            assert!(marked > 20, "{sample} {code}: numbers have commas");
        }
    }
}

/// The test above can fail: an English page has hundreds of words that are not Norwegian.
#[test]
fn an_english_page_is_told_apart() {
    let sample = "hekta/study";
    let (files, own) = made(sample, plan(sample, "", "en"), false);
    let found = foreign(&page(&files), &own, 1);
    let told = |text: &str| found.iter().any(|shown| shown.contains(text));
    for text in [
        "Skip to the results",
        "Unadjusted.",
        "Months since randomisation",
        "Points: proportion employed",
        "Counts of people from 1 to 4",
        "People: ",
    ] {
        assert!(told(text), "{text}: {found:#?}");
    }
    assert!(shown(&page(&files)).iter().any(|text| with_a_point(text)));
}

/// What the files beside the page say is what the page says.
#[test]
fn every_format_has_the_words_of_the_page() {
    let sample = "hekta/study";
    let (files, _) = made(sample, plan(sample, "", "nb"), false);
    for name in ["md", "tex", "html"] {
        let path = Path::new("tables/outcomes").with_extension(name);
        let file = files
            .iter()
            .find(|file| Path::new(&file.path) == path)
            .unwrap();
        let text = String::from_utf8(file.bytes.clone()).unwrap();
        assert!(text.contains("Utfall etter gruppe"), "{name}");
        assert!(text.contains("Ujustert. Intervaller:"), "{name}");
    }
}

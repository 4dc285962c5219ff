//! A small invented trial for the tests of this crate: every kind of analysis, a withheld count
//! and a withheld point.

use regtrial_results::{
    Agreement, Analysis, AnalysisKind, Catalogue, Cells, DiagnosticRecord, MadeBy, MethodNote,
    Outcome, Policy, Record, Released, Results, Variable,
};

/// Two arms of 40, released with a minimum count of 5.
pub(crate) fn released() -> Released {
    let mut records = baseline();
    records.extend(outcomes());
    records.extend(model());
    records.extend(curve());
    let diagnostics = vec![DiagnosticRecord {
        code: "few_events".to_owned(),
        severity: "warning".to_owned(),
        term: Some("age".to_owned()),
        message: "Fewer than ten events for each term.".to_owned(),
    }];
    let results = Results {
        catalogue: catalogue(),
        records,
        diagnostics,
        ..Results::default()
    };
    results.release(Policy::minimum(5))
}

fn catalogue() -> Catalogue {
    let outcome = |key: &str, label: &str, binary: bool| Outcome {
        key: key.to_owned(),
        label: label.to_owned(),
        binary,
    };
    let variable = |key: &str, label: &str, levels: &[&str]| Variable {
        key: key.to_owned(),
        label: label.to_owned(),
        levels: levels.iter().map(|level| (*level).to_owned()).collect(),
    };
    Catalogue {
        name: "example".to_owned(),
        title: "An <invented> trial".to_owned(),
        design: "randomised".to_owned(),
        arms: vec!["TAU".to_owned(), "IPS".to_owned()],
        outcomes: vec![
            outcome("employed", "Employed at 12 months", true),
            outcome("days", "Days worked", false),
        ],
        analyses: vec![
            analysis("baseline", "Characteristics", AnalysisKind::Baseline),
            analysis("outcomes", "Outcomes by arm", AnalysisKind::Comparison),
            analysis("main", "Employed at 12 months: model", AnalysisKind::Model),
            analysis("employment", "Employment by month", AnalysisKind::Curve),
        ],
        variables: vec![
            variable("age", "Age, years", &[]),
            variable("female", "Female", &["0", "1"]),
            variable("site", "Site", &["A", "B"]),
        ],
        confidence: 0.95,
        methods: ["wilson", "newcombe", "wald", "counts"]
            .map(method)
            .to_vec(),
        ..Catalogue::default()
    }
}

/// A method that was compared, with a publication.
fn method(key: &str) -> MethodNote {
    MethodNote {
        key: key.to_owned(),
        name: format!("Method {key}"),
        text: "It computes something.".to_owned(),
        references: vec!["Somebody A. Something. Somewhere 1927;22:209–212.".to_owned()],
        agreement: vec![Agreement {
            test: "a_test".to_owned(),
            against: "R 4.2.2".to_owned(),
            values: 12,
            largest: 3e-15,
            tolerance: 1e-12,
        }],
    }
}

/// Which methods the numbers of each kind of record come from.
fn made_by() -> Vec<MadeBy> {
    let made = |statistic: &str, method: &str, key: &str| MadeBy {
        statistic: statistic.to_owned(),
        method: method.to_owned(),
        methods: vec![key.to_owned()],
    };
    vec![
        made("risk", "", "wilson"),
        made("proportion", "wilson", "wilson"),
        made("risk_difference", "", "newcombe"),
        made("odds_ratio", "", "wald"),
        made("log_likelihood", "", "wald"),
        made("count", "", "counts"),
    ]
}

fn analysis(key: &str, title: &str, kind: AnalysisKind) -> Analysis {
    let mut analysis = Analysis::new(key, title, kind);
    analysis.notes = vec!["Everybody who was randomised.".to_owned()];
    if kind == AnalysisKind::Curve {
        analysis.landmarks = vec![2];
    }
    "odds ratio".clone_into(&mut analysis.effect);
    analysis.made_by = made_by();
    analysis.source.inputs = vec!["people.csv".to_owned()];
    analysis
}

fn baseline() -> Vec<Record> {
    let mut records = Vec::new();
    for (arm, age, female, site) in [("TAU", 36.2, 18_u32, 3_u32), ("IPS", 35.8, 21, 12)] {
        let new = |statistic: &str, term: &str, level: &str, estimate: f64| Record {
            group: arm.to_owned(),
            term: term.to_owned(),
            level: level.to_owned(),
            estimate,
            ..Record::new("baseline", "all", statistic)
        };
        records.push(new("people", "", "", 40.0));
        let ages = [
            ("mean", age),
            ("sd", 10.4),
            ("median", 35.0),
            ("q1", 28.0),
            ("q3", 44.0),
        ];
        records.extend(ages.map(|(statistic, value)| new(statistic, "age", "", value)));
        records.push(new("missing", "age", "", 0.0));
        for (term, level, people) in [
            ("female", "1", female),
            ("site", "A", 40 - site),
            ("site", "B", site),
        ] {
            let cells = Cells::counts([u64::from(people)]);
            let mut count = new("count", term, level, f64::from(people));
            let mut part = new("proportion", term, level, f64::from(people) / 40.0);
            (count.cells, part.cells) = (cells.clone(), cells);
            records.extend([count, part]);
        }
    }
    records.push(Record {
        contrast: "IPS - TAU".to_owned(),
        term: "age".to_owned(),
        estimate: -0.04,
        ..Record::new("baseline", "all", "standardised_difference")
    });
    records
}

fn outcomes() -> Vec<Record> {
    let new = |outcome: &str, statistic: &str| Record {
        outcome: outcome.to_owned(),
        ..Record::new("outcomes", "all", statistic)
    };
    let arm = |group: &str, record: Record| Record {
        group: group.to_owned(),
        ..record
    };
    let contrast = |name: &str, [estimate, conf_low, conf_high]: [f64; 3], record: Record| Record {
        contrast: name.to_owned(),
        estimate,
        conf_low,
        conf_high,
        p_value: 0.013,
        ..record
    };
    let risk = |events: u32| Record {
        estimate: f64::from(events) / 40.0,
        n: Some(40),
        events: Some(u64::from(events)),
        ..new("employed", "risk")
    };
    let days = |statistic: &str, estimate: f64| Record {
        estimate,
        ..new("days", statistic)
    };
    vec![
        arm("TAU", risk(10)),
        arm("IPS", risk(20)),
        contrast(
            "IPS - TAU",
            [0.25, 0.04, 0.44],
            new("employed", "risk_difference"),
        ),
        contrast(
            "IPS / TAU",
            [2.0, 1.08, 3.71],
            new("employed", "risk_ratio"),
        ),
        contrast(
            "IPS / TAU",
            [3.0, 1.17, 7.70],
            new("employed", "odds_ratio"),
        ),
        contrast("IPS / TAU", [f64::NAN; 3], new("employed", "association")),
        arm("TAU", days("mean", 61.3)),
        arm("TAU", days("sd", 48.0)),
        arm("IPS", days("mean", 57.1)),
        arm("IPS", days("sd", 51.0)),
        contrast(
            "IPS - TAU",
            [-4.2, -26.2, 17.8],
            new("days", "mean_difference"),
        ),
    ]
}

fn model() -> Vec<Record> {
    let term = |term: &str, [estimate, conf_low, conf_high]: [f64; 3], p_value: f64| Record {
        term: term.to_owned(),
        scale: "log".to_owned(),
        estimate,
        conf_low,
        conf_high,
        p_value,
        ..Record::new("main", "all", "odds_ratio")
    };
    let whole = |statistic: &str, estimate: f64| Record {
        estimate,
        ..Record::new("main", "all", statistic)
    };
    vec![
        term("(Intercept)", [0.034, 0.01, 0.12], 0.0001),
        term("arm[IPS]", [3.1, 1.2, 7.9], 0.019),
        term("site[B]", [0.98, 0.36, 2.7], 0.97),
        whole("observations", 78.0),
        whole("dropped", 2.0),
        whole("events", 30.0),
        Record {
            statistic_value: 12.3,
            df: 2.0,
            p_value: 0.0021,
            ..whole("likelihood_ratio", f64::NAN)
        },
    ]
}

fn curve() -> Vec<Record> {
    let mut records = Vec::new();
    for (arm, events) in [("TAU", [6_u32, 8, 10]), ("IPS", [2, 16, 20])] {
        for (month, events) in (0_u32..).zip(events) {
            let estimate = f64::from(events) / 40.0;
            records.push(Record {
                group: arm.to_owned(),
                time: f64::from(month),
                estimate,
                conf_low: estimate - 0.125,
                conf_high: estimate + 0.125,
                n: Some(40),
                events: Some(u64::from(events)),
                method: "wilson".to_owned(),
                cells: Cells::proportion(u64::from(events), 40),
                ..Record::new("employment", "all", "proportion")
            });
        }
    }
    records
}

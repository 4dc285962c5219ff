//! Survival curves of a plan: against R's survfit where nothing is withheld, and against what a
//! reader could work out where something is.

use super::times::run;
use regtrial::prelude::*;
use regtrial::report::figures::survival_curve;
use regtrial::results::Record;
use regtrial::stats::ConfidenceLevel;
use regtrial::stats::survival::SurvivalInterval;
use regtrial::study::analysis::survival::{CurveRequest, TimeToEvent, curve_points};
use regtrial_tests::{Comparison, expected, number};

const LUNG: &str = "cox/lung.csv";
const SEX: [&str; 3] = ["sex", "1", "2"];

fn figure(kind: &str, minimum: u64) -> String {
    format!(
        "[figures.curve]\nkind = \"{kind}\"\noutcome = \"days\"\n\
         [disclosure]\nminimum_count = {minimum}\n"
    )
}

fn points<'a>(results: &'a Results, arm: &str) -> Vec<&'a Record> {
    let own = results
        .records
        .iter()
        .filter(|r| r.analysis == "curve" && r.group == arm);
    own.collect()
}

#[test]
fn every_step_agrees_with_r_where_nothing_is_withheld() {
    let results = run(LUNG, SEX, "event", &figure("kaplan-meier", 0));
    let mut comparison = Comparison::default();
    for arm in expected("study_times")["cases"][0]["curve"]
        .as_array()
        .unwrap()
    {
        let own = points(&results, arm["arm"].as_str().unwrap());
        for (i, time) in arm["time"].as_array().unwrap().iter().enumerate() {
            let point = own.iter().find(|point| point.time == number(time)).unwrap();
            let mut check = |what: &str, ours: f64| {
                comparison.check(
                    &format!("{what} {time}"),
                    ours,
                    number(&arm[what][i]),
                    1e-12,
                );
            };
            check("survival", point.estimate);
            check("low", point.conf_low);
            check("high", point.conf_high);
            check("n_risk", point.n_risk.unwrap() as f64);
        }
        // Beside the steps: the start, the end and the numbers at risk.
        assert_eq!((own[0].time, own[0].estimate), (0.0, 1.0));
    }
    comparison.finish(400);
}

#[test]
fn incidence_agrees_with_r_and_is_the_rest_of_survival() {
    let up = run(LUNG, SEX, "event", &figure("cumulative-incidence", 0));
    let down = run(LUNG, SEX, "event", &figure("kaplan-meier", 0));
    for (a, b) in points(&up, "2").iter().zip(points(&down, "2")) {
        assert!((a.estimate + b.estimate - 1.0).abs() < 1e-15);
        assert!((a.conf_low + b.conf_high - 1.0).abs() < 1e-15 || a.conf_low.is_nan());
    }
    let group = ["group", "1", "2"];
    let competing = "competing/mgus2.csv";
    let results = run(
        competing,
        group,
        "cause",
        &figure("cumulative-incidence", 0),
    );
    let wanted = &expected("study_times")["cases"][0]["incidence"];
    let mut comparison = Comparison::default();
    for (i, time) in wanted["times"].as_array().unwrap().iter().enumerate() {
        let own = points(&results, wanted["group"][i].as_str().unwrap());
        let mut until = own.iter().filter(|point| point.time <= number(time));
        let point = until.next_back().unwrap();
        comparison.check(
            "incidence",
            point.estimate,
            number(&wanted["estimate"][i]),
            1e-12,
        );
    }
    comparison.finish(6);
    let wrong = run(competing, group, "cause", &figure("kaplan-meier", 0));
    let told = wrong
        .diagnostics
        .iter()
        .any(|d| d.message.contains("cumulative incidence"));
    assert!(told, "{:?}", wrong.diagnostics);
}

/// What is shown: no small number of events between two points or behind the last, no small number
/// at risk; and the value is that of the exact curve.
#[test]
fn no_step_shows_fewer_events_than_the_minimum() {
    let exact = run(LUNG, SEX, "event", &figure("kaplan-meier", 0));
    let results = run(LUNG, SEX, "event", &figure("kaplan-meier", 5));
    let released = results.release(Policy::default());
    for arm in ["1", "2"] {
        let shown: Vec<&Record> = released.of("curve").filter(|r| r.group == arm).collect();
        assert!(
            shown.len() > 5 && shown.iter().all(|r| !r.suppressed),
            "{arm} {shown:?}"
        );
        let all = points(&exact, arm);
        let total = all.last().unwrap().events.unwrap();
        let mut before = 0;
        for point in &shown {
            assert!(point.time % 7.0 == 0.0, "{}", point.time);
            let (events, n_risk) = (point.events.unwrap(), point.n_risk.unwrap());
            let new = events - before;
            assert!(
                (new == 0 || new >= 5) && (n_risk == 0 || n_risk >= 5),
                "{}",
                point.time
            );
            let theirs = all.iter().rev().find(|p| p.time < point.time);
            assert_eq!(point.estimate, theirs.map_or(1.0, |p| p.estimate));
            before = events;
        }
        assert!(total == before || total - before >= 5);
    }
    let figure = survival_curve(&released, "curve").unwrap();
    assert!(
        figure
            .points_csv
            .starts_with("group,time,estimate,conf_low,conf_high,n_risk,events")
    );
    assert_eq!(
        figure.points_csv.lines().count(),
        1 + released.of("curve").count()
    );
    assert!(figure.svg.contains("<svg") && figure.caption.contains("5 or more events"));
}

/// Any data, any minimum, protected or not.
#[test]
fn no_curve_gives_a_small_count_back() {
    let mut seed = 7_u64;
    let mut draw = |below: u64| {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        (seed >> 33) % below
    };
    let mut steps = 0;
    for round in 0..300 {
        let n = 5 + draw(120) as usize;
        let (longest, shares) = (20 + draw(900), 1 + draw(4));
        let people = TimeToEvent {
            time: (0..n).map(|_| draw(longest) as f64).collect(),
            cause: (0..n).map(|_| u32::from(draw(5) < shares)).collect(),
            group: vec![0; n],
            stratum: None,
            groups: vec!["all".to_owned()],
            by: String::new(),
            event: String::new(),
        };
        let request = CurveRequest {
            incidence: round % 2 == 0,
            interval: SurvivalInterval::LogLog,
            every: None,
            horizon: (round % 3 == 0).then_some(longest as f64 * 0.7),
            level: ConfidenceLevel::NINETY_FIVE,
        };
        let mut policy = Policy::minimum(2 + draw(9));
        let protected = round % 5 == 0;
        if protected {
            policy.missing = regtrial::results::Protection::Protected;
        }
        if round % 4 == 3 {
            policy.rounding = 2 + draw(9);
        }
        let found = curve_points(&people, &request, policy, &|_, _| true).unwrap();
        for pair in found.points.windows(2).filter(|_| policy.rounds()) {
            // Rounded numbers need not fit each other; still the curve is one, and tells no more than they.
            let (before, after) = (pair[0].estimate.estimate, pair[1].estimate.estimate);
            let way = if request.incidence {
                after - before
            } else {
                before - after
            };
            assert!(
                (0.0..=1.0).contains(&after) && way >= 0.0,
                "{before} {after}"
            );
            let same = policy.rounded(pair[0].events) == policy.rounded(pair[1].events);
            assert!(pair[1].rounded && (!same || before == after));
        }
        let small = |count: u64| count > 0 && count < policy.minimum_count;
        let of = |event: bool, from: f64, to: f64| {
            let rows = people.time.iter().zip(&people.cause);
            let own = rows.filter(|(t, c)| (**c == 1) == event && **t >= from && **t < to);
            own.count() as u64
        };
        let mut ends: Vec<f64> = found.points.iter().map(|p| p.time).collect();
        ends.push(f64::INFINITY);
        steps += ends.len();
        for pair in ends.windows(2) {
            let hidden = found.points.len() == 1;
            assert!(
                hidden || !small(of(true, pair[0], pair[1])),
                "{round} {pair:?}"
            );
            assert!(
                hidden || !protected || !small(of(false, pair[0], pair[1])),
                "{round}"
            );
        }
        for point in &found.points {
            let at_risk = people.time.iter().filter(|t| **t >= point.time).count() as u64;
            assert_eq!(point.n_risk, at_risk);
            assert!(point.time == 0.0 || !small(at_risk));
            assert_eq!(point.events, of(true, 0.0, point.time));
        }
    }
    assert!(steps > 1500, "{steps}");
}

/// Beside the curve the table of outcomes shows how many reached the event at all, and how many within
/// a hundred days: neither may be subtracted from a point.
#[test]
fn no_point_can_be_subtracted_from_another_outcome() {
    let folder = tempfile::tempdir().unwrap();
    let mut seed = 11_u64;
    let mut draw = |below: u64| {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        (seed >> 33) % below
    };
    let (mut points, mut beside) = (0, 0);
    for _ in 0..40 {
        let mut rows = "arm,days,why\n".to_owned();
        for i in 0..60 + draw(200) {
            let why = u64::from(draw(3) > 0);
            rows += &format!("{},{},{why}\n", ["a", "b"][i as usize % 2], draw(400));
        }
        std::fs::write(folder.path().join("people.csv"), rows).unwrap();
        let plan = "[study]\nname = \"t\"\n[people]\nfile = \"people.csv\"\n\
                    arm = { column = \"arm\", order = [\"a\", \"b\"] }\n\
                    [outcomes.t]\ncolumn = \"days\"\nevent = \"why\"\n\
                    [outcomes.early]\nwhere = \"days < 100 and why = 1\"\n\
                    [figures.curve]\nkind = \"kaplan-meier\"\noutcome = \"t\"\n";
        let plan = Plan::parse(&folder.path().join("study.toml"), plan.to_owned()).unwrap();
        let released = Study::load(plan)
            .unwrap()
            .run()
            .unwrap()
            .release(Policy::default());
        let small = |a: u64, b: u64| (1..5).contains(&a.abs_diff(b));
        for arm in ["a", "b"] {
            let of = |outcome: &str, statistic: &str| {
                let mut own = released.of("outcomes").filter(|r| r.group == arm);
                own.find(|r| r.outcome == outcome && r.statistic == statistic)
                    .and_then(|r| r.events)
            };
            let curve = released.of("curve").filter(|r| r.group == arm);
            let known: Vec<u64> = curve.filter_map(|r| r.events).collect();
            points += known.len();
            let others = [of("t", "restricted_mean"), of("early", "risk")];
            beside += others.iter().flatten().count();
            for (i, events) in known.iter().enumerate() {
                assert!(
                    known[..i].iter().all(|other| !small(*events, *other)),
                    "{known:?}"
                );
                let told = others.iter().flatten().any(|other| small(*events, *other));
                assert!(!told, "{known:?} {others:?}");
            }
        }
    }
    assert!(points > 300 && beside > 120, "{points} {beside}");
}

/// With rounding a curve is a function of the numbers that are shown: its value is worked out here from
/// the file of points alone, and every number is a multiple.
#[test]
fn a_rounded_curve_tells_no_more_than_its_numbers() {
    let rounded = |kind: &str| figure(kind, 5).replace("= 5\n", "= 5\nrounding = 10\n");
    let exact = run(LUNG, SEX, "event", &figure("kaplan-meier", 0));
    for (kind, upwards) in [("kaplan-meier", false), ("cumulative-incidence", true)] {
        let released = run(LUNG, SEX, "event", &rounded(kind)).release(Policy {
            rounding: 10,
            ..Policy::default()
        });
        for arm in ["1", "2"] {
            let shown: Vec<&Record> = released.of("curve").filter(|r| r.group == arm).collect();
            assert!(shown.len() > 5 && shown.iter().all(|r| !r.suppressed));
            let (mut survival, mut before) = (1.0, None);
            for point in &shown {
                let (at_risk, events) = (point.n_risk.unwrap(), point.events.unwrap());
                assert!(at_risk % 10 == 0 && events % 10 == 0 && point.n.unwrap() % 10 == 0);
                if let Some((then, reached)) = before {
                    let new = (events - reached) as f64;
                    let left = (then as f64 - new - at_risk as f64).max(0.0);
                    survival *= 1.0 - new / (then as f64 - left / 2.0).max(new).max(1e-9);
                }
                before = Some((at_risk, events));
                let value = if upwards {
                    1.0 - point.estimate
                } else {
                    point.estimate
                };
                assert!((value - survival).abs() < 1e-12, "{arm} {}", point.time);
                assert!(point.method.starts_with("life_table"));
                // Not the exact curve, and not far from it.
                let all = points(&exact, arm);
                let theirs = all.iter().rev().find(|p| p.time < point.time);
                assert!((survival - theirs.map_or(1.0, |p| p.estimate)).abs() < 0.15);
            }
        }
        let figure = survival_curve(&released, "curve").unwrap();
        assert!(
            figure.caption.contains("multiples of 10"),
            "{}",
            figure.caption
        );
    }
}

/// What stands before a point is in the value of every later one: whatever withholds it withholds them.
#[test]
fn a_rounded_point_shows_what_the_points_before_it_show() {
    let text = figure("kaplan-meier", 5).replace("= 5\n", "= 5\nrounding = 5\n");
    let results = run(LUNG, SEX, "event", &text);
    for arm in ["1", "2"] {
        let all = points(&results, arm);
        for pair in all.windows(2) {
            let (before, after) = (&pair[0].cells.shows, &pair[1].cells.shows);
            assert!(before.iter().all(|cell| after.contains(cell)));
            assert!(after.len() > before.len());
        }
    }
}

/// Competing events are too few to be rounded numbers of their own: the curve is withheld, and said to be.
#[test]
fn a_rounded_curve_beside_competing_events_is_withheld() {
    let text = figure("cumulative-incidence", 5).replace("= 5\n", "= 5\nrounding = 5\n");
    let group = ["group", "1", "2"];
    let results = run("competing/mgus2.csv", group, "cause", &text);
    let told = results.diagnostics.iter();
    let told = told.filter(|d| d.code == "curve_withheld").count();
    assert_eq!(told, 2);
    let released = results.release(Policy {
        rounding: 5,
        ..Policy::default()
    });
    assert!(released.of("curve").count() > 2);
    assert!(released.of("curve").all(|record| record.suppressed));
}

/// A figure of some of the people is that of a file with these people alone.
#[test]
fn a_curve_of_a_population_is_that_of_its_people() {
    let with = format!(
        "[populations.old]\nlabel = \"aged 65 or more\"\nwhere = \"age >= 65\"\n{}",
        figure("kaplan-meier", 0).replace("outcome = ", "population = \"old\"\noutcome = ")
    );
    let results = run(LUNG, SEX, "event", &with);
    let all = run(LUNG, SEX, "event", &figure("kaplan-meier", 0));
    let file = regtrial_tests::root().join("tests/reference").join(LUNG);
    let text = std::fs::read_to_string(file).unwrap();
    let mut lines = text.lines();
    let header: Vec<&str> = lines.next().unwrap().split(',').collect();
    let at = |name: &str| header.iter().position(|column| *column == name).unwrap();
    let (age, sex) = (at("age"), at("sex"));
    let old = lines.map(|line| line.split(',').collect::<Vec<_>>());
    let old = old.filter(|cells| cells[sex] == "1" && cells[age].parse::<f64>().unwrap() >= 65.0);
    let start = points(&results, "1")[0].clone();
    assert_eq!(start.n_risk, Some(old.count() as u64));
    assert!(start.n_risk < points(&all, "1")[0].n_risk);
    assert_eq!(start.population, "aged 65 or more");
    let listed = results
        .catalogue
        .analyses
        .iter()
        .find(|a| a.key == "curve")
        .unwrap();
    assert_eq!(listed.notes, ["Population: aged 65 or more."]);
}

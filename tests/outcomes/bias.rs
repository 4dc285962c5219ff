//! Keeping early events while dropping those without who leave biases upwards. We do not.
//!
//! A thousand people: every second starts a job on a day spread over the year, and every third leaves
//! the country on another, whatever becomes of them. So the true share with a job is one half.

use crate::support::load;

fn page(policy: &str) -> String {
    let (mut people, mut jobs) = (String::new(), String::new());
    let iso = |day: usize| {
        let day = regtrial::prelude::day(2020, 1, 1).unwrap() + day as i32;
        regtrial::outcomes::calendar::iso(day)
    };
    for id in 0..1200_usize {
        // Days that have nothing to do with each other.
        let (start, leaves) = (id * 149 % 365, id * 83 % 359);
        let left = if id % 3 == 0 {
            iso(leaves)
        } else {
            String::new()
        };
        people.push_str(&format!("{id} | 2020-01-01 | {left}\n"));
        if id / 3 % 2 == 0 {
            jobs.push_str(&format!("{id} | {} | 2021-12-31\n", iso(start)));
        }
    }
    format!(
        "people\nid | index | emigrated\n{people}\n\
         register jobs spells 2018-01-01 2021-12-31\nid | start | end\n{jobs}\n\
         plan\n[endpoints.job]\nregister = 'jobs'\n\
         [outcomes.ever]\nendpoint = 'job'\nmeasure = 'ever'\nwindow = ['0 days', '365 days']\n\
         if_unobserved = {{ emigration = '{policy}' }}\n\
         [outcomes.seen]\nendpoint = 'job'\nmeasure = 'person-days'\nwindow = ['0 days', '365 days']\n\
         if_unobserved = {{ emigration = 'composite' }}\n"
    )
}

/// Each person's answer, and whether they were seen to the end.
fn answers(policy: &str) -> Vec<(Option<f64>, bool)> {
    let (_folder, study) = load(&page(policy));
    let column = |name: &str| -> Vec<Option<f64>> {
        let column = study.person_table().column(name).unwrap();
        column.f64().unwrap().iter().collect()
    };
    let seen = column("seen").into_iter().map(|days| days == Some(365.0));
    column("ever").into_iter().zip(seen).collect()
}

fn share(values: impl Iterator<Item = f64>) -> f64 {
    let values: Vec<f64> = values.collect();
    values.iter().sum::<f64>() / values.len() as f64
}

#[test]
fn missing_does_not_keep_the_early_events_of_those_who_leave() {
    let while_observed = answers("while observed");
    let kept = while_observed
        .iter()
        .filter(|(value, to_the_end)| *to_the_end || *value == Some(1.0))
        .filter_map(|(value, _)| *value);
    let kept = share(kept);
    let missing = share(
        answers("missing")
            .into_iter()
            .filter_map(|(value, _)| value),
    );
    let composite = share(
        answers("composite")
            .into_iter()
            .filter_map(|(value, _)| value),
    );
    assert!(
        kept > 0.535,
        "early events are kept, those without are dropped: {kept}"
    );
    assert_eq!(
        missing, 0.5,
        "who leaves is missing, with an early event or without"
    );
    assert!(
        composite < 0.45,
        "leaving counts as having no job: {composite}"
    );
    let left = answers("missing")
        .into_iter()
        .filter(|(_, to_the_end)| !to_the_end);
    assert!(left.clone().count() == 400 && left.into_iter().all(|(value, _)| value.is_none()));
}

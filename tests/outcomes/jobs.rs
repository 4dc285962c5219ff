//! New jobs, hours, pay, full-time equivalents, prices.

use crate::support::check;

/// A job is held if it was there on the day before the index date and is there on it, also where a
/// change of percentage cuts it in two, or the table has a row a month.
#[test]
fn a_new_job_is_none_that_was_held() {
    check(
        "
people
id     | index
held   | 2020-01-15
cut    | 2020-01-15
starts | 2020-01-15
again  | 2020-01-15
second | 2020-01-15

register jobs spells 2018-01-01 2022-12-31
id     | start      | end        | job
held   | 2019-06-01 | 2020-03-31 | J1
cut    | 2019-06-01 | 2020-01-14 | J1
cut    | 2020-01-15 | 2020-03-31 | J1
starts | 2020-01-15 | 2020-01-31 | J1
again  | 2019-06-01 | 2019-12-31 | J1
again  | 2020-02-01 | 2020-02-10 | J1
second | 2019-06-01 | 2020-03-31 | J1
second | 2020-02-01 | 2020-02-10 | J2

plan
[endpoints.job]
register = 'jobs'
[endpoints.new_job]
register = 'jobs'
new = true
[outcomes.days]
endpoint = 'job'
measure = 'days'
window = ['0 months', '3 months']
[outcomes.new]
endpoint = 'new_job'
measure = 'days'
window = ['0 months', '3 months']
[outcomes.first]
endpoint = 'new_job'
measure = 'first'
window = ['0 months', '3 months']

expect
id     | days | new | first | first_event
held   | 77   | 0   | 91    | 0
cut    | 77   | 0   | 91    | 0
starts | 17   | 17  | 0     | 1
again  | 10   | 10  | 17    | 1
second | 77   | 10  | 17    | 1
",
    );
}

/// Rows of months: with a job they are told apart, with an employer too; with neither nothing says
/// whether the job of February is that of January.
#[test]
fn new_jobs_in_a_register_of_months() {
    let table = |ids: &str| {
        let cell = |id: &str| {
            if ids.is_empty() {
                String::new()
            } else {
                format!(" | {id}")
            }
        };
        let (a, b, head) = (cell("A"), cell("B"), cell(ids));
        format!(
            "register pay bfl 2019-12-01 2020-03-31
id     | month  | pay{head}
held   | 201912 | 100{a}
held   | 202001 | 100{a}
held   | 202002 | 100{a}
held   | 202003 | 100{a}
change | 201912 | 100{a}
change | 202001 | 100{b}
new    | 202002 | 100{a}"
        )
    };
    let page = |ids: &str, expect: &str| {
        format!(
            "people
id     | index
held   | 2020-01-01
change | 2020-01-01
new    | 2020-01-01
none   | 2020-01-01

{}

plan
[endpoints.new_job]
register = 'pay'
new = true
[outcomes.new]
endpoint = 'new_job'
measure = 'days'
window = ['0 months', '3 months']

expect
id     | new
{expect}",
            table(ids)
        )
    };
    let told = "held   | 0\nchange | 31\nnew    | 29\nnone   | 0";
    check(&page("job", told));
    check(&page("employer", told));
    check(&page("", "held   | -\nchange | -\nnew    | 29\nnone   | 0"));
}

/// Hours and percentages of a day add up to the cap; pay does not know one.
#[test]
fn overlapping_jobs_and_caps() {
    check(
        "
people
id      | index
one     | 2020-01-01
overlap | 2020-01-01
unknown | 2020-01-01

register jobs spells 2018-01-01 2022-12-31
id      | start      | end        | percent | hours | pay
one     | 2019-12-25 | 2020-01-10 | 80      | 35    | 31000
overlap | 2020-01-01 | 2020-01-10 | 80      | 35    | 31000
overlap | 2020-01-06 | 2020-01-15 | 50      | 14    | 3100
unknown | 2020-01-01 | 2020-01-10 | 80      | 35    | 31000
unknown | 2020-01-06 | 2020-01-15 |         |       |

plan
[endpoints.job]
register = 'jobs'
[outcomes.fte]
endpoint = 'job'
measure = 'fte-days'
window = ['0 months', '1 months']
[outcomes.fte_two]
endpoint = 'job'
measure = 'fte-days'
window = ['0 months', '1 months']
cap = 200
[outcomes.hours]
endpoint = 'job'
measure = 'hours'
window = ['0 months', '1 months']
[outcomes.hours_capped]
endpoint = 'job'
measure = 'hours'
window = ['0 months', '1 months']
cap = 35
[outcomes.pay]
endpoint = 'job'
measure = 'earnings'
window = ['0 months', '1 months']
[outcomes.forty]
endpoint = 'job'
measure = 'hours'
window = ['0 months', '1 months']
at_least = 40
[outcomes.sixty]
endpoint = 'job'
measure = 'hours'
window = ['0 months', '1 months']
at_least = 60

expect
id      | fte | fte_two | hours | hours_capped | pay   | forty | sixty
one     | 8   | 8       | 50    | 50           | 10000 | 1     | 0
overlap | 11.5 | 13     | 70    | 60           | 11000 | 1     | 1
unknown | -   | -       | -     | -            | -     | 1     | -
",
    );
}

/// The hours of a month in an income register are spread over its days; pay is put in the prices of
/// one year, month by month.
#[test]
fn whole_months_and_prices() {
    check(
        "
people
id | index
a  | 2019-12-16
b  | 2019-12-16

register pay bfl 2019-12-01 2020-01-31
id | month  | pay   | hours
a  | 201912 | 31000 | 62
a  | 202001 | 31000 | 62
b  | 201912 | 0     | 0
b  | 202001 | 62000 | 31

file prices.csv
year | index
2019 | 100
2020 | 125

plan
[prices]
file = 'prices.csv'
base = 2020
[endpoints.paid]
register = 'pay'
where = 'pay > 0'
[outcomes.hours]
endpoint = 'paid'
measure = 'hours'
window = ['0 months', '1 months']
[outcomes.pay]
endpoint = 'paid'
measure = 'earnings'
window = ['0 months', '1 months']
[outcomes.days]
endpoint = 'paid'
measure = 'days'
window = ['0 months', '1 months']

expect
id | hours | pay   | days
a  | 62    | 35000 | 31
b  | 15    | 30000 | 15
",
    );
}

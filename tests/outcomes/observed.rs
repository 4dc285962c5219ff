//! Who is not seen, when and why, and what an outcome is then.

use crate::support::check;

#[test]
fn abroad_and_back() {
    check(
        "
people
id | index
a  | 2020-01-01
b  | 2020-01-01

register status person-status 2018-01-01 2022-12-31
id | event       | date
a  | emigration  | 2020-03-01
a  | immigration | 2020-05-01

register jobs spells 2018-01-01 2022-12-31
id | start      | end
a  | 2020-02-01 | 2020-05-31
b  | 2020-02-01 | 2020-05-31

plan
[endpoints.job]
register = 'jobs'
[outcomes.seen]
endpoint = 'job'
measure = 'days'
window = ['0 months', '12 months']
if_unobserved = { emigration = 'while observed' }
[outcomes.runs]
endpoint = 'job'
measure = 'episodes'
window = ['0 months', '12 months']
if_unobserved = { emigration = 'composite' }
[outcomes.missing]
endpoint = 'job'
measure = 'ever'
window = ['0 months', '12 months']
if_unobserved = { emigration = 'missing' }
[outcomes.landmark_abroad]
endpoint = 'job'
measure = 'status'
at = '3 months'
[outcomes.landmark_back]
endpoint = 'job'
measure = 'status'
at = '4 months'
[outcomes.person_days]
endpoint = 'job'
measure = 'person-days'
window = ['0 months', '12 months']
if_unobserved = { emigration = 'while observed' }

expect
id | seen | runs | missing | landmark_abroad | landmark_back | person_days
a  | 60   | 2    | -       | -               | 1             | 305
b  | 121  | 1    | 1       | 1               | 1             | 366
",
    );
}

/// On the day of death a person is still seen. After it the cause is the death, also beyond the
/// register's last day.
#[test]
fn dead_on_the_landmark() {
    check(
        "
people
id     | index      | died
on     | 2020-01-15 | 2020-07-15
before | 2020-01-15 | 2020-07-14
beyond | 2020-12-01 | 2021-03-01
alive  | 2020-12-01 |

register jobs spells 2018-01-01 2020-12-31
id     | start      | end
on     | 2020-01-01 | 2020-12-31
before | 2020-01-01 | 2020-12-31
beyond | 2020-01-01 | 2020-12-31
alive  | 2020-01-01 | 2020-12-31

plan
[endpoints.job]
register = 'jobs'
[outcomes.composite]
endpoint = 'job'
measure = 'status'
at = '6 months'
if_unobserved = { death = 'composite', register = 'missing' }
[outcomes.missing]
endpoint = 'job'
measure = 'status'
at = '6 months'
[outcomes.ever]
endpoint = 'job'
measure = 'ever'
window = ['3 months', '6 months']
if_unobserved = { death = 'composite', register = 'missing' }

expect
id     | composite | missing | ever
on     | 1         | 1       | 1
before | 0         | -       | 1
beyond | 0         | -       | -
alive  | -         | -       | -
",
    );
}

/// Measures are delivered to the end of March only. Who has no job is in no competitive job, subsidy or
/// not; who has one may be.
#[test]
fn a_register_that_ends_early_matters_only_where_the_answer_hangs_on_it() {
    check(
        "
people
id   | index
job  | 2020-01-01
late | 2020-01-01
none | 2020-01-01

register jobs spells 2018-01-01 2022-12-31
id   | start      | end
job  | 2020-03-01 | 2020-04-10
late | 2020-01-01 | 2020-01-31

register measures nav-measures 2018-01-01 2020-03-31
id   | tiltak    | start      | end
late | VARLONTIL | 2020-01-11 | 2020-01-20

plan
[endpoints.job]
register = 'jobs'
[endpoints.subsidy]
register = 'measures'
where = \"group = 'wage-subsidy'\"
[endpoints.competitive]
combine = 'job and not subsidy'
[outcomes.missing]
endpoint = 'competitive'
measure = 'days'
window = ['0 months', '6 months']
if_unobserved = { register = 'missing' }
[outcomes.seen]
endpoint = 'competitive'
measure = 'days'
window = ['0 months', '6 months']
if_unobserved = { register = 'while observed' }
[outcomes.at5]
endpoint = 'competitive'
measure = 'status'
at = '5 months'
[outcomes.at_april]
endpoint = 'competitive'
measure = 'status'
at = '3 months'

expect
id   | missing | seen | at5 | at_april
job  | -       | 31   | 0   | -
late | 21      | 21   | 0   | 0
none | 0       | 0    | 0   | 0
",
    );
}

#[test]
fn a_field_that_is_not_there_is_unknown_never_false() {
    check(
        "
people
id   | index
job  | 2020-01-01
none | 2020-01-01

register jobs spells 2018-01-01 2022-12-31
id  | start      | end
job | 2020-03-01 | 2020-04-10

plan
[endpoints.hours]
register = 'jobs'
where = 'hours >= 4'
[endpoints.together]
register = 'jobs'
at_least = { hours = 4 }
[endpoints.not_full]
combine = 'not together'
[outcomes.ever]
endpoint = 'hours'
measure = 'ever'
window = ['0 months', '6 months']
[outcomes.days]
endpoint = 'together'
measure = 'days'
window = ['0 months', '6 months']
[outcomes.worked]
endpoint = 'hours'
measure = 'hours'
window = ['0 months', '6 months']
[outcomes.before]
endpoint = 'hours'
measure = 'days'
window = ['0 months', '2 months']
[outcomes.no]
endpoint = 'not_full'
measure = 'status'
at = '3 months'

expect
id   | ever | days | worked | before | no
job  | -    | -    | -      | 0      | -
none | 0    | 0    | 0      | 0      | 1
",
    );
}

/// Pay is known to the middle of June: a month without pay in its first half may have some in its
/// second.
#[test]
fn a_month_that_is_covered_in_part_is_not_seen_if_no_day_counts_in_it() {
    check(
        "
people
id   | index
paid | 2020-01-10
not  | 2020-01-10

register jobs spells 2018-01-01 2020-06-15
id   | start      | end
paid | 2020-06-01 | 2020-06-03

plan
[endpoints.month]
register = 'jobs'
counted = 'months'
[endpoints.week]
register = 'jobs'
counted = 'reference weeks'
[outcomes.may]
endpoint = 'month'
measure = 'status'
at = '4 months'
[outcomes.june]
endpoint = 'month'
measure = 'status'
at = '5 months'
[outcomes.week]
endpoint = 'week'
measure = 'status'
at = '5 months'

expect
id   | may | june | week
paid | 0   | 1    | -
not  | 0   | -    | -
",
    );
}

/// What was seen in the washout counts, but somebody must have looked.
#[test]
fn washout() {
    check(
        "
people
id     | index
held   | 2020-01-01
ended  | 2020-01-01
long   | 2020-01-01
none   | 2020-01-01
unseen | 2018-06-01
first  | 2018-01-01

register jobs spells 2018-01-01 2022-12-31
id    | start      | end
held  | 2019-01-01 | 2020-02-01
ended | 2019-12-31 | 2019-12-31
ended | 2020-03-01 | 2020-03-10
long  | 2018-01-01 | 2018-12-31
long  | 2020-03-01 | 2020-03-10
unseen | 2018-07-01 | 2018-07-10

plan
[endpoints.job]
register = 'jobs'
[outcomes.ever]
endpoint = 'job'
measure = 'ever'
window = ['0 months', '6 months']
washout = '12 months'
if_unobserved = { register = 'missing' }
[outcomes.days]
endpoint = 'job'
measure = 'days'
window = ['0 months', '6 months']
washout = '12 months'
if_unobserved = { register = 'while observed' }
[outcomes.blind]
endpoint = 'job'
measure = 'days'
window = ['0 months', '6 months']
washout = '1 months'
if_unobserved = { register = 'while observed' }

expect
id     | ever | days | blind
held   | -    | -    | -
ended  | -    | -    | -
long   | 1    | 10   | 10
none   | 0    | 0    | 0
unseen | -    | 10   | 10
first  | -    | -    | -
",
    );
}

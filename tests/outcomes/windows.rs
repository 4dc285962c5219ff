//! Windows, landmarks, and spells at their edges.

use crate::support::check;

#[test]
fn a_spell_counts_from_the_index_date_on_and_its_last_day_counts() {
    check(
        "
people
id | index
a  | 2020-01-15
b  | 2020-01-21
c  | 2020-01-20
d  | 2020-01-01

register jobs spells 2018-01-01 2021-12-31
id | start      | end
a  | 2020-01-01 | 2020-01-20
b  | 2020-01-01 | 2020-01-20
c  | 2020-01-01 | 2020-01-20
d  | 2020-02-01 | 2020-02-20

plan
[endpoints.job]
register = 'jobs'
[outcomes.days]
endpoint = 'job'
measure = 'days'
window = ['0 months', '1 months']
[outcomes.first]
endpoint = 'job'
measure = 'first'
window = ['0 months', '1 months']
[outcomes.at_start]
endpoint = 'job'
measure = 'status'
at = '0 months'
[outcomes.at_end]
endpoint = 'job'
measure = 'status'
at = '1 months'

expect
id | days | first | first_event | at_start | at_end
a  | 6    | 0     | 1           | 1        | 0
b  | 0    | 31    | 0           | 0        | 0
c  | 1    | 0     | 1           | 1        | 0
d  | 0    | 31    | 0           | 0        | 1
",
    );
}

#[test]
fn one_day_back_to_back_one_day_apart_and_overlapping() {
    check(
        "
people
id | index
one | 2020-02-01
back | 2020-02-01
apart | 2020-02-01
over | 2020-02-01
none | 2020-02-01

register jobs spells 2018-01-01 2021-12-31
id | start | end
one   | 2020-02-10 | 2020-02-10
back  | 2020-02-01 | 2020-02-10
back  | 2020-02-11 | 2020-02-20
apart | 2020-02-01 | 2020-02-10
apart | 2020-02-12 | 2020-02-20
over  | 2020-02-01 | 2020-02-20
over  | 2020-02-11 | 2020-02-29

plan
[endpoints.job]
register = 'jobs'
[outcomes.days]
endpoint = 'job'
measure = 'days'
window = ['0 months', '6 months']
[outcomes.longest]
endpoint = 'job'
measure = 'longest'
window = ['0 months', '6 months']
[outcomes.episodes]
endpoint = 'job'
measure = 'episodes'
window = ['0 months', '6 months']
[outcomes.jobs]
endpoint = 'job'
measure = 'jobs'
window = ['0 months', '6 months']
[outcomes.longest_job]
endpoint = 'job'
measure = 'longest-job'
window = ['0 months', '6 months']
[outcomes.bridged]
endpoint = 'job'
measure = 'sustained'
run = '20 days'
gap = '1 days'
window = ['0 months', '6 months']
[outcomes.unbridged]
endpoint = 'job'
measure = 'sustained'
run = '20 days'
window = ['0 months', '6 months']

expect
id    | days | longest | episodes | jobs | longest_job | bridged | unbridged
one   | 1    | 1       | 1        | 1    | 1           | 0       | 0
back  | 20   | 20      | 1        | 2    | 10          | 1       | 1
apart | 19   | 10      | 2        | 2    | 10          | 1       | 0
over  | 29   | 29      | 1        | 2    | 20          | 1       | 1
none  | 0    | 0       | 0        | 0    | 0           | 0       | 0
",
    );
}

#[test]
fn months_end_where_the_month_ends() {
    check(
        "
people
id       | index
leap     | 2020-02-29
august19 | 2019-08-31
august20 | 2020-08-31

register jobs spells 2018-01-01 2022-12-31
id       | start      | end
leap     | 2021-02-28 | 2021-02-28
august19 | 2020-02-29 | 2020-02-29
august20 | 2021-02-28 | 2021-02-28

plan
[endpoints.job]
register = 'jobs'
[outcomes.at6]
endpoint = 'job'
measure = 'status'
at = '6 months'
[outcomes.at12]
endpoint = 'job'
measure = 'status'
at = '12 months'
[outcomes.in12]
endpoint = 'job'
measure = 'ever'
window = ['0 months', '12 months']
[outcomes.days6]
endpoint = 'job'
measure = 'person-days'
window = ['0 months', '6 months']
[outcomes.days12]
endpoint = 'job'
measure = 'person-days'
window = ['0 months', '12 months']

expect
id       | at6 | at12 | in12 | days6 | days12
leap     | 0   | 1    | 0    | 182   | 365
august19 | 1   | 0    | 1    | 182   | 366
august20 | 1   | 0    | 1    | 181   | 365
",
    );
}

/// From 31 January on: the first month ends on 28 February, the second on 30 March, the third on 29
/// April. From 31 August the window of months 6 to 12 has six months, not seven.
#[test]
fn months_are_counted_from_the_index_date() {
    check(
        "
people
id     | index
clamp  | 2020-01-31
august | 2019-08-31
before | 2020-03-31

register jobs spells 2018-01-01 2022-12-31
id     | start      | end
clamp  | 2020-02-28 | 2020-02-28
clamp  | 2020-02-29 | 2020-02-29
clamp  | 2020-03-30 | 2020-03-30
august | 2019-01-01 | 2022-01-01
before | 2018-01-01 | 2020-03-30

plan
[endpoints.job]
register = 'jobs'
[outcomes.three]
endpoint = 'job'
measure = 'months'
window = ['0 months', '3 months']
[outcomes.late]
endpoint = 'job'
measure = 'months'
window = ['6 months', '12 months']
[outcomes.year_before]
endpoint = 'job'
measure = 'months'
window = ['-12 months', '0 months']

expect
id     | three | late | year_before
clamp  | 2     | 0    | 0
august | 3     | 6    | 8
before | 0     | 0    | 12
",
    );
}

/// 2020 has a week 53, from 28 December 2020 to 3 January 2021. A week belongs to the window that
/// holds its Monday.
#[test]
fn weeks_are_iso_weeks_that_begin_in_the_window() {
    check(
        "
people
id       | index
monday   | 2020-12-28
thursday | 2020-12-31
sunday   | 2021-01-03

register jobs spells 2018-01-01 2022-12-31
id       | start      | end
monday   | 2020-12-31 | 2020-12-31
monday   | 2021-01-03 | 2021-01-04
thursday | 2021-01-01 | 2021-01-01
thursday | 2021-01-10 | 2021-01-11
sunday   | 2021-01-03 | 2021-01-04

plan
[endpoints.job]
register = 'jobs'
[outcomes.weeks]
endpoint = 'job'
measure = 'weeks'
window = ['0 days', '14 days']
[outcomes.iso]
endpoint = 'job'
measure = 'days'
window = ['0 ISO weeks', '1 ISO weeks']
[outcomes.next]
endpoint = 'job'
measure = 'days'
window = ['1 ISO weeks', '2 ISO weeks']

expect
id       | weeks | iso | next
monday   | 2     | 2   | 1
thursday | 2     | 1   | 1
sunday   | 1     | 1   | 1
",
    );
}

#[test]
fn months_of_thirty_days_only_on_request() {
    check(
        "
people
id | index
a  | 2020-01-15

register jobs spells 2018-01-01 2022-12-31
id | start      | end
a  | 2020-07-01 | 2020-07-31

plan
[endpoints.job]
register = 'jobs'
[outcomes.calendar]
endpoint = 'job'
measure = 'days'
window = ['0 months', '6 months']
[outcomes.thirty]
endpoint = 'job'
measure = 'days'
window = ['0 months', '6 months of 30 days']

expect
id | calendar | thirty
a  | 14       | 12
",
    );
}

#[test]
fn a_window_before_the_index_date_and_one_of_ten_years() {
    check(
        "
people
id | index
a  | 2010-03-31

register jobs spells 2005-01-01 2022-12-31
id | start      | end
a  | 2009-03-01 | 2009-04-10
a  | 2010-03-31 | 2030-01-01

plan
[endpoints.job]
register = 'jobs'
[outcomes.year_before]
endpoint = 'job'
measure = 'days'
window = ['-12 months', '0 months']
[outcomes.decade]
endpoint = 'job'
measure = 'days'
window = ['0 years', '10 years']
[outcomes.months]
endpoint = 'job'
measure = 'months'
window = ['0 months', '120 months']
[outcomes.seen]
endpoint = 'job'
measure = 'person-days'
window = ['0 months', '120 months']

expect
id | year_before | decade | months | seen
a  | 11          | 3653   | 120    | 3653
",
    );
}

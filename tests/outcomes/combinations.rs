//! Endpoints made of others, day by day.

use crate::support::check;

const REGISTERS: &str = "
people
id       | index
plain    | 2020-01-01
subsidy  | 2020-01-01
part     | 2020-01-01
graded   | 2020-01-01
full     | 2020-01-01
student  | 2020-01-01
nothing  | 2020-01-01

register jobs spells 2018-01-01 2022-12-31
id       | start      | end        | type     | pay   | hours | job
plain    | 2020-01-01 | 2020-01-31 | ordinary | 1000  | 14    | J1
subsidy  | 2020-01-01 | 2020-01-31 | ordinary | 1000  | 14    | J1
part     | 2020-01-01 | 2020-01-31 | ordinary |       | 14    | J1
graded   | 2020-01-01 | 2020-01-31 | ordinary | 1000  | 14    | J1
full     | 2020-01-01 | 2020-01-31 | ordinary | 1000  | 14    | J1
full     | 2020-02-01 | 2020-02-10 | sheltered | 10   | 14    | J2

register measures nav-measures 2018-01-01 2022-12-31
id       | tiltak    | start      | end
subsidy  | VARLONTIL | 2019-12-01 | 2020-02-28
part     | VARLONTIL | 2020-01-11 | 2020-01-20
plain    | ARBTREN   | 2020-01-01 | 2020-01-31

register benefits fd-trygd 2018-01-01 2022-12-31
id       | ytelse | TILGDATO   | TOMDATO    | GRAD
graded   | aap    | 2019-01-01 | 2020-12-31 | 50
full     | aap    | 2020-01-11 | 2020-12-31 | 60
full     | ufp    | 2020-01-01 | 2020-12-31 | 40

register studies spells 2018-01-01 2022-12-31
id       | start      | end
student  | 2020-01-15 | 2020-02-14
plain    | 2020-01-31 | 2020-02-10

";

fn answers(plan: &str) {
    check(&format!("{}\n\n{}", REGISTERS.trim(), plan.trim()));
}

#[test]
fn competitive_is_a_job_and_no_subsidy_at_the_same_time() {
    answers(
        "
plan
[endpoints.competitive]
combine = 'job and not subsidy'
[endpoints.job]
register = 'jobs'
where = \"type = 'ordinary'\"
[endpoints.subsidy]
register = 'measures'
where = \"group = 'wage-subsidy'\"
[endpoints.paid]
register = 'jobs'
where = \"type = 'ordinary' and pay > 0\"
[endpoints.competitive_paid]
combine = 'paid and not subsidy'
[outcomes.days]
endpoint = 'competitive'
measure = 'days'
window = ['0 months', '3 months']
[outcomes.runs]
endpoint = 'competitive'
measure = 'episodes'
window = ['0 months', '3 months']
[outcomes.paid]
endpoint = 'competitive_paid'
measure = 'days'
window = ['0 months', '3 months']

expect
id       | days | runs | paid
plain    | 31   | 1    | 31
subsidy  | 0    | 0    | 0
part     | 21   | 2    | -
graded   | 31   | 1    | 31
full     | 31   | 1    | 31
student  | 0    | 0    | 0
nothing  | 0    | 0    | 0
",
    );
}

/// A graded benefit beside work is typical success. Leaving out those on a full benefit is an
/// alternative: degrees of a day add up.
#[test]
fn a_graded_benefit_beside_work_is_no_full_benefit() {
    answers(
        "
plan
[endpoints.job]
register = 'jobs'
where = \"type = 'ordinary'\"
[endpoints.full]
register = 'benefits'
at_least = { degree = 100 }
[endpoints.job_without_full]
combine = 'job and not full'
[outcomes.days]
endpoint = 'job'
measure = 'days'
window = ['0 months', '3 months']
[outcomes.without]
endpoint = 'job_without_full'
measure = 'days'
window = ['0 months', '3 months']

expect
id       | days | without
plain    | 31   | 31
graded   | 31   | 31
full     | 31   | 10
",
    );
}

/// What is counted from spells comes from the spells that bring people into the state, each once,
/// however many parts of the combination pick it.
#[test]
fn a_spell_that_two_parts_pick_is_one_spell() {
    answers(
        "
plan
[endpoints.job]
register = 'jobs'
where = \"type = 'ordinary'\"
[endpoints.any_job]
register = 'jobs'
[endpoints.twice]
combine = 'job or any_job'
[endpoints.both]
combine = 'job and any_job'
[endpoints.studies]
register = 'studies'
[endpoints.working_or_studying]
combine = 'job or studies'
[endpoints.stays]
register = 'measures'
[endpoints.with_measure]
combine = 'job or stays'
[outcomes.hours]
endpoint = 'twice'
measure = 'hours'
window = ['0 months', '3 months']
[outcomes.hours_both]
endpoint = 'both'
measure = 'hours'
window = ['0 months', '3 months']
[outcomes.jobs]
endpoint = 'twice'
measure = 'jobs'
window = ['0 months', '3 months']
[outcomes.starts]
endpoint = 'twice'
measure = 'starts'
window = ['0 months', '3 months']
[outcomes.either]
endpoint = 'working_or_studying'
measure = 'days'
window = ['0 months', '3 months']
[outcomes.jobs_beside_measures]
endpoint = 'with_measure'
measure = 'jobs'
window = ['0 months', '3 months']

expect
id       | hours | hours_both | jobs | starts | either | jobs_beside_measures
plain    | 62    | 62         | 1    | 1      | 41     | 1
subsidy  | 62    | 62         | 1    | 1      | 31     | 1
full     | 82    | 62         | 2    | 2      | 31     | 1
student  | 0     | 0          | 0    | 0      | 31     | 0
nothing  | 0     | 0          | 0    | 0      | 0      | 0
",
    );
}

/// A job in one register is enough to be employed; the hours of the other are still not known.
#[test]
fn what_is_counted_from_spells_needs_every_register_that_holds_them() {
    check(
        "
people
id   | index
both | 2020-01-01
none | 2020-01-01

register jobs spells 2018-01-01 2022-12-31
id   | start      | end        | hours
both | 2020-01-01 | 2020-01-31 | 14

register more spells 2018-01-01 2019-12-31
id   | start      | end        | hours
both | 2019-01-01 | 2019-01-31 | 14

plan
[endpoints.job]
register = 'jobs'
[endpoints.other]
register = 'more'
[endpoints.any]
combine = 'job or other'
[outcomes.days]
endpoint = 'any'
measure = 'days'
window = ['0 days', '31 days']
if_unobserved = { register = 'missing' }
[outcomes.hours]
endpoint = 'any'
measure = 'hours'
window = ['0 days', '31 days']
if_unobserved = { register = 'missing' }

expect
id   | days | hours
both | 31   | -
none | -    | -
",
    );
}

#[test]
fn any_day_of_the_month_and_the_week_of_the_16th() {
    check(
        "
people
id    | index
early | 2020-03-10
mid   | 2020-03-10
sun   | 2020-02-20

register jobs spells 2018-01-01 2022-12-31
id    | start      | end
early | 2020-03-01 | 2020-03-01
early | 2020-04-30 | 2020-05-01
mid   | 2020-03-22 | 2020-03-22
sun   | 2020-02-09 | 2020-02-09
sun   | 2020-03-23 | 2020-04-12

plan
[endpoints.month]
register = 'jobs'
counted = 'months'
[endpoints.week]
register = 'jobs'
counted = 'reference weeks'
[outcomes.now]
endpoint = 'month'
measure = 'status'
at = '0 months'
[outcomes.days]
endpoint = 'month'
measure = 'days'
window = ['0 months', '2 months']
[outcomes.week]
endpoint = 'week'
measure = 'status'
at = '0 months'
[outcomes.weeks]
endpoint = 'week'
measure = 'days'
window = ['0 months', '2 months']

expect
id    | now | days | week | weeks
early | 1   | 61   | 0    | 0
mid   | 1   | 22   | 1    | 22
sun   | 1   | 60   | 0    | 0
",
    );
}

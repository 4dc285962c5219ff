//! Contacts, visits and bed-days, jobs, amounts.

use crate::support::check;

/// A stay has as many nights as days but one. The day of discharge and readmission has one night.
#[test]
fn contacts_visits_and_bed_days() {
    check(
        "
people
id    | index
stays | 2020-01-01
day   | 2020-01-01
over  | 2020-01-10
none  | 2020-01-01

register npr npr 2018-01-01 2022-12-31
id    | oppholdLopenr | innDato    | utDato     | omsorgsniva | tilstand_1_1
stays | 1             | 2020-01-02 | 2020-01-05 | 1           | F20
stays | 2             | 2020-01-05 | 2020-01-08 | 1           | F20
stays | 3             | 2020-01-07 | 2020-01-07 | 3           | F20
day   | 4             | 2020-01-02 | 2020-01-02 | 3           | F20
day   | 5             | 2020-01-02 | 2020-01-02 | 3           | F20
over  | 6             | 2020-01-01 | 2020-01-31 | 1           | F20

plan
[endpoints.contact]
register = 'npr'
[endpoints.inpatient]
register = 'npr'
where = \"care_level = '1'\"
[outcomes.contacts]
endpoint = 'contact'
measure = 'starts'
window = ['0 days', '20 days']
[outcomes.visits]
endpoint = 'contact'
measure = 'visits'
window = ['0 days', '20 days']
[outcomes.nights]
endpoint = 'contact'
measure = 'bed-days'
window = ['0 days', '20 days']
[outcomes.days]
endpoint = 'inpatient'
measure = 'days'
window = ['0 days', '20 days']
[outcomes.incident]
endpoint = 'contact'
measure = 'starts'
window = ['4 days', '20 days']
washout = '1 days'

expect
id    | contacts | visits | nights | days | incident
stays | 3        | 3      | 6      | 7    | -
day   | 2        | 1      | 0      | 0    | 0
over  | 0        | 0      | 20     | 20   | -
none  | 0        | 0      | 0      | 0    | 0
",
    );
}

/// Amounts may be paid back: then what is not known is not bounded from below.
#[test]
fn amounts_and_degrees_of_benefits() {
    check(
        "
people
id      | index
paid    | 2020-01-01
back    | 2020-01-01
unknown | 2020-01-01
none    | 2020-01-01

register benefits fd-trygd 2018-01-01 2022-12-31
id      | ytelse | TILGDATO   | TOMDATO    | GRAD | amount
paid    | shj    | 2020-01-01 | 2020-01-31 | 50   | 3100
paid    | aap    | 2020-01-30 | 2020-01-31 | 60   | 31
back    | shj    | 2020-01-01 | 2020-01-31 | 50   | 3100
back    | aap    | 2020-01-01 | 2020-01-31 | 50   | -310
unknown | shj    | 2020-01-01 | 2020-01-31 |      | 3100
unknown | aap    | 2020-01-01 | 2020-01-31 |      |

plan
[endpoints.benefit]
register = 'benefits'
[outcomes.amount]
endpoint = 'benefit'
measure = 'amount'
window = ['0 months', '1 months']
[outcomes.thousand]
endpoint = 'benefit'
measure = 'amount'
window = ['0 months', '1 months']
at_least = 1000
[outcomes.degree_days]
endpoint = 'benefit'
measure = 'degree-days'
window = ['0 months', '1 months']
[outcomes.uncapped]
endpoint = 'benefit'
measure = 'degree-days'
window = ['0 months', '1 months']
cap = 200

expect
id      | amount | thousand | degree_days | uncapped
paid    | 3102   | 1        | 16.5        | 16.7
back    | 2790   | 1        | 31          | 31
unknown | -      | 1        | -           | -
none    | 0      | 0        | 0           | 0
",
    );
}

#[test]
fn jobs_by_their_identifier_and_the_longest() {
    check(
        "
people
id | index
a  | 2020-01-01
b  | 2020-01-01

register jobs spells 2018-01-01 2022-12-31
id | start      | end        | job | type
a  | 2020-01-01 | 2020-01-10 | J1  | ordinary
a  | 2020-01-11 | 2020-01-20 | J1  | ordinary
a  | 2020-01-05 | 2020-01-08 | J2  | ordinary
a  | 2020-02-01 | 2020-02-05 |     | ordinary
b  | 2020-01-01 | 2020-01-10 | J1  | ordinary
b  | 2020-01-06 | 2020-01-10 | J2  |
b  | 2020-01-05 | 2020-01-08 | J1  |

plan
[endpoints.job]
register = 'jobs'
where = \"type = 'ordinary'\"
[outcomes.jobs]
endpoint = 'job'
measure = 'jobs'
window = ['0 months', '2 months']
[outcomes.longest]
endpoint = 'job'
measure = 'longest-job'
window = ['0 months', '2 months']
[outcomes.days]
endpoint = 'job'
measure = 'days'
window = ['0 months', '2 months']
[outcomes.any]
endpoint = 'job'
measure = 'jobs'
window = ['0 months', '2 months']
at_least = 1
[outcomes.three]
endpoint = 'job'
measure = 'jobs'
window = ['0 months', '2 months']
at_least = 3

expect
id | jobs | longest | days | any | three
a  | 3    | 20      | 25   | 1   | 1
b  | -    | 10      | 10   | 1   | 0
",
    );
}

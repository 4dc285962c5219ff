//! A second route to every outcome: one day after the other, by a logic of its own. Nothing of the
//! interval code takes part, and nothing of its calendar.

use std::sync::OnceLock;

/// 2017-01-01 and 2025-01-01 as days since 1970-01-01: nothing is asked outside.
pub(super) const FIRST: i32 = 17_167;
pub(super) const LAST: i32 = 20_089;

/// Year, month and day of every day, by counting.
fn dates() -> &'static [(i32, u32, u32)] {
    static DATES: OnceLock<Vec<(i32, u32, u32)>> = OnceLock::new();
    DATES.get_or_init(|| {
        let (mut year, mut month, mut day) = (2017, 1, 1);
        let mut dates = Vec::new();
        for _ in FIRST..LAST {
            dates.push((year, month, day));
            day += 1;
            if day > length(year, month) {
                (month, day) = (month + 1, 1);
            }
            if month > 12 {
                (year, month) = (year + 1, 1);
            }
        }
        dates
    })
}

pub(super) fn length(year: i32, month: u32) -> u32 {
    match month {
        2 if year % 4 == 0 => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

pub(super) fn date(day: i32) -> (i32, u32, u32) {
    dates()[(day - FIRST) as usize]
}

/// The day so many months on: the same day of the month, or the month's last.
pub(super) fn months_on(day: i32, months: i32) -> i32 {
    let (year, month, of_month) = date(day);
    let number = year * 12 + month as i32 - 1 + months;
    let (year, month) = (number.div_euclid(12), number.rem_euclid(12) as u32 + 1);
    let wanted = (year, month, of_month.min(length(year, month)));
    let found = dates().binary_search(&wanted).unwrap();
    FIRST + found as i32
}

/// 2017-01-02 was a Monday.
pub(super) fn is_monday(day: i32) -> bool {
    (day - FIRST - 1).rem_euclid(7) == 0
}

/// In the week, Monday to Sunday, of the 16th of its month.
fn in_reference_week(day: i32) -> bool {
    let sunday = (day..).find(|&other| is_monday(other + 1)).unwrap();
    let week = (sunday - 6).max(FIRST)..=sunday.min(LAST - 1);
    week.into_iter().any(|other| date(other).2 == 16)
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Three {
    Yes,
    No,
    Unknown,
}
use Three::{No, Unknown, Yes};

/// What a rule can be: unknown stands for both answers, and what both give is known.
fn possible(of: Three) -> &'static [bool] {
    match of {
        Yes => &[true],
        No => &[false],
        Unknown => &[true, false],
    }
}

fn both(yes: bool, no: bool) -> Three {
    match (yes, no) {
        (true, false) => Yes,
        (false, true) => No,
        _ => Unknown,
    }
}

fn joined(a: Three, b: Three, with: fn(bool, bool) -> bool) -> Three {
    let all = || {
        let pairs = possible(a)
            .iter()
            .flat_map(|a| possible(b).iter().map(move |b| (*a, *b)));
        pairs.map(|(a, b)| with(a, b))
    };
    both(all().any(|it| it), all().any(|it| !it))
}

#[derive(Debug, Clone)]
pub(super) struct Row {
    pub(super) register: usize,
    pub(super) first: i32,
    pub(super) last: i32,
    pub(super) kind: Option<&'static str>,
    pub(super) job: Option<&'static str>,
    pub(super) hours: Option<f64>,
    pub(super) percent: Option<f64>,
    pub(super) pay: Option<f64>,
    pub(super) degree: Option<f64>,
    pub(super) amount: Option<f64>,
}

impl Row {
    pub(super) fn on(&self, day: i32) -> bool {
        self.first <= day && day <= self.last
    }

    pub(super) fn field(&self, name: &str) -> Option<f64> {
        match name {
            "hours" => self.hours,
            "percent" => self.percent,
            "pay" => self.pay,
            "degree" => self.degree,
            _ => self.amount,
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Pick {
    Any,
    Ordinary,
    Paid,
}

#[derive(Debug, Clone, PartialEq)]
pub(super) enum Node {
    Leaf {
        register: usize,
        pick: Pick,
        at_least: Option<(&'static str, f64)>,
        new: bool,
    },
    /// Endpoints by their place in the list.
    And(Box<Node>, Box<Node>),
    Or(Box<Node>, Box<Node>),
    Not(Box<Node>),
    Of(usize),
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Counted {
    Days,
    Months,
    ReferenceWeeks,
}

#[derive(Debug, Clone)]
pub(super) struct Register {
    pub(super) first: i32,
    pub(super) last: i32,
    /// Whether a row is one month of a job.
    pub(super) by_month: bool,
}

#[derive(Debug, Clone)]
pub(super) struct Person {
    pub(super) index: i32,
    /// Death, emigration, withdrawal.
    pub(super) exits: [Option<i32>; 3],
    pub(super) linked: Vec<bool>,
    pub(super) rows: Vec<Row>,
}

/// Why a day is not seen, as bits.
pub(super) const DEATH: u8 = 1;
pub(super) const EMIGRATION: u8 = 2;
pub(super) const WITHDRAWAL: u8 = 4;
pub(super) const REGISTER: u8 = 8;
pub(super) const NOT_LINKED: u8 = 16;

#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Day {
    pub(super) state: Three,
    pub(super) causes: u8,
}

/// Why a register does not see a person, day by day: whoever has left stays away.
pub(super) fn causes(person: &Person, place: usize, register: &Register) -> Vec<u8> {
    let [death, emigration, withdrawal] = person.exits;
    let mut left = 0;
    let mut of_day = |day: i32| {
        if left == 0 && death.is_some_and(|last| day == last + 1) {
            left = DEATH;
        } else if left == 0 && emigration == Some(day) {
            left = EMIGRATION;
        } else if left == 0 && withdrawal == Some(day) {
            left = WITHDRAWAL;
        }
        match register.first <= day && day <= register.last {
            _ if !person.linked[place] => NOT_LINKED,
            _ if left != 0 => left,
            true => 0,
            false => REGISTER,
        }
    };
    (FIRST..LAST).map(&mut of_day).collect()
}

/// Whether a row is one that the leaf counts, whatever else holds on its days.
pub(super) fn verdict(person: &Person, registers: &[Register], node: &Node, row: &Row) -> Three {
    let Node::Leaf {
        register,
        pick,
        new,
        ..
    } = node
    else {
        return No;
    };
    if row.register != *register {
        return No;
    }
    let picked = match pick {
        Pick::Any => Yes,
        Pick::Ordinary => row
            .kind
            .map_or(Unknown, |kind| both(kind == "ordinary", kind != "ordinary")),
        Pick::Paid => row.pay.map_or(Unknown, |pay| both(pay > 0.0, pay <= 0.0)),
    };
    if !new {
        return picked;
    }
    // Every way in which the rows without a job can be parts of jobs.
    let rows: Vec<&Row> = person
        .rows
        .iter()
        .filter(|r| r.register == *register)
        .collect();
    let by_month = registers[*register].by_month;
    let unnamed: Vec<usize> = (0..rows.len()).filter(|&i| rows[i].job.is_none()).collect();
    let names = ["J1", "J2", "J3"];
    let ways = 3 + unnamed.len();
    let own = rows
        .iter()
        .position(|other| std::ptr::eq(*other, row))
        .unwrap();
    let (mut held, mut free) = (false, false);
    let total = if by_month {
        ways.pow(unnamed.len() as u32)
    } else {
        1
    };
    for way in 0..total {
        let job = |i: usize| -> usize {
            match rows[i].job {
                Some(name) => names.iter().position(|other| *other == name).unwrap(),
                None if by_month => {
                    let digit = unnamed.iter().position(|&j| j == i).unwrap();
                    way / ways.pow(digit as u32) % ways
                }
                // A spell without a job is a job of its own.
                None => 100 + i,
            }
        };
        let on = |day: i32| (0..rows.len()).any(|i| job(i) == job(own) && rows[i].on(day));
        match on(person.index - 1) && on(person.index) {
            true => held = true,
            false => free = true,
        }
    }
    joined(picked, both(free, held), |picked, free| picked && free)
}

/// The state on every day, and why a day is not seen.
pub(super) fn days(
    person: &Person,
    registers: &[Register],
    all: &[(Node, Counted)],
    node: &Node,
) -> Vec<Day> {
    match node {
        Node::Leaf {
            register, at_least, ..
        } => {
            let rows: Vec<(&Row, Three)> = person
                .rows
                .iter()
                .map(|row| (row, verdict(person, registers, node, row)))
                .filter(|(_, verdict)| *verdict != No)
                .collect();
            let causes = causes(person, *register, &registers[*register]);
            (FIRST..LAST)
                .zip(causes)
                .map(|(day, causes)| {
                    let here: Vec<_> = rows.iter().filter(|(row, _)| row.on(day)).collect();
                    let state = match at_least {
                        None if here.iter().any(|(_, verdict)| *verdict == Yes) => Yes,
                        None => both(!here.is_empty(), true),
                        Some((field, least)) => {
                            let here = here
                                .iter()
                                .map(|(row, verdict)| (row.field(field), *verdict));
                            reaches(&here.collect::<Vec<_>>(), *least)
                        }
                    };
                    Day { state, causes }
                })
                .collect()
        }
        Node::Of(place) => counted(days(person, registers, all, &all[*place].0), all[*place].1),
        _ => {
            let mut named = Vec::new();
            parts(node, &mut named);
            let of_parts: Vec<(usize, Vec<Day>)> = named
                .into_iter()
                .map(|place| (place, days(person, registers, all, &Node::Of(place))))
                .collect();
            let at = |i: usize| of_parts.iter().map(move |(place, days)| (*place, days[i]));
            // Most days are like the day before.
            let mut before: Option<(Vec<(usize, Day)>, Day)> = None;
            let mut of_day = |i: usize| {
                let parts: Vec<(usize, Day)> = at(i).collect();
                let day = match &before {
                    Some((same, day)) if *same == parts => *day,
                    _ => together(node, &parts),
                };
                before = Some((parts, day));
                day
            };
            (0..(LAST - FIRST) as usize).map(&mut of_day).collect()
        }
    }
}

fn parts(node: &Node, found: &mut Vec<usize>) {
    match node {
        Node::And(a, b) | Node::Or(a, b) => {
            parts(a, found);
            parts(b, found);
        }
        Node::Not(inner) => parts(inner, found),
        Node::Of(place) if !found.contains(place) => found.push(*place),
        Node::Of(_) | Node::Leaf { .. } => {}
    }
}

fn evaluate(node: &Node, states: &[(usize, Three)]) -> Three {
    match node {
        Node::And(a, b) => joined(evaluate(a, states), evaluate(b, states), |a, b| a && b),
        Node::Or(a, b) => joined(evaluate(a, states), evaluate(b, states), |a, b| a || b),
        Node::Not(a) => joined(evaluate(a, states), Yes, |a, _| !a),
        Node::Of(wanted) => states.iter().find(|(place, _)| place == wanted).unwrap().1,
        Node::Leaf { .. } => No,
    }
}

/// A day that a part does not see is unknown there. If the answer is unknown, it is not seen because
/// of every part that in some way things could be would change it.
fn together(node: &Node, parts: &[(usize, Day)]) -> Day {
    let states = |way: Option<u32>| -> Vec<(usize, Three)> {
        let mut hidden = 0;
        let mut state = |day: &Day| match (day.causes, way) {
            (0, _) => day.state,
            (_, None) => Unknown,
            (_, Some(way)) => {
                hidden += 1;
                [No, Yes][(way >> (hidden - 1) & 1) as usize]
            }
        };
        parts
            .iter()
            .map(|(place, day)| (*place, state(day)))
            .collect()
    };
    let mut state = evaluate(node, &states(None));
    let mut causes = 0;
    if state == Unknown {
        let hidden = parts.iter().filter(|(_, day)| day.causes != 0);
        let answer = |way: u32| evaluate(node, &states(Some(way)));
        for (bit, (_, day)) in hidden.enumerate() {
            if (0..1 << parts.len()).any(|way| answer(way) != answer(way ^ (1 << bit))) {
                causes |= day.causes;
            }
        }
        if causes == 0 {
            // Whatever the hidden parts are, it comes to the same.
            state = answer(0);
        }
    }
    Day { state, causes }
}

/// All ways: uncertain rows in or out, missing numbers nothing or huge.
fn reaches(rows: &[(Option<f64>, Three)], least: f64) -> Three {
    let mut ways: Vec<(usize, f64)> = vec![(0, 0.0)];
    for (value, verdict) in rows {
        let values = value.map_or(vec![0.0, 1e9], |value| vec![value]);
        let mut next = Vec::new();
        for (count, sum) in &ways {
            for &inside in possible(*verdict) {
                match inside {
                    true => next.extend(values.iter().map(|value| (count + 1, sum + value))),
                    false => next.push((*count, *sum)),
                }
            }
        }
        ways = next;
    }
    let reached = |(count, sum): &(usize, f64)| *count > 0 && *sum >= least;
    both(ways.iter().any(reached), !ways.iter().all(reached))
}

/// Months that hold a day in the state; a month that the register leaves before its end may.
fn counted(mut days: Vec<Day>, counted: Counted) -> Vec<Day> {
    if counted == Counted::Days {
        return days;
    }
    let counts = |day: i32| counted == Counted::Months || in_reference_week(day);
    let mut day = FIRST;
    while day < LAST {
        let (year, month, _) = date(day);
        let month = day..day + length(year, month) as i32;
        let asked = || {
            month
                .clone()
                .filter(|&day| counts(day))
                .map(|day| days[(day - FIRST) as usize])
        };
        let holds = |state: Three| asked().any(|day| day.causes == 0 && day.state == state);
        let state = if holds(Yes) {
            Yes
        } else {
            both(holds(Unknown), true)
        };
        let uncovered = state != Yes && asked().any(|day| day.causes & REGISTER != 0);
        for day in month.clone() {
            let day = &mut days[(day - FIRST) as usize];
            day.state = state;
            day.causes |= if uncovered { REGISTER } else { 0 };
        }
        day = month.end;
    }
    days
}

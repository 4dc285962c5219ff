//! People and registers at random, crowded around the days where calendars go wrong.

use super::by_day::{Counted, FIRST, LAST, Node, Person, Register, Row, date, length};
use std::fmt::Write;
use std::path::Path;

/// Splitmix64.
pub(super) struct Random(u64);

impl Random {
    pub(super) fn new(seed: u64) -> Self {
        Self(seed)
    }

    pub(super) fn below(&mut self, bound: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        (mixed ^ (mixed >> 31)) % bound
    }

    pub(super) fn one_in(&mut self, number: u64) -> bool {
        self.below(number) == 0
    }

    pub(super) fn between(&mut self, first: i32, last: i32) -> i32 {
        first + self.below((last - first + 1) as u64) as i32
    }

    pub(super) fn of<T: Copy>(&mut self, choices: &[T]) -> T {
        choices[self.below(choices.len() as u64) as usize]
    }
}

/// The registers: jobs, subsidies, studies (spells), pay (months), stays, benefits.
pub(super) const NAMES: [&str; 6] = ["jobs", "subsidies", "studies", "pay", "stays", "benefits"];
const KINDS: [&str; 6] = ["spells", "spells", "spells", "bfl", "npr", "fd-trygd"];

/// 31 August 2019; 30 and 31 December 2019; 1, 16 and 31 January 2020; 16 and 29 February 2020; 1
/// March 2020; 28 December 2020 (week 53 begins); 31 December 2020; 1 January 2021; 28 February 2021.
const ODD_DAYS: [i32; 13] = [
    18_139, 18_260, 18_261, 18_262, 18_277, 18_292, 18_308, 18_321, 18_322, 18_624, 18_627, 18_628,
    18_686,
];

fn odd_day(random: &mut Random) -> i32 {
    random.of(&ODD_DAYS)
        + if random.one_in(3) {
            random.between(-2, 2)
        } else {
            0
        }
}

pub(super) fn registers(random: &mut Random) -> Vec<Register> {
    // 2018-01-01 to 2022-12-31, or less.
    let cover = |random: &mut Random| {
        let from = if random.one_in(3) {
            random.between(17_532, 18_400)
        } else {
            17_532
        };
        let to = if random.one_in(3) {
            random.between(18_500, 19_357)
        } else {
            19_357
        };
        (from, to)
    };
    (0..NAMES.len())
        .map(|place| {
            let (first, last) = cover(random);
            Register {
                first,
                last,
                by_month: KINDS[place] == "bfl",
            }
        })
        .collect()
}

pub(super) fn person(random: &mut Random, registers: &[Register]) -> Person {
    let index = match random.one_in(3) {
        true => random.between(18_000, 18_700),
        false => odd_day(random),
    };
    let exit = |random: &mut Random| random.one_in(6).then(|| random.between(index, index + 700));
    let mut rows: Vec<Row> = Vec::new();
    for (place, register) in registers.iter().enumerate() {
        for _ in 0..random.below(if register.by_month { 4 } else { 6 }) {
            let row = row(random, index, place, register.by_month, &rows);
            let known = rows.iter().any(|r| {
                r.register == place
                    && (r.first == row.first || (register.by_month && r.last == row.last))
            });
            // Rows that begin after the last day are left out, and a start is a version's key.
            if !known && row.first <= register.last {
                rows.push(row);
            }
        }
    }
    Person {
        index,
        exits: [exit(random), exit(random), exit(random)],
        linked: registers.iter().map(|_| !random.one_in(12)).collect(),
        rows,
    }
}

fn row(random: &mut Random, index: i32, register: usize, by_month: bool, rows: &[Row]) -> Row {
    let before = rows.iter().rev().find(|row| row.register == register);
    let first = match (random.below(6), before) {
        // Back to back with the one before, or with one day between.
        (0, Some(row)) => row.last + random.between(1, 2),
        (1, _) => index + random.between(-1, 1),
        (2, _) => odd_day(random),
        _ => random.between(index - 400, index + 700),
    };
    let length_of = match random.below(4) {
        0 => random.between(0, 2),
        1 => random.between(0, 40),
        _ => random.between(0, 400),
    };
    let (mut first, mut last) = (first.clamp(FIRST + 500, LAST - 900), 0);
    if by_month {
        let (year, month, day) = date(first);
        first -= day as i32 - 1;
        last = first + length(year, month) as i32 - 1;
    }
    let number =
        |random: &mut Random, choices: &[f64]| (!random.one_in(8)).then(|| random.of(choices));
    Row {
        register,
        first,
        last: if by_month { last } else { first + length_of },
        kind: random.of(&[
            Some("ordinary"),
            Some("ordinary"),
            Some("ordinary"),
            Some("sheltered"),
            None,
        ]),
        job: match random.below(4) {
            0 => None,
            job => Some(["J1", "J2", "J3"][job as usize - 1]),
        },
        hours: number(random, &[0.0, 7.5, 12.0, 20.0, 37.5]),
        // The income register has none.
        percent: number(random, &[0.0, 20.0, 50.0, 80.0, 100.0]).filter(|_| !by_month),
        pay: number(random, &[0.0, 1000.0, 25_000.0, 40_000.5]),
        degree: number(random, &[20.0, 50.0, 60.0, 100.0]),
        amount: number(random, &[0.0, 500.0, 12_345.0]),
    }
}

fn iso(day: i32) -> String {
    let (year, month, day) = date(day);
    format!("{year}-{month:02}-{day:02}")
}

/// The plan down to its registers.
pub(super) fn header(registers: &[Register]) -> String {
    let mut text =
        "[study]\nname = 'world'\n[people]\nfile = 'people.csv'\nid = 'id'\nindex_date = 'index'\n\
        status = { death = 'died', emigrated = 'emigrated', withdrawn = 'withdrew' }\n\
        [prices]\nfile = 'prices.csv'\nbase = 2020\n"
            .to_owned();
    for ((name, kind), register) in NAMES.iter().zip(KINDS).zip(registers) {
        let columns = match kind {
            "spells" | "bfl" => "columns = { person = 'id' }\n",
            _ => "columns = { person = 'id', start = 'start', end = 'end' }\n",
        };
        let _ = writeln!(
            text,
            "[registers.{name}]\nkind = '{kind}'\nfiles = '{name}.csv'\nlinked = '{name}-ids.csv'\n\
            {columns}covers = {{ from = {}, to = {} }}",
            iso(register.first),
            iso(register.last)
        );
    }
    text
}

/// The participant list, the extracts, who was looked up, and the price index.
pub(super) fn write(folder: &Path, people: &[Person], registers: &[Register]) {
    let save = |name: &str, text: String| std::fs::write(folder.join(name), text).unwrap();
    let cell = |day: Option<i32>| day.map(iso).unwrap_or_default();
    let mut list = "id,index,died,emigrated,withdrew\n".to_owned();
    for (id, person) in people.iter().enumerate() {
        let [death, emigration, withdrawal] = person.exits.map(cell);
        let _ = writeln!(
            list,
            "{id},{},{death},{emigration},{withdrawal}",
            iso(person.index)
        );
    }
    list.push_str("other,2020-01-01,,,\n");
    save("people.csv", list);
    let prices = (2017..2025).map(|year| format!("{year},{}\n", index_of(year)));
    save(
        "prices.csv",
        format!("year,index\n{}", prices.collect::<String>()),
    );
    let number = |number: Option<f64>| number.map(|number| number.to_string()).unwrap_or_default();
    for (place, name) in NAMES.iter().enumerate() {
        let mut looked_up = "id\n".to_owned();
        let mut text = match KINDS[place] {
            "bfl" => "id,month,type,pay,hours,job\n",
            "npr" => "id,oppholdLopenr,start,end,omsorgsniva,tilstand_1_1\n",
            "fd-trygd" => "id,ytelse,kode,start,end,grad,amount\n",
            _ => "id,start,end,type,job,hours,percent,pay\n",
        }
        .to_owned();
        for (id, person) in people.iter().enumerate() {
            if person.linked[place] {
                let _ = writeln!(looked_up, "{id}");
            }
            for (line, row) in person
                .rows
                .iter()
                .enumerate()
                .filter(|(_, row)| row.register == place)
            {
                let (first, last) = (iso(row.first), iso(row.last));
                let (kind, job) = (row.kind.unwrap_or_default(), row.job.unwrap_or_default());
                let (hours, pay) = (number(row.hours), number(row.pay));
                let _ = match KINDS[place] {
                    "bfl" => writeln!(text, "{id},{},{kind},{pay},{hours},{job}", &first[..7]),
                    "npr" => writeln!(text, "{id},{line},{first},{last},1,"),
                    "fd-trygd" => writeln!(
                        text,
                        "{id},aap,1,{first},{last},{},{}",
                        number(row.degree),
                        number(row.amount)
                    ),
                    _ => writeln!(
                        text,
                        "{id},{first},{last},{kind},{job},{hours},{},{pay}",
                        number(row.percent)
                    ),
                };
            }
        }
        // Somebody more, so that no extract and no list is empty, with a row of every month.
        looked_up.push_str("other\n");
        text.push_str(match KINDS[place] {
            "bfl" => "",
            "npr" => "other,99,2020-06-15,2020-06-15,1,\n",
            "fd-trygd" => "other,aap,1,2020-06-15,2020-06-15,50,1\n",
            _ => "other,2020-06-15,2020-06-15,ordinary,J1,1,1,1\n",
        });
        if KINDS[place] == "bfl" {
            for day in registers[place].first..=registers[place].last {
                if date(day).2 == 1 || day == registers[place].first {
                    let _ = writeln!(text, "other,{},,1,1,", &iso(day)[..7]);
                }
            }
        }
        save(&format!("{name}.csv"), text);
        save(&format!("{name}-ids.csv"), looked_up);
    }
}

/// The price index of a year.
pub(super) fn index_of(year: i32) -> f64 {
    100.0 + 3.5 * f64::from(year - 2017)
}

pub(super) fn needs_spells(measure: &str) -> bool {
    [
        "hours",
        "earnings",
        "fte-days",
        "degree-days",
        "amount",
        "jobs",
        "longest-job",
        "starts",
        "visits",
        "bed-days",
    ]
    .contains(&measure)
}

/// The leaves whose spells a measure counts: those under no `not`, or two.
pub(super) fn carriers(all: &[(Node, Counted)], node: &Node, measure: &str) -> Vec<Node> {
    fn walk(all: &[(Node, Counted)], node: &Node, wanted: bool, found: &mut Vec<Node>) {
        match node {
            Node::And(a, b) | Node::Or(a, b) => {
                walk(all, a, wanted, found);
                walk(all, b, wanted, found);
            }
            Node::Not(inner) => walk(all, inner, !wanted, found),
            Node::Of(place) if wanted => walk(all, &all[*place].0, true, found),
            Node::Of(_) => {}
            leaf => found.push(leaf.clone()),
        }
    }
    let mut found = Vec::new();
    walk(all, node, true, &mut found);
    let has = |register: usize| match measure {
        "hours" | "earnings" | "fte-days" | "jobs" | "longest-job" => register <= 3,
        "degree-days" | "amount" => register == 5,
        "bed-days" => register == 4,
        _ => true,
    };
    found.retain(|leaf| matches!(leaf, Node::Leaf { register, .. } if has(*register)));
    found
}

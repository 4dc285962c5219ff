//! Who there is: participants, and people whom the registers know but the trial does not.

use super::Kind;
use super::calendar::{DateStyle, Day};
use super::mess::Mess;
use super::settings::{AFTER, BEFORE, Settings};
use crate::draws::{Draws, Purpose};
use std::io::{self, Write};

/// Sites of the trial.
pub(super) const SITES: [&str; 5] = ["A", "B", "C", "D", "E"];

/// Contacts at which [`Settings::effect`] holds.
pub(super) const MEAN_CONTACTS: f64 = 15.0;

/// Rows of a person of the background, on average.
const ROWS_A_PERSON: u64 = 12;

/// One person. Days that are `None` never come.
#[derive(Debug, Clone)]
pub(super) struct Person {
    /// Position: participants first.
    pub(super) number: u64,
    pub(super) id: String,
    pub(super) participant: bool,
    /// Whether the registers were asked about this participant.
    pub(super) linked: bool,
    pub(super) treated: bool,
    /// Contacts with the employment specialist; 0 in the control arm.
    pub(super) contacts: i32,
    pub(super) index: Day,
    pub(super) age: i32,
    pub(super) woman: bool,
    pub(super) site: &'static str,
    pub(super) died: Option<Day>,
    pub(super) emigrated: Option<Day>,
    /// First day back, of an emigrant.
    pub(super) returned: Option<Day>,
}

impl Person {
    /// Whether a day can be seen: within the cover, and in the country.
    pub(super) fn seen(&self, day: Day, settings: &Settings) -> bool {
        let abroad = self.emigrated.is_some_and(|gone| day >= gone)
            && self.returned.is_none_or(|back| day < back);
        settings.first() <= day && day <= settings.last() && !abroad
    }

    /// Whether a day comes after death.
    pub(super) fn dead(&self, day: Day) -> bool {
        self.died.is_some_and(|died| day > died)
    }
}

/// Everybody, drawn one by one and never held together.
#[derive(Debug, Clone)]
pub(super) struct People<'a> {
    pub(super) settings: &'a Settings,
    /// Participants and strangers.
    pub(super) all: u64,
    /// People of the background.
    strangers: u64,
    numbering: Numbering,
}

impl<'a> People<'a> {
    pub(super) fn new(settings: &'a Settings) -> Self {
        let all = settings.people + (settings.people / 4).clamp(5, 2000);
        let strangers = settings.background / ROWS_A_PERSON + 1;
        let needed = all + strangers;
        Self {
            settings,
            all,
            strangers,
            numbering: Numbering::new(settings, needed),
        }
    }

    /// The participants, in the order of their list.
    pub(super) fn participants(&self) -> impl Iterator<Item = Person> {
        (0..self.settings.people).map(|number| self.person(number))
    }

    /// Everybody, in the order of an extract's rows: neither by number nor by identifier.
    pub(super) fn in_order_of_rows(&self, kind: Kind) -> impl Iterator<Item = Person> {
        let mut draws = Draws::stream(self.settings.seed, Purpose::Order, kind as u64);
        let mut step = draws.bits() % self.all;
        while gcd(step, self.all) != 1 {
            step += 1;
        }
        let offset = draws.bits() % self.all;
        (0..self.all).map(move |place| {
            let number =
                (u128::from(place) * u128::from(step) + u128::from(offset)) % u128::from(self.all);
            self.person(number as u64)
        })
    }

    /// The identifier of somebody who is neither participant nor stranger.
    pub(super) fn background_id(&self, any: u64, out: &mut Vec<u8>) {
        self.numbering.push(self.all + any % self.strangers, out);
    }

    fn person(&self, number: u64) -> Person {
        let settings = self.settings;
        let mut draws = Draws::stream(settings.seed, Purpose::People, number);
        let first_of_pair = Draws::stream(settings.seed, Purpose::Arms, number / 2).chance(500);
        let treated = (number.is_multiple_of(2)) == first_of_pair;
        let earliest = settings.first() + BEFORE;
        let latest = settings.last() - AFTER;
        let mut index = draws.between(earliest, latest);
        let mut person = Person {
            number,
            id: self.numbering.text(number),
            participant: number < settings.people,
            linked: true,
            treated,
            contacts: if treated { draws.between(1, 29) } else { 0 },
            index,
            age: draws.between(18, 61),
            woman: draws.chance(480),
            site: draws.pick(&SITES),
            died: None,
            emigrated: None,
            returned: None,
        };
        // The first participant is always linked, alive and in the country: no register is without
        // a row of the study's people.
        let fate = draws.below(1000);
        if number == 0 {
            return person;
        }
        match fate {
            0..40 => person.died = Some(index + draws.between(20, 530)),
            40..90 => {
                let gone = index + draws.between(20, 530);
                person.emigrated = Some(gone);
                // Only a register of persons knows who came back.
                if settings.kinds.contains(&Kind::PersonStatus) && draws.chance(500) {
                    let back = gone + draws.between(20, 300);
                    person.returned = (back <= settings.last()).then_some(back);
                }
            }
            // Randomised too late for the registers to see 18 months.
            90..115 => {
                index = draws.between(latest + 40, latest + 300);
                person.index = index;
            }
            115..140 => person.linked = false,
            _ => {}
        }
        person
    }
}

/// A one-to-one map from positions to identifiers of one width, in no visible order.
#[derive(Debug, Clone)]
struct Numbering {
    modulus: u64,
    step: u64,
    offset: u64,
    digits: usize,
    /// A digit before the others, so that no identifier begins with a zero.
    lead: Option<u8>,
}

impl Numbering {
    fn new(settings: &Settings, needed: u64) -> Self {
        // The largest primes below 10^6 and 10^8.
        let (modulus, digits) = if needed < 900_000 {
            (999_983, 6)
        } else {
            (99_999_989, 8)
        };
        let mut draws = Draws::stream(settings.seed, Purpose::People, u64::MAX);
        Self {
            modulus,
            step: 1 + draws.bits() % (modulus - 1),
            offset: draws.bits() % modulus,
            digits,
            lead: (!settings.has(Mess::LeadingZeros)).then_some(b'1'),
        }
    }

    fn push(&self, position: u64, out: &mut Vec<u8>) {
        // Both factors are below 10^8.
        let mut number = (position * self.step + self.offset) % self.modulus;
        out.extend(self.lead);
        let from = out.len();
        out.resize(from + self.digits, b'0');
        for digit in out[from..].iter_mut().rev() {
            *digit = b'0' + (number % 10) as u8;
            number /= 10;
        }
    }

    fn text(&self, position: u64) -> String {
        let mut out = Vec::with_capacity(9);
        self.push(position, &mut out);
        out.into_iter().map(char::from).collect()
    }
}

fn gcd(a: u64, b: u64) -> u64 {
    if b == 0 { a } else { gcd(b, a % b) }
}

/// The list of participants.
pub(super) fn participants(people: &People<'_>, out: &mut dyn Write) -> io::Result<()> {
    out.write_all(b"lopenr,arm,randomised,age,sex,site,contacts,died,emigrated,returned\n")?;
    let mut line = Vec::new();
    for person in people.participants() {
        let arm = if person.treated { "IPS" } else { "TAU" };
        let sex = if person.woman { "woman" } else { "man" };
        write!(out, "{},{arm},", person.id)?;
        line.clear();
        DateStyle::Iso.push(&mut line, person.index);
        out.write_all(&line)?;
        write!(
            out,
            ",{},{sex},{},{}",
            person.age, person.site, person.contacts
        )?;
        line.clear();
        for day in [person.died, person.emigrated, person.returned] {
            line.push(b',');
            if let Some(day) = day {
                DateStyle::Iso.push(&mut line, day);
            }
        }
        line.push(b'\n');
        out.write_all(&line)?;
    }
    Ok(())
}

/// The participants whom the registers were asked about.
pub(super) fn linked(people: &People<'_>, out: &mut dyn Write) -> io::Result<()> {
    out.write_all(b"lopenr\n")?;
    for person in people.participants().filter(|person| person.linked) {
        writeln!(out, "{}", person.id)?;
    }
    Ok(())
}

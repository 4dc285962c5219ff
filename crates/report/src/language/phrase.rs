//! The phrases of this crate and of the records it shows, in three languages, some with places for
//! what differs from study to study: `{1}` is left as it stands, `{1!}` is said in the language too
//! (one thing, or several with commas, semicolons or `and` between them), `{1#}` is numbers.

use regtrial_results::Language;
use std::collections::HashMap;
use std::sync::LazyLock;

/// A phrase a line: English, Norwegian, Danish, with ` | ` between them. Of phrases with places the
/// first that fits is taken.
const WORDS: &str = concat!(
    include_str!("../../assets/words.txt"),
    include_str!("../../assets/sentences.txt")
);

static PHRASES: LazyLock<Phrases> = LazyLock::new(Phrases::read);

struct Phrases {
    plain: HashMap<&'static str, [&'static str; 3]>,
    with_places: Vec<(Vec<Part<'static>>, [&'static str; 3])>,
}

/// A part of a phrase.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Part<'a> {
    Text(&'a str),
    /// The number of a place, and what is there.
    Place(char, Content),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Content {
    AsItIs,
    Ours,
    Numbers,
}

pub(super) fn rows() -> impl Iterator<Item = [&'static str; 3]> {
    WORDS.lines().filter_map(|line| {
        let mut phrases = line.split(" | ");
        Some([phrases.next()?, phrases.next()?, phrases.next()?])
    })
}

impl Phrases {
    fn read() -> Self {
        let is_plain = |row: &[&str; 3]| !row[0].contains('{');
        let (plain, others): (Vec<_>, Vec<_>) = rows().partition(is_plain);
        Self {
            plain: plain.into_iter().map(|row| (row[0], row)).collect(),
            with_places: others.into_iter().map(|row| (parts(row[0]), row)).collect(),
        }
    }
}

fn column(language: Language) -> usize {
    match language {
        Language::English => 0,
        Language::Norwegian => 1,
        Language::Danish => 2,
    }
}

/// A phrase without places in the language, if it is one of ours.
pub(super) fn listed(language: Language, english: &str) -> Option<&'static str> {
    PHRASES.plain.get(english).map(|row| row[column(language)])
}

/// A phrase in the language, if it is one of ours.
pub(super) fn lookup(language: Language, english: &str) -> Option<String> {
    if let Some(found) = listed(language, english) {
        return Some(found.to_owned());
    }
    PHRASES.with_places.iter().find_map(|(pattern, row)| {
        let found = places(pattern, english)?;
        Some(filled(row[column(language)], &found, language))
    })
}

/// The phrase with its places filled.
fn filled(phrase: &str, found: &[(char, Content, &str)], language: Language) -> String {
    let said = |part: Part<'_>| match part {
        Part::Text(text) => text.to_owned(),
        Part::Place(number, _) => {
            let place = found.iter().find(|(other, ..)| *other == number);
            place.map_or(String::new(), |(_, content, text)| match content {
                Content::AsItIs => (*text).to_owned(),
                Content::Ours => several(language, text),
                Content::Numbers => super::listed_numbers(language, text),
            })
        }
    };
    parts(phrase).into_iter().map(said).collect()
}

/// One phrase of ours, or several.
fn several(language: Language, text: &str) -> String {
    if let Some(whole) = lookup(language, text) {
        return whole;
    }
    for mark in ["; ", ", "] {
        if text.contains(mark) {
            let parts = text.split(mark).map(|part| several(language, part));
            return parts.collect::<Vec<_>>().join(mark);
        }
    }
    // Two names, or two phrases of ours; a sentence that is not known stays as it is.
    let parts: Vec<&str> = text.split(" and ").collect();
    let known = |part: &&str| !part.contains(' ') || lookup(language, part).is_some();
    if parts.len() > 1 && parts.iter().all(known) {
        let parts = parts.into_iter().map(|part| several(language, part));
        return parts
            .collect::<Vec<_>>()
            .join(&super::between(language, "and"));
    }
    text.to_owned()
}

/// A phrase as texts and places.
fn parts(phrase: &str) -> Vec<Part<'_>> {
    let mut found = Vec::new();
    let mut rest = phrase;
    while let Some((before, after)) = rest.split_once('{') {
        let Some((place, after)) = after.split_once('}') else {
            break;
        };
        if !before.is_empty() {
            found.push(Part::Text(before));
        }
        let content = match place.chars().nth(1) {
            Some('!') => Content::Ours,
            Some('#') => Content::Numbers,
            _ => Content::AsItIs,
        };
        found.extend(
            place
                .chars()
                .next()
                .map(|number| Part::Place(number, content)),
        );
        rest = after;
    }
    if !rest.is_empty() {
        found.push(Part::Text(rest));
    }
    found
}

/// What stands in the places of a pattern, if a text is an instance of it: each place holds
/// something, and as little as possible.
fn places<'a>(pattern: &[Part<'_>], text: &'a str) -> Option<Vec<(char, Content, &'a str)>> {
    match pattern {
        [] => text.is_empty().then(Vec::new),
        [Part::Text(start), rest @ ..] => places(rest, text.strip_prefix(start)?),
        [Part::Place(number, content)] => {
            fits(*content, text).then(|| vec![(*number, *content, text)])
        }
        [Part::Place(number, content), rest @ ..] => {
            let [Part::Text(next), ..] = rest else {
                return None;
            };
            text.match_indices(next).find_map(|(at, _)| {
                let (own, after) = text.split_at(at);
                let mut found = places(rest, after).filter(|_| fits(*content, own))?;
                found.insert(0, (*number, *content, own));
                Some(found)
            })
        }
    }
}

fn fits(content: Content, text: &str) -> bool {
    let of_numbers = |c: char| c.is_ascii_digit() || " .,-<>=%–∞\u{2212}e".contains(c);
    let right = content != Content::Numbers || text.chars().all(of_numbers);
    right && !text.is_empty() && is_balanced(text)
}

/// Whether every parenthesis is closed, and none that was not opened.
fn is_balanced(text: &str) -> bool {
    let mut open = 0_i32;
    let mut never_below = true;
    for letter in text.chars() {
        open += i32::from(letter == '(') - i32::from(letter == ')');
        never_below &= open >= 0;
    }
    never_below && open == 0
}

#[cfg(test)]
mod tests {
    use super::{Part, lookup, parts, places, rows};
    use regtrial_results::Language::Norwegian;
    use std::collections::BTreeSet;

    #[test]
    fn places_hold_what_differs() {
        let pattern = parts("Curves: {1!} ({2}); level {3#}.");
        let found = places(&pattern, "Curves: share (a (b); c); level 0.5, 1.").unwrap_or_default();
        let texts: Vec<&str> = found.iter().map(|(_, _, text)| *text).collect();
        assert_eq!(texts, ["share", "a (b); c", "0.5, 1"]);
        assert!(places(&pattern, "Curves: share (a); level high.").is_none());
        assert!(places(&pattern, "Curves:  (a); level 1.").is_none());
    }

    #[test]
    fn what_is_ours_in_a_place_is_said_too() {
        let text = "Estimand: risk difference.";
        assert_eq!(
            lookup(Norwegian, text).as_deref(),
            Some("Estimand: risikodifferanse.")
        );
    }

    #[test]
    fn every_language_has_the_same_places() {
        let numbers = |phrase: &str| -> BTreeSet<char> {
            let found = parts(phrase).into_iter().filter_map(|part| match part {
                Part::Place(number, _) => Some(number),
                Part::Text(_) => None,
            });
            found.collect()
        };
        for row in rows() {
            for other in &row[1..] {
                assert_eq!(numbers(row[0]), numbers(other), "{}", row[0]);
            }
        }
    }
}

//! Words in English, Norwegian (bokmål) and Danish, and the marks that numbers take with them.
//!
//! What the plan names (titles, labels, levels) stays as it is written there. What this crate says
//! itself is looked up here, whole phrases at a time.

use crate::format::MINUS;
use regtrial_results::Language;

/// A phrase a line: English, Norwegian, Danish, with ` | ` between them.
const WORDS: &str = include_str!("../assets/words.txt");

fn rows() -> impl Iterator<Item = [&'static str; 3]> {
    WORDS.lines().filter_map(|line| {
        let mut phrases = line.split(" | ");
        Some([phrases.next()?, phrases.next()?, phrases.next()?])
    })
}

/// A phrase in the language; itself if it is not one of ours.
pub(crate) fn said(language: Language, english: &str) -> String {
    let at = match language {
        Language::English => 0,
        Language::Norwegian => 1,
        Language::Danish => 2,
    };
    let row = rows().find(|row| row[0] == english);
    row.map_or(english, |row| row[at]).to_owned()
}

/// A word between two others.
pub(crate) fn between(language: Language, english: &str) -> String {
    format!(" {} ", said(language, english))
}

/// The names of states of a sequence, several shown as one: ours in the language, others as the plan
/// has them.
pub(crate) fn states(language: Language, text: &str) -> String {
    let name = |part: &str| match part {
        "none of these" | "not observed" => said(language, part),
        other => other.to_owned(),
    };
    text.split(" / ").map(name).collect::<Vec<_>>().join(" / ")
}

/// Whether a phrase is listed.
#[cfg(test)]
pub(crate) fn is_listed(english: &str) -> bool {
    rows().any(|row| row[0] == english)
}

/// The language's code, as a page declares it.
pub(crate) fn code(language: Language) -> &'static str {
    match language {
        Language::Norwegian => "nb",
        Language::Danish => "da",
        Language::English => "en",
    }
}

/// A text of ours with its numbers: a decimal comma where the language has one, and the word
/// between two limits.
pub(crate) fn numbers(language: Language, text: &str) -> String {
    if language == Language::English {
        return text.to_owned();
    }
    let letters: Vec<char> = text.chars().collect();
    let digit = |i: Option<usize>| {
        i.and_then(|i| letters.get(i))
            .is_some_and(char::is_ascii_digit)
    };
    let mut out = String::with_capacity(text.len());
    for (i, letter) in letters.iter().enumerate() {
        let inside = *letter == '.' && digit(Some(i + 1));
        if inside && (digit(i.checked_sub(1)) || i == 0 || !letters[i - 1].is_alphanumeric()) {
            out.push(',');
        } else {
            out.push(*letter);
        }
    }
    between_limits(language, &out)
}

/// ` to ` between two numbers.
fn between_limits(language: Language, text: &str) -> String {
    let to = between(language, "to");
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(" to ") {
        let (before, after) = (&rest[..at], &rest[at + 4..]);
        let number = |c: char| c.is_ascii_digit() || matches!(c, '∞' | MINUS | '<');
        let fits = before.ends_with(number) && after.starts_with(number);
        out.push_str(before);
        out.push_str(if fits { &to } else { " to " });
        rest = after;
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::{WORDS, numbers, rows, said};
    use regtrial_results::Language::{Danish, English, Norwegian};

    #[test]
    fn numbers_take_a_comma_and_words_their_language() {
        assert_eq!(
            numbers(Norwegian, "25.0 (4.0 to 44.0)"),
            "25,0 (4,0 til 44,0)"
        );
        assert_eq!(numbers(Danish, "<0.001"), "<0,001");
        assert_eq!(numbers(Danish, ".03"), ",03");
        assert_eq!(numbers(English, "25.0"), "25.0");
        assert_eq!(numbers(Norwegian, "10/40 (25.0)"), "10/40 (25,0)");
        assert_eq!(
            numbers(Norwegian, "From a to b. 3 end."),
            "From a to b. 3 end."
        );
        assert_eq!(said(Norwegian, "Outcome"), "Utfall");
        assert_eq!(said(Danish, "A label of the plan"), "A label of the plan");
    }

    #[test]
    fn no_phrase_is_listed_twice() {
        let mut phrases: Vec<&str> = rows().map(|row| row[0]).collect();
        assert_eq!(phrases.len(), WORDS.lines().count(), "three phrases a line");
        phrases.sort_unstable();
        phrases.dedup();
        assert_eq!(phrases.len(), WORDS.lines().count());
    }
}

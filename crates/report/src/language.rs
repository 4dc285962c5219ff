//! Words in English, Norwegian (bokmål) and Danish, and the marks that numbers take with them.
//!
//! What the plan names (titles, labels, levels) stays as it is written there. What the records and
//! this crate say is looked up, whole phrases at a time.

mod phrase;

use crate::format::MINUS;
use phrase::{listed, lookup};
use regtrial_results::{Analysis, Language};

/// A phrase in the language; itself if it is not one of ours.
pub(crate) fn said(language: Language, english: &str) -> String {
    lookup(language, english).unwrap_or_else(|| english.to_owned())
}

/// One or more sentences in the language, each of which is one of ours or stays as it is.
pub(crate) fn sentences(language: Language, english: &str) -> String {
    if let Some(whole) = listed(language, english) {
        return whole.to_owned();
    }
    let mut told = Vec::new();
    let mut start = 0;
    for (at, _) in english.match_indices(". ") {
        let after = english[at + 2..].chars().next();
        if after.is_some_and(|letter| letter.is_uppercase() || letter == '–') {
            told.push(said(language, &english[start..=at]));
            start = at + 2;
        }
    }
    told.push(said(language, &english[start..]));
    told.join(" ")
}

/// An analysis with its title and notes in the language.
pub(crate) fn analysis(language: Language, english: &Analysis) -> Analysis {
    let notes = english.notes.iter();
    Analysis {
        title: said(language, &english.title),
        notes: notes.map(|note| sentences(language, note)).collect(),
        ..english.clone()
    }
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
    lookup(Language::English, english).is_some()
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

/// Numbers with commas between them: with decimal commas, semicolons.
fn listed_numbers(language: Language, text: &str) -> String {
    let apart = match language {
        Language::English => text.to_owned(),
        _ => text.replace(", ", "; "),
    };
    numbers(language, &apart)
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
    use super::phrase::rows;
    use super::{numbers, said, sentences};
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
    fn each_sentence_is_said_and_others_stay() {
        let text = "Population: aged 25 or more. Whatever the plan says. Numbers of people are rounded to \
                    multiples of 5.";
        assert_eq!(
            sentences(Danish, text),
            "Population: aged 25 or more. Whatever the plan says. Antal personer er afrundet til \
             multipla af 5."
        );
        assert_eq!(sentences(English, text), text);
    }

    #[test]
    fn no_phrase_is_listed_twice() {
        let mut phrases: Vec<&str> = rows().map(|row| row[0]).collect();
        phrases.sort_unstable();
        for pair in phrases.windows(2) {
            assert_ne!(pair[0], pair[1]);
        }
    }
}

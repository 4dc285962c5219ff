//! Words in English, Norwegian (bokmål) and Danish, and the marks that numbers take with them.
//!
//! What the plan names (titles, labels, levels) stays as it is written there. What this crate says
//! itself is looked up here, whole phrases at a time.

use crate::format::MINUS;
use regtrial_results::Language;

/// English, Norwegian, Danish.
const WORDS: [(&str, &str, &str); 78] = [
    ("Characteristic", "Kjennetegn", "Karakteristika"),
    ("Std. difference", "Std. differanse", "Std. forskel"),
    ("Mean (SD)", "Gjennomsnitt (SD)", "Gennemsnit (SD)"),
    ("Median (IQR)", "Median (kvartiler)", "Median (kvartiler)"),
    ("Missing", "Mangler", "Mangler"),
    ("Outcome", "Utfall", "Udfald"),
    ("Term", "Ledd", "Led"),
    ("Difference", "Differanse", "Forskel"),
    (
        "Mean difference",
        "Forskjell i gjennomsnitt",
        "Forskel i gennemsnit",
    ),
    (
        "Risk difference, percentage points",
        "Risikodifferanse, prosentpoeng",
        "Risikodifference, procentpoint",
    ),
    ("Risk difference", "Risikodifferanse", "Risikodifference"),
    ("Risk ratio", "Relativ risiko", "Relativ risiko"),
    ("Odds ratio", "Oddsratio", "Oddsratio"),
    ("Rate ratio", "Rateratio", "Rateratio"),
    ("Hazard ratio", "Hasardratio", "Hazardratio"),
    ("Coefficient", "Koeffisient", "Koefficient"),
    ("Estimate", "Estimat", "Estimat"),
    (
        "Standardised risk, %",
        "Standardisert risiko, %",
        "Standardiseret risiko, %",
    ),
    (
        "Standardised mean",
        "Standardisert gjennomsnitt",
        "Standardiseret gennemsnit",
    ),
    ("withheld", "tilbakeholdt", "tilbageholdt"),
    ("p", "p", "p"),
    ("P value", "P-verdi", "P-værdi"),
    ("P", "P", "P"),
    ("Diagnostics", "Merknader", "Bemærkninger"),
    ("Code", "Kode", "Kode"),
    ("Severity", "Alvor", "Alvor"),
    ("Concerns", "Gjelder", "Vedrører"),
    ("Message", "Melding", "Besked"),
    (
        "Disclosure control",
        "Avsløringskontroll",
        "Diskretionering",
    ),
    ("Provenance", "Opphav", "Ophav"),
    ("Contents", "Innhold", "Indhold"),
    ("Data of the figure", "Figurens data", "Figurens data"),
    (
        "Download the points (CSV)",
        "Last ned punktene (CSV)",
        "Hent punkterne (CSV)",
    ),
    (
        "Randomised trial",
        "Randomisert studie",
        "Randomiseret forsøg",
    ),
    ("Cohort study", "Kohortstudie", "Kohortestudie"),
    ("Register study", "Registerstudie", "Registerstudie"),
    ("Employed, %", "I arbeid, %", "I arbejde, %"),
    ("Number observed", "Antall observert", "Antal observeret"),
    (
        "Months since randomisation",
        "Måneder siden randomisering",
        "Måneder siden randomisering",
    ),
    (
        "Months since the index date",
        "Måneder siden indeksdato",
        "Måneder siden indeksdato",
    ),
    (
        "Weeks since randomisation",
        "Uker siden randomisering",
        "Uger siden randomisering",
    ),
    (
        "Weeks since the index date",
        "Uker siden indeksdato",
        "Uger siden indeksdato",
    ),
    ("With the event, %", "Med hendelsen, %", "Med hændelsen, %"),
    (
        "Without the event, %",
        "Uten hendelsen, %",
        "Uden hændelsen, %",
    ),
    ("Number at risk", "Antall i risiko", "Antal i risiko"),
    ("Reached, n/N", "Nådd, n/N", "Nået, n/N"),
    ("Median, days", "Median, dager", "Median, dage"),
    ("Log-rank test", "Log-rank-test", "Log-rank-test"),
    ("Gray's test", "Grays test", "Grays test"),
    ("all arms", "alle grupper", "alle grupper"),
    ("Group", "Gruppe", "Gruppe"),
    ("Month", "Måned", "Måned"),
    ("Lower limit", "Nedre grense", "Nedre grænse"),
    ("Upper limit", "Øvre grense", "Øvre grænse"),
    ("People", "Personer", "Personer"),
    ("Label", "Betegnelse", "Betegnelse"),
    (
        "Balance at baseline",
        "Balanse ved start",
        "Balance ved start",
    ),
    (
        "Standardised difference",
        "Standardisert differanse",
        "Standardiseret forskel",
    ),
    (
        "Contrasts of the arms",
        "Sammenligning av gruppene",
        "Sammenligning af grupperne",
    ),
    (
        "Skip to the results",
        "Gå til resultatene",
        "Gå til resultaterne",
    ),
    (
        "Tables and figures",
        "Tabeller og figurer",
        "Tabeller og figurer",
    ),
    ("Randomised", "Randomisert", "Randomiseret"),
    ("Left", "Falt fra", "Udgået"),
    ("Analysed", "Analysert", "Analyseret"),
    ("died", "døde", "døde"),
    ("emigrated", "utvandret", "udvandret"),
    (
        "withdrew consent",
        "trakk samtykket",
        "trak samtykket tilbage",
    ),
    ("Shown", "Vist", "Vist"),
    ("yes", "ja", "ja"),
    ("no", "nei", "nej"),
    (" vs ", " mot ", " mod "),
    (" to ", " til ", " til "),
    ("Contrasts: ", "Kontraster: ", "Kontraster: "),
    ("CI", "KI", "KI"),
    ("Arm: ", "Gruppe: ", "Gruppe: "),
    (", mean (SD)", ", gjennomsnitt (SD)", ", gennemsnit (SD)"),
    (
        "Percentages are of all people in the arm. Standardised difference: difference in units of \
         the root mean of both arms' variances.",
        "Prosenter er av alle i gruppen. Standardisert differanse: forskjell i enheter av roten av \
         gjennomsnittet av begge gruppers varians.",
        "Procenter er af alle i gruppen. Standardiseret forskel: forskel i enheder af roden af \
         gennemsnittet af begge gruppers varians.",
    ),
    (
        "Differences are in percentage points for n/N (%), and in the unit of the outcome for means.",
        "Differanser er i prosentpoeng for n/N (%), og i utfallets enhet for gjennomsnitt.",
        "Forskelle er i procentpoint for n/N (%), og i udfaldets enhed for gennemsnit.",
    ),
];

/// A phrase in the language; itself if it is not one of ours.
pub(crate) fn said(language: Language, english: &str) -> String {
    let row = WORDS.iter().find(|row| row.0 == english);
    match (language, row) {
        (Language::Norwegian, Some(row)) => row.1.to_owned(),
        (Language::Danish, Some(row)) => row.2.to_owned(),
        _ => english.to_owned(),
    }
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
    let to = said(language, " to ");
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
    use super::{WORDS, numbers, said};
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
        let mut phrases: Vec<&str> = WORDS.iter().map(|row| row.0).collect();
        phrases.sort_unstable();
        phrases.dedup();
        assert_eq!(phrases.len(), WORDS.len());
    }
}

//! How journals want counts, intervals and p-values.

use crate::format::{MINUS, fixed};
use crate::language::{numbers, said, sentences, states};
use crate::tables::{Row, Table};
use regtrial_results::{Catalogue, Journal, Language};

/// A p-value as the journal writes it.
///
/// JAMA: two decimals, three below 0.01 and where two would turn 0.049 into 0.05, no leading zero.
/// APA: three decimals, no leading zero. BMJ and the default: three decimals.
pub(crate) fn p_value(p: f64, journal: Journal) -> String {
    let bare = |text: String| text.replacen("0.", ".", 1);
    match journal {
        Journal::Jama => match p {
            _ if p < 0.001 => "<.001".to_owned(),
            _ if p > 0.99 => ">.99".to_owned(),
            _ if p < 0.01 || (0.045..0.05).contains(&p) => bare(fixed(p, 3)),
            _ => bare(fixed(p, 2)),
        },
        Journal::Apa => match p {
            _ if p < 0.001 => "<.001".to_owned(),
            _ if p >= 0.9995 => ">.999".to_owned(),
            _ => bare(fixed(p, 3)),
        },
        _ => crate::format::p_value(p),
    }
}

/// The heading above p-values.
fn p_heading(journal: Journal) -> &'static str {
    match journal {
        Journal::Jama | Journal::Bmj => "P value",
        _ => "p",
    }
}

/// `n (%)` as the journal's headings say it.
fn counts(text: &str, journal: Journal) -> String {
    match journal {
        Journal::Jama => text
            .replace("n/N (%)", "No./total No. (%)")
            .replace("n (%)", "No. (%)"),
        Journal::Bmj => text
            .replace("n/N (%)", "No/total (%)")
            .replace("n (%)", "No (%)"),
        _ => text.to_owned(),
    }
}

/// An interval as the journal writes it: APA has brackets and a comma, JAMA a hyphen between limits
/// that are not negative.
fn interval(cell: &str, journal: Journal) -> String {
    let Some((estimate, rest)) = cell.split_once(" (") else {
        return cell.to_owned();
    };
    let limits = rest
        .strip_suffix(')')
        .and_then(|rest| rest.split_once(" to "));
    match (journal, limits) {
        (Journal::Apa, Some((low, high))) => format!("{estimate} [{low}, {high}]"),
        (Journal::Jama, Some((low, high))) if !rest.contains(MINUS) => {
            format!("{estimate} ({low}-{high})")
        }
        _ => cell.to_owned(),
    }
}

impl Table {
    /// The table in the language and the style of the study.
    pub(crate) fn presented(mut self, catalogue: &Catalogue) -> Self {
        let (language, journal) = (catalogue.language, catalogue.journal);
        for heading in &mut self.columns {
            *heading = self::heading(heading, language, journal);
        }
        self.title = said(language, &self.title);
        let mine = |label: &str| own(catalogue, label);
        for row in &mut self.rows {
            present_row(row, language, journal, &mine);
        }
        for note in &mut self.notes {
            *note = counts(&sentences(language, note), journal);
        }
        self
    }
}

fn present_row(row: &mut Row, language: Language, journal: Journal, mine: &dyn Fn(&str) -> bool) {
    if !mine(&row.label) {
        row.label = heading(&row.label, language, journal);
    }
    for cell in &mut row.cells {
        let styled = interval(&said(language, cell), journal);
        // A comma between limits and one within them cannot be told apart.
        let styled = if language == Language::English {
            styled
        } else {
            styled.replace(", ", "; ")
        };
        *cell = numbers(language, &styled);
    }
}

/// A label that the plan gave, to the letter.
fn own(catalogue: &Catalogue, label: &str) -> bool {
    let variables = catalogue.variables.iter();
    let mut levels = variables.clone().flat_map(|variable| &variable.levels);
    let mut labels = variables.map(|variable| &variable.label);
    let mut outcomes = catalogue.outcomes.iter().map(|outcome| &outcome.label);
    levels.any(|own| own == label)
        || labels.any(|own| own == label)
        || outcomes.any(|own| own == label)
}

/// A heading of ours, in parts: what it names, what is in it, its interval.
fn heading(text: &str, language: Language, journal: Journal) -> String {
    if text == "p" {
        return said(language, p_heading(journal));
    }
    if let Some(name) = text.strip_suffix(", n/N (%)") {
        return counts(&format!("{}, n/N (%)", states(language, name)), journal);
    }
    let text = counts(text, journal);
    if let Some((name, interval)) = text
        .split_once(" (")
        .filter(|(_, rest)| rest.ends_with("CI)"))
    {
        let interval = interval.replace("CI)", &format!("{})", said(language, "CI")));
        let interval = if language == Language::English {
            interval
        } else {
            numbers(language, &interval).replace("% ", " % ")
        };
        return format!("{} ({interval}", said(language, name));
    }
    said(language, &text)
}

#[cfg(test)]
mod tests {
    use super::{counts, heading, interval, p_value};
    use regtrial_results::Journal::{Apa, Bmj, Jama, Plain};
    use regtrial_results::Language::{Danish, English, Norwegian};

    #[test]
    fn p_values_by_journal() {
        for (p, jama, apa, bmj) in [
            (0.0004, "<.001", "<.001", "<0.001"),
            (0.0032, ".003", ".003", "0.003"),
            (0.0146, ".01", ".015", "0.015"),
            (0.0491, ".049", ".049", "0.049"),
            (0.4, ".40", ".400", "0.400"),
            (0.9971, ">.99", ".997", "0.997"),
        ] {
            assert_eq!(
                [p_value(p, Jama), p_value(p, Apa), p_value(p, Bmj)],
                [jama, apa, bmj]
            );
        }
    }

    #[test]
    fn counts_and_intervals_by_journal() {
        assert_eq!(counts("TAU, n/N (%)", Jama), "TAU, No./total No. (%)");
        assert_eq!(counts("Sex, n (%)", Bmj), "Sex, No (%)");
        assert_eq!(interval("1.20 (0.90 to 1.60)", Apa), "1.20 [0.90, 1.60]");
        assert_eq!(interval("1.20 (0.90 to 1.60)", Jama), "1.20 (0.90-1.60)");
        assert_eq!(
            interval("1.2 (\u{2212}0.9 to 1.6)", Jama),
            "1.2 (\u{2212}0.9 to 1.6)"
        );
        assert_eq!(interval("36.2 (10.4)", Apa), "36.2 (10.4)");
    }

    #[test]
    fn headings_by_language() {
        assert_eq!(
            heading("Odds ratio (95% CI)", Norwegian, Plain),
            "Oddsratio (95 % KI)"
        );
        assert_eq!(
            heading("Odds ratio (95% CI)", English, Bmj),
            "Odds ratio (95% CI)"
        );
        assert_eq!(heading("IPS vs TAU", Danish, Plain), "IPS mod TAU");
        assert_eq!(heading("p", Danish, Jama), "P-værdi");
        assert_eq!(
            heading("Days, mean (SD)", Norwegian, Plain),
            "Days, gjennomsnitt (SD)"
        );
    }
}

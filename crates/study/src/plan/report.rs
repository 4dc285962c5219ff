//! `[report]`: language and style.

use super::section::Section;
use regtrial_results::{Journal, Language};

pub(super) fn read(root: &Section<'_>) -> (Language, Journal) {
    let Some(section) = root.section("report") else {
        return (Language::default(), Journal::default());
    };
    let language = match section.choice("language", &["en", "nb", "da"]).as_deref() {
        Some("nb") => Language::Norwegian,
        Some("da") => Language::Danish,
        _ => Language::English,
    };
    let journal = match section
        .choice("style", &["plain", "jama", "bmj", "apa"])
        .as_deref()
    {
        Some("jama") => Journal::Jama,
        Some("bmj") => Journal::Bmj,
        Some("apa") => Journal::Apa,
        _ => Journal::Plain,
    };
    section.finish();
    (language, journal)
}

//! Publications written out for readers, from docs/REFERENCES.bib.

/// The bibliography: an entry a line, its values in braces.
const BIBLIOGRAPHY: &str = include_str!("../../../../docs/REFERENCES.bib");

/// Letters as BibTeX writes them.
const LETTERS: [(&str, &str); 5] = [
    ("\\&", "&"),
    ("{\\\"o}", "ö"),
    ("{\\\"O}", "Ö"),
    ("{\\'e}", "é"),
    ("{\\o}", "ø"),
];

/// More authors than these are cut to three and "et al."
const AUTHORS: usize = 6;

/// A publication by its key: authors, title, where and when.
pub(super) fn written(key: &str) -> Option<String> {
    let line = BIBLIOGRAPHY.lines().find(|line| {
        let name = line.split_once('{').map(|(_, rest)| rest);
        name.and_then(|rest| rest.split_once(','))
            .is_some_and(|(name, _)| name == key)
    })?;
    let of = |field: &str| value(line, field).map(plain);
    let mut parts = Vec::new();
    parts.extend(of("author").map(|names| authors(&names)));
    parts.extend(of("title"));
    parts.extend(of("edition").map(|number| format!("Edition {number}")));
    parts.extend(of("note"));
    parts.extend(place(&of));
    let text = parts.join(". ");
    let text = match of("doi") {
        Some(doi) => format!("{text}. doi:{doi}"),
        None => text,
    };
    Some(format!("{text}."))
}

/// Journal, volume and pages; or the book, and who published it; with the year.
fn place(of: &dyn Fn(&str) -> Option<String>) -> Option<String> {
    let year = of("year");
    let within = of("booktitle").map(|book| format!("In: {book}"));
    let publisher = of("publisher")
        .or_else(|| of("institution"))
        .or_else(|| of("howpublished"));
    let name = match of("journal") {
        Some(journal) => journal,
        None => [within, publisher]
            .into_iter()
            .flatten()
            .collect::<Vec<_>>()
            .join(". "),
    };
    let numbers = match (of("volume"), of("pages")) {
        (Some(volume), Some(pages)) => format!("{volume}:{pages}"),
        (volume, pages) => volume.or(pages).unwrap_or_default(),
    };
    let when = match (year.unwrap_or_default(), numbers) {
        (year, numbers) if numbers.is_empty() => year,
        (year, numbers) if year.is_empty() => numbers,
        (year, numbers) => format!("{year};{numbers}"),
    };
    let text = format!("{name} {when}");
    (!text.trim().is_empty()).then(|| text.trim().to_owned())
}

/// What stands in the braces behind `field=`.
fn value<'a>(line: &'a str, field: &str) -> Option<&'a str> {
    let start = line.find(&format!(" {field}={{"))? + field.len() + 3;
    let mut depth = 1;
    for (at, byte) in line.bytes().enumerate().skip(start) {
        match byte {
            b'{' => depth += 1,
            b'}' => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return line.get(start..at);
        }
    }
    None
}

/// BibTeX to plain text.
fn plain(text: &str) -> String {
    let mut text = text.to_owned();
    for (written, letter) in LETTERS {
        text = text.replace(written, letter);
    }
    let text = text.replace(['{', '}'], "");
    let text = text
        .replace("--", "–")
        .replace("``", "“")
        .replace("''", "”");
    text.replace('`', "‘")
}

/// `Newcombe, Robert G.` as `Newcombe RG`; institutions as they are.
fn authors(names: &str) -> String {
    let mut found: Vec<String> = names.split(" and ").map(author).collect();
    let others = found.last().is_some_and(|name| name == "others");
    if others {
        found.pop();
    }
    if found.len() > AUTHORS {
        found.truncate(3);
    } else if !others {
        return found.join(", ");
    }
    format!("{} et al", found.join(", "))
}

fn author(name: &str) -> String {
    match name.split_once(", ") {
        Some((family, given)) => {
            let parts = given.split([' ', '-']);
            let initials: String = parts.filter_map(|part| part.chars().next()).collect();
            format!("{family} {initials}")
        }
        None => name.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::{BIBLIOGRAPHY, written};

    #[test]
    fn publications_are_written_out() {
        let of = |key: &str| written(key).unwrap_or_default();
        assert_eq!(
            of("newcombe1998"),
            "Newcombe RG. Interval Estimation for the Difference between Independent Proportions: \
             Comparison of Eleven Methods. Statistics in Medicine 1998;17:873–890."
        );
        assert_eq!(
            of("venables_ripley2002"),
            "Venables WN, Ripley BD. Modern Applied Statistics with S. Edition 4. Springer 2002."
        );
        assert!(of("ye2023").ends_with("doi:10.1080/24754269.2023.2205802."));
        assert!(of("hopewell2025").starts_with("Hopewell S, Chan AW, Collins GS et al. "));
        assert!(of("montiel_olea2019").starts_with("Montiel Olea JL, Plagborg-Møller M. "));
        assert_eq!(written("nobody1900"), None);
    }

    #[test]
    fn every_entry_can_be_written() {
        let keys = BIBLIOGRAPHY.lines().filter_map(|line| {
            let rest = line.strip_prefix('@')?.split_once('{')?.1;
            rest.split_once(',').map(|(key, _)| key)
        });
        let mut seen = Vec::new();
        for key in keys {
            let text = written(key).unwrap_or_default();
            assert!(text.len() > 20, "{key}: {text}");
            assert!(!text.contains(['\\', '{', '}']), "{key}: {text}");
            assert!(!seen.contains(&key), "{key} twice");
            seen.push(key);
        }
        assert!(seen.len() > 100);
    }
}

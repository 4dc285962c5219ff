//! Which header is which field.

use crate::error::{Problem, RegisterError, describe_header};
use std::collections::BTreeMap;
use std::path::Path;

/// A field and the headers under which it is known, folded.
#[derive(Clone, Copy)]
pub(crate) struct Field {
    pub(crate) name: &'static str,
    pub(crate) aliases: &'static [&'static str],
    pub(crate) required: bool,
}

/// Column index by field name.
pub(crate) type HeaderMap = BTreeMap<&'static str, usize>;

/// Lower case, æøå folded, a leading `wYY_NNNN_` and all punctuation removed.
pub(crate) fn fold(header: &str) -> String {
    let lower = header.trim().trim_start_matches('\u{feff}').to_lowercase();
    let mut text = lower.as_str();
    if let Some(rest) = text.strip_prefix('w') {
        let parts: Vec<&str> = rest.splitn(3, '_').collect();
        if let [year, number, name] = parts[..]
            && year.len() == 2
            && number.len() == 4
            && (year.to_owned() + number)
                .bytes()
                .all(|b| b.is_ascii_digit())
        {
            text = name;
        }
    }
    let mut folded = String::new();
    for c in text.chars() {
        match c {
            'æ' => folded.push_str("ae"),
            'ø' | 'ö' => folded.push_str("oe"),
            'å' => folded.push_str("aa"),
            'ä' => folded.push_str("ae"),
            c if c.is_alphanumeric() => folded.push(c),
            _ => {}
        }
    }
    folded
}

/// Maps headers to fields; `declared` (field to header, from the plan) goes first.
pub(crate) fn map(
    path: &Path,
    header: &[String],
    fields: &[Field],
    declared: &BTreeMap<String, String>,
) -> Result<HeaderMap, RegisterError> {
    let mut found = HeaderMap::new();
    let mut problems = Vec::new();
    for field in fields {
        let matching: Vec<usize> = match declared.get(field.name) {
            Some(wanted) => (0..header.len())
                .filter(|&i| header[i] == *wanted)
                .collect(),
            None => {
                let folded: Vec<String> = header.iter().map(|name| fold(name)).collect();
                (0..header.len())
                    .filter(|&i| field.aliases.contains(&folded[i].as_str()))
                    .collect()
            }
        };
        match matching[..] {
            [column] => {
                found.insert(field.name, column);
            }
            [] => {
                if let Some(wanted) = declared.get(field.name) {
                    let rule = format!(
                        "there is no column `{wanted}`, which the plan names for `{}`",
                        field.name
                    );
                    problems.push(Problem::new("missing_column", path, rule).at_line(1));
                } else if field.required {
                    let rule = format!("no column is recognised as `{}`", field.name);
                    // A line of which nothing is known may be data.
                    let known = fields.iter().any(|field| {
                        header
                            .iter()
                            .any(|name| field.aliases.contains(&fold(name).as_str()))
                    });
                    let names = match known {
                        true => describe_header(header.iter().map(String::as_str)),
                        false => {
                            "nothing in the first line is known: is the header missing?".to_owned()
                        }
                    };
                    let help = format!(
                        "name it in the plan: columns = {{ {} = \"...\" }}; {names}",
                        field.name
                    );
                    problems.push(
                        Problem::new("missing_column", path, rule)
                            .at_line(1)
                            .help(help),
                    );
                }
            }
            _ => {
                let names: Vec<&str> = matching.iter().map(|&i| header[i].as_str()).collect();
                let rule = format!(
                    "several columns could be `{}`: {}",
                    field.name,
                    names.join(", ")
                );
                let help = format!(
                    "choose one in the plan: columns = {{ {} = \"...\" }}",
                    field.name
                );
                problems.push(
                    Problem::new("ambiguous_column", path, rule)
                        .at_line(1)
                        .help(help),
                );
            }
        }
    }
    for (i, (field, column)) in found.iter().enumerate() {
        if let Some((other, _)) = found.iter().take(i).find(|(_, c)| *c == column) {
            let rule = format!("`{}` is both `{field}` and `{other}`", header[*column]);
            problems.push(Problem::new("ambiguous_column", path, rule).at_line(1));
        }
    }
    if problems.is_empty() {
        Ok(found)
    } else {
        Err(RegisterError::Problems(problems))
    }
}

/// Whether a column holds employers, by its header.
pub(crate) fn is_employer(
    header: &str,
    fields: &[Field],
    declared: &BTreeMap<String, String>,
) -> bool {
    let folded = fold(header);
    let employers = ["employer", "legal_employer"];
    let known = fields
        .iter()
        .filter(|field| employers.contains(&field.name))
        .any(|field| field.aliases.contains(&folded.as_str()));
    let named = employers
        .iter()
        .any(|field| declared.get(*field).is_some_and(|name| name == header));
    let told = [
        "foretak",
        "virksomhet",
        "arbeidsgiver",
        "arbeidssted",
        "opplysningspliktig",
    ];
    known || named || told.iter().any(|part| folded.contains(part))
}

//! Markdown: a pipe table with its title above and its notes below.

use super::table::{Row, RowKind, Table};

impl Table {
    /// The table for a page in GitHub's Markdown or Pandoc's.
    #[must_use]
    pub fn to_markdown(&self) -> String {
        let mut text = format!("**{}**\n\n", escaped(&self.title));
        push_row(
            &mut text,
            self.columns.iter().map(|heading| escaped(heading)),
        );
        let rules = (0..self.columns.len()).map(|i| if i == 0 { ":---" } else { ":---:" });
        push_row(&mut text, rules.map(str::to_owned));
        for row in self.listed() {
            let cells = row.cells.iter().map(|cell| escaped(cell));
            push_row(&mut text, std::iter::once(label(row)).chain(cells));
        }
        for note in &self.notes {
            text.push_str(&format!("\n{}\n", escaped(note)));
        }
        text
    }
}

fn push_row(text: &mut String, cells: impl Iterator<Item = String>) {
    text.push('|');
    for cell in cells {
        text.push_str(&format!(" {cell} |"));
    }
    text.push('\n');
}

fn label(row: &Row) -> String {
    let text = escaped(&row.label);
    match row.kind {
        RowKind::Heading => format!("**{text}**"),
        RowKind::Detail => format!("&emsp;{text}"),
        RowKind::Plain | RowKind::Unlisted => text,
    }
}

/// Whatever Markdown or HTML would read as more than a character.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '\n' | '\r' => out.push(' '),
            '\\' | '|' | '*' | '_' | '`' | '[' | ']' | '~' | '$' | '^' => {
                out.push('\\');
                out.push(letter);
            }
            other => out.push(other),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::escaped;

    #[test]
    fn pipes_and_marks_are_escaped() {
        assert_eq!(escaped("a|b *c* d_e <5"), "a\\|b \\*c\\* d\\_e &lt;5");
    }
}

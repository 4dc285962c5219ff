//! HTML: a fragment, one `table` element with its caption and notes.

use super::table::{Row, RowKind, Table};
use maud::{Markup, PreEscaped, html};

impl Table {
    /// The table for any page, in ASCII (other characters as references), so that the fragment
    /// reads the same whatever encoding its page declares.
    #[must_use]
    pub fn to_html(&self) -> String {
        let mut text = ascii(&self.markup().into_string());
        text.push('\n');
        text
    }

    fn markup(&self) -> Markup {
        self.markup_with(|_| html! {}, html! {})
    }

    /// The table with marks behind its headings, and something below its notes.
    pub(crate) fn markup_with(&self, mark: impl Fn(usize) -> Markup, below: Markup) -> Markup {
        let below = below.into_string();
        html! {
            table id=(format!("table-{}", self.key)) {
                caption { span { (self.title) } }
                thead {
                    tr {
                        @for (i, heading) in self.columns.iter().enumerate() {
                            th scope="col" { (together(heading)) (mark(i)) }
                        }
                    }
                }
                tbody { @for row in self.listed() { (row_markup(row)) } }
                @if !self.notes.is_empty() || !below.is_empty() {
                    tfoot {
                        tr {
                            td colspan=(self.columns.len()) {
                                @for note in &self.notes { p { (note) } }
                                (PreEscaped(&below))
                            }
                        }
                    }
                }
            }
        }
    }
}

/// `95% CI` stays on one line, and so does `95 % KI`.
fn together(heading: &str) -> String {
    let pairs = [(" % KI", "\u{a0}%\u{a0}KI"), ("% CI", "%\u{a0}CI")];
    let join = |text: String, (apart, joined): (&str, &str)| text.replace(apart, joined);
    pairs.into_iter().fold(heading.to_owned(), join)
}

fn row_markup(row: &Row) -> Markup {
    let class = match row.kind {
        RowKind::Heading => "heading",
        RowKind::Detail => "detail",
        RowKind::Plain | RowKind::Unlisted => "plain",
    };
    html! {
        tr class=(class) {
            th scope="row" { (row.label) }
            @for cell in &row.cells { td { (cell) } }
        }
    }
}

fn ascii(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for letter in text.chars() {
        if letter.is_ascii() {
            out.push(letter);
        } else {
            out.push_str(&format!("&#x{:X};", u32::from(letter)));
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::{Row, RowKind, ascii, row_markup, together};

    #[test]
    fn a_level_stays_with_its_interval() {
        assert_eq!(together("Ratio (95% CI)"), "Ratio (95%\u{a0}CI)");
        assert_eq!(together("Ratio (95 % KI)"), "Ratio (95\u{a0}%\u{a0}KI)");
    }

    #[test]
    fn cells_are_escaped() {
        let row = Row::new(RowKind::Plain, "A & B", vec!["<5".to_owned()]);
        let text = row_markup(&row).into_string();
        assert!(
            text.contains("A &amp; B") && text.contains("&lt;5"),
            "{text}"
        );
    }

    #[test]
    fn other_characters_become_references() {
        assert_eq!(ascii("\u{2212}1 – ø"), "&#x2212;1 &#x2013; &#xF8;");
    }
}

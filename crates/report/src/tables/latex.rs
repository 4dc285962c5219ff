//! LaTeX: a `table` with a booktabs `tabular`. Needs `\usepackage{booktabs}`.

use super::table::{Row, RowKind, Table};

impl Table {
    /// The table as a float, its notes below it in small type.
    #[must_use]
    pub fn to_latex(&self) -> String {
        let alignment = format!("l{}", "c".repeat(self.columns.len().saturating_sub(1)));
        let headings: Vec<String> = self
            .columns
            .iter()
            .map(|heading| escaped(heading))
            .collect();
        let mut text = format!(
            "\\begin{{table}}[htbp]\n\\centering\n\\caption{{{}}}\n\\label{{tab:{}}}\n\
             \\begin{{tabular}}{{{alignment}}}\n\\toprule\n{} \\\\\n\\midrule\n",
            escaped(&self.title),
            reference(&self.key),
            headings.join(" & "),
        );
        for row in self.listed() {
            let cells = row.cells.iter().map(|cell| escaped(cell));
            let cells: Vec<String> = std::iter::once(label(row)).chain(cells).collect();
            text.push_str(&format!("{} \\\\\n", cells.join(" & ")));
        }
        text.push_str("\\bottomrule\n\\end{tabular}\n");
        if !self.notes.is_empty() {
            let notes: Vec<String> = self.notes.iter().map(|note| escaped(note)).collect();
            text.push_str(&format!(
                "\n\\par\\smallskip\n\\begin{{minipage}}{{\\linewidth}}\\footnotesize\n{}\n\
                 \\end{{minipage}}\n",
                notes.join("\n\n"),
            ));
        }
        text.push_str("\\end{table}\n");
        text
    }
}

fn label(row: &Row) -> String {
    let text = escaped(&row.label);
    match row.kind {
        RowKind::Detail => format!("\\quad {text}"),
        // A row may not begin with an optional argument of the line break above it.
        _ if text.starts_with('[') => format!("{{}}{text}"),
        _ => text,
    }
}

/// A key that `\ref` takes: letters, digits and hyphens.
fn reference(key: &str) -> String {
    key.chars()
        .map(|letter| {
            if letter.is_ascii_alphanumeric() {
                letter
            } else {
                '-'
            }
        })
        .collect()
}

fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' | '%' | '$' | '#' | '_' | '{' | '}' => {
                out.push('\\');
                out.push(letter);
            }
            '\\' => out.push_str("\\textbackslash{}"),
            '~' => out.push_str("\\textasciitilde{}"),
            '^' => out.push_str("\\textasciicircum{}"),
            '<' => out.push_str("$<$"),
            '>' => out.push_str("$>$"),
            '≤' => out.push_str("$\\leq$"),
            '≥' => out.push_str("$\\geq$"),
            '\u{2212}' => out.push_str("$-$"),
            '–' => out.push_str("--"),
            '∞' => out.push_str("$\\infty$"),
            'χ' => out.push_str("$\\chi$"),
            '²' => out.push_str("\\textsuperscript{2}"),
            '\u{a0}' => out.push('~'),
            '\n' | '\r' => out.push(' '),
            other => out.push(other),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::{escaped, reference};

    #[test]
    fn special_characters_are_escaped() {
        assert_eq!(escaped("50 % of A&B_1"), "50 \\% of A\\&B\\_1");
        assert_eq!(escaped("<5"), "$<$5");
        assert_eq!(escaped("\u{2212}1.2"), "$-$1.2");
        assert_eq!(escaped("a\\b{c}"), "a\\textbackslash{}b\\{c\\}");
    }

    #[test]
    fn a_label_is_fit_for_a_reference() {
        assert_eq!(reference("main_model"), "main-model");
    }
}

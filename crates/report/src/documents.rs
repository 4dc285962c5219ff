//! Every file of a report, in memory.

use crate::figures::{Figure, by_analysis};
use crate::tables::{Table, tables};
use crate::{ReportError, page};
use regtrial_results::Released;

/// A file to write: where, below the output folder, and what.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Document {
    /// Path below the output folder, with `/` between its parts: `tables/baseline.csv`.
    pub path: String,
    /// The whole content.
    pub bytes: Vec<u8>,
}

/// Where the results come from: the lines at the foot of the page.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Provenance {
    /// A label and its value, as in `("regtrial", "0.1.0")`.
    pub lines: Vec<(String, String)>,
    /// Every file that the numbers come from.
    pub inputs: Vec<InputFile>,
}

/// A file and what it is recognised by.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct InputFile {
    /// Its name, relative to the plan.
    pub file: String,
    /// SHA-256 of its bytes.
    pub sha256: String,
}

/// Makes every table in six formats, every figure in three, and the page that holds them all.
///
/// # Errors
/// [`ReportError`] if a file cannot be written or a figure cannot be drawn.
pub fn documents(
    released: &Released,
    provenance: &Provenance,
) -> Result<Vec<Document>, ReportError> {
    let tables = tables(released);
    let figures = by_analysis(released)?;
    let mut documents = Vec::new();
    for table in &tables {
        documents.extend(table_documents(table)?);
    }
    for (_, figure) in &figures {
        documents.extend(figure_documents(figure));
    }
    let page = page::page(released, provenance, &tables, &figures);
    documents.push(document("report.html".to_owned(), page));
    Ok(documents)
}

fn table_documents(table: &Table) -> Result<[Document; 6], ReportError> {
    let path = |extension: &str| format!("tables/{}.{extension}", table.key);
    Ok([
        document(path("csv"), table.to_csv()?),
        document(path("md"), table.to_markdown()),
        document(path("html"), table.to_html()),
        document(path("tex"), table.to_latex()),
        document(path("docx"), table.to_docx()?),
        document(path("xlsx"), table.to_xlsx()?),
    ])
}

fn figure_documents(figure: &Figure) -> [Document; 3] {
    let path = |extension: &str| format!("figures/{}.{extension}", figure.key);
    [
        document(path("svg"), figure.svg.clone()),
        document(path("png"), figure.png.clone()),
        document(path("csv"), figure.points_csv.clone()),
    ]
}

fn document(path: String, content: impl Into<Vec<u8>>) -> Document {
    Document {
        path,
        bytes: content.into(),
    }
}

#[cfg(test)]
mod tests {
    use super::{Provenance, documents};
    use crate::example;

    #[test]
    fn every_table_and_figure_has_its_files_and_the_bytes_repeat() {
        let released = example::released();
        let provenance = Provenance {
            lines: vec![("regtrial".to_owned(), "0.1.0".to_owned())],
            ..Provenance::default()
        };
        let first = documents(&released, &provenance);
        assert!(first.is_ok());
        assert_eq!(first, documents(&released, &provenance));
        let paths: Vec<String> = first
            .into_iter()
            .flatten()
            .map(|document| document.path)
            .collect();
        for path in [
            "tables/baseline.csv",
            "tables/outcomes.tex",
            "tables/outcomes.docx",
            "tables/main.xlsx",
            "figures/employment.svg",
            "figures/employment.png",
            "figures/employment.csv",
            "report.html",
        ] {
            assert!(paths.iter().any(|found| found == path), "{path} is missing");
        }
    }

    /// Every link of the page has its target, every figure its data and its points.
    #[test]
    fn the_page_holds_together() {
        let made = documents(&example::released(), &Provenance::default()).unwrap_or_default();
        let page = made.iter().find(|document| document.path == "report.html");
        let text = page.map(|page| String::from_utf8_lossy(&page.bytes).into_owned());
        let text = text.unwrap_or_default();
        for link in text.split("href=\"#").skip(1) {
            let target = link.split('"').next().unwrap_or_default();
            assert!(text.contains(&format!("id=\"{target}\"")), "{target}");
        }
        let ids: Vec<&str> = text.split(" id=\"").skip(1).collect();
        let names = ids.iter().filter_map(|rest| rest.split('"').next());
        let mut names: Vec<&str> = names.collect();
        let all = names.len();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), all, "an id twice");
        assert_eq!(
            text.matches("<figure").count(),
            text.matches("<details").count()
        );
        assert_eq!(
            text.matches("<figure").count(),
            text.matches(" download=").count()
        );
    }

    #[test]
    fn the_page_asks_for_nothing_from_outside() {
        let made = documents(&example::released(), &Provenance::default()).unwrap_or_default();
        let page = made.iter().find(|document| document.path == "report.html");
        let text = page
            .map(|page| String::from_utf8_lossy(&page.bytes).into_owned())
            .unwrap_or_default();
        assert!(text.starts_with("<!DOCTYPE html>"));
        assert!(text.contains("default-src 'none'"));
        assert!(!text.contains("<script"));
        assert!(!text.contains("src=\""));
        let mut links = text.split("href=\"").skip(1);
        assert!(links.all(|link| link.starts_with('#') || link.starts_with("data:text/csv")));
        assert!(!text.contains("<?xml"));
    }
}

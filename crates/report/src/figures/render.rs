//! SVG with text to SVG with outlines, and to PNG.

use super::scene::Hint;
use crate::fonts::{FAMILY, database};
use resvg::tiny_skia::{Color, Pixmap, Transform};
use resvg::usvg::{Group, Indent, Node, Options, Tree, WriteOptions};

/// How near the pointer has to come to a point.
const REACH: f64 = 7.0;
/// Pixels for one unit of the page.
const PIXELS: f32 = 2.0;

/// A figure in both of its formats.
pub(crate) struct Rendered {
    pub(crate) svg: String,
    pub(crate) png: Vec<u8>,
}

/// Renders a page, or says why not.
pub(crate) fn render(svg: &str, title: &str, hints: &[Hint]) -> Result<Rendered, String> {
    let options = Options {
        font_family: FAMILY.to_owned(),
        fontdb: database(),
        ..Options::default()
    };
    let tree = Tree::from_str(svg, &options).map_err(|error| error.to_string())?;
    Ok(Rendered {
        svg: hinted(outlines(&tree, title), hints),
        png: png(&tree)?,
    })
}

fn outlines(tree: &Tree, title: &str) -> String {
    let options = WriteOptions {
        coordinates_precision: 2,
        transforms_precision: 4,
        indent: Indent::Spaces(0),
        ..WriteOptions::default()
    };
    let mut text = named(&tree.to_string(&options), tree, title);
    if !text.ends_with('\n') {
        text.push('\n');
    }
    text
}

/// Gives the root element its view box and its name for those who do not see it.
fn named(svg: &str, tree: &Tree, title: &str) -> String {
    let Some((root, rest)) = svg.split_once('>') else {
        return svg.to_owned();
    };
    let (width, height) = (tree.size().width(), tree.size().height());
    let title = escaped(title);
    let words = escaped(&words(tree.root()).join("; "));
    format!(
        "{root} viewBox=\"0 0 {width} {height}\" role=\"img\" aria-label=\"{title}\">\n\
         <title>{title}</title>\n<desc>{words}</desc>{rest}"
    )
}

/// What is written on the figure, numbers on their own left out: outlines cannot be searched.
fn words(group: &Group) -> Vec<String> {
    let mut found = Vec::new();
    for node in group.children() {
        match node {
            Node::Group(inner) => found.extend(words(inner)),
            Node::Text(text) => {
                let line: String = text.chunks().iter().map(|chunk| chunk.text()).collect();
                found.extend(line.chars().any(char::is_alphabetic).then_some(line));
            }
            _ => {}
        }
    }
    found
}

/// Above the outlines, what is said of places: browsers show the title of what the pointer is on.
fn hinted(svg: String, hints: &[Hint]) -> String {
    let Some(drawn) = svg.trim_end().strip_suffix("</svg>") else {
        return svg;
    };
    if hints.is_empty() {
        return svg;
    }
    let mut text = format!("{drawn}<g fill=\"transparent\">\n");
    for Hint {
        at: (x, y),
        text: said,
    } in hints
    {
        let said = escaped(said);
        text.push_str(&format!(
            "<circle cx=\"{x:.2}\" cy=\"{y:.2}\" r=\"{REACH}\"><title>{said}</title></circle>\n"
        ));
    }
    text.push_str("</g>\n</svg>\n");
    text
}

fn escaped(text: &str) -> String {
    let text: String = text.chars().filter(|letter| !letter.is_control()).collect();
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}

fn png(tree: &Tree) -> Result<Vec<u8>, String> {
    let pixels = |length: f32| (length * PIXELS).ceil() as u32;
    let size = tree.size();
    let mut page = Pixmap::new(pixels(size.width()), pixels(size.height()))
        .ok_or_else(|| "the page has no size".to_owned())?;
    page.fill(Color::WHITE);
    resvg::render(
        tree,
        Transform::from_scale(PIXELS, PIXELS),
        &mut page.as_mut(),
    );
    page.encode_png().map_err(|error| error.to_string())
}

#[cfg(test)]
mod tests {
    use super::{Hint, escaped, hinted};

    #[test]
    fn what_is_said_of_a_place_lies_above_it() {
        let hint = Hint {
            at: (10.0, 20.5),
            text: "IPS < TAU".to_owned(),
        };
        assert_eq!(
            hinted("<svg><path/></svg>\n".to_owned(), &[hint]),
            "<svg><path/><g fill=\"transparent\">\n<circle cx=\"10.00\" cy=\"20.50\" r=\"7\">\
             <title>IPS &lt; TAU</title></circle>\n</g>\n</svg>\n"
        );
        assert_eq!(hinted("<svg></svg>\n".to_owned(), &[]), "<svg></svg>\n");
    }

    #[test]
    fn a_title_cannot_leave_its_attribute() {
        assert_eq!(
            escaped("a \"b\" <c> & d"),
            "a &quot;b&quot; &lt;c&gt; &amp; d"
        );
    }
}

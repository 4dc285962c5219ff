//! SVG with text to SVG with outlines, and to PNG.

use crate::fonts::{FAMILY, database};
use resvg::tiny_skia::{Color, Pixmap, Transform};
use resvg::usvg::{Indent, Options, Tree, WriteOptions};

/// Pixels for one unit of the page.
const PIXELS: f32 = 2.0;

/// A figure in both of its formats.
pub(crate) struct Rendered {
    pub(crate) svg: String,
    pub(crate) png: Vec<u8>,
}

/// Renders a page, or says why not.
pub(crate) fn render(svg: &str, title: &str) -> Result<Rendered, String> {
    let options = Options {
        font_family: FAMILY.to_owned(),
        fontdb: database(),
        ..Options::default()
    };
    let tree = Tree::from_str(svg, &options).map_err(|error| error.to_string())?;
    Ok(Rendered {
        svg: outlines(&tree, title),
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
    format!(
        "{root} viewBox=\"0 0 {width} {height}\" role=\"img\" aria-label=\"{title}\">\n\
         <title>{title}</title>{rest}"
    )
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
    use super::escaped;

    #[test]
    fn a_title_cannot_leave_its_attribute() {
        assert_eq!(
            escaped("a \"b\" <c> & d"),
            "a &quot;b&quot; &lt;c&gt; &amp; d"
        );
    }
}

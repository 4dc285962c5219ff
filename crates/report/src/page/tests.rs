//! What an accessibility checker would say of the page, as far as its text tells: landmarks, order
//! of headings, names of regions and figures, scopes of headings, contrast of colours.

use super::STYLE;
use crate::documents::{Provenance, documents};
use crate::example;
use crate::figures::text_colours;

fn page() -> String {
    let provenance = Provenance {
        lines: vec![("regtrial".to_owned(), "0.1.0".to_owned())],
        ..Provenance::default()
    };
    let made = documents(&example::released(), &provenance).unwrap_or_default();
    let found = made.iter().find(|document| document.path == "report.html");
    let text = found.map(|page| String::from_utf8_lossy(&page.bytes).into_owned());
    text.unwrap_or_default()
}

/// The opening tags of an element.
fn tags<'a>(page: &'a str, element: &str) -> Vec<&'a str> {
    let open = format!("<{element}");
    let rest = page
        .match_indices(&open)
        .map(|(at, _)| &page[at + open.len()..]);
    let whole = rest.filter(|rest| rest.starts_with([' ', '>', '\n']));
    whole.filter_map(|rest| rest.split('>').next()).collect()
}

fn attribute<'a>(tag: &'a str, name: &str) -> Option<&'a str> {
    let rest = tag.split_once(&format!("{name}=\""))?.1;
    rest.split('"').next()
}

#[test]
fn landmarks_and_headings_are_in_order() {
    let page = page();
    assert_eq!(attribute(tags(&page, "html")[0], "lang"), Some("en"));
    for (element, count) in [
        ("main", 1),
        ("nav", 1),
        ("h1", 1),
        ("header", 1),
        ("footer", 1),
    ] {
        assert_eq!(tags(&page, element).len(), count, "{element}");
    }
    let skip = page.find("class=\"skip\" href=\"#results\"");
    assert!(
        skip < page.find("<header"),
        "the link past everything comes first"
    );
    assert!(page.contains("<main id=\"results\""));
    let mut level = 0;
    for (at, _) in page.match_indices("<h") {
        let Some(next) = page[at + 2..].chars().next().and_then(|c| c.to_digit(10)) else {
            continue;
        };
        assert!(next <= level + 1, "h{next} after h{level}");
        level = next;
    }
}

#[test]
fn everything_has_a_name_of_its_own() {
    let page = page();
    for figure in tags(&page, "svg") {
        assert_eq!(attribute(figure, "role"), Some("img"));
        assert!(attribute(figure, "aria-label").is_some_and(|name| !name.is_empty()));
    }
    let regions: Vec<&str> = tags(&page, "div")
        .into_iter()
        .filter(|tag| attribute(tag, "class") == Some("scroll"))
        .collect();
    assert!(regions.len() > 4);
    let mut names = Vec::new();
    for region in regions {
        assert_eq!(attribute(region, "tabindex"), Some("0"), "{region}");
        assert_eq!(attribute(region, "role"), Some("region"), "{region}");
        let name = attribute(region, "aria-label").or(attribute(region, "aria-labelledby"));
        assert!(!names.contains(&name), "{name:?} twice");
        names.push(name);
    }
    for heading in tags(&page, "th") {
        assert!(attribute(heading, "scope").is_some(), "{heading}");
    }
    assert!(
        !page.contains("<th scope=\"col\"></th>"),
        "a heading without a text"
    );
    assert!(page.contains("width=device-width, initial-scale=1"));
}

/// The relative luminance of a colour (Web Content Accessibility Guidelines 2.2).
fn luminance([red, green, blue]: [u8; 3]) -> f64 {
    let linear = |value: u8| {
        let share = f64::from(value) / 255.0;
        if share <= 0.04045 {
            share / 12.92
        } else {
            ((share + 0.055) / 1.055).powf(2.4)
        }
    };
    0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue)
}

/// On white.
fn contrast(colour: [u8; 3]) -> f64 {
    1.05 / (luminance(colour) + 0.05)
}

fn hexadecimal(text: &str) -> Option<[u8; 3]> {
    let digits: Vec<u8> = text
        .chars()
        .map_while(|c| c.to_digit(16).map(|d| d as u8))
        .collect();
    match digits[..] {
        [r, g, b] => Some([r * 17, g * 17, b * 17]),
        [a, b, c, d, e, f] => Some([a * 16 + b, c * 16 + d, e * 16 + f]),
        _ => None,
    }
}

#[test]
fn every_text_can_be_read_on_white() {
    assert!((contrast([0, 0, 0]) - 21.0).abs() < 1e-9);
    assert!((contrast([0x76, 0x76, 0x76]) - 4.54).abs() < 0.01);
    let of_page = STYLE.split(" color: #").skip(1).filter_map(hexadecimal);
    let colours: Vec<[u8; 3]> = of_page.chain(text_colours()).collect();
    assert!(colours.len() > 8);
    for colour in colours {
        assert!(contrast(colour) >= 4.5, "{colour:?}: {}", contrast(colour));
    }
}

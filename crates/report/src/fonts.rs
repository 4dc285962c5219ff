//! The two faces that come with the crate (DejaVu Sans, licence in `assets`), so that a figure is
//! the same on every machine. Fonts of the machine are never looked at.

use plotters::style::{FontDesc, FontFamily, FontStyle, register_font};
use resvg::usvg::fontdb;
use std::sync::{Arc, OnceLock};

/// The family's name, as the font files carry it.
pub(crate) const FAMILY: &str = "DejaVu Sans";

static REGULAR: &[u8] = include_bytes!("../assets/DejaVuSans.ttf");
static BOLD: &[u8] = include_bytes!("../assets/DejaVuSans-Bold.ttf");

/// The font's height (ascent to descent) in ems: widths are measured per height.
const HEIGHT_PER_EM: f64 = 2384.0 / 2048.0;
/// Measuring rounds to whole units, so it is done large.
const MEASURED_AT: f64 = 1000.0;

/// The faces for turning text into outlines.
pub(crate) fn database() -> Arc<fontdb::Database> {
    static DATABASE: OnceLock<Arc<fontdb::Database>> = OnceLock::new();
    let database = DATABASE.get_or_init(|| {
        let mut database = fontdb::Database::new();
        database.load_font_data(REGULAR.to_vec());
        database.load_font_data(BOLD.to_vec());
        Arc::new(database)
    });
    Arc::clone(database)
}

/// A face for drawing, by its size in ems.
pub(crate) fn face(size: f64, bold: bool) -> FontDesc<'static> {
    static REGISTERED: OnceLock<bool> = OnceLock::new();
    REGISTERED.get_or_init(|| {
        register_font(FAMILY, FontStyle::Normal, REGULAR).is_ok()
            && register_font(FAMILY, FontStyle::Bold, BOLD).is_ok()
    });
    let style = if bold {
        FontStyle::Bold
    } else {
        FontStyle::Normal
    };
    FontDesc::new(FontFamily::Name(FAMILY), size, style)
}

/// The width of a line of text.
pub(crate) fn width(text: &str, size: f64, bold: bool) -> f64 {
    match face(MEASURED_AT * HEIGHT_PER_EM, bold).layout_box(text) {
        Ok(((left, _), (right, _))) => f64::from(right - left) / MEASURED_AT * size,
        // A generous letter, if the face could not be read.
        Err(_) => f64::from(u32::try_from(text.chars().count()).unwrap_or(0)) * 0.7 * size,
    }
}

#[cfg(test)]
mod tests {
    use super::{database, width};

    #[test]
    fn only_the_two_faces_are_known() {
        assert_eq!(database().len(), 2);
    }

    #[test]
    fn a_digit_is_as_wide_as_the_font_says() {
        // DejaVu Sans: every digit is 1303 of 2048 units wide.
        assert!((width("0123456789", 10.0, false) - 63.6).abs() < 0.2);
        assert!(width("IPS", 10.0, true) > width("IPS", 10.0, false));
    }
}

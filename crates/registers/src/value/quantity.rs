//! Numbers that a range bounds.

/// A number as a register gives it. What lies outside the range that its field can have is missing
/// for analysis, and kept aside as it was written.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(crate) struct Quantity {
    pub(crate) value: Option<f64>,
    pub(crate) set_aside: Option<f64>,
}

impl Quantity {
    pub(crate) fn missing() -> Self {
        Self::default()
    }

    pub(crate) fn known(value: Option<f64>) -> Self {
        Self {
            value,
            set_aside: None,
        }
    }

    pub(crate) fn aside(value: f64) -> Self {
        Self {
            value: None,
            set_aside: Some(value),
        }
    }
}

//! Several hypotheses in one family: p-values adjusted so that each can be held against the level
//! of the family.
//!
//! [`adjust`] treats the hypotheses alike; [`sequential`] takes them in a fixed order, with or
//! without a second chance, or along a graph; [`compatible`] has the bounds that go with these.

mod adjust;
pub mod compatible;
pub mod sequential;

pub use adjust::{Adjustment, adjust};

//! Every estimator against an independent oracle. Beside each module lies a folder with the script
//! that made the expected values, the versions it ran with, and 17 digits.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

mod by_hand;
mod continuous;
mod cox;
mod distributions;
mod firth;
mod glm;
mod meta;
mod planning;
mod proportions;
mod resampling;
mod standardisation;
mod support;
mod survival;

//! Every estimator against an independent oracle. Beside each module lies a folder with the script
//! that made the expected values, the versions it ran with, and 17 digits.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

mod bad_input;
mod by_hand;
mod clusters;
mod consistency;
mod continuous;
mod cox;
mod curves;
mod distributions;
mod evidence;
mod firth;
mod gee;
mod glm;
mod marginal_designs;
mod meta;
mod negative_binomial;
mod planning;
mod proportions;
mod resampling;
mod scales;
mod selection;
mod standardisation;
mod stratified;
mod support;
mod survival;

//! Every estimator against an independent oracle. Beside each module lies a folder with the script
//! that made the expected values, the versions it ran with, and 17 digits.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

mod agreement;
mod bad_events;
mod bad_input;
mod bootstrap_kinds;
mod by_hand;
mod clustered;
mod clusters;
mod compatible;
mod competing;
mod consistency;
mod continuous;
mod cox;
mod cox_prediction;
mod curves;
mod distributions;
mod edge;
mod evidence;
mod firth;
mod gee;
mod glm;
mod life_table;
mod marginal_designs;
mod meta;
mod meta_mixed;
mod meta_mixed_regression;
mod meta_regression;
mod negative_binomial;
mod planning;
mod power_designs;
mod power_simulated;
mod profiles;
mod proportions;
mod recurrent;
mod resampled;
mod resampling;
mod scales;
mod second_voices;
mod selection;
mod simultaneous;
mod standardisation;
mod stratified;
mod stratified_samples;
mod support;
mod survival;

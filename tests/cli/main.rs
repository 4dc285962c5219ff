//! The binary as a user meets it: arguments in, text, JSON, files and exit codes out.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

mod adhoc;
mod cox;
mod errors;
mod events;
mod guides;
mod manual;
mod outcomes;
mod planning;
mod registers;
mod reproduce;
mod statistics;
mod studies;
mod support;
mod survival;
mod synth;

//! What must hold for any data.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

mod by_day;
mod events;
mod intervals;
mod kernel;
mod measured;
mod models;
mod outcomes;
mod parsers;
mod population;
mod proportions;
mod worlds;

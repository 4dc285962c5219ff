//! Outcomes by hand: a small table and its answers for every rule.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

mod bias;
mod combinations;
mod counts;
mod jobs;
mod library;
mod observed;
mod order;
mod support;
mod windows;

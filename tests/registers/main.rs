//! Files as they really arrive.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod benefits;
mod bytes;
mod dates;
mod dream;
mod formats;
mod guard;
mod health;
mod income;
mod jobs;
mod measures;
mod mess;
mod months;
mod payroll;
mod primary_care;
mod regressions;
mod scan;
mod sentinel;
mod ssb;
mod status;
mod support;
mod tables;
mod values;

//! The binary as a user meets it: arguments in, text, JSON, files and exit codes out.

mod adhoc;
mod errors;
mod studies;
mod support;

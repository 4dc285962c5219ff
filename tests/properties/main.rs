//! What must hold for any data.

mod intervals;
mod models;
mod proportions;

//! Several kinds of event, of which the first ends the others: death before a job.

mod aalen_johansen;
mod fine_gray;
mod gray;
mod subdistribution;

pub use aalen_johansen::{AalenJohansen, CompetingFollowUp, CompetingStep};
pub use fine_gray::{CompetingDesign, FineGray, FineGrayFit};
pub use gray::{GrayTest, gray};

//! "hekta": a two-arm trial of individual placement and support (IPS), followed in a register.
//!
//! The *shape* follows Hekta på jobb (protocol: Trials 2021, doi 10.1186/s13063-021-05673-z): 202
//! people at seven sites, randomised 1:1 over two years, followed for 18 months in the Norwegian
//! register of employment; 8 withdraw and 5 die. The baseline ratings are those that the IPS-MOHO
//! cohort found to matter (Prior et al. 2020, doi 10.1186/s12888-020-02745-3). Every person, number
//! and employer is invented.

mod calendar;
mod days;
mod employers;
mod exits;
mod extract;
mod jobs;
mod mess;
mod people;
mod planted;
mod tables;
#[cfg(test)]
mod tests;
mod truth;

pub use extract::{Refused, RefusedKind};
pub use mess::Counts;
pub use people::Arm;
pub use planted::{PLANTED, Planted};
pub use truth::PersonTruth;

use crate::SynthError;
use crate::draws::{Draws, Purpose};

/// Fewer people than this cannot carry the planted mess.
const FEWEST: usize = 60;
/// More people than this crowd the six-digit identifiers.
const MOST: usize = 40_000;

/// What to generate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    /// Seed of every draw.
    pub seed: u64,
    /// People randomised, 60 to 40 000.
    pub people: usize,
    /// People who withdraw their consent during follow-up.
    pub withdrawals: usize,
    /// People who die 20 to 540 days after randomisation.
    pub deaths: usize,
    /// People who emigrate during follow-up.
    pub emigrations: usize,
    /// People whom the register could not be asked about.
    pub unlinked: usize,
    /// People in the extract who are not in the trial, at most 40 000.
    pub unrelated: usize,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            seed: 20_200_301,
            people: 202,
            withdrawals: 8,
            deaths: 5,
            emigrations: 2,
            unlinked: 2,
            unrelated: 30,
        }
    }
}

impl Settings {
    fn check(&self) -> Result<(), SynthError> {
        let refuse = |setting, rule: String| Err(SynthError::Setting { setting, rule });
        if !(FEWEST..=MOST).contains(&self.people) {
            return refuse("people", format!("must lie between {FEWEST} and {MOST}"));
        }
        if self.unrelated > MOST {
            return refuse("unrelated", format!("must be at most {MOST}"));
        }
        let parts = [
            self.withdrawals,
            self.deaths,
            self.emigrations,
            self.unlinked,
        ];
        let special = parts
            .iter()
            .fold(0, |sum: usize, part| sum.saturating_add(*part));
        if special > self.people / 2 {
            let rule = "together must be at most half of the people".to_owned();
            return refuse("withdrawals, deaths, emigrations and unlinked", rule);
        }
        Ok(())
    }
}

/// One file of the data set.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct File {
    /// Path relative to the data set, with `/` between its parts.
    pub path: String,
    /// The whole content, in the file's own encoding.
    pub bytes: Vec<u8>,
}

/// A generated data set and what is true of it.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Hekta {
    /// The files: the input of a study, then the truth about it.
    pub files: Vec<File>,
    /// What is true of each person, in the order of the list of participants.
    pub truth: Vec<PersonTruth>,
    /// How much of each kind of mess the extract holds.
    pub counts: Counts,
    /// The rows of the extract that cannot be read, in the order of their lines.
    pub refused: Vec<Refused>,
}

/// Generates the data set.
///
/// # Errors
///
/// [`SynthError::Setting`] where a setting is out of range.
///
/// # Example
///
/// ```
/// use regtrial_synth::hekta::{Settings, generate};
///
/// let hekta = generate(&Settings::default())?;
/// assert_eq!(hekta.truth.len(), 202);
/// assert_eq!(hekta.files[0].path, "participants.csv");
/// # Ok::<(), regtrial_synth::SynthError>(())
/// ```
pub fn generate(settings: &Settings) -> Result<Hekta, SynthError> {
    settings.check()?;
    let stream = |purpose| Draws::new(settings.seed, purpose);

    let (people, strangers) = people::recruit(settings, &mut stream(Purpose::People));
    let mut day_draws = stream(Purpose::Days);
    let mut latent: Vec<days::Days> = people
        .iter()
        .map(|person| days::draw(person, &mut day_draws))
        .collect();
    let exits = exits::draw(settings, &people, &latent, &mut stream(Purpose::Exits));
    for (days, exit) in latent.iter_mut().zip(&exits) {
        if let Some(death) = exit.death() {
            days.stop_after(death);
        }
    }
    let truth = truth::read_off(&people, &latent, &exits);

    let mut job_draws = stream(Purpose::Jobs);
    let mut writer = jobs::Writer::new(&mut job_draws);
    for ((person, days), exit) in people.iter().zip(&latent).zip(&exits) {
        if exit.linked {
            writer.write(person, days, exit);
        }
    }
    let targets = mess::Targets::new(&people, &latent, &exits);
    let (lines, counts) = mess::add(writer, &targets, &strangers, &mut stream(Purpose::Mess));
    let (extract, refused) = extract::write(lines, &mut stream(Purpose::Order))?;

    let text = |path: &str, content: String| File {
        path: path.to_owned(),
        bytes: content.into_bytes(),
    };
    let files = vec![
        text("participants.csv", tables::participants(&people, &exits)),
        extract,
        text("linked-ids.csv", tables::linked(&people, &exits)),
        text("truth.csv", tables::truth(&truth)),
        text("truth.json", tables::planted(settings, &counts, &refused)),
    ];
    Ok(Hekta {
        files,
        truth,
        counts,
        refused,
    })
}

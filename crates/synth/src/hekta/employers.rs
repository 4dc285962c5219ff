//! Invented employers.

use std::collections::BTreeSet;

use crate::draws::Draws;

/// An employer: nine digits and a name.
pub(super) struct Employer {
    pub(super) ident: String,
    pub(super) name: &'static str,
}

const NAMES: [&str; 32] = [
    "Sørbråten Snekkeri AS",
    "Åsgløtt Renhold AS",
    "Blåbærlia Barnehage SA",
    "Østtangen Lagerhus AS",
    "Fjellstrøm Bakeri og Konditori",
    "Grønnåskroken Gartneri AS",
    "Kråkevik Kafé",
    "Tømmerfløten Transport AS",
    "Ærfuglen Hotelldrift AS",
    "Måneskinn Vaktmesterservice",
    "Rødkløver Dagligvare AS",
    "Svanetjønn Sykehjem",
    "Bjørkebråten Byggevarer AS",
    "Tåkeheimen Trykkeri AS",
    "Ørretbekken Restaurant AS",
    "Løvefallet Landskap og Hage",
    "Hvalrossen Sjøfrakt AS",
    "Skogsrå Skole SA",
    "Gråspurven Gatekjøkken",
    "Næverlia Møbelverksted AS",
    "Lærkesang Lydstudio AS",
    "Storåsbekken Sagbruk AS",
    "Håpets Sykkelverksted",
    "Vårsølv Vaskeri AS",
    "Brønnøksen Bilpleie AS",
    "Trøstebærtunet Kommune",
    "Nøkkerosen Malerservice AS",
    "Flåtebua Fiskemottak AS",
    "Sånnhet Salg og Kundesenter AS",
    "Tyttebærkollen Tak og Fasade",
    "Jærtegn Jernvare AS",
    "Småtroll Skolefritid SA",
];

/// The employers, with a number each that no real organisation can have.
pub(super) fn invent(draws: &mut Draws) -> Vec<Employer> {
    let mut taken = BTreeSet::new();
    let mut employers = Vec::with_capacity(NAMES.len());
    while let Some(name) = NAMES.get(employers.len()) {
        let ident = impossible_number(draws);
        if taken.insert(ident.clone()) {
            employers.push(Employer { ident, name });
        }
    }
    employers
}

/// Nine digits that begin with 8 or 9, like a Norwegian organisation number, and fail its check
/// (modulo 11, weights 3 2 7 6 5 4 3 2).
fn impossible_number(draws: &mut Draws) -> String {
    const WEIGHTS: [u32; 8] = [3, 2, 7, 6, 5, 4, 3, 2];
    let mut digits = [0; 8];
    digits[0] = draws.pick(&[8, 9]);
    for digit in &mut digits[1..] {
        *digit = draws.below(10);
    }
    let sum: u32 = digits
        .iter()
        .zip(WEIGHTS)
        .map(|(digit, weight)| digit * weight)
        .sum();
    let check = (11 - sum % 11) % 11;
    // A check of 10 exists for no last digit; otherwise the next digit is a wrong one.
    let last = (check + 1) % 10;
    digits.iter().chain([&last]).map(u32::to_string).collect()
}

//! AA-registeret in NAV's public field names, flattened, with the background.

use super::{Cell, Row, Table, Writing};
use crate::SynthError;
use crate::draws::Draws;
use crate::registers::background::Background;
use crate::registers::work::{self, Flaw, JobRow, OCCUPATIONS, Sort};

const HEADER: [&str; 12] = [
    "lopenr",
    "arbeidsforholdId",
    "arbeidssted.ident",
    "type.kode",
    "ansettelsesperiode.startdato",
    "ansettelsesperiode.sluttdato",
    "sluttaarsak",
    "varsling",
    "avtaltStillingsprosent",
    "antallTimerPrUke",
    "yrke",
    "arbeidsstedNavn",
];
const VOID: &str = "arbeidsforholdetSkulleAldriVaertRapportert";
const REASONS: [&str; 4] = [
    "arbeidstakerHarSagtOppSelv",
    "arbeidsgiverHarSagtOppArbeidstaker",
    "kontraktEngasjementEllerVikariatErUtloept",
    "byttetLoenssystemEllerRegnskapsfoerer",
];
const MACHINE: [&str; 6] = ["ERKONK", "EROPPH", "ERVIRK", "IBARBG", "IBKAOR", "IBPPAG"];
const NAMES: [&str; 5] = [
    "Fjellbekken Rør og Sveis",
    "Åsgård Kafé",
    "Lønnåsen Barnehage",
    "Nordvær Transport",
    "Grønlia Renhold",
];

pub(super) fn write(writing: &mut Writing<'_>) -> Result<(), SynthError> {
    let mut table = writing.open("arbeidsforhold.csv", &HEADER)?;
    let mut background = Background::new(writing.people, table.look);
    let people = writing.people.all;
    for (place, person) in writing.everybody().enumerate() {
        let mut draws = writing.mess(&person);
        for row in work::rows(&person, writing.settings(), &mut draws) {
            if row.job.run.first <= writing.settings().last() {
                let owner = Row::of(person.participant);
                job(writing, &mut table, &person.id, &row, owner, &mut draws)?;
            }
        }
        background.until(place as u64 + 1, people, &mut table)?;
    }
    background.until(people, people, &mut table)?;
    writing.close(table)
}

fn job(
    writing: &Writing<'_>,
    table: &mut Table,
    id: &str,
    row: &JobRow,
    owner: Row,
    draws: &mut Draws,
) -> Result<(), SynthError> {
    let job = &row.job;
    let reversed = row.flaw == Flaw::Reversed;
    if reversed && !table.has_room() {
        return Ok(());
    }
    let end = if reversed {
        Cell::Day(job.run.last)
    } else {
        writing.end(job.run.last)
    };
    let ended = matches!(end, Cell::Day(_));
    let reason = match row.flaw {
        Flaw::Void => Cell::Text(VOID),
        _ if ended && !row.machine => Cell::Text(draws.pick(&REASONS)),
        _ => Cell::Missing,
    };
    let warning = match (ended && row.machine, draws.chance(50)) {
        (true, _) => Cell::Text(draws.pick(&MACHINE)),
        (false, true) => Cell::Text("NAVEND"),
        (false, false) => Cell::Missing,
    };
    let sort = match job.sort {
        Sort::Ordinary => "ordinaertArbeidsforhold",
        Sort::Maritime => "maritimtArbeidsforhold",
        Sort::Freelance => "frilanserOppdragstakerHonorarPersonerMm",
        Sort::Pension => "pensjonOgAndreTyperYtelserUtenAnsettelsesforhold",
    };
    let (number, employer) = (job.number.to_string(), job.employer.to_string());
    let cells = [
        Cell::Text(id),
        Cell::Text(&number),
        Cell::Text(&employer),
        Cell::Text(sort),
        Cell::Day(job.run.first),
        end,
        reason,
        warning,
        Cell::Tenths(job.percent * 10),
        Cell::Tenths(job.tenths_of_hours()),
        Cell::Text(OCCUPATIONS[job.occupation].0),
        Cell::Note(draws.pick(&NAMES)),
    ];
    let owner = match (reversed, owner) {
        (true, Row::Ours) => Row::Refused,
        _ => owner,
    };
    table.row(&cells, owner)
}

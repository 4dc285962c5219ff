//! No message holds a value: a made-up personal number is planted in each cell and each header of a
//! register, and looked for in everything that is said about it.

use super::guard::norwegian;
use super::support::{Extract, csv};
use regtrial::registers::RegisterKind;

/// A register, a header, and a row of 007 that is read without complaint.
const EXTRACTS: [(RegisterKind, &str, &str, &str); 9] = [
    (
        RegisterKind::Spells,
        "spells.csv",
        "person;start;end;employer;percent;note",
        "007;2020-01-01;2020-01-31;E1;50;x",
    ),
    (
        RegisterKind::AaNav,
        "aa.csv",
        "lopenr;type;startdato;sluttdato;arbeidssted;varsling",
        "007;t;2020-01-01;;E1;ERKONK",
    ),
    (
        RegisterKind::AaSsb,
        "2020m01.csv",
        "lopenr_person;edag_periode;lopenr_foretak;arb_start;lonn_kontant",
        "007;2020-01-01;F1;2019-01-01;100",
    ),
    (
        RegisterKind::Npr,
        "npr.csv",
        "lopenr;oppholdLopenr;innDato;utDato;fagomrade;tilstand_1_1",
        "007;1;2020-01-01;2020-01-02;320;F20",
    ),
    (
        RegisterKind::Kuhr,
        "kuhr.csv",
        "PASIENTLOPENUMMER;MNED;DIAGNOSER;TAKSTER",
        "007;2020-01;P76;2ad",
    ),
    (
        RegisterKind::FdTrygd,
        "f_aap.csv",
        "lopenr;KODE;TILGDATO;TOMDATO;GRAD",
        "007;1;20200101;20200131;50",
    ),
    (
        RegisterKind::Dream,
        "dream.csv",
        "pnr;y_2001;branche_2020_01;grad_2020_01",
        "007;111;841100;50",
    ),
    (
        RegisterKind::Bfl,
        "bfl.csv",
        "pnr;yearmonth;pay;hours",
        "007;202001;100;10",
    ),
    (
        RegisterKind::PersonStatus,
        "status.csv",
        "lopenr;event;date",
        "007;died;2020-01-01",
    ),
];

#[test]
fn no_message_and_no_log_holds_a_value() {
    let secret = norwegian("150665", 1).remove(0);
    let (date, rest) = secret.split_at(6);
    let parted = format!("{date} {rest}");
    for (kind, name, header, row) in EXTRACTS {
        for planted in [&secret, &parted] {
            let cells = row.split(';').count();
            for place in 0..2 * cells {
                let plant = |line: &str, place: usize| {
                    let mut cells: Vec<&str> = line.split(';').collect();
                    if let Some(cell) = cells.get_mut(place) {
                        *cell = planted.as_str();
                    }
                    cells.join(";")
                };
                // First in each cell of the row, then in each of the header.
                let header = plant(header, place.wrapping_sub(cells));
                let text = csv(&header, &[plant(row, place)]);
                let extract = Extract::new(kind).covers("2020-01-01", "2020-01-02");
                let extract = extract.people(&["007", planted.as_str()]).file(name, text);
                let said = match extract.result() {
                    Ok(register) => format!("{:?}", register.logs),
                    Err(error) => format!("{error} {error:?}"),
                };
                for piece in [&secret, &parted] {
                    assert!(!said.contains(piece.as_str()), "{name}, place {place}");
                }
            }
        }
    }
}

//! Arbitrary bytes give an error or a table, never a panic.

use super::support::{file, fixture};
use proptest::prelude::*;
use regtrial::registers::{
    People, PeopleOptions, Progress, ReadOptions, RegisterKind, RegisterOptions, read_data,
    read_ids, read_register, search_identifiers,
};
use std::collections::HashMap;

/// Bytes that look like a table of one of the layouts often enough to get past the header.
fn almost_tables() -> impl Strategy<Value = Vec<u8>> {
    let headers = prop::sample::select(vec![
        "person;start;end;type\n",
        "lopenr;type;startdato;sluttdato;permisjoner.startdato;registrert\n",
        "lopenr_person;edag_periode;arb_start;arb_slutt\n",
        "lopenr;oppholdLopenr;innDato;utDato;tilstand_1_1\n",
        "lopenr;enkeltregning_lnr;differansedager\n",
        "lopenr;mned;diagnoser;takster\n",
        "lopenr;tilgdato;avgdato;grad\n",
        "pnr;y_2001;branche_2020_01;grad_2020_01\n",
        "pnr;yearmonth;pay\n",
        "lopenr;tiltak;startdato;sluttdato\n",
        "lopenr;event;date\n",
        "code;group\n",
        "",
    ]);
    let pieces = prop_oneof![
        Just(b"a;01.02.2020;;job\n".to_vec()),
        Just(b"a;2020-01;\n".to_vec()),
        Just(b"a;died;2020-13-01\n".to_vec()),
        Just(b"a;99991231;1,5;-1;".to_vec()),
        Just(b"\"".to_vec()),
        Just(b"\r\n".to_vec()),
        Just(b";".to_vec()),
        Just(b"\xf8\xe5".to_vec()),
        Just(b"1,5".to_vec()),
        prop::collection::vec(any::<u8>(), 0..12),
    ];
    (headers, prop::collection::vec(pieces, 0..30))
        .prop_map(|(header, pieces)| [header.as_bytes().to_vec(), pieces.concat()].concat())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn no_bytes_make_a_reader_of_tables_panic(bytes in almost_tables(), parquet in any::<bool>()) {
        let name = if parquet { "data.parquet" } else { "data.csv" };
        let (_folder, path) = file(name, &bytes);
        let _ = read_data(&path, &ReadOptions::default());
        let options = PeopleOptions {
            id: Some("person".to_owned()),
            index_date: Some("start".to_owned()),
            arm: Some(("type".to_owned(), Vec::new())),
            ..PeopleOptions::default()
        };
        let _ = People::read(&path, &options);
        let _ = read_ids(&path, "person", &HashMap::from([("a", 0)]));
    }

    #[test]
    fn no_bytes_make_a_register_panic(
        kind in prop::sample::select(RegisterKind::NAMED.to_vec()),
        main in almost_tables(),
        further in almost_tables(),
        parquet in any::<bool>(),
    ) {
        let kind = kind.1;
        // A name that tells a benefit and a month, so that these are not what is missing.
        let name = if parquet { "f_aap_2020m01.parquet" } else { "f_aap_2020m01.csv" };
        let (_main, path) = file(name, &main);
        let (_further, part) = file("part.csv", &further);
        let mut options = RegisterOptions::new(kind, vec![path.clone()], 18_262, 18_263);
        options.max_refused_share = 1.0;
        let people = HashMap::from([("a", 0)]);
        let _ = read_register(&options, &people, &Progress::default());
        let _ = search_identifiers(&path, &options, &Default::default());
        for (part_name, _) in kind.parts() {
            options.parts.insert(*part_name, vec![part.clone()]);
        }
        let _ = read_register(&options, &people, &Progress::default());
    }
    #[test]
    fn no_damage_makes_a_reader_of_typed_files_panic(
        name in prop::sample::select(vec![
            "jobs.dta",
            "jobs.sas7bdat",
            "jobs_char.sas7bdat",
            "jobs_binary.sas7bdat",
            "jobs.parquet",
        ]),
        damage in prop::collection::vec(
            (any::<prop::sample::Index>(), prop::collection::vec(any::<u8>(), 1..9)),
            1..12,
        ),
        cut in prop::option::weighted(0.2, any::<prop::sample::Index>()),
    ) {
        let mut bytes = std::fs::read(fixture(name)).unwrap();
        for (at, written) in damage {
            let at = at.index(bytes.len() - written.len());
            bytes[at..at + written.len()].copy_from_slice(&written);
        }
        if let Some(cut) = cut {
            bytes.truncate(cut.index(bytes.len()));
        }
        let (_folder, path) = file(name, &bytes);
        let mut options = RegisterOptions::new(RegisterKind::Spells, vec![path], 18_262, 18_263);
        options.max_refused_share = 1.0;
        let people = HashMap::from([("007", 0), ("P00001", 1)]);
        let _ = read_register(&options, &people, &Progress::default());
    }
}

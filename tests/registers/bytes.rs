//! Arbitrary bytes give an error or a table, never a panic.

use super::file;
use proptest::prelude::*;
use regtrial::registers::{
    JobLayout, JobOptions, People, PeopleOptions, ReadOptions, read_data, read_jobs,
};
use std::collections::{BTreeMap, HashMap};

/// Bytes that look like a table often enough to get past the header.
fn almost_tables() -> impl Strategy<Value = Vec<u8>> {
    let pieces = prop_oneof![
        Just(b"person;start;end;type\n".to_vec()),
        Just(b"a;01.02.2020;;job\n".to_vec()),
        Just(b"\"".to_vec()),
        Just(b"\r\n".to_vec()),
        Just(b";".to_vec()),
        Just(b"\xf8\xe5".to_vec()),
        Just(b"1,5".to_vec()),
        prop::collection::vec(any::<u8>(), 0..12),
    ];
    prop::collection::vec(pieces, 0..30).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn no_bytes_make_a_reader_panic(bytes in almost_tables(), parquet in any::<bool>()) {
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
        let options = JobOptions {
            layout: JobLayout::Spells,
            files: vec![path],
            last_day: 19_000,
            columns: BTreeMap::new(),
            max_refused_share: 1.0,
        };
        let _ = read_jobs(&options, &HashMap::from([("a", 0)]));
    }
}

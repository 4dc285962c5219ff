//! Reading the reference studies' CSV files into design columns.

use regtrial_stats::design::Data;
use std::path::Path;

/// A comma-separated file: columns that parse are numbers, others factors.
pub(crate) fn read(path: &Path) -> Data {
    let text = std::fs::read_to_string(path).unwrap();
    let mut lines = text
        .lines()
        .map(|line| line.split(',').map(|c| c.trim_matches('"')).collect());
    let header: Vec<&str> = lines.next().unwrap();
    let rows: Vec<Vec<&str>> = lines.collect();
    header
        .iter()
        .enumerate()
        .fold(Data::new(), |data, (j, name)| {
            let cells: Vec<&str> = rows.iter().map(|row| row[j]).collect();
            match cells
                .iter()
                .map(|cell| cell.parse::<f64>())
                .collect::<Result<Vec<_>, _>>()
            {
                Ok(numbers) => data.with_numbers(name, numbers),
                Err(_) => data.with_text(name, &cells),
            }
        })
}

/// One numeric column.
pub(crate) fn numbers(data: &Data, name: &str) -> Vec<f64> {
    match data.column(name).unwrap() {
        regtrial_stats::design::Column::Numbers(values) => values.clone(),
        regtrial_stats::design::Column::Factor { .. } => panic!("{name} is not numeric"),
    }
}

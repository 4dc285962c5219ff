//! Registers that arrive as a file a year or a month: whether one is missing. Rows of a year that
//! was never delivered are not contacts or pay that never were.

use crate::error::{Problem, RegisterError};
use crate::monthly::{self, Month};
use crate::options::RegisterOptions;
use crate::sheet::Sheet;
use std::collections::BTreeSet;
use std::path::Path;

/// An error where the names of the files tell that they come by year or by month, and one of the
/// cover is not among them.
pub(crate) fn check_named(
    sheets: &[Sheet],
    options: &RegisterOptions,
) -> Result<(), RegisterError> {
    let paths = || sheets.iter().map(|sheet| sheet.log.file.as_path());
    let Some(first) = paths().next() else {
        return Ok(());
    };
    let covered = monthly::cover(options);
    let missing: Vec<String> = if let Some(months) = each(paths(), monthly::name_month) {
        let absent = covered.into_iter().filter(|month| !months.contains(month));
        absent.map(monthly::shown).collect()
    } else if let Some(years) = each(paths(), name_year) {
        let covered: BTreeSet<i32> = covered.into_iter().map(|(year, _)| year).collect();
        let absent = covered.difference(&years);
        absent.map(i32::to_string).collect()
    } else {
        Vec::new()
    };
    if missing.is_empty() {
        return Ok(());
    }
    let rule = format!(
        "no file is named {}, which the register is said to cover",
        monthly::listed(&missing)
    );
    Err(Problem::new("missing_file", first, rule)
        .help("add the files, or shorten `covers`: what was not delivered is not a zero")
        .into())
}

/// A warning for months of the cover in which nobody at all has a row.
pub(crate) fn warn_of_empty_months(
    sheets: &mut [Sheet],
    options: &RegisterOptions,
) -> Result<(), RegisterError> {
    let mut empty: BTreeSet<Month> = monthly::cover(options).into_iter().collect();
    let mut fill = |months: Vec<Month>| {
        months.iter().for_each(|month| {
            empty.remove(month);
        });
        !empty.is_empty()
    };
    // The files are looked through only for months in which no participant has a row.
    for sheet in sheets.iter() {
        if !fill(monthly::of_people(sheet)?) {
            return Ok(());
        }
    }
    for sheet in sheets.iter() {
        fill(monthly::months_in(sheet)?);
    }
    let empty: Vec<String> = empty.into_iter().map(monthly::shown).collect();
    if let (false, Some(sheet)) = (empty.is_empty(), sheets.first_mut()) {
        let rule = format!("nobody has a row in {}", monthly::listed(&empty));
        let warning = Problem::new("empty_month", &sheet.log.file, rule).help(
            "if those months were not delivered, shorten `covers`: they count as without pay",
        );
        sheet.log.warnings.push(warning);
    }
    Ok(())
}

/// What each of several files has in its name, unless one has nothing or all have the same.
fn each<'a, T: Ord>(
    paths: impl Iterator<Item = &'a Path>,
    of_name: fn(&Path) -> Option<T>,
) -> Option<BTreeSet<T>> {
    let found: BTreeSet<T> = paths.map(of_name).collect::<Option<_>>()?;
    (found.len() > 1).then_some(found)
}

/// The year in a file's name; none if there are two.
fn name_year(path: &Path) -> Option<i32> {
    let name = path.file_name()?.to_str()?;
    let numbers = name.split(|c: char| !c.is_ascii_digit());
    let years = numbers.filter(|digits| digits.len() == 4);
    let mut years = years.filter_map(|digits| digits.parse().ok());
    let year = years.find(|year| (1900..2200).contains(year))?;
    years
        .all(|other| other == year || !(1900..2200).contains(&other))
        .then_some(year)
}

#[cfg(test)]
mod tests {
    use super::name_year;
    use std::path::Path;

    #[test]
    fn years_are_read_from_the_names_of_files() {
        let year = |name: &str| name_year(Path::new(name));
        assert_eq!(year("kuhr_2019.csv"), Some(2019));
        assert_eq!(year("w21_1234_npr2019.csv.gz"), Some(2019));
        assert_eq!(year("npr_2018-2020.csv"), None, "two years");
        assert_eq!(year("npr_20190301.csv"), None, "a day");
        assert_eq!(year("kuhr.csv"), None);
    }
}

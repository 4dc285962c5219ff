//! Files of Stata and SAS, as their programs write them.

use super::{both, population};
use std::fs;
use std::path::Path;
use tempfile::TempDir;

const PLAN: &str = "\
[study]
name = \"formats\"
design = \"register\"
[people]
file = \"list.csv\"
id = \"id\"
index_date = \"index\"
[registers.r]
kind = \"spells\"
files = [\"FILE\"]
linked = \"everyone\"
covers = { from = 2015-01-01, to = 2026-12-31 }
[endpoints.any]
register = \"r\"
[endpoints.half]
register = \"r\"
where = \"percent >= 40 and type != 'frilans' and type != 'frilanser'\"
[outcomes.days]
endpoint = \"any\"
measure = \"days\"
window = [\"0 months\", \"36 months\"]
[outcomes.runs]
endpoint = \"half\"
measure = \"episodes\"
window = [\"-24 months\", \"60 months\"]
";

/// The files are told of in `tests/registers/fixtures`.
#[test]
fn populations_of_stata_and_sas_files() {
    let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("registers/fixtures");
    for (file, ids) in [
        ("jobs.dta", ["007", "008", "009", "010"]),
        ("jobs.sas7bdat", ["007", "008", "009", "010"]),
        (
            "jobs_char.sas7bdat",
            ["P00000", "P00002", "P00003", "P99999"],
        ),
        (
            "jobs_binary.sas7bdat",
            ["P00000", "P00002", "P00003", "P99999"],
        ),
    ] {
        let folder = TempDir::new().unwrap();
        fs::copy(fixtures.join(file), folder.path().join(file)).unwrap();
        let rows = ids.map(|id| format!("{id},2019-06-15\n")).concat();
        fs::write(folder.path().join("list.csv"), format!("id,index\n{rows}")).unwrap();
        let plan = PLAN.replace("FILE", file);
        fs::write(folder.path().join("study.toml"), plan).unwrap();
        both(folder.path()).unwrap_or_else(|why| panic!("{file}: {why}"));
        let table = population(folder.path());
        let days = table.column("days").unwrap().f64().unwrap();
        assert!(days.iter().flatten().any(|days| days > 0.0), "{file}");
    }
}

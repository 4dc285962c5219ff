//! `study.toml` that runs every register, and `truth.json`.

use super::endpoints::{self, endpoints};
use super::measured::{SUSTAINED, Taken, measured};
use super::mess::Mess;
use super::person::{MEAN_CONTACTS, People};
use super::settings::Settings;
use super::table::FileCounts;
use super::truth::Realised;
use super::{Kind, Register};
use std::fmt::Write;

/// Fewer people than this have no analysis in the plan.
const ENOUGH: u64 = 40;

/// The plan.
pub(super) fn plan(settings: &Settings, registers: &[Register]) -> String {
    let mut out = head(settings, "truth.csv and truth.json", "study.toml");
    for register in registers {
        section(&mut out, settings, register);
    }
    for endpoint in endpoints(settings) {
        let name = endpoint.name;
        let _ = write!(
            out,
            "[endpoints.{name}]\nregister = \"{}\"\n",
            endpoint.kind.key()
        );
        if let Some(table) = endpoint.table {
            let _ = writeln!(out, "table = \"{table}\"");
        }
        if let Some(rule) = endpoint.rule {
            let _ = writeln!(out, "where = \"{rule}\"");
        }
        out.push('\n');
    }
    for endpoint in endpoints(settings) {
        for (name, taken) in endpoint.outcomes() {
            let label = endpoint.label;
            let (label, measure) = match taken {
                endpoints::Taken::Status(months) => (
                    format!("{label}, at {months} months"),
                    format!("measure = \"status\"\nat = \"{months} months\""),
                ),
                endpoints::Taken::Ever => {
                    (format!("{label}, ever within 18 months"), window("ever"))
                }
                endpoints::Taken::Days => {
                    (format!("{label}, days within 18 months"), window("days"))
                }
            };
            let _ = write!(
                out,
                "[outcomes.{name}]\nlabel = \"{label}\"\nendpoint = \"{}\"\n{measure}\n{UNOBSERVED}",
                endpoint.name
            );
        }
    }
    let primary = endpoints(settings).find(|endpoint| {
        matches!(
            endpoint.kind,
            Kind::AaNav | Kind::AaSsb | Kind::Bfl | Kind::Spells
        )
    });
    if let (Some(primary), true) = (primary, settings.people >= ENOUGH) {
        let _ = write!(
            out,
            "[analyses.primary]\ntitle = \"Primary outcome\"\noutcome = \"{}_ever_18m\"\n\
             estimand = \"risk difference\"\nestimator = \"difference\"\n\n",
            primary.name
        );
    }
    out.push_str("[baseline]\nvariables = [\"age\", \"sex\", \"site\"]\n");
    out
}

/// The plan of the measures beyond status, ever and days.
pub(super) fn measures(settings: &Settings, registers: &[Register]) -> String {
    let mut out = head(settings, "truth-measures.csv", "measures.toml");
    for register in registers {
        section(&mut out, settings, register);
    }
    for endpoint in measured(settings) {
        let register = endpoint.kind.key();
        let _ = writeln!(
            out,
            "[endpoints.{}]\nregister = \"{register}\"",
            endpoint.name
        );
        if let Some(rule) = endpoint.rule {
            let _ = writeln!(out, "where = \"{rule}\"");
        }
        if endpoint.new {
            out.push_str("new = true\n");
        }
        out.push('\n');
    }
    for endpoint in measured(settings) {
        for (name, taken) in endpoint.outcomes() {
            let measure = taken.name();
            let label = format!("{}, {measure} within 18 months", endpoint.label);
            let _ = writeln!(
                out,
                "[outcomes.{name}]\nlabel = \"{label}\"\nendpoint = \"{}\"\n{}",
                endpoint.name,
                window(measure)
            );
            if taken == Taken::Sustained {
                let (run, gap) = SUSTAINED;
                let _ = writeln!(out, "run = \"{run} days\"\ngap = \"{gap} days\"");
            }
            out.push_str(UNOBSERVED);
        }
    }
    out
}

/// What every outcome means for people seen for part of its window.
const UNOBSERVED: &str = "if_unobserved = { death = \"composite\", emigration = \"missing\", \
    register = \"missing\" }\n\n";

fn window(measure: &str) -> String {
    format!("measure = \"{measure}\"\nwindow = [\"0 months\", \"18 months\"]")
}

fn head(settings: &Settings, truth: &str, plan: &str) -> String {
    // With a register of persons, emigration and return are known from there, as a set of days.
    let emigrated = if settings.kinds.contains(&Kind::PersonStatus) {
        ""
    } else {
        ", emigrated = \"emigrated\""
    };
    format!(
        "# Synthetic registers with planted truth; what is true is in {truth}.\n\
         # Run it: regtrial run {plan}\n\n\
         [study]\nname = \"synthetic\"\ntitle = \"Synthetic registers\"\ndesign = \"randomised\"\n\
         seed = {}\nconfidence = 0.95\n\n\
         [people]\nfile = \"participants.csv\"\nid = \"lopenr\"\nindex_date = \"randomised\"\n\
         arm = {{ column = \"arm\", order = [\"TAU\", \"IPS\"] }}\nstrata = [\"site\"]\n\
         status = {{ death = \"died\"{emigrated} }}\n\n",
        // What a TOML integer holds.
        settings.seed & i64::MAX as u64
    )
}

fn section(out: &mut String, settings: &Settings, register: &Register) {
    let kind = register.kind;
    let folder = kind.name();
    let path = |name: &str| {
        let files = register.files.iter();
        let stem = format!("{folder}/{name}.csv");
        let found = files
            .map(|file| &file.path)
            .find(|path| path.starts_with(&stem));
        format!("\"{}\"", found.unwrap_or(&stem))
    };
    let files = match kind {
        Kind::AaNav => path("arbeidsforhold"),
        Kind::AaSsb | Kind::Kuhr | Kind::FdTrygd | Kind::Bfl => format!("\"{folder}/*.csv*\""),
        Kind::Npr => path("opphold"),
        Kind::Kpr => path("enkeltregning"),
        Kind::Dream => path("dream"),
        Kind::NavMeasures => path("tiltak"),
        Kind::PersonStatus => path("status"),
        Kind::Spells => path("spells"),
    };
    let _ = write!(
        out,
        "[registers.{}]\nkind = \"{folder}\"\nfiles = [{files}]\n\
         covers = {{ from = {}, to = {} }}\nlinked = \"linked-ids.csv\"\n",
        kind.key(),
        settings.from,
        settings.to
    );
    match kind {
        Kind::Npr => {
            if settings.has(Mess::RelationalCodes) {
                let _ = writeln!(out, "codes = [{}]", path("koder"));
            }
            if settings.has(Mess::RelativeDates) {
                let _ = writeln!(out, "reference = {}", path("referansedatoer"));
            }
        }
        Kind::Kpr => {
            let (diagnoses, tariffs) = (path("diagnose"), path("takst"));
            let _ = writeln!(out, "diagnoses = [{diagnoses}]\ntariffs = [{tariffs}]");
        }
        Kind::FdTrygd => {
            let meaning = if settings.has(Mess::LastDayOn) {
                "last day on"
            } else {
                "first day off"
            };
            let _ = writeln!(out, "ends = \"{meaning}\"");
        }
        Kind::Dream => {
            let _ = writeln!(out, "codebook = \"dream/dream-codes.csv\"");
        }
        _ => {}
    }
    let share = register.files.iter().map(refused_share).max().unwrap_or(0);
    if share > 0 {
        let _ = writeln!(out, "max_refused_share = {}", per_mille(share));
    }
    out.push('\n');
}

/// Refused rows of a file for a thousand right ones, rounded up.
fn refused_share(file: &FileCounts) -> u64 {
    let right = file.rows_of_participants.max(1);
    (file.refused * 1000).div_ceil(right).min(1000)
}

fn per_mille(share: u64) -> String {
    if share >= 1000 {
        "1.0".to_owned()
    } else {
        format!("0.{share:03}")
    }
}

/// `truth.json`: the settings, what was planted, what came of it, and what each file holds.
pub(super) fn json(people: &People<'_>, registers: &[Register], realised: &[Realised]) -> String {
    let settings = people.settings;
    let names = |names: Vec<&str>| {
        let quoted: Vec<String> = names.iter().map(|name| format!("\"{name}\"")).collect();
        format!("[{}]", quoted.join(", "))
    };
    let mut out = format!(
        "{{\n  \"seed\": {},\n  \"people\": {},\n  \"others\": {},\n  \"background_rows\": {},\n  \
         \"covers\": {{ \"from\": \"{}\", \"to\": \"{}\" }},\n  \"kinds\": {},\n  \"mess\": {},\n  \
         \"planted\": {{ \"log_rate_ratio\": {}, \"per_ten_contacts\": {}, \"centre_contacts\": {} }},\n",
        settings.seed,
        settings.people,
        people.all - settings.people,
        settings.background,
        settings.from,
        settings.to,
        names(settings.kinds.iter().map(|kind| kind.name()).collect()),
        names(settings.mess.iter().map(Mess::name).collect()),
        settings.effect,
        settings.dose,
        MEAN_CONTACTS
    );
    out.push_str("  \"outcomes\": {");
    for (place, outcome) in realised.iter().enumerate() {
        let comma = if place == 0 { "" } else { "," };
        let _ = write!(
            out,
            "{comma}\n    \"{}\": {{ \"TAU\": {{ \"n\": {}, \"sum\": {} }}, \
             \"IPS\": {{ \"n\": {}, \"sum\": {} }} }}",
            outcome.outcome,
            outcome.control,
            outcome.control_sum,
            outcome.treated,
            outcome.treated_sum
        );
    }
    out.push_str("\n  },\n  \"files\": [");
    let files = registers.iter().flat_map(|register| &register.files);
    for (place, file) in files.enumerate() {
        let comma = if place == 0 { "" } else { "," };
        let _ = write!(
            out,
            "{comma}\n    {{ \"path\": \"{}\", \"rows\": {}, \"rows_of_participants\": {}, \
             \"refused\": {}, \"duplicates\": {}, \"bytes\": {} }}",
            file.path,
            file.rows,
            file.rows_of_participants,
            file.refused,
            file.duplicates,
            file.bytes
        );
    }
    out.push_str("\n  ]\n}\n");
    out
}

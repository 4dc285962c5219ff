//! study.toml as typed parts, every problem found in one go before any data are read.

mod analyses;
mod bootstrap;
mod disclosure;
mod endpoints;
mod estimands;
mod figures;
mod model;
mod outcomes;
mod people;
mod populations;
mod prices;
mod randomisation;
mod rates;
mod registers;
mod repeated;
mod report;
mod section;
mod sensitivity;
mod sequences;
mod source;
mod survival;
mod tables;

pub use analyses::{AnalysisPlan, Estimator};
pub use bootstrap::BootstrapPlan;
pub use endpoints::{Alternative, EndpointPlan};
pub use figures::{
    CurvePlan, DistributionPlan, DistributionUnit, FigurePlan, MeanCurvePlan, Picture,
    TimeCurvePlan,
};
pub use model::ModelPlan;
pub use outcomes::{OutcomePlan, OutcomeSource};
pub use populations::{MultiplicityMethod, MultiplicityPlan, PopulationPlan};
pub use prices::PricesPlan;
pub use randomisation::{MinimisationPlan, RandomisationPlan, SchemePlan};
pub(crate) use rates::PERSON_TIME;
pub use rates::{MeanCountPlan, PerTime, RateFamily, RatePlan};
pub use registers::{Linkage, RegisterPlan};
pub use repeated::GeePlan;
pub(crate) use repeated::{TIME, VALUE};
pub use sensitivity::Assumption;
pub use sequences::SequencePlan;
pub use survival::{HazardsPlan, TiesPlan, TimeTestPlan};
pub use tables::TablePlan;

use crate::StudyError;
use regtrial_registers::{PeopleOptions, Problem};
use regtrial_results::{Journal, Language, Policy};
use regtrial_stats::ConfidenceLevel;
use section::Section;
use source::Source;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use toml::de::DeTable;

/// Tables that are made without being asked for.
const BUILT_IN: [&str; 3] = ["baseline", "outcomes", "flow"];

/// A study as planned.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Plan {
    /// The plan's file.
    pub path: PathBuf,
    /// Its text, for the hash.
    pub text: String,
    /// Short name.
    pub name: String,
    /// Title.
    pub title: String,
    /// `randomised`, `cohort` or `register`.
    pub design: String,
    /// Seed of everything random.
    pub seed: u64,
    /// Level of every confidence interval.
    pub confidence: ConfidenceLevel,
    /// The participant list.
    pub people_file: PathBuf,
    /// How to read it.
    pub people: PeopleOptions,
    /// Columns by which the randomisation was stratified.
    pub strata: Vec<String>,
    /// How the arms were allotted.
    pub randomisation: RandomisationPlan,
    /// Registers, in the order of the plan.
    pub registers: Vec<RegisterPlan>,
    /// Endpoints, in the order of the plan.
    pub endpoints: Vec<EndpointPlan>,
    /// Sequences of states, in the order of the plan.
    pub sequences: Vec<SequencePlan>,
    /// Outcomes, in the order of the plan.
    pub outcomes: Vec<OutcomePlan>,
    /// Outcomes that have a table of their own, in the order of the plan.
    pub tables: Vec<TablePlan>,
    /// The price index, if sums of money are put in the prices of one year.
    pub prices: Option<PricesPlan>,
    /// Baseline variables; all covariates of the analyses if the plan names none.
    pub baseline: Vec<String>,
    /// Line of `[baseline]`.
    pub baseline_line: u64,
    /// Labels of variables.
    pub labels: BTreeMap<String, String>,
    /// Populations, in the order of the plan.
    pub populations: Vec<PopulationPlan>,
    /// Analyses, in the order of the plan.
    pub analyses: Vec<AnalysisPlan>,
    /// Families of analyses whose p-values are adjusted for each other.
    pub multiplicity: Vec<MultiplicityPlan>,
    /// Figures, in the order of the plan.
    pub figures: Vec<FigurePlan>,
    /// A rehearsal: the arm labels are permuted before anything is derived. No key of the file; set
    /// it on the plan.
    pub blind: bool,
    /// Disclosure control.
    pub disclosure: Policy,
    /// The language of tables, figures and page.
    pub language: Language,
    /// Whose style counts, intervals and p-values follow.
    pub journal: Journal,
    /// The file that holds earlier releases, if there is one.
    pub ledger: Option<PathBuf>,
}

impl Plan {
    /// Reads and checks a plan.
    ///
    /// # Errors
    /// [`StudyError::Plan`] with every problem: syntax, unknown and missing keys, wrong types,
    /// impossible windows, references to what is not there.
    pub fn read(path: &Path) -> Result<Self, StudyError> {
        match std::fs::read_to_string(path) {
            Ok(text) => Self::parse(path, text),
            Err(error) if error.kind() == std::io::ErrorKind::InvalidData => {
                let problem = Problem::new("encoding", path, "the plan is not UTF-8");
                Err(StudyError::Plan(vec![problem.help("save it as UTF-8")]))
            }
            Err(_) => {
                let problem = Problem::new("missing_file", path, "the plan cannot be read");
                Err(StudyError::Plan(vec![
                    problem.help("give the path of a study.toml"),
                ]))
            }
        }
    }

    /// Checks a plan's text; `path` is where its relative paths start and what messages name.
    ///
    /// # Errors
    /// As [`Plan::read`].
    pub fn parse(path: &Path, text: String) -> Result<Self, StudyError> {
        let source = Source::new(path, &text);
        let (table, errors) = DeTable::parse_recoverable(&text);
        for error in errors {
            source.problem(
                "syntax",
                error.span().unwrap_or(0..0),
                error.message().to_owned(),
            );
        }
        if source.failed() {
            return Err(StudyError::Plan(source.into_problems()));
        }
        let root = Section::new(&source, String::new(), table.get_ref(), table.span());
        let plan = Self::from_root(&root, path, text.clone());
        root.finish();
        match plan {
            Some(plan) if !source.failed() => Ok(plan),
            _ => Err(StudyError::Plan(source.into_problems())),
        }
    }

    fn from_root(root: &Section<'_>, path: &Path, text: String) -> Option<Self> {
        let study = root.required_section("study");
        let people = people::read(root);
        let registers = registers::read(root);
        let endpoints = endpoints::read(root, &registers);
        let sequences = sequences::read(root, &endpoints);
        let outcomes = outcomes::read(root, &endpoints);
        let tables = tables::read(root, &outcomes);
        let prices = prices::read(root);
        let populations = populations::read(root);
        let analyses = analyses::read(root, &outcomes, &populations);
        let multiplicity = populations::multiplicity(root, &analyses);
        let figures = figures::read(root, &endpoints, &outcomes, &populations);
        let labels = root
            .section("labels")
            .map(|labels| labels.strings_map())
            .unwrap_or_default();
        let baseline = root
            .section("baseline")
            .and_then(|section| {
                let variables = section.string_list("variables");
                section.finish();
                variables
            })
            .unwrap_or_default();
        let (disclosure, ledger) = disclosure::read(root, path);
        let (language, journal) = report::read(root);
        let (study, (people_file, people, strata)) = (study?, people?);
        if !registers.is_empty() && people.index_date.is_none() {
            let message =
                "a study with registers needs `index_date`: the day from which follow-up counts";
            root.problem_at("people", "missing_key", message);
        }
        if !registers.is_empty() && people.id.is_none() {
            let message = "a study with registers needs `id`: the column that links people to them";
            root.problem_at("people", "missing_key", message);
        }
        check_keys(root, &analyses, &figures, &sequences);
        check_tables(root, &tables, &analyses, &figures, &sequences);
        let randomisation = randomisation::read(root, &strata);
        let plan = Self {
            path: path.to_owned(),
            text,
            name: study.required_string("name").unwrap_or_default(),
            title: study.string("title").unwrap_or_default(),
            design: study
                .choice("design", &["randomised", "cohort", "register"])
                .unwrap_or_else(|| "randomised".to_owned()),
            seed: study.integer("seed", 0, i64::MAX).unwrap_or(0) as u64,
            confidence: study
                .fraction("confidence")
                .and_then(|level| {
                    let valid = ConfidenceLevel::new(level).ok();
                    if valid.is_none() {
                        study.problem_at(
                            "confidence",
                            "bad_value",
                            "`study.confidence` must lie between 0 and 1",
                        );
                    }
                    valid
                })
                .unwrap_or_default(),
            people_file,
            people,
            strata,
            randomisation,
            registers,
            endpoints,
            sequences,
            outcomes,
            tables,
            prices,
            baseline,
            baseline_line: root.section("baseline").map_or(1, |section| section.line()),
            labels,
            populations,
            analyses,
            multiplicity,
            figures,
            blind: false,
            disclosure,
            language,
            journal,
            ledger,
        };
        study.finish();
        let replays = plan.analyses.iter().any(|a| a.permutations.is_some());
        if replays && (plan.design != "randomised" || plan.people.arm.is_none()) {
            let rule = "a permutation test replays a randomisation: it needs `design = \
                        \"randomised\"` and the `arm` of [people]";
            root.problem_at("study", "bad_value", rule);
        }
        Some(plan)
    }

    /// The folder that relative paths start from.
    #[must_use]
    pub fn folder(&self) -> &Path {
        self.path.parent().unwrap_or(Path::new(""))
    }

    /// Bytes of the registers' files as they lie on the disk, for whoever shows progress; files that
    /// cannot be found count nothing here.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        let mut total = 0;
        for register in &self.registers {
            let patterns = register.parts.values().chain([&register.files]);
            let files = patterns.flat_map(|patterns| {
                crate::files::expand(self.folder(), &register.key, patterns).unwrap_or_default()
            });
            total += files
                .filter_map(|file| std::fs::metadata(file).ok())
                .map(|metadata| metadata.len())
                .sum::<u64>();
        }
        total
    }

    /// The outcome of a key.
    #[must_use]
    pub fn outcome(&self, key: &str) -> Option<&OutcomePlan> {
        self.outcomes.iter().find(|outcome| outcome.key == key)
    }

    /// The label of a variable: the plan's, or its name.
    #[must_use]
    pub fn label(&self, variable: &str) -> String {
        self.labels
            .get(variable)
            .cloned()
            .unwrap_or_else(|| variable.to_owned())
    }
}

/// Keys name files: analyses, sequences and figures must not share one, nor take a built-in one.
fn check_keys(
    root: &Section<'_>,
    analyses: &[AnalysisPlan],
    figures: &[FigurePlan],
    sequences: &[SequencePlan],
) {
    for (i, figure) in figures.iter().enumerate() {
        if figures[..i].iter().any(|other| other.key == figure.key) {
            let rule = format!("two figures would be called `{}`", figure.key);
            root.problem_at("figures", "duplicate_key", rule);
        }
    }
    for analysis in analyses {
        let file = analysis.key.replace('_', "-");
        let built_in = BUILT_IN.contains(&analysis.key.as_str());
        if built_in || figures.iter().any(|figure| figure.key == file) {
            let rule = format!(
                "the key `{}` is taken by another table or figure",
                analysis.key
            );
            root.problem_at("analyses", "duplicate_key", rule);
        }
    }
    let definitions = analyses
        .iter()
        .map(|analysis| format!("{}-definitions", analysis.key));
    let mut taken: Vec<String> = definitions.collect();
    for analysis in analyses
        .iter()
        .filter(|analysis| taken.contains(&analysis.key))
    {
        let rule = format!(
            "the key `{}` is that of a table of definitions",
            analysis.key
        );
        root.problem_at("analyses", "duplicate_key", rule);
    }
    taken.extend(BUILT_IN.map(str::to_owned));
    taken.extend(analyses.iter().map(|analysis| analysis.key.clone()));
    taken.extend(figures.iter().map(|figure| figure.key.clone()));
    for planned in sequences {
        let key = &planned.sequence.key;
        if taken.contains(key) || taken.contains(&key.replace('_', "-")) {
            let rule = format!("the key `{key}` is taken by another table or figure");
            root.problem_at("sequences", "duplicate_key", rule);
        }
    }
}

/// No table of outcomes has the name of anything else.
fn check_tables(
    root: &Section<'_>,
    tables: &[TablePlan],
    analyses: &[AnalysisPlan],
    figures: &[FigurePlan],
    sequences: &[SequencePlan],
) {
    let derived = ["", "-definitions", "-sensitivity", "-subgroups"];
    for table in tables {
        let of_analysis = |analysis: &AnalysisPlan| {
            let is = |suffix: &&str| table.key == format!("{}{suffix}", analysis.key);
            derived.iter().any(is)
        };
        let is_taken = BUILT_IN.contains(&table.key.as_str())
            || analyses.iter().any(of_analysis)
            || figures
                .iter()
                .any(|figure| figure.key == table.key.replace('_', "-"))
            || sequences
                .iter()
                .any(|planned| planned.sequence.key == table.key);
        if is_taken {
            let rule = format!(
                "the key `{}` is taken by another table or figure",
                table.key
            );
            root.problem_at("tables", "duplicate_key", rule);
        }
    }
}

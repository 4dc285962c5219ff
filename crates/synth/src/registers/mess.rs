//! What is wrong with real extracts, each with its own switch.
//!
//! Every kind of mess leaves the truth exact: a reader that does what it should with it finds the
//! values of `truth.csv`.

/// The kinds of mess: variant, name on the command line, what it is. One list, so that the
/// documentation, the names and the command's help cannot drift apart.
macro_rules! kinds_of_mess {
    ($($variant:ident $name:literal $about:literal)*) => {
        /// One kind of mess.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[non_exhaustive]
        pub enum Mess {
            $(#[doc = $about] $variant,)*
        }

        impl Mess {
            /// Every kind of mess.
            pub const ALL: [Self; [$($name),*].len()] = [$(Self::$variant),*];

            /// The name on the command line.
            #[must_use]
            pub fn name(self) -> &'static str {
                match self {
                    $(Self::$variant => $name,)*
                }
            }

            /// What it does, in a sentence.
            #[must_use]
            pub fn about(self) -> &'static str {
                match self {
                    $(Self::$variant => $about,)*
                }
            }
        }
    };
}

kinds_of_mess! {
    Bom "bom"
        "Files begin with the byte order mark of UTF-8."
    Cp1252 "cp1252"
        "Files are Windows-1252 with CRLF and headers such as løpenr; with bom, files take turns."
    Delimiter "delimiter"
        "Files take turns with semicolon, tab, bar and comma (no comma beside a decimal comma)."
    DecimalComma "decimal-comma"
        "Numbers have a decimal comma."
    EmbeddedNewlines "embedded-newlines"
        "Free text holds line breaks and quotation marks, within quotation marks."
    Prefixes "prefixes"
        "Headers of aa-ssb and fd-trygd begin with wYY_NNNN_."
    HeaderCase "header-case"
        "Headers are in upper case."
    Duplicates "duplicates"
        "Some rows come twice, byte for byte."
    Ragged "ragged"
        "Some rows come again with a cell too few or too many: to be refused."
    Void "void"
        "aa-nav: jobs that the employer says never were."
    Machine "machine"
        "aa-nav: ends that were set by a machine, and are right."
    OpenEnds "open-ends"
        "Some open ends are written 9999-12-31 instead of left empty."
    EndBeforeStart "end-before-start"
        "Rows whose last day lies before the first: to be refused, never swapped."
    Overlaps "overlaps"
        "A second job within the days of the first."
    Dates "dates"
        "Files take turns with dd.mm.yyyy, yyyymmdd, 01JAN2020 and ISO dates."
    TrailingBlanks "trailing-blanks"
        "Texts, identifiers among them, end in blanks."
    MissingCodes "missing-codes"
        "Missing cells are written as a full stop, NA or blanks; missing codes as 0000 and 00.000."
    MonthOrder "month-order"
        "aa-ssb: files are named m1 to m12, so that m10 sorts before m2."
    Gzip "gzip"
        "The first, third, ... file of a register is gzip; never one with background rows."
    IcdNoise "icd-noise"
        "npr: diagnoses are written F10.2, f102, with a comma behind, or between blanks."
    LeadingZeros "leading-zeros"
        "Identifiers may begin with zeros."
    Lists "lists"
        "kuhr: diagnoses and tariffs of a contact are comma-joined lists in a cell."
    TariffCase "tariff-case"
        "kpr, kuhr: tariffs are in upper and lower case."
    AfterDeath "after-death"
        "Activity after death, and spells that go on after it."
    Percent "percent"
        "Second jobs of 0 and of more than 200 per cent within the days of the first."
    NegativePay "negative-pay"
        "Corrections with negative pay."
    RelationalCodes "relational-codes"
        "npr: diagnoses come in a file of their own."
    RelativeDates "relative-dates"
        "npr: days are counted from a date of reference of each person."
    LastDayOn "last-day-on"
        "fd-trygd: AVGDATO is the last day on, not the first day off; the plan says which."
}

impl Mess {
    /// A kind of mess by its name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|mess| mess.name() == name)
    }
}

/// Which mess an extract has.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct MessSet(u64);

impl MessSet {
    /// Extracts as clean as they never are.
    pub const NONE: Self = Self(0);

    /// Every kind of mess at once.
    #[must_use]
    pub fn all() -> Self {
        Mess::ALL.into_iter().collect()
    }

    /// Whether a kind of mess is on.
    #[must_use]
    pub fn has(self, mess: Mess) -> bool {
        self.0 & (1 << mess as u32) != 0
    }

    /// The kinds of mess that are on.
    pub fn iter(self) -> impl Iterator<Item = Mess> {
        Mess::ALL.into_iter().filter(move |mess| self.has(*mess))
    }
}

impl FromIterator<Mess> for MessSet {
    fn from_iter<I: IntoIterator<Item = Mess>>(iter: I) -> Self {
        Self(
            iter.into_iter()
                .fold(0, |bits, mess| bits | (1 << mess as u32)),
        )
    }
}

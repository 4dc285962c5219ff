//! What is estimated or tested, and how: the names that results are known by.

macro_rules! named {
    ($(#[$meta:meta])* $name:ident { $($(#[$variant_meta:meta])* $variant:ident = $text:literal,)* }) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum $name { $($(#[$variant_meta])* $variant,)* }

        impl $name {
            /// All of them, in the order of the documentation.
            pub const ALL: &'static [Self] = &[$(Self::$variant),*];

            /// The name used in results.
            #[must_use]
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $text,)* }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.as_str())
            }
        }
    };
}

named! {
    /// What is estimated or tested.
    Statistic {
        /// Probability of the event in one group.
        Risk = "risk",
        /// Difference of two risks.
        RiskDifference = "risk_difference",
        /// Ratio of two risks.
        RiskRatio = "risk_ratio",
        /// Ratio of two odds.
        OddsRatio = "odds_ratio",
        /// Whether an odds ratio is the same in all strata.
        OddsRatioHomogeneity = "odds_ratio_homogeneity",
        /// Inverse of the risk difference; negative means number needed to harm.
        NumberNeededToTreat = "number_needed_to_treat",
        /// Arithmetic mean in one group.
        Mean = "mean",
        /// Difference of two means.
        MeanDifference = "mean_difference",
        /// P(X > Y) - P(Y > X) for a person of each group.
        ProbabilityDifference = "probability_difference",
        /// The shift between two distributions of the same shape.
        LocationShift = "location_shift",
        /// Events per unit of count in one group.
        Rate = "rate",
        /// Ratio of two mean counts.
        RateRatio = "rate_ratio",
        /// Ratio of two hazards.
        HazardRatio = "hazard_ratio",
        /// Ratio of two subdistribution hazards: those with a competing event stay at risk.
        SubdistributionHazardRatio = "subdistribution_hazard_ratio",
        /// Events of a group less those expected if the groups do not differ.
        ObservedMinusExpected = "observed_minus_expected",
        /// Probability of no event up to a time.
        Survival = "survival",
        /// The time by which half have had the event.
        MedianSurvival = "median_survival",
        /// The time by which some other share have had the event.
        SurvivalQuantile = "survival_quantile",
        /// Mean time without the event up to a horizon.
        RestrictedMean = "restricted_mean",
        /// Difference of two restricted means.
        RestrictedMeanDifference = "restricted_mean_difference",
        /// Ratio of two restricted means.
        RestrictedMeanRatio = "restricted_mean_ratio",
        /// Probability of one of several kinds of event up to a time.
        CumulativeIncidence = "cumulative_incidence",
        /// Hazard added up to a time.
        CumulativeHazard = "cumulative_hazard",
        /// Mean number of recurrent events up to a time.
        MeanCumulativeCount = "mean_cumulative_count",
        /// Difference of two person-time rates.
        RateDifference = "rate_difference",
        /// Asymmetry of a funnel plot.
        FunnelAsymmetry = "funnel_asymmetry",
        /// Correlation of two columns.
        Correlation = "correlation",
        /// How well the items of a scale hang together.
        Reliability = "reliability",
        /// A regression coefficient on the scale of the linear predictor.
        Coefficient = "coefficient",
        /// A whole model against its intercept.
        Model = "model",
        /// A term of a model, all its coefficients together.
        Term = "term",
        /// Whether a model's fitted means agree with what is seen.
        GoodnessOfFit = "goodness_of_fit",
    }
}

named! {
    /// How the interval or the p-value was computed.
    Method {
        /// Normal approximation with the unpooled standard error.
        Wald = "wald",
        /// Wilson's score interval.
        Wilson = "wilson",
        /// Clopper and Pearson's exact interval.
        ClopperPearson = "clopper_pearson",
        /// Jeffreys' interval (Beta(1/2, 1/2) prior).
        Jeffreys = "jeffreys",
        /// Agresti and Coull's interval.
        AgrestiCoull = "agresti_coull",
        /// Newcombe's hybrid of two Wilson intervals.
        Newcombe = "newcombe",
        /// Miettinen and Nurminen's score interval, with the factor N/(N-1).
        MiettinenNurminen = "miettinen_nurminen",
        /// Mee's score interval, without that factor.
        Mee = "mee",
        /// Agresti and Caffo's plus-four interval.
        AgrestiCaffo = "agresti_caffo",
        /// A band that holds at all times of a curve at once.
        Simultaneous = "simultaneous",
        /// Katz' log interval of a risk ratio.
        Katz = "katz",
        /// Koopman's score interval of a risk ratio.
        Koopman = "koopman",
        /// Woolf's log interval of an odds ratio.
        Woolf = "woolf",
        /// Conditional maximum likelihood with exact limits.
        ConditionalExact = "conditional_exact",
        /// Conditional maximum likelihood with mid-p limits.
        ConditionalMidP = "conditional_mid_p",
        /// Fisher's exact test.
        Fisher = "fisher",
        /// Fisher's exact test with the mid-p correction.
        FisherMidP = "fisher_mid_p",
        /// Barnard's unconditional exact test with the pooled z statistic.
        Barnard = "barnard",
        /// Boschloo's unconditional exact test.
        Boschloo = "boschloo",
        /// Pearson's chi-squared test, uncorrected.
        ChiSquared = "chi_squared",
        /// Pearson's chi-squared test with Yates' correction.
        ChiSquaredYates = "chi_squared_yates",
        /// Mantel and Haenszel's weights over strata.
        MantelHaenszel = "mantel_haenszel",
        /// The Cochran-Mantel-Haenszel test, uncorrected.
        CochranMantelHaenszel = "cochran_mantel_haenszel",
        /// The Cochran-Mantel-Haenszel test with continuity correction.
        CochranMantelHaenszelYates = "cochran_mantel_haenszel_yates",
        /// Breslow and Day's test of one odds ratio in all strata.
        BreslowDay = "breslow_day",
        /// Breslow and Day's test with Tarone's correction.
        BreslowDayTarone = "breslow_day_tarone",
        /// Newcombe's hybrid of two stratified Wilson intervals.
        StratifiedNewcombe = "stratified_newcombe",
        /// Miettinen and Nurminen's score interval over strata.
        StratifiedMiettinenNurminen = "stratified_miettinen_nurminen",
        /// Student's t with a common variance.
        Student = "student",
        /// Welch's t with Satterthwaite's degrees of freedom.
        Welch = "welch",
        /// The Mann-Whitney test.
        MannWhitney = "mann_whitney",
        /// Hodges and Lehmann's estimate with limits from the rank test.
        HodgesLehmann = "hodges_lehmann",
        /// Difference of means within strata, one variance.
        StratifiedStudent = "stratified_student",
        /// Difference of means within strata, a variance for each arm of each stratum.
        StratifiedWelch = "stratified_welch",
        /// Van Elteren's rank test within strata.
        VanElteren = "van_elteren",
        /// Poisson variance.
        Poisson = "poisson",
        /// Variance from the spread between people.
        Robust = "robust",
        /// Profile likelihood.
        Profile = "profile",
        /// Hosmer and Lemeshow's groups of fitted risks.
        HosmerLemeshow = "hosmer_lemeshow",
        /// Likelihood ratio.
        LikelihoodRatio = "likelihood_ratio",
        /// Score test.
        Score = "score",
        /// The Kaplan-Meier curve.
        KaplanMeier = "kaplan_meier",
        /// The Kaplan-Meier curve with an interval symmetric on its own scale.
        KaplanMeierPlain = "kaplan_meier_plain",
        /// The Kaplan-Meier curve with an interval symmetric on the log scale.
        KaplanMeierLog = "kaplan_meier_log",
        /// The Kaplan-Meier curve with an interval symmetric on the complementary log-log scale.
        KaplanMeierLogLog = "kaplan_meier_log_log",
        /// A life table of grouped times with an interval symmetric on its own scale.
        LifeTablePlain = "life_table_plain",
        /// A life table with an interval symmetric on the log scale.
        LifeTableLog = "life_table_log",
        /// A life table with an interval symmetric on the complementary log-log scale.
        LifeTableLogLog = "life_table_log_log",
        /// The log-rank test.
        LogRank = "log_rank",
        /// The log-rank test of clusters that were allotted whole.
        ClusteredLogRank = "clustered_log_rank",
        /// The rank-sum test of clusters that were allotted whole.
        ClusteredRankSum = "clustered_rank_sum",
        /// A weighted log-rank test of Fleming and Harrington's family.
        FlemingHarrington = "fleming_harrington",
        /// Cox regression, ties by Efron's approximation.
        CoxEfron = "cox_efron",
        /// Survival predicted by a Cox model.
        CoxSurvival = "cox_survival",
        /// The Aalen-Johansen estimator of competing events.
        AalenJohansen = "aalen_johansen",
        /// Gray's test of cumulative incidences.
        Gray = "gray",
        /// Fine and Gray's regression of subdistribution hazards.
        FineGray = "fine_gray",
        /// The mean cumulative function of recurrent events.
        NelsonAalen = "nelson_aalen",
        /// Ratio of mean counts of recurrent events, robust (Lin, Wei, Yang and Ying).
        ProportionalMeans = "lwyy",
        /// Exact limits of a Poisson count.
        PoissonExact = "poisson_exact",
        /// Weights inverse to the variance, one common effect.
        InverseVariance = "inverse_variance",
        /// Peto's one-step odds ratio.
        Peto = "peto",
        /// Random effects, variance between studies by DerSimonian and Laird.
        DerSimonianLaird = "dersimonian_laird",
        /// Random effects, variance between studies by restricted maximum likelihood.
        Reml = "reml",
        /// Random effects, variance between studies by Paule and Mandel.
        PauleMandel = "paule_mandel",
        /// Odds ratio by the noncentral hypergeometric likelihood of the tables.
        ConditionalHypergeometric = "conditional_hypergeometric",
        /// Odds ratio by the binomial approximation of that likelihood.
        ConditionalBinomial = "conditional_binomial",
        /// Odds ratio by the binomial likelihood of both arms, each study with its own risk.
        FixedStudies = "fixed_studies",
        /// Odds ratio by the binomial likelihood of both arms, study risks from a normal distribution.
        RandomStudies = "random_studies",
        /// Egger's regression of the funnel plot.
        Egger = "egger",
        /// Cronbach's alpha, limits after Feldt.
        CronbachAlpha = "cronbach_alpha",
        /// Pearson's correlation, limits by Fisher's z.
        Pearson = "pearson",
        /// Spearman's rank correlation.
        Spearman = "spearman",
        /// Bootstrap, percentile interval.
        BootstrapPercentile = "bootstrap_percentile",
        /// Bootstrap, basic interval.
        BootstrapBasic = "bootstrap_basic",
        /// Bootstrap, bias-corrected and accelerated interval.
        BootstrapBca = "bootstrap_bca",
        /// Bootstrap, studentised interval.
        BootstrapStudentised = "bootstrap_studentised",
        /// Permutation of the arms.
        Permutation = "permutation",
        /// Standardisation over the covariates of everyone (g-computation).
        Standardisation = "standardisation",
    }
}

//! What `--vcov` and `--id` ask for.

use crate::args::FitArgs;
use crate::failure::Failure;
use regtrial_stats::design::Data;
use regtrial_stats::glm::{ClusterCorrection, Covariance, GeeVariance};

/// The covariance asked for, and with it the kind of fit.
pub(super) enum Choice<'a> {
    Plain(Covariance),
    Cluster {
        column: &'a str,
        /// None: the sandwich's usual factor.
        correction: Option<ClusterCorrection>,
    },
    Gee {
        id: &'a str,
        variance: GeeVariance,
    },
}

impl<'a> Choice<'a> {
    pub(super) fn of(args: &'a FitArgs) -> Result<Self, Failure> {
        if let Some(id) = &args.id {
            let variance = match args.vcov.as_str() {
                "robust" => GeeVariance::Robust,
                "model-based" => GeeVariance::ModelBased,
                "mancl-derouen" => GeeVariance::ManclDeRouen,
                "kauermann-carroll" => GeeVariance::KauermannCarroll,
                _ => {
                    let rule = "with --id, --vcov is robust, model-based, mancl-derouen or \
                                kauermann-carroll";
                    return Err(Failure::message("argument", rule));
                }
            };
            return Ok(Self::Gee { id, variance });
        }
        let plain = match args.vcov.as_str() {
            "classical" => Some(Covariance::Classical),
            "HC0" => Some(Covariance::Hc0),
            "HC1" => Some(Covariance::Hc1),
            "HC2" => Some(Covariance::Hc2),
            "HC3" => Some(Covariance::Hc3),
            _ => None,
        };
        if let Some(plain) = plain {
            return Ok(Self::Plain(plain));
        }
        let named = args.vcov.split_once('(');
        let inner = named.and_then(|(name, rest)| Some((name, rest.strip_suffix(')')?.trim())));
        let (correction, column) = match inner {
            Some(("cluster", column)) => (None, column),
            Some(("CR0", column)) => (Some(ClusterCorrection::Cr0), column),
            Some(("CR1", column)) => (Some(ClusterCorrection::Cr1), column),
            Some(("CR2", column)) => (Some(ClusterCorrection::Cr2), column),
            Some(("CR3", column)) => (Some(ClusterCorrection::Cr3), column),
            _ => {
                let rule = "--vcov is classical, HC0, HC1, HC2, HC3, cluster(COLUMN), CR0(COLUMN), \
                            CR1(COLUMN), CR2(COLUMN) or CR3(COLUMN)";
                return Err(Failure::message("argument", rule).with_help(
                    "robust, model-based, mancl-derouen and kauermann-carroll go with --id",
                ));
            }
        };
        Ok(Self::Cluster { column, correction })
    }

    /// The column whose rows must not be missing.
    pub(super) fn columns(&self) -> impl Iterator<Item = &'a str> {
        let column = match self {
            Self::Plain(_) => None,
            Self::Cluster { column, .. } => Some(*column),
            Self::Gee { id, .. } => Some(*id),
        };
        column.into_iter()
    }

    pub(super) fn covariance(&self, columns: &Data) -> Result<Covariance, Failure> {
        Ok(match self {
            Self::Plain(covariance) => covariance.clone(),
            Self::Cluster { column, correction } => {
                let labels = labels(columns, column)?;
                match correction {
                    None => Covariance::Cluster(labels),
                    Some(correction) => Covariance::CorrectedCluster(labels, *correction),
                }
            }
            Self::Gee { .. } => Covariance::Classical,
        })
    }
}

/// A label for every row of the data.
pub(super) fn labels(columns: &Data, column: &str) -> Result<Vec<u64>, Failure> {
    let rows: Vec<usize> = (0..columns.rows()).collect();
    columns
        .labels(column, &rows)
        .map_err(|error| Failure::stats(&error, None))
}

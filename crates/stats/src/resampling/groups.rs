//! Rows by label, and clusters of rows by the stratum that each lies in.

use crate::StatsError;
use std::collections::BTreeMap;

/// The rows of each label, in the order of the labels.
pub(super) fn grouped(labels: &[usize], rows: usize) -> Result<Vec<Vec<usize>>, StatsError> {
    if labels.len() != rows {
        return Err(StatsError::argument("labels", "must be one a row"));
    }
    let mut found = BTreeMap::<usize, Vec<usize>>::new();
    for (i, &label) in labels.iter().enumerate() {
        found.entry(label).or_default().push(i);
    }
    Ok(found.into_values().collect())
}

/// Whether each cluster lies in one stratum.
pub(crate) fn lie_within(clusters: &[usize], strata: &[usize]) -> bool {
    let mut of = BTreeMap::new();
    let mut both = clusters.iter().zip(strata);
    both.all(|(cluster, stratum)| of.entry(cluster).or_insert(stratum) == &stratum)
}

/// The clusters of each stratum; an error by `rule` where one lies in several.
pub(super) fn clusters_within(
    clusters: Vec<Vec<usize>>,
    strata: &[usize],
    rule: &'static str,
) -> Result<Vec<Vec<Vec<usize>>>, StatsError> {
    let mut found = BTreeMap::<usize, Vec<Vec<usize>>>::new();
    for cluster in clusters {
        let stratum = strata[cluster[0]];
        if cluster.iter().any(|&row| strata[row] != stratum) {
            return Err(StatsError::argument("the clusters", rule));
        }
        found.entry(stratum).or_default().push(cluster);
    }
    Ok(found.into_values().collect())
}

//! The Worker Role Interview: 16 items in six areas, rated on four points.
//!
//! 4 strongly supports return to work, 3 supports, 2 interferes, 1 strongly interferes; "not applicable"
//! is not rated. Ratings are ordinal: the mean of an area's rated items is a summary, no measurement. The
//! areas follow the order of the form; how many items each has is [`AREAS`], which is general knowledge
//! of version 10: give your own where your form differs.

use crate::StatsError;

/// Items of the interview.
pub const ITEMS: usize = 16;

/// Areas in the order of the form, and how many items each has.
pub const AREAS: [(&str, usize); 6] = [
    ("personal causation", 3),
    ("values", 2),
    ("interests", 2),
    ("roles", 2),
    ("habits", 3),
    ("environment", 4),
];

/// One area of one person.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct AreaScore {
    /// Its name.
    pub area: String,
    /// Mean of its rated items, from 1 to 4; `NaN` if none is rated.
    pub mean: f64,
    /// Items rated.
    pub rated: usize,
    /// Items of the area.
    pub items: usize,
}

/// The area scores of one person.
///
/// # Errors
/// [`StatsError::Argument`] unless the areas hold as many items as there are ratings, each a whole number
/// from 1 to 4 or missing.
///
/// ```
/// use regtrial_stats::scales::worker_role::{AREAS, areas};
/// let mut ratings = vec![Some(3.0); 16];
/// ratings[0] = Some(1.0);
/// ratings[1] = None; // not applicable
/// let found = areas(&ratings, &AREAS)?;
/// assert_eq!((found[0].mean, found[0].rated, found[5].mean), (2.0, 2, 3.0));
/// # Ok::<(), regtrial_stats::StatsError>(())
/// ```
pub fn areas(
    ratings: &[Option<f64>],
    areas: &[(&str, usize)],
) -> Result<Vec<AreaScore>, StatsError> {
    if ratings.len() != areas.iter().map(|(_, items)| items).sum::<usize>() {
        let rule = "must be as many as the areas have items: 16 on the usual form";
        return Err(StatsError::argument("ratings", rule));
    }
    let whole = |rating: &f64| rating.fract() == 0.0 && (1.0..=4.0).contains(rating);
    if !ratings.iter().flatten().all(whole) {
        return Err(StatsError::argument(
            "ratings",
            "must be whole numbers from 1 to 4",
        ));
    }
    let mut from = 0;
    let made = areas.iter().map(|(area, items)| {
        let own = &ratings[from..from + items];
        from += items;
        let rated = own.iter().flatten().count();
        AreaScore {
            area: (*area).to_owned(),
            // 0/0: no rated item, no mean.
            mean: own.iter().flatten().sum::<f64>() / rated as f64,
            rated,
            items: *items,
        }
    });
    Ok(made.collect())
}

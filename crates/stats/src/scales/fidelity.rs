//! The IPS fidelity scale of 25 items (IPS-25).
//!
//! Items are rated 1 to 5 in the scale's order: staffing (items 1 to 3), organisation (4 to 11),
//! services (12 to 25). The total goes from 25 to 125. The scale itself rates 1 what "cannot be rated due
//! to no fit"; an item that nobody looked at is something else, and what becomes of it is the caller's
//! choice ([`Missing`]).
//!
//! Reference: G. R. Bond, A. E. Peterson, D. R. Becker, R. E. Drake (2012), Psychiatric Services
//! 63:758-763.

use crate::StatsError;

/// Items of the scale.
pub const ITEMS: usize = 25;

/// What becomes of a site with items that were not rated.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Missing {
    /// No sum of which an item is missing.
    #[default]
    NoScore,
    /// A sum is the mean of its rated items times their number, if at most this many of the 25 are
    /// missing, and none of its own beyond half.
    Prorate {
        /// Missing items that are tolerated.
        at_most: usize,
    },
}

/// How well a site follows the model.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Band {
    /// 73 or less.
    NotSupportedEmployment,
    /// 74 to 99.
    Fair,
    /// 100 to 114.
    Good,
    /// 115 to 125.
    Exemplary,
}

impl Band {
    /// The band of a total; a prorated total is rounded down to a whole number, so that no band is
    /// reached that the ratings do not reach.
    #[must_use]
    pub fn of(total: f64) -> Self {
        match total.floor() {
            total if total >= 115.0 => Self::Exemplary,
            total if total >= 100.0 => Self::Good,
            total if total >= 74.0 => Self::Fair,
            _ => Self::NotSupportedEmployment,
        }
    }

    /// Its name.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::NotSupportedEmployment => "not supported employment",
            Self::Fair => "fair",
            Self::Good => "good",
            Self::Exemplary => "exemplary",
        }
    }
}

/// A site's scores; undefined sums are `NaN`.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct FidelityScore {
    /// Items 1 to 3, from 3 to 15.
    pub staffing: f64,
    /// Items 4 to 11, from 8 to 40.
    pub organisation: f64,
    /// Items 12 to 25, from 14 to 70.
    pub services: f64,
    /// All items, from 25 to 125.
    pub total: f64,
    /// The band of the total, if there is one.
    pub band: Option<Band>,
    /// Items rated.
    pub rated: usize,
}

/// The scores of one site.
///
/// # Errors
/// [`StatsError::Argument`] unless there are 25 ratings, each a whole number from 1 to 5 or missing.
///
/// ```
/// use regtrial_stats::scales::fidelity::{Band, Missing, score};
/// let mut ratings = vec![Some(4.0); 25];
/// let full = score(&ratings, Missing::NoScore)?;
/// assert_eq!((full.staffing, full.organisation, full.services, full.total), (12.0, 32.0, 56.0, 100.0));
/// assert_eq!(full.band, Some(Band::Good));
/// ratings[24] = None;
/// assert!(score(&ratings, Missing::NoScore)?.total.is_nan());
/// assert_eq!(score(&ratings, Missing::Prorate { at_most: 2 })?.total, 100.0);
/// # Ok::<(), regtrial_stats::StatsError>(())
/// ```
pub fn score(ratings: &[Option<f64>], missing: Missing) -> Result<FidelityScore, StatsError> {
    if ratings.len() != ITEMS {
        return Err(StatsError::argument(
            "ratings",
            "must be 25, in the order of the scale",
        ));
    }
    let whole = |rating: &f64| rating.fract() == 0.0 && (1.0..=5.0).contains(rating);
    if !ratings.iter().flatten().all(whole) {
        return Err(StatsError::argument(
            "ratings",
            "must be whole numbers from 1 to 5",
        ));
    }
    let rated = ratings.iter().flatten().count();
    let sum = |items: &[Option<f64>]| {
        let here = items.iter().flatten().count();
        let found: f64 = items.iter().flatten().sum();
        let tolerated = match missing {
            Missing::NoScore => here == items.len(),
            Missing::Prorate { at_most } => ITEMS - rated <= at_most && 2 * here >= items.len(),
        };
        if tolerated && here > 0 {
            // Complete sums stay whole.
            found * items.len() as f64 / here as f64
        } else {
            f64::NAN
        }
    };
    let total = sum(ratings);
    Ok(FidelityScore {
        staffing: sum(&ratings[..3]),
        organisation: sum(&ratings[3..11]),
        services: sum(&ratings[11..]),
        total,
        band: (!total.is_nan()).then(|| Band::of(total)),
        rated,
    })
}

#[cfg(test)]
mod tests {
    use super::{Band, Missing, score};

    #[test]
    fn bands_change_at_their_limits() {
        let bands = [
            (73.0, 0),
            (73.9, 0),
            (74.0, 1),
            (99.0, 1),
            (100.0, 2),
            (114.9, 2),
            (115.0, 3),
            (125.0, 3),
        ];
        let names = [
            Band::NotSupportedEmployment,
            Band::Fair,
            Band::Good,
            Band::Exemplary,
        ];
        for (total, band) in bands {
            assert_eq!(Band::of(total), names[band], "{total}");
        }
    }

    #[test]
    fn a_missing_item_costs_its_own_sums_only() {
        let mut ratings = vec![Some(5.0); 25];
        ratings[0] = None;
        let found = score(&ratings, Missing::NoScore).unwrap();
        assert!(found.staffing.is_nan() && found.total.is_nan() && found.band.is_none());
        assert_eq!(
            (found.organisation, found.services, found.rated),
            (40.0, 70.0, 24)
        );
        // Two of three staffing items missing: more than half of it.
        ratings[1] = None;
        let found = score(&ratings, Missing::Prorate { at_most: 2 }).unwrap();
        assert!(found.staffing.is_nan());
        assert_eq!(found.total, 125.0);
        assert!(
            score(&ratings, Missing::Prorate { at_most: 1 })
                .unwrap()
                .total
                .is_nan()
        );
        assert!(
            score(&[None; 25], Missing::Prorate { at_most: 25 })
                .unwrap()
                .total
                .is_nan()
        );
    }

    #[test]
    fn what_is_no_rating_is_refused() {
        for wrong in [0.0, 6.0, 2.5, f64::NAN] {
            let mut ratings = vec![Some(3.0); 25];
            ratings[7] = Some(wrong);
            assert!(score(&ratings, Missing::NoScore).is_err(), "{wrong}");
        }
        assert!(score(&[Some(3.0); 24], Missing::NoScore).is_err());
    }
}

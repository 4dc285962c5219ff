//! Norwegian identification numbers: fødselsnummer and D-number.
//!
//! Eleven digits `DDMMYY iii k1 k2`.
//!
//! - **Date.** A D-number has 40 added to the day. Synthetic persons have a number added to the
//!   month: 80 (the tax administration's Test-Norge, searched through Tenor), 65 (test persons of
//!   Norsk helsenett) or 40 (test persons of Nav); hospitals add 40 as well, for a patient whose
//!   number is unknown. The date must exist in some century. The individual number `iii` once told
//!   which one; from 2032 it does not, so its ranges are not asked for: 29 February passes if 19YY
//!   or 20YY is a leap year (18YY is one only where 19YY is).
//! - **First check digit.** The digits one to ten, weighted 3 7 6 1 8 9 4 5 2 1, leave a remainder
//!   of 0 modulo 11 in numbers given out until 2032, and of 0, 1, 2 or 3 from then on. The later
//!   rule holds the earlier one, so it is the only one applied.
//! - **Second check digit.** All eleven, weighted 5 4 3 2 7 6 5 4 3 2 1, leave 0, before and after.
//!
//! Of random eleven-digit numbers 0.06 % have an ordinary date and pass the earlier rule, 0.24 %
//! the later one; with the three synthetic months it is four times that, just under 1 %. A
//! Norwegian bank account number has the second check digit by construction: about one in ten
//! passes.
//!
//! Not looked for: numbers that the health service gives out in common (felles hjelpenummer), which
//! begin with 8 or 9 and hold no date.
//!
//! References: Skatteetaten, "Nytt fødselsnummer fra 2032",
//! <https://skatteetaten.github.io/folkeregisteret-api-dokumentasjon/nytt-fodselsnummer-fra-2032/>;
//! KITH 1001:2010, "Identifikatorer for personer" (D-number, hjelpenummer); NoCommons issue 57 (the
//! months of Norsk helsenett).

use super::{remainder, two};
use chrono::NaiveDate;

/// What may have been added to the month.
const MONTH_OFFSETS: [u32; 4] = [0, 40, 65, 80];
/// The largest remainder of the first check digit under the rule of 2032.
const LARGEST_FIRST: u32 = 3;

/// Whether the digits (values 0 to 9) form an identification number, a synthetic one included.
pub(crate) fn is_valid(digits: &[u8; 11]) -> bool {
    second_remainder(digits) == 0
        && first_remainder(digits) <= LARGEST_FIRST
        && has_date(digits, &MONTH_OFFSETS)
}

fn first_remainder(digits: &[u8; 11]) -> u32 {
    remainder(digits, &[3, 7, 6, 1, 8, 9, 4, 5, 2, 1])
}

fn second_remainder(digits: &[u8; 11]) -> u32 {
    remainder(digits, &[5, 4, 3, 2, 7, 6, 5, 4, 3, 2, 1])
}

fn has_date(digits: &[u8; 11], month_offsets: &[u32]) -> bool {
    let &[d1, d2, m1, m2, y1, y2, ..] = digits;
    let written = two(d1, d2);
    let day = if written > 40 { written - 40 } else { written };
    let year = i32::from(y1) * 10 + i32::from(y2);
    month_offsets
        .iter()
        .filter_map(|&offset| two(m1, m2).checked_sub(offset))
        .any(|month| {
            [1900, 2000]
                .iter()
                .any(|century| NaiveDate::from_ymd_opt(century + year, month, day).is_some())
        })
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a failing test may panic")]
mod tests {
    use super::{first_remainder, has_date, is_valid, second_remainder};
    use crate::guard::tests::made_up::{Lcg, digits, norwegian};

    fn valid(text: &str) -> bool {
        is_valid(&digits(text))
    }

    /// The first number from `serial` on that has check digits.
    fn number(date: &str, remainder: u32) -> String {
        (0..1000)
            .find_map(|serial| norwegian(date, serial, remainder))
            .unwrap()
    }

    #[test]
    fn published_synthetic_numbers_are_valid() {
        // navikt/fnrvalidator, issue 116: persons of Nav's test population (month + 40) and of the
        // tax administration's (month + 80), each with a D-number.
        let published = "
            15507600333 55507608360 29422059278 69422056629 05440355678 45440356293 12429400544
            52429405181 12505209719 52505209540 21483609245 61483601467 21528704651 61528703428
            17912099997 57912075186 29822099635 69822075096 05840399895 45840375084 12829499914
            52829400197 12905299938 52905200100 21883649874 61883600222 21929774873 61929750062";
        for text in published.split_whitespace() {
            assert!(valid(text), "{text}");
        }
        // navikt/fnrvalidator, tests/fnr.spec.ts: born in 2032, and two with one wrong check digit.
        assert!(valid("02013299997"));
        assert!(!valid("02013299987"));
        assert!(!valid("02013299996"));
    }

    #[test]
    fn the_first_check_digit_may_leave_up_to_three() {
        for remainder in 0..11 {
            let text = number("150665", remainder);
            assert_eq!(valid(&text), remainder <= 3, "remainder {remainder}");
        }
    }

    #[test]
    fn any_other_second_check_digit_fails() {
        let mut wrong = digits::<11>(&number("150665", 0));
        for _ in 0..9 {
            wrong[10] = (wrong[10] + 1) % 10;
            assert!(!is_valid(&wrong));
        }
    }

    #[test]
    fn dates_with_their_additions() {
        for date in [
            "310165", "710165", "314165", "316665", "318165", "718165", "319265", "317765",
        ] {
            assert!(valid(&number(date, 0)), "{date}");
        }
        let wrong = [
            "000165", "320165", "400165", "720165", "310465", "150065", "151365", "154065",
            "155365", "156565", "157865", "158065", "159365",
        ];
        for date in wrong {
            assert!(!valid(&number(date, 0)), "{date}");
        }
    }

    #[test]
    fn the_leap_day_needs_a_leap_year_of_some_century() {
        assert!(valid(&number("290200", 0)), "2000 is one, 1900 is not");
        assert!(valid(&number("290296", 0)));
        assert!(valid(&number("698204", 0)), "a synthetic D-number");
        assert!(!valid(&number("290201", 0)));
        assert!(!valid(&number("300200", 0)));
    }

    /// 200,000 numbers: 0.0604 %, 0.241 % and 0.965 % expected, that is 121, 483 and 1930 with
    /// standard deviations of 11, 22 and 44.
    #[test]
    fn few_random_numbers_pass() {
        let mut lcg = Lcg(1);
        let (mut earlier, mut later, mut synthetic) = (0, 0, 0);
        for _ in 0..200_000 {
            let digits = lcg.digits::<11>();
            if second_remainder(&digits) != 0 {
                continue;
            }
            let ordinary = has_date(&digits, &[0]);
            earlier += u32::from(ordinary && first_remainder(&digits) == 0);
            later += u32::from(ordinary && first_remainder(&digits) <= 3);
            synthetic += u32::from(is_valid(&digits));
        }
        assert!((65..=180).contains(&earlier), "{earlier}");
        assert!((370..=600).contains(&later), "{later}");
        assert!((1700..=2160).contains(&synthetic), "{synthetic}");
    }
}

//! A day of the calendar. Which day it is today is for the command line to say.

use std::fmt;
use std::str::FromStr;

/// A day, written `2026-09-24`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Date {
    year: u16,
    month: u8,
    day: u8,
}

/// A text that is no day.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no day; write one as YYYY-MM-DD, such as 2026-09-24")]
pub struct UnknownDate(pub String);

impl Date {
    /// The day that begins `days` days after 1970-01-01.
    #[must_use]
    pub fn after_1970(days: u32) -> Self {
        let (mut year, mut rest) = (1970_u16, days);
        while rest >= days_in_year(year) {
            rest -= days_in_year(year);
            year += 1;
        }
        let mut month = 1;
        while rest >= u32::from(days_in_month(year, month)) {
            rest -= u32::from(days_in_month(year, month));
            month += 1;
        }
        Self { year, month, day: u8::try_from(rest + 1).unwrap_or(31) }
    }
}

fn is_leap(year: u16) -> bool {
    year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400))
}

fn days_in_year(year: u16) -> u32 {
    if is_leap(year) { 366 } else { 365 }
}

fn days_in_month(year: u16, month: u8) -> u8 {
    match month {
        2 if is_leap(year) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

impl Date {
    /// How many days it is after `other`, roughly: months are taken for 30 days.
    #[must_use]
    pub fn days_since(self, other: Self) -> i64 {
        let days = |date: Self| i64::from(date.year) * 365 + i64::from(date.month) * 30 + i64::from(date.day);
        days(self) - days(other)
    }
}

impl FromStr for Date {
    type Err = UnknownDate;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let part = |from: usize, to: usize| {
            let digits = text.get(from..to).filter(|part| part.bytes().all(|b| b.is_ascii_digit()))?;
            digits.parse::<u16>().ok()
        };
        let bytes = text.as_bytes();
        let parts = || {
            if bytes.len() != 10 || bytes[4] != b'-' || bytes[7] != b'-' {
                return None;
            }
            let (year, month, day) = (part(0, 4)?, u8::try_from(part(5, 7)?).ok()?, u8::try_from(part(8, 10)?).ok()?);
            let real = (1..=12).contains(&month) && (1..=days_in_month(year, month)).contains(&day);
            real.then_some(Self { year, month, day })
        };
        parts().ok_or_else(|| UnknownDate(text.to_owned()))
    }
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}-{:02}", self.year, self.month, self.day)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_read_and_written() {
        for text in ["1970-01-01", "2024-02-29", "2000-02-29", "2026-12-31"] {
            assert_eq!(text.parse::<Date>().expect(text).to_string(), text);
        }
        for text in
            ["", "2026-9-24", "2026-13-01", "2026-00-10", "2025-02-29", "1900-02-29", "2026-09-2４", "+026-09-24"]
        {
            assert!(text.parse::<Date>().is_err(), "{text}");
        }
    }

    #[test]
    fn days_are_counted_from_1970() {
        for (days, text) in [(0, "1970-01-01"), (59, "1970-03-01"), (11_016, "2000-02-29"), (20_720, "2026-09-24")] {
            assert_eq!(Date::after_1970(days).to_string(), text);
        }
    }
}

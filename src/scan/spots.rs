//! Where something was seen: how often, and the first few places, the same whatever thread saw them first.

use std::collections::BTreeSet;
use std::fmt;

use crate::report::harmless;

/// A place in a file.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Spot {
    /// The file's name as it is shown.
    pub file: String,
    /// Line, counted from 1; 0 is the file as a whole.
    pub line: u64,
    /// Column in Unicode scalar values, counted from 1; 0 is the file as a whole.
    pub column: u64,
}

impl Spot {
    /// A file as a whole.
    #[must_use]
    pub fn of_file(file: &str) -> Self {
        Self { file: file.to_owned(), line: 0, column: 0 }
    }

    /// The place as an object of JSON: `file`, `line` and `column`, these two `null` for a file as a whole.
    #[must_use]
    pub fn to_json(&self) -> serde_json::Value {
        let known = |number: u64| (number > 0).then_some(number);
        serde_json::json!({ "file": self.file, "line": known(self.line), "column": known(self.column) })
    }
}

/// For people.
impl fmt::Display for Spot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", harmless(&self.file))?;
        if self.line > 0 { write!(f, ":{}:{}", self.line, self.column) } else { Ok(()) }
    }
}

/// Places where something was seen.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Spots {
    /// How many there are.
    pub count: u64,
    first: BTreeSet<Spot>,
}

impl Spots {
    /// How many are kept.
    pub const KEPT: usize = 5;

    /// Adds a place.
    pub fn add(&mut self, spot: Spot) {
        self.count += 1;
        self.keep(spot);
    }

    /// Adds the places of others.
    pub fn merge(&mut self, other: Self) {
        self.count += other.count;
        other.first.into_iter().for_each(|spot| self.keep(spot));
    }

    /// The first of them, by file, line and column.
    pub fn first(&self) -> impl Iterator<Item = &Spot> {
        self.first.iter()
    }

    fn keep(&mut self, spot: Spot) {
        self.first.insert(spot);
        if self.first.len() > Self::KEPT {
            self.first.pop_last();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_are_kept_in_whatever_order_they_come() {
        let spot = |line| Spot { file: "a".into(), line, column: 1 };
        let mut one = Spots::default();
        (1..=9).rev().for_each(|line| one.add(spot(line)));
        let mut other = Spots::default();
        (1..=4).for_each(|line| other.add(spot(line)));
        let mut rest = Spots::default();
        (5..=9).for_each(|line| rest.add(spot(line)));
        rest.merge(other);
        assert_eq!(one, rest);
        assert_eq!((one.count, one.first().map(|spot| spot.line).collect::<Vec<_>>()), (9, vec![1, 2, 3, 4, 5]));
    }
}

//! How members of a literal are spelt.

use crate::read::code::literal::Entry;

/// What stands between a name and its value, without white space.
const SIGNS: [&str; 7] = [":", "=>", "=", "to", ",", "]=", "] ="];

/// How a member is spelt around its name and its value.
pub(super) struct Style<'a> {
    /// Before the name, quotes included.
    before: [&'a str; 2],
    /// Behind the name, quotes included.
    after: &'a str,
    sign: &'a str,
    /// The white space before the sign and behind it.
    spaces: [&'a str; 2],
    /// Behind the value.
    end: &'a str,
    /// How wide all before the value is, where values stand below each other.
    width: Option<usize>,
}

impl<'a> Style<'a> {
    /// The style of the member called `name`; `None` where it does not show any.
    pub fn of(source: &'a str, name: &str, entry: &Entry) -> Option<Self> {
        if entry.key.end > entry.value.start {
            return None;
        }
        let (before, after) = around(&source[entry.key.clone()], name)?;
        let between = &source[entry.key.end..entry.value.start];
        let sign = between.trim();
        let front = &between[..between.len() - between.trim_start().len()];
        let back = &between[between.trim_end().len()..];
        let lead = &source[entry.whole.start..entry.key.start];
        let end = &source[entry.value.end..entry.whole.end];
        let broken = [between, lead, end].iter().any(|part| part.contains(['\n', '/', '#']));
        (SIGNS.contains(&sign) && !broken).then_some(Self {
            before: [lead, before],
            after,
            sign,
            spaces: [front, back],
            end,
            width: None,
        })
    }

    /// The same for members whose values stand below each other, if those of `entries` do.
    pub fn aligned<'e>(mut self, source: &str, entries: impl Iterator<Item = &'e Entry>) -> Self {
        let written = |entry: &&Entry| entry.key.end < entry.value.start;
        let widths: Vec<(usize, usize)> = entries
            .filter(written)
            .map(|entry| (entry.value.start - entry.whole.start, entry.key.end - entry.key.start))
            .collect();
        let same = widths.windows(2).all(|pair| pair[0].0 == pair[1].0);
        let differ = widths.windows(2).any(|pair| pair[0].1 != pair[1].1);
        if same && differ {
            self.width = widths.first().map(|(width, _)| *width);
        }
        let short = |spaces: &'a str| &spaces[..spaces.len().min(1)];
        let padded = source.is_empty() || self.spaces.iter().any(|spaces| spaces.len() > 1);
        if self.width.is_some() || padded {
            self.spaces = self.spaces.map(short);
        }
        self
    }

    /// A member in this style.
    pub fn member(&self, name: &str, value: &str) -> String {
        let [lead, before] = self.before;
        let [front, back] = self.spaces;
        let mut out = format!("{lead}{before}{name}{}", self.after);
        let len = out.len() + front.len() + self.sign.len() + back.len();
        let padding = " ".repeat(self.width.map_or(0, |width| width.saturating_sub(len)));
        // Arrows are pushed to their column, values behind colons are.
        let (push_sign, push_value) = if front.is_empty() { ("", padding.as_str()) } else { (padding.as_str(), "") };
        for part in [push_sign, front, self.sign, back, push_value, value, self.end] {
            out.push_str(part);
        }
        out
    }
}

/// What stands around a name as it is spelt: quotes or a colon, or nothing.
pub(super) fn around<'a>(spelt: &'a str, name: &str) -> Option<(&'a str, &'a str)> {
    let at = spelt.find(name).filter(|_| !name.is_empty())?;
    let (before, after) = (&spelt[..at], &spelt[at + name.len()..]);
    matches!((before, after), ("", "" | ":") | ("\"", "\"") | ("'", "'") | (":", "")).then_some((before, after))
}

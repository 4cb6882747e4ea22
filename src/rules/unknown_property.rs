//! `unknown-property`: a property that Cloud API does not know. The shape check finds it.

use std::fmt::Write as _;

use super::{Applies, Look, Rule};
use crate::facts::Schema;
use crate::finding::{Args, Confidence, Severity};
use crate::fix::{Change, Fix, Level};
use crate::tree::{Node, NodeId};

pub static RULE: Rule = Rule {
    name: "unknown-property",
    severity: Severity::Error,
    confidence: Confidence::High,
    applies: Applies::Both,
    fix: &[Level::Safe, Level::Unsafe],
    source: "Meta's migration guide, Property Validation",
    page: include_str!("unknown_property.md"),
    visit: None,
    code: None,
    say: |finding, look, text| {
        let Args::Shape { schema, key: Some(key), .. } = finding.args else { return };
        let name = look.node(key).text();
        let refused = finding.severity > Severity::Note;
        let _ = write!(text.message, "Cloud API does not know `{name}` here");
        text.message.push_str(if refused {
            " and refuses a message with unknown properties"
        } else {
            "; it may be newer than waport, or a stray"
        });
        match near(look.facts().schema(schema), name) {
            Some(near) => {
                let _ = write!(text.help, "write `{near}` if that was meant, or delete it");
            }
            None => text.help.push_str(if refused { "delete it" } else { "compare it with what Cloud API sends" }),
        }
    },
};

/// The known property that `name` was perhaps meant to be.
fn near<'s>(schema: &'s Schema, name: &str) -> Option<&'s str> {
    if let Some(known) = schema.properties().find(|known| same(known, name)) {
        return Some(known);
    }
    let limit = (name.chars().count() / 3).clamp(1, 3);
    let written = name.to_ascii_lowercase();
    let distance = |known: &str| strsim::damerau_levenshtein(&known.to_ascii_lowercase(), &written);
    let alike = schema.properties().filter(|known| known.len().abs_diff(name.len()) <= limit && name.len() <= 64);
    let best = alike.map(|known| (distance(known), known)).min_by_key(|(distance, _)| *distance)?;
    (best.0 <= limit).then_some(best.1)
}

/// Whether names differ in letter case, `-` and `_` only.
fn same(one: &str, other: &str) -> bool {
    let plain = |b: &u8| !matches!(b, b'-' | b'_');
    let letters = |b: u8| b.to_ascii_lowercase();
    one.bytes().filter(plain).map(letters).eq(other.bytes().filter(plain).map(letters))
}

/// Renames the member of `object` at `key` when a known name differs in spelling only, else deletes it.
pub(crate) fn fix(look: Look<'_>, schema: &'static Schema, object: Node<'_>, key: NodeId) -> Fix {
    let name = look.node(key).text();
    let known = schema.properties().find(|known| same(known, name));
    match known.filter(|known| object.get(known).is_none()) {
        Some(known) => {
            Fix::one(Level::Safe, format!("rename it to `{known}`"), Change::Rename { key, to: known.into() })
        }
        None => Fix::one(Level::Unsafe, "delete it", Change::Remove { object: object.id(), key }),
    }
}

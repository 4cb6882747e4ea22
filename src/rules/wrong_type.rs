//! `wrong-type`: a value of another JSON type than Cloud API takes or sends. The shape check finds it.

use std::fmt::Write as _;

use super::{Applies, Rule, Visit};
use crate::facts::Types;
use crate::finding::{Args, Confidence, Place, Severity};
use crate::fix::{Change, Fix, Level, Value};
use crate::form::Document;
use crate::tree::{Kind, Node, NodeId};

pub static RULE: Rule = Rule {
    name: "wrong-type",
    severity: Severity::Error,
    confidence: Confidence::High,
    applies: Applies::Both,
    fix: &[Level::Safe, Level::Unsafe],
    source: "Meta's messages reference",
    page: include_str!("wrong_type.md"),
    visit: Some(visit),
    code: None,
    say: |finding, look, text| {
        if let Args::Case(_) = finding.args {
            text.set(
                "the recipient is no text; Cloud API takes a phone number as a string here",
                "write the number in quotes",
            );
            return;
        }
        let Args::Shape { schema, .. } = finding.args else { return };
        let (schema, node) = (look.facts().schema(schema), finding.at.node().map(|id| look.node(id)));
        let found = match node.map(|node| node.kind()) {
            Some(Kind::Null) => "null",
            Some(Kind::True | Kind::False) => "`true` or `false`",
            Some(Kind::Number) => "a number",
            Some(Kind::String) => "a string",
            Some(Kind::Array) => "an array",
            _ => "an object",
        };
        let _ = write!(text.message, "Cloud API has {} here, this is {found}", schema.types().describe());
        let _ = write!(text.help, "write {}", schema.types().describe());
    },
};

/// A number as the recipient is a matter of doubt, which the schema has; of all else there is none.
fn visit(visit: &mut Visit<'_>) {
    let Some(to) = visit.root.get("to").filter(|_| visit.is(Document::Message)) else { return };
    if !matches!(to.kind(), Kind::String | Kind::Number | Kind::Hole) {
        visit.report(&RULE, Place::value(to), Args::Case("recipient"), None);
    }
}

/// The same value in a type that is allowed, where it has a spelling there: a number as a text, a text of digits as a
/// number, one object as a list of one. What stands for nothing is left out.
pub(crate) fn fix(root: Node<'_>, allowed: Types, value: Node<'_>) -> Option<Fix> {
    let set =
        |level, title: &'static str, new| Some(Fix::one(level, title, Change::Set { node: value.id(), value: new }));
    let text = value.text();
    match value.kind() {
        Kind::Number if allowed.meets(Types::STRING) && is_plain(text) => {
            set(Level::Safe, "write it as a string", Value::Text(text.to_owned().into()))
        }
        Kind::String if allowed.meets(Types::NUMBER) && is_plain(text) => {
            set(Level::Safe, "write it as a number", Value::Integer(text.parse().ok()?))
        }
        Kind::String if allowed.meets(Types::BOOLEAN) && matches!(text, "true" | "false") => {
            set(Level::Safe, "write it without quotes", Value::Bool(text == "true"))
        }
        Kind::Object if allowed.meets(Types::ARRAY) => {
            set(Level::Unsafe, "put it into a list", Value::Array(vec![Value::Copy(value.id())]))
        }
        Kind::Null => {
            let (object, key) = member_of(root, value.id())?;
            Some(Fix::one(Level::Unsafe, "leave it out", Change::Remove { object, key }))
        }
        _ => None,
    }
}

/// Whether a text spells a whole number in the one way that all agree on.
fn is_plain(text: &str) -> bool {
    let digits = text.strip_prefix('-').unwrap_or(text);
    digits.bytes().all(|b| b.is_ascii_digit())
        && (digits == text && text == "0" || !digits.starts_with('0'))
        && !digits.is_empty()
}

/// The object and the key of the member whose value is `wanted`, somewhere below `holder`.
fn member_of(mut holder: Node<'_>, wanted: NodeId) -> Option<(NodeId, NodeId)> {
    while holder.id() != wanted {
        if let Some((key, value)) = holder.members().find(|(_, value)| value.contains(wanted)) {
            if value.id() == wanted {
                return Some((holder.id(), key.id()));
            }
            holder = value;
        } else {
            holder = holder.items().find(|item| item.contains(wanted))?;
        }
    }
    None
}

//! Changes on JSON. What is inserted follows the spacing of the object it goes into.

use super::between;
use crate::config::WebhookIdentity;
use crate::fix::{Change, Position, Value};
use crate::rules::Look;
use crate::tree::{Kind, Node, NodeId, Span, escaped};

/// Calls `edit` with each edit that a change comes down to and a node of the layer it is on. `None` when no certain
/// edit is found.
pub(super) fn lower(look: Look<'_>, change: &Change, mut edit: impl FnMut(NodeId, Span, String)) -> Option<()> {
    match change {
        Change::Set { node, value } => {
            let target = look.node(*node);
            edit(*node, target.own_span(), spell(look, value, Spacing::around(look, target)));
        }
        Change::Rename { key, to } => edit(*key, look.node(*key).own_span(), quoted(to)),
        Change::Remove { object, key } => edit(*key, removal(look, look.node(*object), *key)?, String::new()),
        Change::Insert { object, name, value, position } => {
            let (at, text) = insertion(look, look.node(*object), name, value, *position)?;
            edit(*object, between(at), text);
        }
        Change::Move { from, key, to, name } => {
            let value = Value::Copy(key.following());
            let (at, text) = insertion(look, look.node(*to), name, &value, Position::Last)?;
            edit(*key, removal(look, look.node(*from), *key)?, String::new());
            edit(*to, between(at), text);
        }
        Change::WrapInEnvelope { node, identity } => {
            let root = look.node(*node);
            if !root.is_object() || root.count() == 0 {
                return None;
            }
            let [before, inside, after] = envelope(root, identity);
            let span = root.own_span();
            edit(*node, between(span.start), before);
            edit(*node, between(span.start + 1), inside);
            edit(*node, between(span.end), after);
        }
    }
    Some(())
}

/// How many nodes before a value are searched for the object it stands in.
const NEAR: usize = 64;

/// How an object is spaced.
#[derive(Clone, Copy)]
struct Spacing<'a> {
    /// Between a key and its value: `:` with the white space around it.
    colon: &'a str,
    /// Between two members: `,` with the white space around it.
    comma: &'a str,
}

impl<'a> Spacing<'a> {
    const WIDE: Self = Self { colon: ": ", comma: ", " };
    const TIGHT: Self = Self { colon: ":", comma: "," };

    /// The spacing of an object, by its first members.
    fn of(object: Node<'a>) -> Self {
        let text = object.layer_text();
        let mut members = object.members();
        let Some((key, value)) = members.next() else { return Self::WIDE };
        let part = |from: Node<'_>, to: Node<'_>| &text[from.own_span().end as usize..to.own_span().start as usize];
        let plain = |spacing: &str, mark: &str| spacing.trim() == mark;
        let colon = part(key, value);
        let colon = if plain(colon, ":") { colon } else { Self::WIDE.colon };
        let default = if colon.len() > 1 { Self::WIDE.comma } else { Self::TIGHT.comma };
        let comma = members.next().map_or(default, |(second, _)| part(value, second));
        Self { colon, comma: if plain(comma, ",") { comma } else { default } }
    }

    /// The spacing on one line of what stands around a value.
    fn around(look: Look<'a>, node: Node<'a>) -> Self {
        let before = (0..node.id().0).rev().take(NEAR).map(|index| look.node(NodeId(index)));
        let mut holders = before.filter(|holder| holder.kind() == Kind::Object && holder.contains(node.id()));
        holders.next().map_or(Self::WIDE, Self::of).on_one_line()
    }

    /// The same without line breaks.
    fn on_one_line(self) -> Self {
        let comma = match self.comma.contains(['\n', '\r']) {
            true if self.colon.len() > 1 => Self::WIDE.comma,
            true => Self::TIGHT.comma,
            false => self.comma,
        };
        Self { comma, ..self }
    }
}

/// Where a new member goes and how it is spelt there, with its comma.
fn insertion(look: Look<'_>, object: Node<'_>, name: &str, value: &Value, position: Position) -> Option<(u32, String)> {
    let own = object.own_span();
    let spacing = Spacing::of(object);
    let mut text = String::with_capacity(48);
    let Some((first, _)) = object.members().next() else {
        member_into(look, name, value, spacing, &mut text);
        return Some((own.start + 1, text));
    };
    let lead = &object.layer_text()[own.start as usize + 1..first.own_span().start as usize];
    // The lone member of an object that is spread over lines tells by its indentation how a second one stands.
    let comma = if object.count() == 1 && lead.contains('\n') && lead.trim().is_empty() {
        [",", lead]
    } else {
        [spacing.comma, ""]
    };
    let at = match position {
        Position::First => {
            member_into(look, name, value, spacing, &mut text);
            text.extend(comma);
            return Some((first.own_span().start, text));
        }
        Position::Last => object.members().last()?.1,
        Position::After(value) => object.sibling_of(value),
    };
    text.extend(comma);
    member_into(look, name, value, spacing, &mut text);
    Some((at.own_span().end, text))
}

/// The bytes of a member with one of the commas beside it.
fn removal(look: Look<'_>, object: Node<'_>, key: NodeId) -> Option<Span> {
    let (key, value) = (look.node(key), look.node(key.following()));
    let (start, end) = (key.own_span().start, value.own_span().end);
    if let Some(next) = value.next_within(object) {
        let end_of_comma = Span { start, end: next.own_span().start };
        let between = &object.layer_text()[end as usize..end_of_comma.end as usize];
        return (between.trim() == ",").then_some(end_of_comma);
    }
    // The last of several takes the comma before it.
    let before = object.members().take_while(|(other, _)| other.id() != key.id()).last();
    let Some((_, before)) = before else {
        // A comma behind the only member would be left alone.
        let after = &object.layer_text()[end as usize..object.own_span().end as usize - 1];
        return after.trim().is_empty().then_some(Span { start, end });
    };
    let between = &object.layer_text()[before.own_span().end as usize..start as usize];
    (between.trim() == ",").then_some(Span { start: before.own_span().end, end })
}

fn spell(look: Look<'_>, value: &Value, spacing: Spacing<'_>) -> String {
    let mut out = String::new();
    spell_into(look, value, spacing, &mut out);
    out
}

fn spell_into(look: Look<'_>, value: &Value, spacing: Spacing<'_>, out: &mut String) {
    match value {
        Value::Bool(value) => out.push_str(if *value { "true" } else { "false" }),
        Value::Integer(value) => out.push_str(&value.to_string()),
        Value::Text(text) => quote_into(text, out),
        Value::Copy(node) => out.push_str(look.node(*node).raw()),
        Value::Object(members) => {
            let spacing = spacing.on_one_line();
            out.push('{');
            for (index, (name, value)) in members.iter().enumerate() {
                if index > 0 {
                    out.push_str(spacing.comma);
                }
                member_into(look, name, value, spacing, out);
            }
            out.push('}');
        }
        Value::Array(items) => {
            let spacing = spacing.on_one_line();
            out.push('[');
            for (index, item) in items.iter().enumerate() {
                if index > 0 {
                    out.push_str(spacing.comma);
                }
                spell_into(look, item, spacing, out);
            }
            out.push(']');
        }
    }
}

fn member_into(look: Look<'_>, name: &str, value: &Value, spacing: Spacing<'_>, out: &mut String) {
    quote_into(name, out);
    out.push_str(spacing.colon);
    spell_into(look, value, spacing, out);
}

/// What stands before a webhook's content, at its beginning and behind it in Cloud API's envelope.
fn envelope(root: Node<'_>, identity: &WebhookIdentity) -> [String; 3] {
    let Spacing { colon, comma } = Spacing::of(root).on_one_line();
    let separator = Spacing::of(root).comma;
    let mut before = String::with_capacity(96);
    before.extend([
        "{\"object\"",
        colon,
        "\"whatsapp_business_account\"",
        comma,
        "\"entry\"",
        colon,
        "[{\"id\"",
        colon,
    ]);
    quote_into(identity.waba_id.as_deref().unwrap_or("<WABA_ID>"), &mut before);
    before.extend([comma, "\"changes\"", colon, "[{\"value\"", colon]);

    let lead = root.members().next().map_or("", |(first, _)| {
        &root.layer_text()[root.own_span().start as usize + 1..first.own_span().start as usize]
    });
    let lead = if lead.trim().is_empty() { lead } else { "" };
    let mut inside = String::with_capacity(160);
    inside.extend([lead, "\"messaging_product\"", colon, "\"whatsapp\"", comma, "\"metadata\"", colon]);
    inside.extend(["{\"display_phone_number\"", colon]);
    quote_into(identity.display_phone_number.as_deref().unwrap_or("<DISPLAY_PHONE_NUMBER>"), &mut inside);
    inside.extend([comma, "\"phone_number_id\"", colon]);
    quote_into(identity.phone_number_id.as_deref().unwrap_or("<PHONE_NUMBER_ID>"), &mut inside);
    // The content's first member keeps the white space before it; the new ones stand on a line of their own.
    inside.extend(["}", if lead.contains('\n') { "," } else { separator.trim_end() }]);

    let mut after = String::with_capacity(32);
    after.extend([comma, "\"field\"", colon, "\"messages\"}]}]}"]);
    [before, inside, after]
}

/// A text as a JSON string.
fn quoted(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    quote_into(text, &mut out);
    out
}

fn quote_into(text: &str, out: &mut String) {
    out.push('"');
    out.push_str(&escaped(text));
    out.push('"');
}

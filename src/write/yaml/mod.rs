//! Changes on YAML. What is inserted follows its neighbours: block in block, flow in flow, in their quotes and
//! indentation. What is anchored and repeated elsewhere, tagged or has an explicit key is left alone.

mod layout;
mod spell;

use super::between;
use crate::config::WebhookIdentity;
use crate::fix::{Change, Position, Value};
use crate::read::yaml::Style;
use crate::rules::Look;
use crate::tree::{Node, NodeId, Span, offset};
use layout::{End, Header, Member};
use spell::Speller;

/// How many repeated nodes are asked for a member.
const SOURCES: usize = 64;

/// Calls `edit` with each edit that a change comes down to and a node of the document. `None` when no certain edit is
/// found.
pub(super) fn lower(look: Look<'_>, change: &Change, mut edit: impl FnMut(NodeId, Span, String)) -> Option<()> {
    let (span, text) = match change {
        Change::Set { node, value } => set(look, look.node(*node), value)?,
        Change::Rename { key, to } => rename(look, look.node(*key), to)?,
        Change::Remove { object, key } => removal(look, look.node(*object), *key)?,
        Change::Insert { object, name, value, position } => {
            insertion(look, look.node(*object), name, value, *position)?
        }
        Change::Move { from, key, to, name } => {
            let value = Value::Copy(key.following());
            let (at, text) = insertion(look, look.node(*to), name, &value, Position::Last)?;
            edit(*to, at, text);
            removal(look, look.node(*from), *key)?
        }
        Change::WrapInEnvelope { node, identity } => {
            let root = look.node(*node);
            if layout::is_tagged(root) {
                return None;
            }
            match Style::of(root)? {
                Style::Block => wrapped(look, root, identity)?,
                Style::Flow if root.raw().starts_with('{') => {
                    let own = root.own_span();
                    let [before, inside, after] = envelope(look, root, identity)?;
                    edit(*node, between(own.start), before);
                    edit(*node, between(own.start + 1), inside);
                    (between(own.end), after)
                }
                _ => return None,
            }
        }
    };
    edit(change.node(), span, text);
    Some(())
}

fn span(start: usize, end: usize) -> Span {
    Span { start: offset(start), end: offset(end) }
}

/// A value in place of another.
fn set<'a>(look: Look<'a>, node: Node<'a>, value: &Value) -> Option<(Span, String)> {
    let parent = layout::parent(look, node)?;
    if layout::is_tagged(node) {
        return None;
    }
    let speller = Speller::of(look, parent).instead_of(node);
    let key = parent.is_object().then(|| look.node(NodeId(node.id().0 - 1)));
    let own = node.own_span();
    let mut out = String::new();
    match Style::of(parent)? {
        Style::Flow if !own.range().is_empty() && !look.tree.holds_shared(own) => {
            if layout::has_comment(node.raw()) {
                return None;
            }
            speller.flow(value, &mut out)?;
            Some((own, out))
        }
        Style::Block if layout::is_empty(node) => {
            let colon = layout::colon(key?)?;
            if !layout::ends_line(node.layer_text(), colon) || speller.copies_block_scalar(value) {
                return None;
            }
            speller.value(value, layout::column(node.layer_text(), key?.own_span().start as usize)?, &mut out)?;
            Some((span(colon, colon), out))
        }
        Style::Block => set_in_block(look, node, key, value, speller),
        _ => None,
    }
}

/// A value in place of another in a block mapping, behind its key, or in a block sequence.
fn set_in_block<'a>(
    look: Look<'a>,
    node: Node<'a>,
    key: Option<Node<'a>>,
    value: &Value,
    mut speller: Speller<'a>,
) -> Option<(Span, String)> {
    let text = node.layer_text();
    if let (true, Value::Text(new)) = (layout::is_block_scalar(node), value) {
        return set_block_scalar(look, node, new, &speller);
    }
    let (start, comment) = match layout::is_block_scalar(node).then(|| Header::of(node)) {
        Some(header) => (header?.start, header?.comment),
        None => (node.own_span().start as usize, ""),
    };
    let end = End::of(node)?.of_text(text);
    let collection = matches!(Style::of(node), Some(Style::Block | Style::Flow));
    let lost = layout::has_lone_return(&text[start..end])
        || (collection && layout::has_comment(&text[start..end]))
        || (!comment.is_empty() && speller.takes_lines(value));
    if lost || look.tree.holds_shared(span(start, end)) {
        return None;
    }
    let mut out = String::new();
    let Some(key) = key else {
        match value {
            Value::Object(members) if !members.is_empty() && Style::of(node) != Some(Style::Flow) => {
                let calm = layout::ends_content(text, end) || !speller.copies_block_scalar(value);
                speller.members(members, layout::column(text, start).filter(|_| calm)?, &mut out)?;
            }
            _ if speller.takes_lines(value) => speller.flow(value, &mut out)?,
            _ => speller.inline(value, &mut out)?,
        }
        out.push_str(comment);
        return Some((span(start, end), out));
    };
    let (colon, column) = (layout::colon(key)?, layout::column(text, key.own_span().start as usize));
    let gap = text.get(colon..start)?;
    let blank = gap.trim().is_empty();
    if Style::of(node) == Some(Style::Flow) {
        speller.spacing = spell::Spacing::of(node);
        speller.flow(value, &mut out)?;
    } else if speller.takes_lines(value) {
        if Style::of(node) == Some(Style::Block) && node.is_object() {
            speller.indent.unit = layout::column(text, start)?.checked_sub(column?).filter(|unit| *unit > 0)?;
        }
        let calm = layout::ends_content(text, end) || !speller.copies_block_scalar(value);
        speller.value(value, column?, &mut out)?;
        return (blank && calm).then(|| (span(colon, end), out));
    } else if blank && gap.contains('\n') {
        out.push(' ');
        speller.inline(value, &mut out)?;
        return Some((span(colon, end), out));
    } else {
        speller.inline(value, &mut out)?;
        if gap.contains('\n') && layout::column(text, start)? <= column? {
            return None;
        }
    }
    out.push_str(comment);
    Some((span(start, end), out))
}

/// A text in place of a literal or folded scalar: as lines below the same header where it is still made of lines.
fn set_block_scalar(look: Look<'_>, node: Node<'_>, new: &str, speller: &Speller<'_>) -> Option<(Span, String)> {
    let (text, own, header) = (node.layer_text(), node.own_span(), Header::of(node)?);
    let end = End::of(node)?.of_text(text);
    if look.tree.holds_shared(span(header.start, end)) || layout::has_lone_return(&text[header.start..end]) {
        return None;
    }
    let old = node.text();
    if new == old.trim_end_matches('\n') && new.len() < old.len() {
        let digit = usize::from(text[header.start + 1..].starts_with(|c: char| c.is_ascii_digit()));
        let chomping = header.start + 1 + digit;
        let marked = usize::from(text[chomping..].starts_with('+'));
        return Some((span(chomping, chomping + marked), "-".to_owned()));
    }
    let lines = new.contains('\n') && !new.contains('\r') && !new.starts_with([' ', '\t', '\n']);
    let certain = lines && !new.ends_with('\n') && !new.contains(|c: char| c.is_control() && c != '\n');
    if Style::of(node) == Some(Style::Literal) && certain {
        let column = own.start as usize - layout::line_start(text, own.start as usize);
        let mut out = format!("|-{}", header.comment);
        for line in new.split('\n') {
            speller.begin_line(if line.is_empty() { 0 } else { column }, &mut out);
            out.push_str(line);
        }
        return (!header.indented).then(|| (span(header.start, end), out));
    }
    Some((span(header.start, end), speller.text(new, false) + header.comment))
}

/// Another name for a member, in the quotes of the one before.
fn rename(look: Look<'_>, key: Node<'_>, to: &str) -> Option<(Span, String)> {
    let parent = layout::parent(look, key)?;
    if uncovers(look, parent, key) || !layout::is_simple(key) || layout::is_tagged(key) {
        return None;
    }
    let speller = Speller::of(look, parent);
    Some((key.own_span(), speller.name_like(key.raw(), to, Style::of(parent)? == Style::Flow)))
}

/// Whether a mapping may have another member of this name from elsewhere when its own is gone.
fn uncovers(look: Look<'_>, object: Node<'_>, key: Node<'_>) -> bool {
    let sources = look.tree.repeated();
    let known = sources.len() <= SOURCES && !object.is_open();
    object.is_merging() && !(known && sources.iter().all(|source| look.node(*source).get(key.text()).is_none()))
}

/// The bytes of a member and what is put back of them.
fn removal(look: Look<'_>, object: Node<'_>, key: NodeId) -> Option<(Span, String)> {
    let members: Vec<Member<'_>> = layout::members(object).collect();
    let index = members.iter().position(|(member, _)| member.id() == key)?;
    if uncovers(look, object, members[index].0) {
        return None;
    }
    let (at, text) = match Style::of(object)? {
        Style::Block => removal_in_block(object.layer_text(), &members, index)?,
        Style::Flow => (removal_in_flow(object, &members, index)?, String::new()),
        _ => return None,
    };
    (!look.tree.holds_shared(at)).then_some((at, text))
}

/// A member leaves with the lines it stands on. The edit of the first reaches to the next and puts back what stands
/// between, that of another takes the line break before it: those of all members together are never apart.
fn removal_in_block(text: &str, members: &[Member<'_>], index: usize) -> Option<(Span, String)> {
    let key = members[index].0;
    let start = key.own_span().start as usize;
    let column = layout::column(text, start)?;
    let end = End::of_member(members[index])?;
    if !layout::ends_line(text, end.at) || !layout::is_simple(key) {
        return None;
    }
    let line_end = layout::line_end(text, end.at);
    if members.len() == 1 {
        return Some((span(start, line_end), format!("{{}}{}", &text[end.at..line_end])));
    }
    if index == 0 {
        let next = members[1].0.own_span().start as usize;
        let between = text.get(layout::next_line(text, line_end)..next)?;
        let alone = layout::column(text, next)? == column;
        // On the line of a dash what follows comes up to it.
        return alone.then(|| (span(start, next), between.trim_start().to_owned()));
    }
    let before = End::of_member(members[index - 1])?;
    let line = layout::line_start(text, start);
    if line + column != start || !text[line..start].bytes().all(|byte| byte == b' ') {
        return None;
    }
    let next = layout::next_line(text, line_end);
    let then = text[next..layout::next_line(text, next)].trim();
    // What follows must not become part of a scalar before.
    let joins = next < text.len() && (then.is_empty() || then.starts_with('#'));
    if before.in_block_scalar() && (joins || line_end == text.len()) {
        return None;
    }
    let lines = text[..line].strip_suffix('\n')?;
    let from = lines.strip_suffix('\r').unwrap_or(lines).len();
    Some((span(from, line_end), String::new()))
}

/// A member leaves with one of the commas beside it.
fn removal_in_flow(object: Node<'_>, members: &[Member<'_>], index: usize) -> Option<Span> {
    let text = object.layer_text();
    let start = members[index].0.own_span().start as usize;
    let end = End::of_member(members[index])?.at;
    if !begins_in_flow(object, members[index].0) {
        return None;
    }
    let comma = |from: usize, to: usize| text.get(from..to).is_some_and(|between| between.trim() == ",");
    if let Some((next, _)) = members.get(index + 1) {
        let next = next.own_span().start as usize;
        return comma(end, next).then(|| span(start, next));
    }
    if index > 0 {
        let before = end_in_flow(members[index - 1])?;
        return comma(before, start).then(|| span(before, end));
    }
    let after = text.get(end..object.own_span().end as usize - 1)?;
    (object.raw().starts_with('{') && after.trim().is_empty()).then(|| span(start, end))
}

/// Whether a member of a flow mapping begins with its key, not with what says more about it.
fn begins_in_flow(object: Node<'_>, key: Node<'_>) -> bool {
    let (start, at) = (object.own_span().start as usize, key.own_span().start as usize);
    !key.raw().is_empty() && object.layer_text()[start..at].trim_end().ends_with(['{', ','])
}

/// Where a member of a flow mapping ends; not certain where its colon is the last of it.
fn end_in_flow(member: Member<'_>) -> Option<usize> {
    let bare = layout::is_empty(member.1) && layout::colon(member.0).is_some();
    End::of_member(member).filter(|_| !bare).map(|end| end.at)
}

/// Where a new member goes and how it is spelt there.
fn insertion(
    look: Look<'_>,
    object: Node<'_>,
    name: &str,
    value: &Value,
    position: Position,
) -> Option<(Span, String)> {
    let speller = Speller::of(look, object);
    let (at, text) = match Style::of(object)? {
        Style::Block => insertion_in_block(object, &speller, name, value, position)?,
        Style::Flow if object.raw().starts_with('{') => insertion_in_flow(object, &speller, name, value, position)?,
        _ => return None,
    };
    Some((span(at, at), text))
}

/// The member of an object after which a new one goes: the last where the one that is meant is taken over.
fn member_before(object: Node<'_>, position: Position) -> Option<Member<'_>> {
    let meant = match position {
        Position::After(value) => layout::members(object).find(|(_, known)| known.id() == value),
        Position::First | Position::Last => None,
    };
    meant.or_else(|| layout::members(object).last())
}

fn insertion_in_block(
    object: Node<'_>,
    speller: &Speller<'_>,
    name: &str,
    value: &Value,
    position: Position,
) -> Option<(usize, String)> {
    let text = object.layer_text();
    let first = layout::members(object).next().filter(|(key, _)| layout::is_simple(*key))?.0.own_span().start as usize;
    let column = layout::column(text, first)?;
    let mut out = String::with_capacity(48);
    if position == Position::First {
        speller.member(name, value, column, &mut out)?;
        speller.begin_line(column, &mut out);
        return Some((first, out));
    }
    let before = member_before(object, position).filter(|(key, _)| layout::is_simple(*key))?;
    let key = before.0.own_span().start as usize;
    let end = End::of_member(before)?;
    if layout::column(text, key)? != column || !end.is_closed(text) || !layout::ends_line(text, end.at) {
        return None;
    }
    let at = layout::line_end(text, end.at);
    if speller.copies_block_scalar(value) && !layout::ends_content(text, at) {
        return None;
    }
    speller.begin_line(column, &mut out);
    speller.member(name, value, column, &mut out)?;
    Some((at, out))
}

fn insertion_in_flow(
    object: Node<'_>,
    speller: &Speller<'_>,
    name: &str,
    value: &Value,
    position: Position,
) -> Option<(usize, String)> {
    let own = object.own_span();
    let mut out = String::with_capacity(48);
    let Some((first, _)) = layout::members(object).next() else {
        speller.flow_member(name, value, &mut out)?;
        let bare = object.raw()[1..].trim_start().starts_with('}');
        return bare.then_some((own.start as usize + 1, out));
    };
    if position == Position::First && !begins_in_flow(object, first) {
        return None;
    }
    let first = first.own_span().start as usize;
    let lead = &object.layer_text()[own.start as usize + 1..first];
    // The lone member of a mapping that is spread over lines tells by its indentation how a second one stands.
    let spread = object.count() == 1 && lead.contains('\n') && lead.trim().is_empty();
    let comma = if spread { [",", lead] } else { [speller.spacing.comma, ""] };
    if position == Position::First {
        speller.flow_member(name, value, &mut out)?;
        out.extend(comma);
        return Some((first, out));
    }
    out.extend(comma);
    speller.flow_member(name, value, &mut out)?;
    Some((end_in_flow(member_before(object, position)?)?, out))
}

/// The envelope's members around the content of a webhook, outermost first.
struct Envelope {
    object: (&'static str, Value),
    id: (&'static str, Value),
    inside: [(&'static str, Value); 2],
    field: (&'static str, Value),
}

impl Envelope {
    fn of(identity: &WebhookIdentity) -> Self {
        let text = |text: &Option<String>, unknown: &'static str| {
            Value::Text(text.clone().map_or_else(|| unknown.into(), Into::into))
        };
        let metadata = Value::Object(vec![
            ("display_phone_number", text(&identity.display_phone_number, "<DISPLAY_PHONE_NUMBER>")),
            ("phone_number_id", text(&identity.phone_number_id, "<PHONE_NUMBER_ID>")),
        ]);
        Self {
            object: ("object", Value::Text("whatsapp_business_account".into())),
            id: ("id", text(&identity.waba_id, "<WABA_ID>")),
            inside: [("messaging_product", Value::Text("whatsapp".into())), ("metadata", metadata)],
            field: ("field", Value::Text("messages".into())),
        }
    }
}

/// A webhook in block style in Cloud API's envelope, its lines moved behind what stands around them. One edit, so that
/// none inside it is made at once with it.
fn wrapped(look: Look<'_>, root: Node<'_>, identity: &WebhookIdentity) -> Option<(Span, String)> {
    let (text, start) = (root.layer_text(), root.own_span().start as usize);
    let end = End::of(root)?;
    let line_end = layout::line_end(text, end.at);
    let first = layout::members(root).next()?.0.own_span().start as usize;
    let column = layout::column(text, start)?;
    if first != start || !end.is_closed(text) || !layout::ends_line(text, end.at) {
        return None;
    }
    let speller = Speller::of(look, root);
    let envelope = Envelope::of(identity);
    let hang = speller.indent.hang;
    let (entry, change) = (column + hang + 2, column + 2 * hang + 4);
    let value = change + speller.indent.unit;
    let mut out = String::with_capacity(2 * text[start..line_end].len() + 512);
    let put = |(name, value): &(&'static str, Value), column: usize, out: &mut String| {
        speller.member(name, value, column, out)
    };
    put(&envelope.object, column, &mut out)?;
    speller.begin_line(column, &mut out);
    speller.open("entry", &mut out);
    speller.begin_line(column + hang, &mut out);
    out.push_str("- ");
    put(&envelope.id, entry, &mut out)?;
    speller.begin_line(entry, &mut out);
    speller.open("changes", &mut out);
    speller.begin_line(entry + hang, &mut out);
    out.push_str("- ");
    speller.open("value", &mut out);
    for member in &envelope.inside {
        speller.begin_line(value, &mut out);
        put(member, value, &mut out)?;
    }
    speller.begin_line(value, &mut out);
    out.push_str(&layout::shifted(root, line_end, column, value)?);
    speller.begin_line(change, &mut out);
    put(&envelope.field, change, &mut out)?;
    Some((span(start, line_end), out))
}

/// What stands before a webhook's content in flow style, at its beginning and behind it in Cloud API's envelope.
fn envelope(look: Look<'_>, root: Node<'_>, identity: &WebhookIdentity) -> Option<[String; 3]> {
    let speller = Speller::of(look, root);
    let envelope = Envelope::of(identity);
    let first = layout::members(root).next()?.0.own_span().start as usize;
    let comma = speller.spacing.on_one_line().comma;
    let [mut before, mut inside, mut after] = [const { String::new() }; 3];
    before.push('{');
    speller.flow_member(envelope.object.0, &envelope.object.1, &mut before)?;
    before.push_str(comma);
    speller.flow_open("entry", &mut before);
    before.push_str("[{");
    speller.flow_member(envelope.id.0, &envelope.id.1, &mut before)?;
    before.push_str(comma);
    speller.flow_open("changes", &mut before);
    before.push_str("[{");
    speller.flow_open("value", &mut before);

    let lead = &root.layer_text()[root.own_span().start as usize + 1..first];
    let lead = if lead.trim().is_empty() { lead } else { "" };
    inside.push_str(lead);
    for (index, (name, value)) in envelope.inside.iter().enumerate() {
        inside.push_str(if index > 0 { comma } else { "" });
        speller.flow_member(name, value, &mut inside)?;
    }
    // The content's first member keeps the white space before it; the new ones stand on a line of their own.
    let spread = lead.contains('\n') || lead.starts_with([' ', '\t']);
    inside.push_str(if spread { "," } else { speller.spacing.comma });

    after.push_str(comma);
    speller.flow_member(envelope.field.0, &envelope.field.1, &mut after)?;
    after.push_str("}]}]}");
    Some([before, inside, after])
}

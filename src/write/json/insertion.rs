//! Members that come in.

use super::gap::Gap;
use super::spell::Speller;
use super::style::{Lines, Shape, Spacing, Style};
use super::{Together, place, span};
use crate::fix::{Position, Value};
use crate::rules::Look;
use crate::tree::{Node, NodeId, Span};

/// Adds a member to an object.
pub(super) fn insert(
    look: Look<'_>,
    object: Node<'_>,
    (name, value): (&'static str, &Value),
    position: Position,
    all: Together<'_>,
    mut edit: impl FnMut(Span, String),
) -> Option<()> {
    let Some((first, _)) = object.members().next() else {
        // Between two that come there would have to be a comma.
        return if all.adds_several(object.id()) { None } else { insert_into_empty(look, object, (name, value), edit) };
    };
    let spacing = Spacing::of(object);
    let stays = |(key, _): &(Node<'_>, Node<'_>)| !all.removes(key.id());
    let previous = match position {
        Position::First => None,
        Position::Last => object.members().filter(stays).last().map(|(_, value)| value),
        Position::After(value) => Some(object.sibling_of(value)).filter(|value| !all.removes(NodeId(value.id().0 - 1))),
    };
    // A member needs another one beside it that stays.
    if previous.is_none() && (position != Position::First || !object.members().any(|member| stays(&member))) {
        return None;
    }
    let mut spell = Speller::new(look, Style::among(object, Shape::of(look, value), None));
    let member = |spell: &mut Speller<'_>| {
        spell.name(name);
        spell.out.push_str(spacing.colon);
        spell.value(value);
    };
    let next_goes = |previous: Node<'_>| previous.next_within(object).is_some_and(|next| all.removes(next.id()));
    if let Some(lines) = Lines::of(object) {
        let line = |spell: &mut Speller<'_>| {
            spell.out.push_str(lines.newline);
            spell.out.push_str(lines.inner);
            member(spell);
        };
        return insert_line(object, previous, next_goes, line, spell, edit);
    }
    let comma = separator(object, spacing);
    let at = if let Some(previous) = previous {
        spell.out.push_str(comma);
        member(&mut spell);
        previous.own_span().range().end
    } else {
        member(&mut spell);
        spell.out.push_str(comma);
        first.own_span().range().start
    };
    edit(place(at), spell.out);
    Some(())
}

/// Adds a line to an object whose members begin lines. A comment behind a member stays with it.
fn insert_line<'a>(
    object: Node<'_>,
    previous: Option<Node<'_>>,
    next_goes: impl Fn(Node<'_>) -> bool,
    line: impl Fn(&mut Speller<'a>),
    mut spell: Speller<'a>,
    mut edit: impl FnMut(Span, String),
) -> Option<()> {
    let (text, own) = (object.layer_text(), object.own_span().range());
    let Some(previous) = previous else {
        let first = object.members().next()?.0.own_span().range().start;
        line(&mut spell);
        spell.out.push(',');
        edit(place(Gap::between(text, own.start + 1, first)?.line_end?), spell.out);
        return Some(());
    };
    let end = previous.own_span().range().end;
    let next = previous.next_within(object).map_or(own.end - 1, |next| next.own_span().range().start);
    let remark = Gap::between(text, end, next).filter(|gap| gap.remarks > 0);
    let Some((comma, line_end)) = remark.and_then(|gap| gap.line_end.map(|line_end| (gap.comma, line_end))) else {
        spell.out.push(',');
        line(&mut spell);
        edit(place(end), spell.out);
        return Some(());
    };
    // The comma before the comment may go as well.
    if next_goes(previous) {
        return None;
    }
    line(&mut spell);
    if comma.is_some_and(|comma| comma < line_end) {
        spell.out.push(',');
    } else {
        edit(place(end), ",".to_owned());
    }
    edit(place(line_end), spell.out);
    Some(())
}

/// What stands between the first two members of an object that do not begin a line.
fn separator<'a>(object: Node<'a>, spacing: Spacing<'a>) -> &'a str {
    if object.tree().is_compact() {
        return spacing.comma;
    }
    let mut members = object.members();
    let (Some((_, value)), Some((second, _))) = (members.next(), members.next()) else { return spacing.comma };
    let between = &object.layer_text()[value.own_span().end as usize..second.own_span().start as usize];
    if between.trim() == "," { between } else { spacing.comma }
}

/// Adds a member to an object that has none.
fn insert_into_empty(
    look: Look<'_>,
    object: Node<'_>,
    (name, value): (&'static str, &Value),
    mut edit: impl FnMut(Span, String),
) -> Option<()> {
    let (text, own) = (object.layer_text(), object.own_span().range());
    let gap = Gap::between(text, own.start + 1, own.end - 1)?;
    let shape = Shape::of(look, value).in_object();
    let mut spell = Speller::new(look, Style::in_place_of(object, shape));
    if gap.commented {
        // The comment stays before the member.
        let end = own.start + 1 + text[own.start + 1..own.end - 1].trim_end().len();
        spell.depth = 1;
        match gap.line_end {
            Some(_) if spell.style.lines.is_some() => spell.line(),
            Some(_) => return None,
            None => spell.out.push(' '),
        }
        spell.key(name);
        spell.value(value);
        edit(place(end), spell.out);
        return Some(());
    }
    spell.open();
    spell.key(name);
    spell.value(value);
    spell.close();
    let inside = spell.out[1..spell.out.len() - 1].to_owned();
    edit(span(own.start + 1, own.end - 1), inside);
    Some(())
}

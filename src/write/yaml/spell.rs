//! How new keys and values are spelt in YAML: plain, in quotes, in flow or in block style.

use super::layout::{self, End, Indent};
use crate::fix::Value;
use crate::read::yaml::{Style, core_schema};
use crate::rules::Look;
use crate::tree::{Kind, Node, escaped};

/// How many nodes of a collection are asked for the quotes they use.
const ASKED: usize = 64;

/// How a scalar is marked as text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Quote {
    Single,
    Double,
}

impl Quote {
    fn of_style(style: Option<Style>) -> Option<Self> {
        match style {
            Some(Style::SingleQuoted) => Some(Self::Single),
            Some(Style::DoubleQuoted) => Some(Self::Double),
            _ => None,
        }
    }

    fn of_raw(raw: &str) -> Option<Self> {
        match raw.as_bytes().first() {
            Some(b'\'') => Some(Self::Single),
            Some(b'"') => Some(Self::Double),
            _ => None,
        }
    }

    /// A text between these quotes, or between double ones if it needs escapes.
    pub fn put(self, text: &str) -> String {
        if self == Self::Single && text.chars().all(is_printable) {
            return format!("'{}'", text.replace('\'', "''"));
        }
        let mut out = String::with_capacity(text.len() + 2);
        out.push('"');
        for c in escaped(text).chars() {
            if is_printable(c) {
                out.push(c);
            } else {
                out.extend(["\\u", &format!("{:04x}", u32::from(c))]);
            }
        }
        out.push('"');
        out
    }
}

/// Whether a character stands for itself within a line of every style.
fn is_printable(c: char) -> bool {
    !matches!(c, '\0'..='\u{1f}' | '\u{7f}'..='\u{9f}' | '\u{2028}' | '\u{2029}' | '\u{feff}' | '\u{fffe}' | '\u{ffff}')
}

/// Whether a text, written plain, reads back as itself, for those who read YAML 1.1 as well.
pub(super) fn is_plain(text: &str, flow: bool) -> bool {
    const WORDS: [&str; 8] = ["y", "n", "yes", "no", "on", "off", ".inf", ".nan"];
    let numeric = |c: char| c.is_ascii_hexdigit() || "xXoOtTzZ_:.+- ".contains(c);
    let numbers = text.starts_with(|c: char| c.is_ascii_digit() || c == '.') && text.chars().all(numeric);
    core_schema(text).is_none()
        && !numbers
        && !WORDS.iter().any(|word| text.eq_ignore_ascii_case(word))
        && !text.starts_with(['-', '+', '?', ':', ',', '[', ']', '{', '}', '#', '&', '*', '!', '|', '>', '\'', '"'])
        && !text.starts_with(['%', '@', '`', '=', '~'])
        && !text.starts_with("<<")
        && text.trim() == text
        && !text.contains(": ")
        && !text.contains(" #")
        && !text.ends_with(':')
        && !(flow && text.contains([',', '[', ']', '{', '}']))
        && text.chars().all(is_printable)
}

/// Which quotes the texts around use.
#[derive(Clone, Copy, Debug)]
pub(super) struct Habit {
    /// Those in use.
    quote: Quote,
    /// Whether texts that need none have them, too.
    always: bool,
}

impl Habit {
    /// As it is seen in a collection: in its own texts, else in all below it.
    fn of(collection: Node<'_>) -> Self {
        let mut own: Vec<Node<'_>> = layout::members(collection).map(|(_, value)| value).take(ASKED).collect();
        own.retain(|value| value.kind() == Kind::String);
        if own.is_empty() {
            own.extend(texts(collection));
        }
        let keys = layout::members(collection).next().and_then(|(key, _)| Quote::of_raw(key.raw()));
        let quoted = |value: &&Node<'_>| Quote::of_style(Style::of(**value)).is_some();
        let quote = own.iter().find(quoted).and_then(|value| Quote::of_style(Style::of(*value)));
        let plain = own.iter().any(|value| Style::of(*value) == Some(Style::Plain));
        let needless = own.iter().filter(quoted).any(|value| is_plain(value.text(), false));
        let quote = quote.or(keys).unwrap_or(Quote::Double);
        Self { quote, always: !plain && (needless || keys.is_some()) }
    }

    /// As one scalar has it that something is put in place of.
    fn of_scalar(self, scalar: Node<'_>) -> Self {
        match Quote::of_style(Style::of(scalar)) {
            Some(quote) => Self { quote, always: true },
            None if Style::of(scalar) == Some(Style::Plain) => Self { always: false, ..self },
            None => self,
        }
    }

    fn spell(self, text: &str, flow: bool) -> String {
        if !self.always && is_plain(text, flow) { text.to_owned() } else { self.quote.put(text) }
    }
}

/// The texts below a collection that are values, not keys.
fn texts(collection: Node<'_>) -> Vec<Node<'_>> {
    let (mut found, mut key) = (Vec::new(), Vec::new());
    for node in collection.descendants().take(ASKED) {
        if node.is_object() {
            key.extend(node.members().take(ASKED).map(|(key, _)| key.id()));
        }
        if node.kind() == Kind::String && !key.contains(&node.id()) {
            found.push(node);
        }
    }
    found
}

/// The spacing of a flow mapping.
#[derive(Clone, Copy)]
pub(super) struct Spacing<'a> {
    /// `:` with the white space around it.
    pub colon: &'a str,
    /// `,` with the white space around it.
    pub comma: &'a str,
}

impl<'a> Spacing<'a> {
    const WIDE: Self = Self { colon: ": ", comma: ", " };

    /// The spacing of a flow mapping, by its first members.
    pub fn of(object: Node<'a>) -> Self {
        let text = object.layer_text();
        let mut members = layout::members(object);
        let Some((key, value)) = members.next() else { return Self::WIDE };
        let part = |from: usize, to: Node<'_>| text.get(from..to.own_span().start as usize).unwrap_or_default();
        let colon = part(key.own_span().end as usize, value);
        // Only behind quotes a colon needs no space.
        let tight = colon == ":" && Quote::of_raw(key.raw()).is_some();
        let colon = if tight || (colon.trim() == ":" && colon.ends_with([' ', '\t'])) { colon } else { ": " };
        let default = if tight { "," } else { ", " };
        let end = End::of_member((key, value)).map(|end| end.at);
        let comma = members.next().zip(end).map_or(default, |((second, _), end)| part(end, second));
        Self { colon, comma: if comma.trim() == "," { comma } else { default } }
    }

    /// The same without line breaks.
    pub fn on_one_line(self) -> Self {
        let comma = match self.comma.contains(['\n', '\r']) {
            true if self.colon.len() > 1 => ", ",
            true => ",",
            false => self.comma,
        };
        Self { comma, ..self }
    }
}

/// Spells what goes into or in place of a part of a collection.
pub(super) struct Speller<'a> {
    look: Look<'a>,
    habit: Habit,
    keys: Option<Quote>,
    pub indent: Indent,
    pub line_break: &'a str,
    /// In flow mappings.
    pub spacing: Spacing<'a>,
}

impl<'a> Speller<'a> {
    /// In the way of a collection.
    pub fn of(look: Look<'a>, collection: Node<'a>) -> Self {
        // Flow style has no use for lines, which may be long there.
        let (indent, line_break) = match Style::of(collection) {
            Some(Style::Block) => (
                Indent::near(collection),
                layout::line_break(collection.layer_text(), collection.own_span().start as usize),
            ),
            _ => (Indent::DEFAULT, "\n"),
        };
        Self {
            look,
            habit: Habit::of(collection),
            keys: layout::members(collection).next().and_then(|(key, _)| Quote::of_raw(key.raw())),
            indent,
            line_break,
            spacing: Spacing::of(collection),
        }
    }

    /// In place of a scalar, in its quotes.
    pub fn instead_of(self, scalar: Node<'_>) -> Self {
        Self { habit: self.habit.of_scalar(scalar), ..self }
    }

    fn key(&self, name: &str, flow: bool) -> String {
        Habit { quote: self.keys.unwrap_or(self.habit.quote), always: self.keys.is_some() }.spell(name, flow)
    }

    /// Another name for a key, in the quotes of the one before.
    pub fn name_like(&self, before: &str, name: &str, flow: bool) -> String {
        let quote = Quote::of_raw(before);
        Habit { quote: quote.unwrap_or(self.habit.quote), always: quote.is_some() }.spell(name, flow)
    }

    /// A key with its colon, whose value is not a scalar.
    pub fn open(&self, name: &str, out: &mut String) {
        out.push_str(&self.key(name, false));
        out.push(':');
    }

    /// A key of a flow mapping with its colon.
    pub fn flow_open(&self, name: &str, out: &mut String) {
        let key = self.key(name, true);
        let quoted = Quote::of_raw(&key).is_some();
        out.push_str(&key);
        out.push_str(if quoted || self.spacing.colon.len() > 1 { self.spacing.colon } else { ": " });
    }

    /// A text as a scalar.
    pub fn text(&self, text: &str, flow: bool) -> String {
        self.habit.spell(text, flow)
    }

    /// Begins a line at a column.
    pub fn begin_line(&self, column: usize, out: &mut String) {
        out.push_str(self.line_break);
        out.extend(std::iter::repeat_n(' ', column));
    }

    /// Whether a value takes lines of its own in block style.
    pub fn takes_lines(&self, value: &Value) -> bool {
        match value {
            Value::Object(members) => !members.is_empty(),
            Value::Array(items) => !items.is_empty(),
            Value::Copy(node) => Style::of(self.look.node(*node)) == Some(Style::Block),
            _ => false,
        }
    }

    /// Whether a block scalar is copied into a value.
    pub fn copies_block_scalar(&self, value: &Value) -> bool {
        match value {
            Value::Object(members) => members.iter().any(|(_, value)| self.copies_block_scalar(value)),
            Value::Array(items) => items.iter().any(|item| self.copies_block_scalar(item)),
            Value::Copy(node) => self.look.node(*node).descendants().any(layout::is_block_scalar),
            _ => false,
        }
    }

    /// A member of a block mapping at a column; `None` where its spelling is not certain.
    pub fn member(&self, name: &str, value: &Value, column: usize, out: &mut String) -> Option<()> {
        self.open(name, out);
        self.value(value, column, out)
    }

    /// The members of a block mapping at a column, the first on the line that is begun.
    pub fn members(&self, members: &[(&'static str, Value)], column: usize, out: &mut String) -> Option<()> {
        for (index, (name, value)) in members.iter().enumerate() {
            if index > 0 {
                self.begin_line(column, out);
            }
            self.member(name, value, column, out)?;
        }
        Some(())
    }

    /// The value behind a key of a block mapping at a column.
    pub fn value(&self, value: &Value, column: usize, out: &mut String) -> Option<()> {
        match value {
            Value::Object(members) if !members.is_empty() => {
                let column = column + self.indent.unit;
                self.begin_line(column, out);
                self.members(members, column, out)
            }
            Value::Array(items) if !items.is_empty() => {
                let column = column + self.indent.hang;
                items.iter().try_for_each(|item| {
                    self.begin_line(column, out);
                    out.push('-');
                    self.item(item, column, out)
                })
            }
            Value::Copy(node) => self.copy(self.look.node(*node), column, out),
            _ => {
                out.push(' ');
                self.inline(value, out)
            }
        }
    }

    /// An item behind its dash, which stands at a column.
    fn item(&self, item: &Value, column: usize, out: &mut String) -> Option<()> {
        match item {
            Value::Object(members) if !members.is_empty() => {
                out.push(' ');
                self.members(members, column + 2, out)
            }
            Value::Copy(node) => self.copy(self.look.node(*node), column, out),
            _ => {
                out.push(' ');
                self.inline(item, out)
            }
        }
    }

    /// A value on the line of its key in a block mapping.
    pub fn inline(&self, value: &Value, out: &mut String) -> Option<()> {
        match value {
            Value::Text(text) => out.push_str(&self.text(text, false)),
            Value::Copy(node) => return self.copy_inline(self.look.node(*node), false, out),
            _ => return self.flow(value, out),
        }
        Some(())
    }

    /// A value in flow style.
    pub fn flow(&self, value: &Value, out: &mut String) -> Option<()> {
        let comma = self.spacing.on_one_line().comma;
        match value {
            Value::Bool(value) => out.push_str(if *value { "true" } else { "false" }),
            Value::Integer(value) => out.push_str(&value.to_string()),
            Value::Text(text) => out.push_str(&self.text(text, true)),
            Value::Copy(node) => return self.copy_inline(self.look.node(*node), true, out),
            Value::Object(members) => {
                out.push('{');
                for (index, (name, value)) in members.iter().enumerate() {
                    out.push_str(if index > 0 { comma } else { "" });
                    self.flow_member(name, value, out)?;
                }
                out.push('}');
            }
            Value::Array(items) => {
                out.push('[');
                for (index, item) in items.iter().enumerate() {
                    out.push_str(if index > 0 { comma } else { "" });
                    self.flow(item, out)?;
                }
                out.push(']');
            }
        }
        Some(())
    }

    /// A member of a flow mapping.
    pub fn flow_member(&self, name: &str, value: &Value, out: &mut String) -> Option<()> {
        self.flow_open(name, out);
        self.flow(value, out)
    }

    /// What a node says, behind a key or a dash at a column.
    fn copy(&self, node: Node<'_>, column: usize, out: &mut String) -> Option<()> {
        let text = node.layer_text();
        if Style::of(node) == Some(Style::Block) {
            let end = End::of(node)?;
            let from = layout::column(text, node.own_span().start as usize)?;
            let to = column + if node.is_object() { self.indent.unit } else { self.indent.hang };
            let dash = node.is_object() || node.raw().starts_with('-');
            if !dash || !end.is_closed(text) || layout::is_tagged(node) || repeats(&text[node.own_span().range()]) {
                return None;
            }
            self.begin_line(to, out);
            out.push_str(&layout::shifted(node, end.of_text(text), from, to)?);
            return Some(());
        }
        out.push(' ');
        match layout::is_block_scalar(node).then(|| layout::moved_scalar(node, column + self.indent.unit)).flatten() {
            Some(scalar) if !layout::is_tagged(node) => out.push_str(&scalar),
            _ => self.copy_inline(node, false, out)?,
        }
        Some(())
    }

    /// What a node says, on one line.
    fn copy_inline(&self, node: Node<'_>, flow: bool, out: &mut String) -> Option<()> {
        if layout::is_tagged(node) {
            return None;
        }
        let raw = node.raw();
        let one_line = !raw.contains(['\n', '\r']);
        match (node.kind(), Style::of(node)) {
            (Kind::Null, _) if raw.is_empty() => out.push_str("null"),
            (Kind::String, Some(Style::SingleQuoted | Style::DoubleQuoted)) if one_line => out.push_str(raw),
            (Kind::String, Some(Style::Plain)) if one_line && core_schema(raw).is_none() && !flow => out.push_str(raw),
            (Kind::String, style) => {
                let habit = Habit { always: self.habit.always && style != Some(Style::Plain), ..self.habit };
                out.push_str(&habit.spell(node.text(), flow));
            }
            (Kind::Object | Kind::Array, Some(Style::Flow)) if raw.starts_with(['{', '[']) && !repeats(raw) => {
                if !flow && !one_line {
                    return None;
                }
                out.push_str(raw);
            }
            (Kind::Object | Kind::Array, _) => return None,
            (Kind::Hole, _) if !one_line || raw.starts_with('*') => return None,
            _ => out.push_str(raw),
        }
        Some(())
    }
}

/// Whether a text may name or repeat a node.
fn repeats(text: &str) -> bool {
    let mut tokens = text.split([' ', '\t', '\r', '\n', ',', '[', '{', ':']);
    tokens.any(|token| token.starts_with(['&', '*']) || token.starts_with("<<"))
}

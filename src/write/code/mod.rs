//! Changes on objects that code writes as literals. What comes in is spelt like the neighbours: names, quotes, the sign
//! between a name and its value, lines or none. Where no neighbour shows how, nothing is changed.

mod gap;
mod member;

use crate::fix::{Change, Position, Value};
use crate::language::Language;
use crate::read::code::literal::{Entry, Literal, is_item, literal, quoted};
use crate::rules::Look;
use crate::tree::{Kind, Node, NodeId, Span, offset};
use member::Style;

/// Calls `edit` with each edit that a change comes down to and a node of the document. `None` when no certain edit is
/// found.
pub(super) fn lower(look: Look<'_>, change: &Change, mut edit: impl FnMut(NodeId, Span, String)) -> Option<()> {
    let (at, text) = match change {
        Change::Set { node, value } => set(look, look.node(*node), value)?,
        Change::Rename { key, to } => {
            let key = look.node(*key);
            let object = Written::of(look, holder(look, key)?)?;
            let entry = object.entry(key)?;
            if object.literal.typed || entry.key == entry.value || !is_word(to) {
                return None;
            }
            let spelt = &look.source[entry.key.clone()];
            let (before, after) = member::around(spelt, key.text())?;
            (entry.key.clone(), format!("{before}{to}{after}"))
        }
        Change::Remove { object, key } => {
            let object = Written::of(look, look.node(*object))?;
            (object.removal(look.node(*key))?, String::new())
        }
        Change::Insert { object, name, value, position } => {
            let object = Written::of(look, look.node(*object))?;
            object.insertion(name, &object.spell(value)?, kind_of(value)?, *position)?
        }
        Change::Move { from, key, to, name } => {
            let (from, to) = (Written::of(look, look.node(*from))?, Written::of(look, look.node(*to))?);
            let value = look.node(key.following());
            let written = &from.entry(look.node(*key))?.value;
            let spelt = look.source.get(written.clone()).filter(|spelt| !spelt.contains('\n'))?;
            let (at, text) = to.insertion(name, spelt, value.kind(), Position::Last)?;
            edit(to.object.id(), span(at), text);
            (from.removal(look.node(*key))?, String::new())
        }
        Change::WrapInEnvelope { .. } => return None,
    };
    edit(change.node(), span(at), text);
    Some(())
}

/// How many nodes before a value are searched for what it stands in.
const NEAR: u32 = 4096;
/// How many items a list may have.
const MOST: usize = 256;

type Range = std::ops::Range<usize>;

fn span(range: Range) -> Span {
    Span { start: offset(range.start), end: offset(range.end) }
}

/// An object with the literal that it is written as.
struct Written<'a> {
    look: Look<'a>,
    language: Language,
    object: Node<'a>,
    literal: Literal,
}

impl<'a> Written<'a> {
    /// `None` where some of its members are written elsewhere, or there are others than those that are seen.
    fn of(look: Look<'a>, object: Node<'_>) -> Option<Self> {
        let object = look.node(object.id());
        if !object.is_object() {
            return None;
        }
        let literal = literal(look.tree, look.source, object.own_span())?;
        let keys = object.members().map(|(key, _)| key.own_span().range());
        let written = keys.eq(literal.entries.iter().map(|entry| entry.key.clone()));
        written.then_some(Self { look, language: look.tree.language()?, object, literal })
    }

    fn entry(&self, key: Node<'_>) -> Option<&Entry> {
        self.literal.entries.get(self.place_of(key)?)
    }

    fn place_of(&self, key: Node<'_>) -> Option<usize> {
        self.object.members().position(|(other, _)| other.id() == key.id())
    }

    /// The bytes that go with a member.
    fn removal(&self, key: Node<'_>) -> Option<Range> {
        // A declared type may ask for all of them.
        if self.literal.typed {
            return None;
        }
        gap::removal(self.look.source, self.language, &self.literal, self.place_of(key)?)
    }

    /// Where a member comes, and what comes there.
    fn insertion(&self, name: &str, value: &str, kind: Kind, position: Position) -> Option<(Range, String)> {
        let full = matches!((self.language, self.head()), (Language::Java, "Map.of" | "ImmutableMap.of"))
            && self.literal.entries.len() >= 10;
        if self.literal.typed || full || !self.takes(kind) || self.object.get(name).is_some() {
            return None;
        }
        if !is_placed(self.look, self.object) {
            return None;
        }
        let place = match position {
            Position::First => None,
            Position::Last => Some(self.literal.entries.len() - 1),
            Position::After(value) => Some(self.object.members().position(|(_, other)| other.id() == value)?),
        };
        let style = self.style(place.unwrap_or(0))?;
        let member = style.member(name, value);
        gap::insertion(self.look.source, self.language, &self.literal, place, &member)
    }

    /// How members are written near the one at `place`.
    fn style(&self, place: usize) -> Option<Style<'a>> {
        let members: Vec<_> = self.object.members().zip(&self.literal.entries).collect();
        let of = |at: usize| {
            let ((key, _), entry) = members.get(at)?;
            Style::of(self.look.source, key.text(), entry)
        };
        // Elixir has those with arrows before those with colons.
        let strict = self.language == Language::Elixir;
        let others = (0..members.len()).filter(|at| !strict && *at != place);
        let Some(style) = std::iter::once(place).chain(others).find_map(of) else {
            // `{ body }` shows nothing, but the object around it may.
            let short = self.literal.entries.iter().all(|entry| entry.key == entry.value);
            let around = Written::of(self.look, holder(self.look, self.object).filter(|_| short)?)?;
            return around.style(0);
        };
        let columns = self.literal.entries.iter().filter(|entry| gap::begins_line(self.look.source, entry.whole.start));
        Some(style.aligned(self.look.source, columns))
    }

    /// What stands before its opening bracket.
    fn head(&self) -> &'a str {
        let source = &self.look.source[self.literal.span.clone()];
        source[..source.find(['{', '(', '[']).unwrap_or(0)].trim_end()
    }

    /// Whether the type of its values takes one more of a kind.
    fn takes(&self, kind: Kind) -> bool {
        let head = &self.look.source[self.literal.span.start..self.literal.entries[0].whole.start];
        let says = |words: &[&str]| words.iter().any(|word| head.contains(word));
        let same = self.object.members().any(|(_, value)| is_alike(value.kind(), kind));
        match self.language {
            Language::Go => match head.rfind("map[").and_then(|map| head[map..].split_once(']')) {
                Some((_, of)) if of.starts_with("string") => kind == Kind::String,
                Some((_, of)) => of.starts_with("interface{}") || of.starts_with("any"),
                // What other maps are called, such as `gin.H`.
                None => same || !self.head().is_empty(),
            },
            Language::CSharp => {
                same || says(&["object", "dynamic", "JObject", "JsonObject", "JProperty"]) || self.head() == "new"
            }
            Language::Java | Language::Kotlin if head.contains('<') => same || says(&["Any>", "Any?>", "Object>"]),
            Language::Java | Language::Kotlin => {
                same || varies(self.object) || holder(self.look, self.object).is_some_and(varies)
            }
            _ => true,
        }
    }

    /// A value as it is written here; `None` for those that are no scalars.
    fn spell(&self, value: &Value) -> Option<String> {
        spell(self.language, value, || self.quotes())
    }

    /// The quotes of texts here: those of other values, or of names, or of what is written further in.
    fn quotes(&self) -> Option<char> {
        if let Some(mark) = only_quotes(self.language) {
            return Some(mark);
        }
        let mark = |at: usize| self.look.source[at..].chars().next().filter(|c| matches!(c, '"' | '\''));
        let entries = &self.literal.entries;
        // What the run puts something in has the quotes for that.
        let plain = |entry: &&Entry| quoted(self.look.tree, self.look.source, span(entry.value.clone())).is_some();
        let values = entries.iter().filter(plain).find_map(|entry| mark(entry.value.start));
        let names = || entries.iter().find_map(|entry| mark(entry.key.start));
        let within = || {
            let inside = &self.look.source[self.literal.span.clone()];
            let used = |mark: char| inside.contains(mark).then_some(mark);
            used('\'').xor(used('"'))
        };
        values.or_else(names).or_else(within)
    }
}

/// The object or list in which a value stands, when it is near.
fn holder<'a>(look: Look<'a>, node: Node<'_>) -> Option<Node<'a>> {
    let id = node.id().0;
    let mut before = (id.saturating_sub(NEAR)..id).rev().map(|index| look.node(NodeId(index)));
    before.find(|holder| matches!(holder.kind(), Kind::Object | Kind::Array) && holder.contains(node.id()))
}

/// Whether an object that stands in a list is written right there: one that a loop or a function makes may be for several
/// places.
fn is_placed(look: Look<'_>, object: Node<'_>) -> bool {
    holder(look, object).is_some_and(|list| {
        let few = || list.count() <= MOST && is_item(look.tree, look.source, list.own_span(), object.own_span());
        list.is_object() || list.id() == NodeId(0) || few()
    })
}

/// A value in place of another, where that is written.
fn set(look: Look<'_>, node: Node<'_>, value: &Value) -> Option<(Range, String)> {
    let (language, own) = (look.tree.language()?, node.own_span().range());
    let around = holder(look, node)?;
    let outer = around.own_span().range();
    if own.start < outer.start || outer.end < own.end {
        return None;
    }
    if let (Kind::String, Value::Text(new)) = (node.kind(), value) {
        return set_text(look, node, new);
    }
    let object = Written::of(look, around)?;
    let key = look.node(NodeId(node.id().0.checked_sub(1)?));
    let scalar = matches!(node.kind(), Kind::String | Kind::Number | Kind::True | Kind::False | Kind::Null);
    let written =
        object.entry(key).is_some_and(|entry| entry.value == own && entry.key != own) && is_placed(look, around);
    if !written || !scalar || object.literal.typed || !object.takes(kind_of(value)?) {
        return None;
    }
    // A text of several parts has what the run puts in.
    if node.kind() == Kind::String {
        quoted(look.tree, look.source, node.own_span())?;
    }
    Some((own, spell(language, value, || object.quotes())?))
}

/// Another text between the same quotes: a part of what stands there, or what is spelt as it is everywhere.
fn set_text(look: Look<'_>, node: Node<'_>, new: &str) -> Option<(Range, String)> {
    let text = quoted(look.tree, look.source, node.own_span())?;
    let (spelt, own) = (&look.source[text.inside.clone()], node.own_span().range());
    // The lines of a heredoc are not where it begins, and their ends are part of it.
    if spelt.contains('\n') || text.inside.start < own.start || own.end < text.inside.end {
        return None;
    }
    let start = text.inside.start + (spelt.len() - spelt.trim_start().len());
    let part = start..text.inside.end.max(start);
    let part = part.start..part.start + look.source[part].trim_end().len();
    if !part.is_empty() && text.meaning(look.source, part.clone()) == new {
        let part = look.source[part].to_owned();
        return Some((text.inside, part));
    }
    let bare = !look.source[..text.inside.start].ends_with(['"', '\'', '`']);
    let plain = if bare { is_word(new) } else { is_plain(new) };
    let plain = plain && holder(look, node).is_some_and(|object| is_placed(look, object));
    plain.then(|| (text.inside, new.to_owned()))
}

/// Whether a text is a name in any language.
fn is_word(text: &str) -> bool {
    let mut letters = text.bytes();
    letters.next().is_some_and(|first| first.is_ascii_lowercase())
        && letters.all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_')
}

/// Whether a text stands for itself between all quotes.
fn is_plain(text: &str) -> bool {
    text.chars().all(|c| c.is_alphanumeric() || " _-.,:;!?()/+=@&*".contains(c))
}

fn spell(language: Language, value: &Value, quotes: impl FnOnce() -> Option<char>) -> Option<String> {
    Some(match value {
        Value::Bool(truth) => match (language, truth) {
            (Language::Python, true) => "True",
            (Language::Python, false) => "False",
            (_, true) => "true",
            (_, false) => "false",
        }
        .to_owned(),
        Value::Integer(number) => number.to_string(),
        Value::Text(text) if is_plain(text) => {
            let mark = quotes()?;
            format!("{mark}{text}{mark}")
        }
        Value::Text(_) | Value::Copy(_) | Value::Object(_) | Value::Array(_) => return None,
    })
}

fn kind_of(value: &Value) -> Option<Kind> {
    Some(match value {
        Value::Bool(true) => Kind::True,
        Value::Bool(false) => Kind::False,
        Value::Integer(_) => Kind::Number,
        Value::Text(_) => Kind::String,
        Value::Copy(_) | Value::Object(_) | Value::Array(_) => return None,
    })
}

/// The quotes of texts in a language that has only one kind of them.
fn only_quotes(language: Language) -> Option<char> {
    use Language::{CSharp, Elixir, Go, Java, JavaScript, Kotlin, Php, Python, Ruby, Tsx, TypeScript};
    match language {
        CSharp | Elixir | Go | Java | Kotlin => Some('"'),
        JavaScript | Php | Python | Ruby | Tsx | TypeScript => None,
    }
}

/// Whether two values have one type in languages that ask for it.
fn is_alike(one: Kind, other: Kind) -> bool {
    let plain = |kind| if kind == Kind::False { Kind::True } else { kind };
    one != Kind::Hole && plain(one) == plain(other)
}

/// Whether the values of an object have several types.
fn varies(object: Node<'_>) -> bool {
    let mut kinds = object.members().map(|(_, value)| value.kind()).filter(|kind| *kind != Kind::Hole);
    let first = kinds.next();
    object.is_object() && first.is_some_and(|first| kinds.any(|kind| !is_alike(first, kind)))
}

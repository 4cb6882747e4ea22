//! Where the nodes of a YAML document stand: lines, columns, a mapping's own members, the ends of values.

use crate::read::yaml::Style;
use crate::rules::Look;
use crate::tree::{Kind, Node, NodeId};

/// How many nodes before a value are searched for the collection it stands in.
const NEAR: u32 = 4096;

/// How many lines are searched for the way in which a document is indented.
const LINES: usize = 40;

/// A key with its value.
pub(super) type Member<'a> = (Node<'a>, Node<'a>);

/// The collection in which a value stands, when it is near.
pub(super) fn parent<'a>(look: Look<'a>, node: Node<'_>) -> Option<Node<'a>> {
    let id = node.id().0;
    let before = (id.saturating_sub(NEAR)..id).rev().map(|index| look.node(NodeId(index)));
    let mut holders = before.filter(|holder| holder.contains(node.id()));
    holders.next().filter(|holder| holder.own_span().start <= node.own_span().start)
}

/// The members that are written in a mapping; those it takes over from others come after them in the tree.
pub(super) fn members(object: Node<'_>) -> impl Iterator<Item = Member<'_>> {
    let mut least = object.own_span().start;
    object.members().take_while(move |(key, _)| {
        let own = key.own_span().start >= least;
        least = least.max(key.own_span().end);
        own
    })
}

/// The offset after the colon behind a key.
pub(super) fn colon(key: Node<'_>) -> Option<usize> {
    let text = key.layer_text();
    let end = key.own_span().end as usize;
    let rest = text.get(end..)?;
    let blank = rest.len() - rest.trim_start_matches([' ', '\t']).len();
    rest[blank..].starts_with(':').then_some(end + blank + 1)
}

/// Whether a key is a scalar on one line with its colon, as it is where nothing says that it is a key.
pub(super) fn is_simple(key: Node<'_>) -> bool {
    let raw = key.raw();
    !raw.is_empty() && !raw.starts_with(['*', '[', '{', '?']) && !raw.contains(['\n', '\r']) && colon(key).is_some()
}

/// Whether lines may end where no line is seen to end here: at a carriage return alone.
pub(super) fn has_lone_return(text: &str) -> bool {
    text.match_indices('\r').any(|(at, _)| text[at + 1..].starts_with(|next| next != '\n'))
}

/// Whether nothing is written where a value belongs.
pub(super) fn is_empty(value: Node<'_>) -> bool {
    value.kind() == Kind::Null && value.raw().is_empty()
}

/// Whether a value is a scalar with a header and lines of its own.
pub(super) fn is_block_scalar(value: Node<'_>) -> bool {
    matches!(Style::of(value), Some(Style::Literal | Style::Folded))
}

/// Where a value ends and which scalar it ends with.
#[derive(Clone, Copy)]
pub(super) struct End<'a> {
    pub at: usize,
    leaf: Option<Node<'a>>,
}

impl<'a> End<'a> {
    /// The end of a member's value; `None` where that is not certain.
    pub fn of_member((key, value): Member<'a>) -> Option<Self> {
        if value.own_span().start < key.own_span().end {
            return Some(Self { at: end_of_alias(key)?, leaf: None });
        }
        if is_empty(value) {
            let end = key.own_span().end as usize;
            let bare = || key.layer_text().get(end..)?.trim_start().starts_with([',', '}']).then_some(end);
            return Some(Self { at: colon(key).or_else(bare)?, leaf: None });
        }
        Self::of(value)
    }

    /// The end of a value that is written where it stands.
    pub fn of(value: Node<'a>) -> Option<Self> {
        let (mut node, mut at) = (value, 0);
        loop {
            let own = node.own_span();
            at = at.max(own.end as usize);
            if Style::of(node) != Some(Style::Block) {
                let written = !is_block_scalar(node) || !node.raw().is_empty();
                return written.then_some(Self { at, leaf: Some(node) });
            }
            if node.is_object() {
                let (key, value) = members(node).last()?;
                if is_empty(value) || value.own_span().start < key.own_span().end {
                    at = at.max(Self::of_member((key, value))?.at);
                    return Some(Self { at, leaf: None });
                }
                node = value;
            } else {
                let last = node.items().last()?;
                if last.own_span().start < own.start {
                    return Some(Self { at, leaf: None });
                }
                node = last;
            }
        }
    }

    /// Whether the value ends with a block scalar.
    pub fn in_block_scalar(self) -> bool {
        self.leaf.is_some_and(is_block_scalar)
    }

    /// The end with the white space that a block scalar ends with.
    pub fn of_text(self, text: &str) -> usize {
        if self.in_block_scalar() { line_end(text, self.at) } else { self.at }
    }

    /// Whether a line that is put behind the value leaves it as it is.
    pub fn is_closed(self, text: &str) -> bool {
        let last = line_end(text, self.at) == text.len();
        self.leaf.filter(|leaf| is_block_scalar(*leaf)).is_none_or(|leaf| !leaf.text().ends_with("\n\n") && !last)
    }
}

fn end_of_alias(key: Node<'_>) -> Option<usize> {
    let (text, colon) = (key.layer_text(), colon(key)?);
    let rest = text[colon..].trim_start_matches([' ', '\t']);
    let name = rest.split([' ', '\t', '\r', '\n', ',', '[', ']', '{', '}']).next()?;
    name.starts_with('*').then(|| text.len() - rest.len() + name.len())
}

/// The offset of the first byte of the line at `at`.
pub(super) fn line_start(text: &str, at: usize) -> usize {
    text[..at].rfind('\n').map_or(0, |newline| newline + 1)
}

/// The offset of the line break that ends the line at `at`.
pub(super) fn line_end(text: &str, at: usize) -> usize {
    let end = text[at..].find('\n').map_or(text.len(), |run| at + run);
    if end > at && text[..end].ends_with('\r') { end - 1 } else { end }
}

/// The offset of the line after the one at `at`.
pub(super) fn next_line(text: &str, at: usize) -> usize {
    text[at..].find('\n').map_or(text.len(), |run| at + run + 1)
}

/// The line break that ends the line at `at`, or the one before if that is the last.
pub(super) fn line_break(text: &str, at: usize) -> &str {
    let newline = text[at..].find('\n').map(|run| at + run).or_else(|| text[..at].rfind('\n'));
    if newline.is_some_and(|newline| text[..newline].ends_with('\r')) { "\r\n" } else { "\n" }
}

/// Whether nothing but a comment follows on the line.
pub(super) fn ends_line(text: &str, at: usize) -> bool {
    let rest = &text[at..line_end(text, at)];
    let said = rest.trim_start_matches([' ', '\t']);
    said.is_empty() || (said.starts_with('#') && said.len() < rest.len() && !said.contains('\r'))
}

/// Whether neither a comment nor an empty line follows, which might become part of a block scalar that is put here.
pub(super) fn ends_content(text: &str, at: usize) -> bool {
    let next = next_line(text, at);
    let line = text[next..line_end(text, next)].trim();
    text[at..line_end(text, at)].trim().is_empty()
        && (next == text.len() || !(line.is_empty() || line.starts_with('#')))
}

/// The column, counted from 0, of what stands behind nothing but indentation and the dashes of items.
pub(super) fn column(text: &str, at: usize) -> Option<usize> {
    let line = text[line_start(text, at)..at].trim_start_matches('\u{feff}');
    let mut rest = line.trim_start_matches(' ');
    while let Some(item) = rest.strip_prefix("- ") {
        rest = item.trim_start_matches(' ');
    }
    rest.is_empty().then_some(line.len())
}

/// Whether a node has a tag.
pub(super) fn is_tagged(node: Node<'_>) -> bool {
    let mut before = &node.layer_text()[..node.own_span().start as usize];
    loop {
        before = before.trim_end();
        let token = before.rsplit([' ', '\t', '\r', '\n', ',', '[', '{']).next().unwrap_or_default();
        if !token.starts_with('&') {
            return token.starts_with('!');
        }
        before = &before[..before.len() - token.len()];
    }
}

/// Whether a text may hold a comment.
pub(super) fn has_comment(text: &str) -> bool {
    text.starts_with('#') || [" #", "\t#", "\n#"].iter().any(|mark| text.contains(mark))
}

/// The line with which a block scalar begins: its indicator and what may follow.
#[derive(Clone, Copy)]
pub(super) struct Header<'a> {
    /// Where the indicator stands.
    pub start: usize,
    /// Whether it says how far the scalar is indented.
    pub indented: bool,
    /// The comment behind it, with the space before.
    pub comment: &'a str,
}

impl<'a> Header<'a> {
    /// The header of a block scalar.
    pub fn of(scalar: Node<'a>) -> Option<Self> {
        let text = scalar.layer_text();
        let mut start = line_start(text, scalar.own_span().start as usize);
        loop {
            let end = line_end(text, start.checked_sub(1)?.min(text.len()));
            start = line_start(text, start - 1);
            let line = &text[start..end.max(start)];
            if line.trim().is_empty() {
                continue;
            }
            let mut marks = line.match_indices(['|', '>']).map(|(mark, _)| mark);
            return marks.find_map(|mark| {
                let detached = line[..mark].ends_with([' ', '\t']);
                let rest = line[mark + 1..].trim_start_matches(['-', '+', '1', '2', '3', '4', '5', '6', '7', '8', '9']);
                let indicators = &line[mark + 1..line.len() - rest.len()];
                (detached && indicators.len() < 3 && ends_line(rest, 0)).then(|| Self {
                    start: start + mark,
                    indented: indicators.bytes().any(|byte| byte.is_ascii_digit()),
                    comment: rest.trim_end(),
                })
            });
        }
    }
}

/// How a document is indented.
#[derive(Clone, Copy)]
pub(super) struct Indent {
    /// The spaces by which a mapping stands behind its key.
    pub unit: usize,
    /// The spaces by which a sequence stands behind its key.
    pub hang: usize,
}

impl Indent {
    /// That of a document that does not tell.
    pub const DEFAULT: Self = Self { unit: 2, hang: 2 };

    /// As it is seen in the lines of a node, and where those do not tell, at the beginning of the text.
    pub fn near(node: Node<'_>) -> Self {
        let text = node.layer_text();
        let start = line_start(text, node.own_span().start as usize);
        let (mut unit, mut hang) = (None, None);
        for part in [&text[start..], text] {
            let lines =
                part.lines().take(LINES).filter(|line| !line.trim().is_empty() && !line.trim().starts_with('#'));
            let mut key = None;
            for line in lines {
                if unit.is_some() && hang.is_some() {
                    break;
                }
                let spaces = line.len() - line.trim_start_matches(' ').len();
                let item = line[spaces..].starts_with("- ");
                let said = line.trim_start_matches([' ', '-']);
                match key.and_then(|key| spaces.checked_sub(key)) {
                    Some(by @ 0..=8) if item => hang = hang.or(Some(by)),
                    Some(by @ 1..=8) => unit = unit.or(Some(by)),
                    _ => {}
                }
                key = line.trim_end().ends_with(':').then_some(line.len() - said.len());
            }
        }
        let unit = unit.unwrap_or(Self::DEFAULT.unit);
        Self { unit, hang: hang.unwrap_or(unit) }
    }
}

/// Whether a node says the same at another column: a scalar that does not say how far it is indented, a mapping of
/// simple keys.
fn is_regular(node: Node<'_>) -> bool {
    match Style::of(node) {
        Some(Style::Literal | Style::Folded) => Header::of(node).is_some_and(|header| !header.indented),
        Some(Style::Block) => members(node).all(|(key, _)| is_simple(key)),
        _ => true,
    }
}

/// The lines of a block collection up to `end`, moved so that what stands at column `from` stands at column `to`.
/// `None` where that might change what they say.
pub(super) fn shifted(collection: Node<'_>, end: usize, from: usize, to: usize) -> Option<String> {
    let text = collection.layer_text();
    let start = collection.own_span().start as usize;
    let keys: Vec<usize> = members(collection).map(|(key, _)| key.own_span().start as usize).collect();
    let region = text.get(start..end)?;
    let ended = |member: Member<'_>| End::of_member(member).is_some_and(|end| ends_line(text, end.at));
    if has_lone_return(region) || !collection.descendants().all(is_regular) || !members(collection).all(ended) {
        return None;
    }
    let mut out = String::with_capacity(region.len() * 2);
    let mut at = start;
    for line in region.split_inclusive('\n') {
        let said = line.trim_start_matches(' ');
        let spaces = line.len() - said.len();
        let own = match said.trim_end() {
            "" | "-" => true,
            said if said.starts_with(['#', ']', '}']) || said.starts_with("- ") => true,
            _ => keys.binary_search(&(at + spaces)).is_ok(),
        };
        let certain = spaces > from || (own && (spaces == from || said.trim_end().is_empty() || said.starts_with('#')));
        if at == start {
            out.push_str(line);
        } else if certain {
            move_line(line, spaces, from, to, &mut out);
        } else {
            return None;
        }
        at += line.len();
    }
    Some(out)
}

/// A block scalar with its header, its lines moved to column `to`; `None` where that might change what it says.
pub(super) fn moved_scalar(scalar: Node<'_>, to: usize) -> Option<String> {
    let (text, start) = (scalar.layer_text(), scalar.own_span().start as usize);
    let end = End::of(scalar)?;
    let header = Header::of(scalar).filter(|header| !header.indented && end.is_closed(text))?;
    let lines = next_line(text, header.start);
    let mut out = text[header.start..lines].to_owned();
    let content = text.get(lines..end.of_text(text)).filter(|content| !has_lone_return(content))?;
    for line in content.split_inclusive('\n') {
        let spaces = line.len() - line.trim_start_matches(' ').len();
        move_line(line, spaces, start - line_start(text, start), to, &mut out);
    }
    Some(out)
}

/// Appends a line with as many spaces more, or fewer, as there are between two columns. One without any stays empty.
fn move_line(line: &str, spaces: usize, from: usize, to: usize, out: &mut String) {
    if !line.trim_end_matches(['\r', '\n']).is_empty() {
        out.extend(std::iter::repeat_n(' ', to.saturating_sub(from)));
    }
    out.push_str(&line[from.saturating_sub(to).min(spaces)..]);
}

//! A finding with everything resolved: text, line and column, pointers, identity. What reports print.

use std::collections::BTreeMap;

use crate::check::Checked;
use crate::finding::{Args, Confidence, Finding, Place, Severity};
use crate::fix::{Fix, Level, Title};
use crate::form::Form;
use crate::read::Notation;
use crate::rules::{Look, Rule, Text};
use crate::tree::{Kind, Node, NodeId, Pointer, Span, Trail, Tree};
use crate::write;
use xxhash_rust::xxh3;

/// A finding, ready to be printed.
#[derive(Clone, Debug)]
pub struct Diagnostic {
    /// Name of the rule.
    pub rule: &'static str,
    /// How bad it is.
    pub severity: Severity,
    /// How sure it is.
    pub confidence: Confidence,
    /// What is wrong, why Cloud API minds.
    pub text: Text,
    /// Where the fact is documented.
    pub source: String,
    /// First line, counted from 1.
    pub line: u64,
    /// First column, in Unicode scalar values, counted from 1.
    pub column: u64,
    /// Line of the end.
    pub end_line: u64,
    /// Column after the last.
    pub end_column: u64,
    /// Offset in the file of the first byte and of the byte after the last.
    pub span: (u64, u64),
    /// Where the payload stands in the document; `None` for faults of the file and in prose.
    pub document: Option<String>,
    /// Where the finding is in the payload.
    pub pointer: Option<String>,
    /// What the payload was taken for.
    pub form: Option<Form>,
    /// What stays the same when the file is edited elsewhere: 32 hexadecimal digits.
    pub fingerprint: u128,
    /// The fix.
    pub fix: Option<Cure>,
    /// Whether what stands around it may be secret, so that only the bytes it points at are shown.
    pub guarded: bool,
}

/// A fix, ready to be printed or applied.
#[derive(Clone, Debug)]
pub struct Cure {
    /// How far it may be trusted.
    pub level: Level,
    /// What it does, as an imperative.
    pub title: Title,
    /// The bytes of the file that go, as offsets, and what comes in their place; in order, without overlap. None for
    /// what a person has to do.
    pub edits: Vec<(u64, u64, String)>,
}

impl Diagnostic {
    /// A finding about a whole file.
    #[must_use]
    pub fn of_file(rule: &'static Rule, severity: Severity, file: &str, text: Text) -> Self {
        let mut hash = xxh3::Xxh3::new();
        hash.update(rule.name.as_bytes());
        hash.update(&[0]);
        hash.update(file.as_bytes());
        Self {
            rule: rule.name,
            severity,
            confidence: rule.confidence,
            text,
            source: rule.source.to_owned(),
            fingerprint: hash.digest128(),
            ..Self::empty()
        }
    }

    /// A finding about bytes `span` of the text `source`, where no payload stands. `positions` are those of the text.
    #[must_use]
    pub fn in_text(
        rule: &'static Rule,
        severity: Severity,
        text: Text,
        source: &str,
        span: Span,
        origin: Origin<'_>,
        positions: &mut Positions<'_>,
    ) -> Self {
        let ((line, column), mut end) = (positions.of(span.start as usize), positions.clone());
        let (end_line, end_column) = end.of(span.end as usize);
        let mut parts = Vec::new();
        for part in [rule.name, origin.identity] {
            parts.extend_from_slice(part.as_bytes());
            parts.push(0);
        }
        bare_line(source, span, &mut parts);
        Self {
            rule: rule.name,
            severity,
            confidence: rule.confidence,
            text,
            source: rule.source.to_owned(),
            line,
            column,
            end_line,
            end_column,
            span: (origin.offset + u64::from(span.start), origin.offset + u64::from(span.end)),
            fingerprint: xxh3::xxh3_128(&parts),
            ..Self::empty()
        }
    }

    fn empty() -> Self {
        Self {
            rule: "",
            severity: Severity::Error,
            confidence: Confidence::High,
            text: Text::default(),
            source: String::new(),
            line: 1,
            column: 1,
            end_line: 1,
            end_column: 1,
            span: (0, 0),
            document: None,
            pointer: None,
            form: None,
            fingerprint: 0,
            fix: None,
            guarded: false,
        }
    }
}

/// Lines and columns of places in one document, cheap when asked for in order.
#[derive(Clone, Debug)]
pub struct Positions<'a> {
    source: &'a str,
    start: Cursor,
    cursor: Cursor,
}

impl<'a> Positions<'a> {
    /// For the document `source`, which begins at `origin`.
    #[must_use]
    pub fn new(source: &'a str, origin: Origin<'_>) -> Self {
        let start = Cursor { at: 0, line: origin.line, column: 1 };
        Self { source, start, cursor: start }
    }

    /// Line and column, counted from 1, of the byte at `at`.
    pub fn of(&mut self, at: usize) -> (u64, u64) {
        self.cursor.seek(self.source, self.start, at);
        (self.cursor.line, self.cursor.column)
    }
}

/// Where a document begins in its file.
#[derive(Clone, Copy, Debug)]
pub struct Origin<'a> {
    /// The file's name as it is shown.
    pub file: &'a str,
    /// The file's name in fingerprints: the same from wherever the program is called.
    pub identity: &'a str,
    /// Offset of the document's first byte.
    pub offset: u64,
    /// The line it begins on, counted from 1.
    pub line: u64,
}

/// A place in a text, moved forward from finding to finding.
#[derive(Clone, Copy, Debug)]
struct Cursor {
    at: usize,
    line: u64,
    column: u64,
}

impl Cursor {
    fn seek(&mut self, source: &str, start: Cursor, to: usize) {
        let to = floor_boundary(source, to);
        if to < self.at {
            *self = start;
        }
        let passed = &source[self.at..to];
        match memchr::memrchr(b'\n', passed.as_bytes()) {
            None => self.column += passed.chars().count() as u64,
            Some(last) => {
                self.line += memchr::memchr_iter(b'\n', passed.as_bytes()).count() as u64;
                self.column = 1 + passed[last + 1..].chars().count() as u64;
            }
        }
        self.at = to;
    }
}

fn floor_boundary(source: &str, mut at: usize) -> usize {
    at = at.min(source.len());
    while !source.is_char_boundary(at) {
        at -= 1;
    }
    at
}

/// Resolves findings and keeps its memory between documents.
#[derive(Debug)]
pub struct Resolver {
    diagnostic: Diagnostic,
    /// Rule and pointer of the finding before.
    before: (&'static str, String),
    parts: Vec<u8>,
}

impl Default for Resolver {
    fn default() -> Self {
        Self { diagnostic: Diagnostic::empty(), before: ("", String::new()), parts: Vec::new() }
    }
}

impl Resolver {
    /// Calls `print` with each finding of a checked document that `wanted` lets through, resolved, in order.
    pub fn each<'a>(
        &mut self,
        checked: &Checked<'a>,
        origin: Origin<'_>,
        mut wanted: impl FnMut(&Finding) -> Option<Severity>,
        mut print: impl FnMut(&'a Finding, &Diagnostic),
    ) {
        if checked.findings.is_empty() {
            return;
        }
        let (look, lines) = (checked.look, checked.notation == Notation::JsonLines);
        let start = Cursor { at: 0, line: origin.line, column: 1 };
        let mut cursor = start;
        let mut documents = Documents::new(checked);
        let Self { diagnostic, before, parts } = self;
        before.0 = "";
        let mut ordinal = 0;
        let mut lines_before: BTreeMap<u128, u64> = BTreeMap::new();
        let mut known: Option<Known<'_>> = None;
        for finding in checked.findings {
            let Some(severity) = wanted(finding) else { continue };
            diagnostic.rule = finding.rule.name;
            diagnostic.severity = severity;
            diagnostic.confidence = finding.confidence;
            diagnostic.text.clear();
            (finding.rule.say)(finding, &look, &mut diagnostic.text);
            diagnostic.source.clear();
            diagnostic.source.push_str(source_of(finding, look.facts()));
            let Span { start: from, end: to } = look.span(finding.at);
            cursor.seek(look.source, start, from as usize);
            (diagnostic.line, diagnostic.column) = (cursor.line, cursor.column);
            let mut end = cursor;
            end.seek(look.source, start, to as usize);
            (diagnostic.end_line, diagnostic.end_column) = (end.line, end.column);
            diagnostic.span = (origin.offset + u64::from(from), origin.offset + u64::from(to));
            diagnostic.guarded = checked.guards(finding);
            diagnostic.fix = finding.fix.as_ref().map(|fix| cure(look, fix, origin));
            let payload = finding.payload.and_then(|number| checked.payloads.get(number as usize).map(|p| (number, p)));
            diagnostic.form = payload.map(|(_, payload)| payload.form);
            let content = match payload {
                None => {
                    (diagnostic.document, diagnostic.pointer) = (None, None);
                    None
                }
                Some((number, payload)) => {
                    if known.as_ref().is_none_or(|known| known.number != number) {
                        let root = look.node(payload.root);
                        let document = documents.pointer(payload.root);
                        known = Some(Known {
                            number,
                            document,
                            content: if lines { spelling(look.tree, root) } else { content(root) },
                            trail: Trail::new(root),
                        });
                    }
                    match known.as_ref().and_then(|known| known.document.as_deref()) {
                        Some(document) => {
                            let room = diagnostic.document.get_or_insert_default();
                            room.clear();
                            room.push_str(document);
                        }
                        None => diagnostic.document = None,
                    }
                    match (known.as_mut(), finding.at.node()) {
                        (Some(known), Some(node)) => {
                            let room = diagnostic.pointer.get_or_insert_default();
                            room.clear();
                            known.trail.write(node, room);
                        }
                        _ => diagnostic.pointer = None,
                    }
                    known.as_ref().map(|known| known.content)
                }
            };
            let same = before.0 == finding.rule.name && Some(&before.1) == diagnostic.pointer.as_ref();
            ordinal = if same { ordinal + 1 } else { 0 };
            before.0 = finding.rule.name;
            before.1.clear();
            before.1.push_str(diagnostic.pointer.as_deref().unwrap_or_default());
            let mut identity = |ordinal| fingerprint(finding, origin, look, diagnostic, content, ordinal, parts);
            let mut told = identity(ordinal);
            if content.is_none() {
                // Lines of code may be the same.
                let before = lines_before.entry(told).or_default();
                if *before > 0 {
                    told = identity(*before);
                }
                *before += 1;
            }
            diagnostic.fingerprint = told;
            print(finding, diagnostic);
        }
    }
}

/// What was worked out for the payload of the finding before.
struct Known<'a> {
    number: u32,
    document: Option<String>,
    content: u64,
    trail: Trail<'a>,
}

/// Where payloads stand in their document.
#[derive(Debug)]
pub struct Documents<'a> {
    look: Look<'a>,
    trail: Option<Trail<'a>>,
}

impl<'a> Documents<'a> {
    /// For the payloads of a checked document.
    #[must_use]
    pub fn new(checked: &Checked<'a>) -> Self {
        let look = checked.look;
        Self { look, trail: look.tree.root(look.source).map(Trail::new) }
    }

    /// The pointer to a payload's root, `None` in a text that is no document itself; payloads are to be asked for in
    /// document order.
    pub fn pointer(&mut self, root: NodeId) -> Option<String> {
        let (Some(trail), Some(top)) = (&mut self.trail, self.look.tree.root(self.look.source)) else {
            return Some(String::new());
        };
        if self.look.tree.is_gathered() {
            return None;
        }
        // What stands in a string: the way to the outermost string, then the rest.
        let Some(outermost) = self.look.tree.outermost_string(root) else { return Some(trail.pointer(root)) };
        let string = self.look.node(outermost);
        debug_assert!(top.contains(outermost));
        Some(trail.pointer(outermost) + &Pointer::new(string, root).to_string())
    }
}

/// The bytes that a report points at: of an object that lacks something its key or opening bracket, not all of it.
#[must_use]
pub fn label(look: Look<'_>, finding: &Finding) -> Span {
    let Place::Lacks(id) = finding.at else { return look.span(finding.at) };
    let node = look.node(id);
    if !matches!(node.kind(), Kind::Object | Kind::Array) {
        return node.span();
    }
    let own = node.own_span();
    let first = node.raw().chars().next().map_or(0, char::len_utf8);
    node.outward(Span { start: own.start, end: own.start + crate::tree::offset(first) })
}

fn cure(look: Look<'_>, fix: &Fix, origin: Origin<'_>) -> Cure {
    let at = |offset: u32| origin.offset + u64::from(offset);
    let edits = write::edits(look, fix);
    // A fix that comes down to no certain edit is for a person.
    let level = if edits.is_some() { fix.level } else { Level::Manual };
    let edits = edits.unwrap_or_default().into_iter().map(|edit| (at(edit.span.start), at(edit.span.end), edit.text));
    Cure { level, title: fix.title.clone(), edits: edits.collect() }
}

fn source_of<'a>(finding: &Finding, facts: &'a crate::facts::Facts) -> &'a str {
    match finding.args {
        Args::Shape { keyword, schema, .. } => facts.schema(schema).source(keyword).unwrap_or(finding.rule.source),
        Args::Code(row) => row.source.as_deref().unwrap_or(finding.rule.source),
        _ => finding.rule.source,
    }
}

/// What tells a finding from others: rule, file, the payload's content and the place in it, and for several at one
/// place what they are about. Of faults outside of payloads the text around.
fn fingerprint(
    finding: &Finding,
    origin: Origin<'_>,
    look: Look<'_>,
    diagnostic: &Diagnostic,
    content: Option<u64>,
    ordinal: u64,
    parts: &mut Vec<u8>,
) -> u128 {
    let property = if let Args::Shape { property, .. } = finding.args { property } else { None };
    let pointer = diagnostic.pointer.as_deref().unwrap_or("");
    // Short inputs are hashed fastest in one piece.
    parts.clear();
    for part in [finding.rule.name, origin.identity, pointer, property.unwrap_or("")] {
        parts.extend_from_slice(part.as_bytes());
        parts.push(0);
    }
    match content {
        Some(content) => parts.extend_from_slice(&content.to_le_bytes()),
        // Of a hash a short password could be guessed.
        None if diagnostic.guarded => parts.extend_from_slice(look.source[look.span(finding.at).range()].as_bytes()),
        None => bare_line(look.source, look.span(finding.at), parts),
    }
    parts.extend_from_slice(&ordinal.to_le_bytes());
    xxh3::xxh3_128(parts)
}

/// Appends the line around `span` without its white space, and of a long one the part that is near.
fn bare_line(source: &str, span: Span, out: &mut Vec<u8>) {
    const NEAR: usize = 256;
    let bytes = source.as_bytes();
    let (start, end) = ((span.start as usize).min(bytes.len()), (span.end as usize).min(bytes.len()));
    let near = start.saturating_sub(NEAR);
    let from = near + memchr::memrchr(b'\n', &bytes[near..start]).map_or(0, |newline| newline + 1);
    let rest = &bytes[end..bytes.len().min(end + NEAR)];
    let to = end + memchr::memchr(b'\n', rest).unwrap_or(rest.len());
    out.extend(bytes[from..to].iter().filter(|byte| !byte.is_ascii_whitespace()));
}

/// A hash of what a line of an archive holds, whatever the white space in it: of its spelling without any. Lines are
/// written by programs, which do not put members in another order, and there are many.
fn spelling(tree: &Tree, node: Node<'_>) -> u64 {
    if tree.is_compact() {
        return xxh3::xxh3_64(node.raw().as_bytes());
    }
    let mut bare = String::with_capacity(node.raw().len());
    spell_bare(node, &mut bare);
    xxh3::xxh3_64(bare.as_bytes())
}

fn spell_bare(node: Node<'_>, out: &mut String) {
    match node.kind() {
        Kind::Object => {
            out.push('{');
            for (index, (key, value)) in node.members().enumerate() {
                if index > 0 {
                    out.push(',');
                }
                out.push_str(key.raw());
                out.push(':');
                spell_bare(value, out);
            }
            out.push('}');
        }
        Kind::Array => {
            out.push('[');
            for (index, item) in node.items().enumerate() {
                if index > 0 {
                    out.push(',');
                }
                spell_bare(item, out);
            }
            out.push(']');
        }
        _ => out.push_str(node.raw()),
    }
}

/// A hash of what a payload holds, whatever the white space in it and the order of members in its objects.
fn content(node: Node<'_>) -> u64 {
    match node.kind() {
        Kind::Object => {
            let member = |(key, value): (Node<'_>, Node<'_>)| mixed(u64::from(number(key.bytes())), content(value));
            node.members().map(member).fold(1, u64::wrapping_add)
        }
        Kind::Array => node.items().map(content).fold(2, mixed),
        kind => xxh3::xxh3_64(node.bytes()).wrapping_add(kind as u64),
    }
}

/// A number of a key: of its length, first bytes and last byte. Baselines rest on it, so it has to stay as it is.
fn number(key: &[u8]) -> u32 {
    let first = match key.first_chunk::<4>() {
        Some(four) => u32::from_le_bytes(*four),
        None => key.iter().fold(0, |word, byte| word << 8 | u32::from(*byte)),
    };
    let last = u32::from(*key.last().unwrap_or(&0));
    first ^ crate::tree::offset(key.len()).wrapping_mul(0x9e37_79b1) ^ last.wrapping_mul(0x85eb_ca6b)
}

/// One hash of two, in which their order matters.
fn mixed(one: u64, other: u64) -> u64 {
    let both = (one.rotate_left(23) ^ other).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    both ^ (both >> 32)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn content_is_the_same_whatever_the_white_space_and_the_order_of_members() {
        let hash = |text: &str| {
            let mut tree = Tree::new();
            crate::read::json::read(text, &mut tree, &mut Vec::new()).expect("json");
            let root = tree.root(text).expect("root");
            (content(root), spelling(&tree, root))
        };
        let compact = r#"{"a":[1,{"b":"c d"},[]],"e":{}}"#;
        assert_eq!(hash(compact), hash("{ \"a\" : [1, {\"b\": \"c d\"}, [ ]],\n\t\"e\":{\r\n} }"));
        assert_eq!(hash(compact).0, hash(r#"{"e":{},"a":[1,{"b":"c d"},[]]}"#).0);
        for other in [
            r#"{"a":[1,{"b":"cd"},[]],"e":{}}"#,
            r#"{"a":[1,[],{"b":"c d"}],"e":{}}"#,
            r#"{"a":[1,{},[]],"e":{"b":"c d"}}"#,
            r#"{"a":[1,{"b":"c d"},{}],"e":[]}"#,
            r#"{"e":[1,{"b":"c d"},[]],"a":{}}"#,
            r#"{"a":[1,{"b":"c d"},[]],"e":{},"e":{}}"#,
        ] {
            assert!(hash(compact).0 != hash(other).0 && hash(compact).1 != hash(other).1, "{other}");
        }
    }
}

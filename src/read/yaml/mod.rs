//! YAML 1.2 with the core schema: documents, anchors, merge keys, and scalars mapped back to how they are spelt.

mod scalar;

use std::collections::HashMap;

use granit_parser::{Event, Parser, ScalarStyle, Span as Place, StructureStyle, Tag};

use super::{Notice, NoticeKind, SyntaxError, SyntaxErrorKind as Fault, layers};
use crate::tree::{Kind, NodeId, OpenContainer, Span, Tree, offset};
pub(crate) use scalar::Style;
pub(super) use scalar::decoded;

/// How many nodes aliases may repeat in all. What is beyond is known at run time only.
const MOST_COPIES: usize = 100_000;

/// Reads a text of one document, or of several as the items of an array, and the JSON documents inside its scalars.
///
/// `tree` and `notices` are emptied first. Comments are listed in `notices`.
///
/// # Errors
/// When the text is no YAML; `tree` is then empty.
pub fn read(text: &str, tree: &mut Tree, notices: &mut Vec<Notice>) -> Result<(), SyntaxError> {
    tree.clear();
    notices.clear();
    if u32::try_from(text.len()).is_err() {
        return Err(SyntaxError { kind: Fault::TooLarge, offset: 0 });
    }
    let several = text.contains("\n---") && documents(text) > 1;
    let mut builder = Builder {
        text,
        tree,
        open: Vec::new(),
        anchors: HashMap::new(),
        shared: Vec::new(),
        copies: 0,
        height: 0,
        end: 0,
    };
    if let Err(error) = builder.build(several, notices) {
        builder.tree.clear();
        notices.clear();
        return Err(error);
    }
    let (height, shared) = (builder.height, builder.shared);
    tree.set_height(height);
    tree.share(shared);
    tree.mark_foreign();
    layers::read(text, tree, notices);
    tree.finish();
    Ok(())
}

fn documents(text: &str) -> usize {
    Parser::new_from_str(text)
        .map_while(Result::ok)
        .filter(|(event, _)| matches!(event, Event::DocumentStart(..)))
        .count()
}

/// A container that is not closed yet.
struct Open {
    container: OpenContainer,
    /// In objects: what comes next.
    due: Due,
    /// Whether it is a placeholder: `{{ name }}` reads as a mapping whose key is a mapping.
    hole: bool,
    /// Objects whose members it takes over.
    merged: Vec<u32>,
    /// Where it was begun, to go back to.
    nodes: usize,
    decoded: usize,
}

#[derive(Clone, Copy, PartialEq)]
enum Due {
    Key,
    Value,
    /// What the key `<<` takes over.
    Merge,
}

struct Builder<'t> {
    text: &'t str,
    tree: &'t mut Tree,
    open: Vec<Open>,
    /// The nodes that have anchors, with the container's if it is not closed.
    anchors: HashMap<usize, u32>,
    /// The nodes that aliases repeat.
    shared: Vec<NodeId>,
    copies: usize,
    height: usize,
    /// Where the last node ends.
    end: usize,
}

type Events<'t> = Parser<'t, granit_parser::StrInput<'t>>;

impl<'t> Builder<'t> {
    fn build(&mut self, several: bool, notices: &mut Vec<Notice>) -> Result<(), SyntaxError> {
        let mut events: Events<'t> = Parser::new_from_str(self.text);
        if several {
            self.begin(Kind::Array, None, 0, 0);
        }
        while let Some(event) = events.next() {
            let (event, place) = event.map_err(|error| SyntaxError {
                kind: Fault::Yaml,
                offset: error.marker().byte_offset().unwrap_or(0).min(self.text.len()),
            })?;
            let range = place.byte_range().unwrap_or(0..0);
            match event {
                Event::Comment(..) => {
                    let span = Span { start: offset(range.start), end: offset(range.end) };
                    notices.push(Notice { kind: NoticeKind::Comment, span });
                }
                Event::Scalar(value, style, anchor, tag) => self.scalar(&value, style, anchor, tag.as_deref(), range),
                Event::Alias(anchor) => self.alias(anchor, range),
                Event::UnresolvedAlias(_) => {
                    self.value_or_key(|it| it.tree.push(Kind::Hole, range.start, range.end), range.clone());
                }
                Event::SequenceStart(style, anchor, _) => {
                    self.collection(Kind::Array, style, anchor, &place, &mut events)?;
                }
                Event::MappingStart(style, anchor, _) => {
                    let within_key = style == StructureStyle::Flow && self.due() == Some(Due::Key);
                    if let Some(top) = self.open.last_mut().filter(|_| within_key) {
                        top.hole = true;
                    }
                    self.collection(Kind::Object, style, anchor, &place, &mut events)?;
                }
                Event::SequenceEnd | Event::MappingEnd => self.close(&place),
                _ => {}
            }
        }
        if several {
            self.end = self.text.len();
            self.close(&Place::default());
        }
        Ok(())
    }

    fn due(&self) -> Option<Due> {
        self.open.last().filter(|top| top.container.object).map(|top| top.due)
    }

    fn begin(&mut self, kind: Kind, style: Option<Style>, start: usize, anchor: usize) {
        let (nodes, decoded) = (self.tree.len(), self.tree.decoded_len());
        let index = self.tree.open_container(kind, start);
        if let Some(style) = style {
            self.tree.set_style(index, style as u8);
        }
        if anchor > 0 {
            self.anchors.insert(anchor, index);
        }
        self.open.push(Open {
            container: OpenContainer::new(index, kind == Kind::Object),
            due: Due::Key,
            hole: false,
            merged: Vec::new(),
            nodes,
            decoded,
        });
        self.height = self.height.max(self.open.len());
    }

    /// Takes note that a value was added.
    fn added(&mut self) {
        if let Some(top) = self.open.last_mut() {
            top.container.count += 1;
            top.due = Due::Key;
        }
    }

    /// Adds a value, or in place of a key its spelling.
    fn value_or_key(&mut self, add: impl FnOnce(&mut Self) -> u32, range: std::ops::Range<usize>) {
        self.end = self.end.max(range.end);
        match self.due() {
            Some(Due::Key) => self.key(&self.text[range.clone()], range),
            Some(Due::Merge) => self.added_nothing(),
            _ => {
                add(self);
                self.added();
            }
        }
    }

    fn added_nothing(&mut self) {
        if let Some(top) = self.open.last_mut() {
            top.due = Due::Key;
        }
    }

    fn key(&mut self, name: &str, range: std::ops::Range<usize>) {
        let from = self.tree.decoded_len();
        self.tree.decoded_mut().push_str(name);
        self.tree.push_escaped(range.start, range.end, from);
        self.tree.forget_candidate();
        if let Some(top) = self.open.last_mut() {
            top.container.note_escaped_key();
            top.due = Due::Value;
        }
    }

    fn scalar(
        &mut self,
        value: &str,
        style: ScalarStyle,
        anchor: usize,
        tag: Option<&Tag>,
        range: std::ops::Range<usize>,
    ) {
        let raw = &self.text[range.clone()];
        let block = matches!(style, ScalarStyle::Literal | ScalarStyle::Folded);
        let end = if block { range.start + raw.trim_end().len() } else { range.end };
        self.end = self.end.max(end);
        let plain = style == ScalarStyle::Plain;
        match self.due() {
            Some(Due::Key) if plain && value == "<<" => {
                if let Some(top) = self.open.last_mut() {
                    top.due = Due::Merge;
                }
                return;
            }
            Some(Due::Key) => return self.key(value, range.start..end),
            Some(Due::Merge) => return self.added_nothing(),
            _ => {}
        }
        let text = tag.is_some_and(|tag| tag.is_yaml_core_schema_tag("str"));
        let index = if let Some(kind) = core_schema(raw).filter(|_| plain && !text) {
            self.tree.push(kind, range.start, end)
        } else {
            let from = self.tree.decoded_len();
            self.tree.decoded_mut().push_str(value);
            let index = self.tree.push_escaped(range.start, end, from);
            self.tree.set_style(index, Style::of_scalar(style) as u8);
            index
        };
        if anchor > 0 {
            self.anchors.insert(anchor, index);
        }
        self.added();
    }

    /// Begins a collection; one that stands for a key or that is merged in place is passed over.
    fn collection(
        &mut self,
        kind: Kind,
        style: StructureStyle,
        anchor: usize,
        place: &Place,
        events: &mut Events<'t>,
    ) -> Result<(), SyntaxError> {
        let start = place.byte_range().map_or(0, |range| range.start);
        match self.due() {
            Some(due @ (Due::Key | Due::Merge)) => {
                let (mut depth, mut end, mut aliases) = (1, start, Vec::new());
                while depth > 0 {
                    let Some(event) = events.next() else { break };
                    let (event, place) = event.map_err(|_| SyntaxError { kind: Fault::Yaml, offset: end })?;
                    end = end.max(place.byte_range().map_or(0, |range| range.end));
                    match event {
                        Event::SequenceStart(..) | Event::MappingStart(..) => depth += 1,
                        Event::SequenceEnd | Event::MappingEnd => depth -= 1,
                        Event::Alias(anchor) => {
                            self.share(anchor);
                            if depth == 1 && kind == Kind::Array {
                                aliases.push(anchor);
                            }
                        }
                        _ => {}
                    }
                }
                if due == Due::Key {
                    self.key(&self.text[start..end], start..end);
                } else {
                    self.merge(&aliases);
                }
            }
            due => {
                let within = kind == Kind::Array && due == Some(Due::Value);
                let start = if within { first_dash(self.text, start) } else { start };
                self.begin(kind, Some(Style::of_collection(style)), start, anchor);
            }
        }
        Ok(())
    }

    fn merge(&mut self, anchors: &[usize]) {
        let nodes: Option<Vec<u32>> = anchors.iter().map(|anchor| self.whole(*anchor)).collect();
        for anchor in anchors {
            self.share(*anchor);
        }
        let Some(top) = self.open.last_mut() else { return };
        top.due = Due::Key;
        self.tree.mark_merging(top.container.index);
        match nodes {
            Some(nodes) if !nodes.is_empty() => top.merged.extend(nodes),
            // What is merged is not known here.
            _ => self.tree.mark_open(top.container.index),
        }
    }

    /// The node with an anchor, when it is whole.
    fn whole(&self, anchor: usize) -> Option<u32> {
        let index = *self.anchors.get(&anchor)?;
        self.open.iter().all(|open| open.container.index != index).then_some(index)
    }

    /// Takes note that an alias repeats what has an anchor: what is not in the tree may be anywhere.
    fn share(&mut self, anchor: usize) {
        self.shared.push(NodeId(self.anchors.get(&anchor).copied().unwrap_or(0)));
    }

    fn alias(&mut self, anchor: usize, range: std::ops::Range<usize>) {
        if self.due() == Some(Due::Merge) {
            self.end = self.end.max(range.end);
            return self.merge(&[anchor]);
        }
        self.share(anchor);
        let copied = self.whole(anchor);
        self.value_or_key(
            |it| match copied.filter(|index| it.affords(*index)) {
                Some(index) => it.tree.copy_subtree(index),
                None => it.tree.push(Kind::Hole, range.start, range.end),
            },
            range.clone(),
        );
    }

    /// Whether one more copy of a node is within what may be copied; counts it.
    fn affords(&mut self, index: u32) -> bool {
        self.copies += self.tree.size_of(NodeId(index));
        self.copies <= MOST_COPIES
    }

    fn close(&mut self, place: &Place) {
        let Some(mut top) = self.open.pop() else { return };
        let range = place.byte_range().unwrap_or(0..0);
        if !range.is_empty() {
            self.end = self.end.max(range.end);
        }
        if top.hole {
            let start = self.tree.start_of(NodeId(top.container.index));
            self.tree.truncate(top.nodes, top.decoded);
            self.tree.push(Kind::Hole, start, self.end);
        } else {
            for object in std::mem::take(&mut top.merged) {
                top.container.count += self.take_over(top.container.index, object);
            }
            let start = self.tree.start_of(NodeId(top.container.index));
            self.tree.close_container(&top.container, self.end.max(start));
        }
        self.added();
    }

    /// Copies the members of `object` that the open container `index` lacks; says how many.
    fn take_over(&mut self, index: u32, object: u32) -> u32 {
        let missing = self.tree.keys_lacking(self.text, index, object);
        let mut count = 0;
        for key in missing {
            if !self.affords(key + 1) {
                self.tree.mark_open(index);
                break;
            }
            self.tree.copy_subtree(key);
            self.tree.copy_subtree(key + 1);
            count += 1;
        }
        count
    }
}

/// Where a sequence below a key begins: of one that is not indented the parser names the first item, not its dash.
fn first_dash(text: &str, start: usize) -> usize {
    let dash = text[..start].trim_end().strip_suffix('-').map(str::len);
    let alone = |dash: &usize| text[..*dash].trim_end_matches(' ').ends_with('\n');
    dash.filter(alone).unwrap_or(start)
}

/// What a plain scalar is in the core schema, `None` for text.
pub(crate) fn core_schema(raw: &str) -> Option<Kind> {
    Some(match raw {
        "" | "~" | "null" | "Null" | "NULL" => Kind::Null,
        "true" | "True" | "TRUE" => Kind::True,
        "false" | "False" | "FALSE" => Kind::False,
        _ if is_number(raw) => Kind::Number,
        _ => return None,
    })
}

fn is_number(raw: &str) -> bool {
    let digits = |text: &str, digit: fn(&u8) -> bool| !text.is_empty() && text.bytes().all(|b| digit(&b));
    if let Some(octal) = raw.strip_prefix("0o") {
        return digits(octal, |b| (b'0'..=b'7').contains(b));
    }
    if let Some(hexadecimal) = raw.strip_prefix("0x") {
        return digits(hexadecimal, u8::is_ascii_hexdigit);
    }
    let unsigned = raw.strip_prefix(['-', '+']).unwrap_or(raw);
    let begins = unsigned.strip_prefix('.').unwrap_or(unsigned).bytes().next().is_some_and(|b| b.is_ascii_digit());
    begins && raw.bytes().all(|b| b.is_ascii_digit() || b"+-.eE".contains(&b)) && raw.parse::<f64>().is_ok()
}

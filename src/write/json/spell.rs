//! Writing JSON in a style.

use super::gap::{indentation, line_starts};
use super::style::Style;
use crate::fix::Value;
use crate::rules::Look;
use crate::tree::{Node, NodeId, escaped};

/// How many bytes most of what is written has at most.
const ROOM: usize = 160;

/// Writes values, keys and brackets one after the other.
#[derive(Debug)]
pub(super) struct Speller<'a> {
    look: Look<'a>,
    pub style: Style<'a>,
    /// How many containers are open.
    pub depth: usize,
    pub out: String,
}

impl<'a> Speller<'a> {
    pub fn new(look: Look<'a>, style: Style<'a>) -> Self {
        Self { look, style, depth: 0, out: String::with_capacity(ROOM) }
    }

    /// What was written since the last time.
    pub fn take(&mut self) -> String {
        std::mem::replace(&mut self.out, String::with_capacity(ROOM))
    }

    /// Opens an object; a member has to follow.
    pub fn open(&mut self) {
        self.out.push('{');
        self.depth += 1;
        self.beside_brace();
    }

    pub fn close(&mut self) {
        self.depth -= 1;
        self.beside_brace();
        self.out.push('}');
    }

    fn beside_brace(&mut self) {
        if self.style.lines.is_some() {
            self.line();
        } else {
            self.out.push_str(self.style.spacing.padding);
        }
    }

    /// Opens a list; an item has to follow, and all items are objects if `of_objects` says so.
    pub fn open_list(&mut self, of_objects: bool) {
        self.out.push('[');
        if self.breaks_lists(of_objects) {
            self.depth += 1;
            self.line();
        }
    }

    pub fn close_list(&mut self, of_objects: bool) {
        if self.breaks_lists(of_objects) {
            self.depth -= 1;
            self.line();
        }
        self.out.push(']');
    }

    fn breaks_lists(&self, of_objects: bool) -> bool {
        self.style.lines.is_some() && !(of_objects && self.style.hugging)
    }

    /// Goes on to the next member or item.
    pub fn next(&mut self) {
        if self.style.lines.is_some() {
            self.out.push(',');
            self.line();
        } else {
            self.out.push_str(self.style.spacing.comma);
        }
    }

    /// Begins a line.
    pub fn line(&mut self) {
        let Some(lines) = self.style.lines else { return };
        self.out.push_str(lines.newline);
        self.indent();
    }

    fn indent(&mut self) {
        let Some(lines) = self.style.lines else { return };
        self.out.push_str(lines.outer);
        for _ in 0..self.depth {
            self.out.push_str(lines.unit);
        }
    }

    pub fn key(&mut self, name: &'static str) {
        self.name(name);
        self.out.push_str(self.style.spacing.colon);
    }

    /// A name or word of Cloud API, in which nothing has to be escaped.
    pub fn name(&mut self, name: &'static str) {
        debug_assert_eq!(escaped(name), name);
        self.out.push('"');
        self.out.push_str(name);
        self.out.push('"');
    }

    pub fn text(&mut self, text: &str) {
        quote_into(text, &mut self.out);
    }

    pub fn value(&mut self, value: &Value) {
        match value {
            Value::Bool(value) => self.out.push_str(if *value { "true" } else { "false" }),
            Value::Integer(value) => self.out.push_str(&value.to_string()),
            Value::Text(text) => self.text(text),
            Value::Copy(node) => self.copy(*node),
            Value::Object(members) if members.is_empty() => self.out.push_str("{}"),
            Value::Object(members) => {
                self.open();
                for (index, (name, value)) in members.iter().enumerate() {
                    if index > 0 {
                        self.next();
                    }
                    self.key(name);
                    self.value(value);
                }
                self.close();
            }
            Value::Array(items) if items.is_empty() => self.out.push_str("[]"),
            Value::Array(items) => {
                let of_objects = items.iter().all(|item| matches!(item, Value::Object(_)));
                self.open_list(of_objects);
                for (index, item) in items.iter().enumerate() {
                    match index {
                        0 => {}
                        _ if self.breaks_lists(of_objects) => self.next(),
                        _ => self.out.push_str(self.style.spacing.comma),
                    }
                    self.value(item);
                }
                self.close_list(of_objects);
            }
        }
    }

    /// A value as it is spelt, its lines indented for where it comes to stand.
    fn copy(&mut self, node: NodeId) {
        let node: Node<'a> = self.look.node(node);
        let (text, span) = (node.layer_text(), node.own_span().range());
        let mut at = span.start;
        if self.style.lines.is_some() && node.count() > 0 {
            let before = indentation(node);
            line_starts(node, |start| {
                if text[start..].starts_with(before) {
                    self.out.push_str(&text[at..start]);
                    self.indent();
                    at = start + before.len();
                }
            });
        }
        self.out.push_str(&text[at..span.end]);
    }
}

/// A text as a JSON string.
pub(super) fn quoted(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    quote_into(text, &mut out);
    out
}

fn quote_into(text: &str, out: &mut String) {
    out.push('"');
    out.push_str(&escaped(text));
    out.push('"');
}

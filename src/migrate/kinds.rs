//! The kinds of messages in checked payloads, in words: what is to be tried on the pilot number.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use crate::check::Checked;
use crate::diagnose::{Origin, Positions};
use crate::form::{Document, Part};
use crate::rules::Anatomy;
use crate::scan::{Spot, Spots};
use crate::tree::Node;

/// Which way a message goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Direction {
    /// The business sends it.
    Sent,
    /// It comes in a webhook.
    Received,
}

/// Kinds of messages with the places where they were seen.
#[derive(Clone, Debug, Default)]
pub struct MessageKinds {
    all: BTreeMap<(Direction, String), Spots>,
}

impl MessageKinds {
    /// No more kinds are told apart: their names are made of payloads, which may hold anything.
    const MOST: usize = 200;

    /// Adds the kinds of the messages in a document.
    pub fn add(&mut self, checked: &Checked<'_>, origin: Origin<'_>) {
        let mut positions = Positions::new(checked.look.source, origin);
        let mut anatomy = Anatomy::default();
        for payload in checked.payloads {
            let root = checked.look.node(payload.root);
            let mut note = |direction, kind: String, node: Node<'_>| {
                let (line, column) = positions.of(node.span().start as usize);
                self.note(direction, kind, Spot { file: origin.file.to_owned(), line, column });
            };
            match (payload.form.document(), payload.part) {
                (Document::Message, Part::Template) => note(Direction::Sent, template(root), root),
                (Document::Message, Part::Interactive) => note(Direction::Sent, interactive(root), root),
                (Document::Message, _) => note(Direction::Sent, sent(root), root),
                (Document::ReadReceipt, _) => note(Direction::Sent, "a message marked as read".to_owned(), root),
                (Document::Webhook, _) => {
                    anatomy.clear();
                    anatomy.study(payload, root);
                    for message in anatomy.inbound.iter().map(|id| checked.look.node(*id)) {
                        note(Direction::Received, received(message), message);
                    }
                    for status in anatomy.statuses.iter().map(|id| checked.look.node(*id)) {
                        let word = status.get("status").and_then(word).unwrap_or("of some kind");
                        note(Direction::Received, format!("status {word}"), status);
                    }
                }
                _ => {}
            }
        }
    }

    fn note(&mut self, direction: Direction, kind: String, spot: Spot) {
        let key = (direction, kind);
        if self.all.len() < Self::MOST || self.all.contains_key(&key) {
            self.all.entry(key).or_default().add(spot);
        }
    }

    /// Adds what others have.
    pub fn merge(&mut self, other: Self) {
        for (key, spots) in other.all {
            if self.all.len() < Self::MOST || self.all.contains_key(&key) {
                self.all.entry(key).or_default().merge(spots);
            }
        }
    }

    /// The kinds of one direction, by name.
    pub fn of(&self, direction: Direction) -> impl Iterator<Item = (&str, &Spots)> {
        self.all.iter().filter(move |((known, _), _)| *known == direction).map(|((_, kind), spots)| (&**kind, spots))
    }
}

/// A value that may stand in the name of a kind.
fn word(node: Node<'_>) -> Option<&str> {
    let plain = |text: &&str| {
        (1..=40).contains(&text.len())
            && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_')
    };
    node.as_str().filter(plain)
}

fn sent(root: Node<'_>) -> String {
    if root.get("hsm").is_some() {
        return "template as `hsm`".to_owned();
    }
    if let Some(node) = root.get("template").filter(Node::is_object) {
        return template(node);
    }
    if let Some(node) = root.get("interactive").filter(Node::is_object) {
        return interactive(node);
    }
    let Some(kind) = root.get("type").and_then(word) else {
        return if root.get("text").is_some() {
            "text".to_owned()
        } else {
            "a type that is not written out".to_owned()
        };
    };
    match root.get(kind) {
        Some(content) if content.get("link").is_some() => format!("{kind} by link"),
        Some(content) if content.get("id").is_some() => format!("{kind} by media ID"),
        _ => kind.to_owned(),
    }
}

fn template(template: Node<'_>) -> String {
    let mut parts: Vec<String> = Vec::new();
    for component in template.get("components").into_iter().flat_map(|components| components.items()) {
        let kind = component.get("type").and_then(|kind| kind.as_str()).map(str::to_ascii_lowercase);
        let first = component.get("parameters").and_then(|parameters| parameters.items().next());
        match kind.as_deref() {
            Some("header") => {
                let of = first.and_then(|parameter| parameter.get("type")).and_then(word).unwrap_or("text");
                parts.push(format!("{of} header"));
            }
            Some("button") => {
                let of = component.get("sub_type").and_then(word).unwrap_or("some");
                parts.push(format!("{of} button"));
            }
            Some("carousel") => parts.push("carousel".to_owned()),
            _ => {}
        }
    }
    parts.dedup();
    let mut name = "template".to_owned();
    for (number, part) in parts.iter().take(4).enumerate() {
        let _ = write!(name, "{}{part}", if number == 0 { " with " } else { ", " });
    }
    name
}

fn interactive(node: Node<'_>) -> String {
    let kind = node.get("type").and_then(word).unwrap_or("of some kind");
    format!("interactive {kind}")
}

fn received(message: Node<'_>) -> String {
    let Some(kind) = message.get("type").and_then(word) else { return "a message without a type".to_owned() };
    let is_voice = message.path(&["audio", "voice"]).is_some_and(|voice| voice.raw() == "true");
    match kind {
        "voice" => "voice message".to_owned(),
        "audio" if is_voice => "voice message".to_owned(),
        "interactive" => {
            let of = message.path(&["interactive", "type"]).and_then(word).unwrap_or("some reply");
            format!("interactive {of}")
        }
        kind => kind.to_owned(),
    }
}

//! Which API a document belongs to and what kind of document it is, decided on evidence.

mod code;
mod evidence;
mod recognise;

pub(crate) use code::Code;
pub use evidence::{Evidence, EvidenceSet};

use std::fmt;
use std::str::FromStr;

use crate::severity::Confidence;
use crate::tree::{Kind, Node, NodeId};

/// What a document was taken for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Form {
    /// The form of On-Premises API.
    OnPrem(Document),
    /// The form of Cloud API.
    Cloud(Document),
    /// A WhatsApp document that may be either, such as the arguments of a call that adds the rest.
    Ambiguous(Document),
}

/// The kinds of documents.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Document {
    /// The body of a request that sends a message.
    Message,
    /// What arrives at the business's endpoint.
    Webhook,
    /// The answer to a message that was taken.
    SendResponse,
    /// The answer to a request that was refused.
    Error,
    /// The body of a request that marks a message as read.
    ReadReceipt,
    /// Request or answer of On-Premises API's contact check.
    ContactsCheck,
    /// A sticker pack of On-Premises API, or a sticker in one.
    StickerPack,
    /// The answer to an upload of media.
    MediaUpload,
}

impl Document {
    const ALL: [Self; 8] = [
        Self::Message,
        Self::Webhook,
        Self::SendResponse,
        Self::Error,
        Self::ReadReceipt,
        Self::ContactsCheck,
        Self::StickerPack,
        Self::MediaUpload,
    ];

    fn as_str(self) -> &'static str {
        match self {
            Self::Message => "message",
            Self::Webhook => "webhook",
            Self::SendResponse => "send-response",
            Self::Error => "error",
            Self::ReadReceipt => "read-receipt",
            Self::ContactsCheck => "contacts-check",
            Self::StickerPack => "sticker-pack",
            Self::MediaUpload => "media-upload",
        }
    }
}

impl Form {
    /// The kind of document.
    #[must_use]
    pub fn document(self) -> Document {
        match self {
            Self::OnPrem(document) | Self::Cloud(document) | Self::Ambiguous(document) => document,
        }
    }

    /// Whether it was taken for On-Premises form.
    #[must_use]
    pub fn is_onprem(self) -> bool {
        matches!(self, Self::OnPrem(_))
    }

    /// Whether it was taken for Cloud form.
    #[must_use]
    pub fn is_cloud(self) -> bool {
        matches!(self, Self::Cloud(_))
    }

    /// All forms that have a name of their own.
    pub fn all() -> impl Iterator<Item = Self> {
        let of = |form: fn(Document) -> Self| Document::ALL.into_iter().map(form);
        of(Self::OnPrem).chain(of(Self::Cloud)).chain([Self::Ambiguous(Document::Message)])
    }

    /// The name that users read and write: `onprem/message`, `cloud/webhook`, `ambiguous` …
    #[must_use]
    pub fn as_str(self) -> &'static str {
        macro_rules! name {
            ($api:literal, $document:expr) => {
                match $document {
                    Document::Message => concat!($api, "/message"),
                    Document::Webhook => concat!($api, "/webhook"),
                    Document::SendResponse => concat!($api, "/send-response"),
                    Document::Error => concat!($api, "/error"),
                    Document::ReadReceipt => concat!($api, "/read-receipt"),
                    Document::ContactsCheck => concat!($api, "/contacts-check"),
                    Document::StickerPack => concat!($api, "/sticker-pack"),
                    Document::MediaUpload => concat!($api, "/media-upload"),
                }
            };
        }
        match self {
            Self::OnPrem(document) => name!("onprem", document),
            Self::Cloud(document) => name!("cloud", document),
            Self::Ambiguous(_) => "ambiguous",
        }
    }
}

impl fmt::Display for Form {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// A form's name that is none.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "`{0}` is no form; forms are `onprem/` or `cloud/` with message, webhook, send-response, error, read-receipt, contacts-check, sticker-pack, media-upload, and `ambiguous`"
)]
pub struct UnknownForm(pub String);

impl FromStr for Form {
    type Err = UnknownForm;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        let document = |word: &str| Document::ALL.into_iter().find(|document| document.as_str() == word);
        let form = match name.split_once('/') {
            Some(("onprem", word)) => document(word).map(Self::OnPrem),
            Some(("cloud", word)) => document(word).map(Self::Cloud),
            _ => (name == "ambiguous").then_some(Self::Ambiguous(Document::Message)),
        };
        form.ok_or_else(|| UnknownForm(name.to_owned()))
    }
}

/// How much of Cloud API's webhook a sample holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Part {
    /// All: `object` and `entry`, or a document that has no parts.
    Whole,
    /// One item of `entry`.
    Entry,
    /// One item of `changes`.
    Change,
    /// What a change has as `value`.
    Value,
    /// The `template` of a message, as code makes it on its own.
    Template,
    /// The `interactive` of a message, as code makes it on its own.
    Interactive,
}

/// A document that was found in a tree.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Payload {
    /// Its root.
    pub root: NodeId,
    /// What it was taken for.
    pub form: Form,
    /// How sure that is.
    pub confidence: Confidence,
    /// Which part of a webhook it is.
    pub part: Part,
    /// What it was decided on.
    pub evidence: EvidenceSet,
}

/// Adds the payloads in the document of `root` to `found`, in document order.
///
/// Every object is a candidate. The outermost with strong evidence wins: a wrapper with weaker evidence gives way
/// to what it wraps. Nothing inside a payload is a payload.
pub fn find(root: Node<'_>, found: &mut Vec<Payload>) {
    match root.kind() {
        Kind::Object => object(root, found),
        Kind::Array => {
            for item in root.items() {
                find(item, found);
            }
        }
        Kind::String => {
            if let Some(inner) = root.inner() {
                find(inner, found);
            }
        }
        _ => {}
    }
}

fn object(node: Node<'_>, found: &mut Vec<Payload>) {
    let candidate = match recognise::object(node) {
        recognise::Verdict::Payload(payload) if payload.confidence == Confidence::High => {
            found.push(payload);
            return;
        }
        recognise::Verdict::Payload(payload) => Some(payload),
        recognise::Verdict::OtherProduct => return,
        recognise::Verdict::Nothing => None,
    };
    let before = found.len();
    // What a message says is no message.
    let content =
        candidate.filter(|payload| payload.form.document() == Document::Message).and_then(|_| content_of(node));
    for (_, value) in node.members() {
        if Some(value.id()) != content {
            find(value, found);
        }
    }
    if let Some(payload) = candidate {
        let stronger = found[before..].iter().any(|inner| inner.confidence == Confidence::High);
        if !stronger {
            found.truncate(before);
            found.push(payload);
        }
    }
}

/// The value of the member that the type of a message names.
fn content_of(message: Node<'_>) -> Option<NodeId> {
    let kind = message.get("type")?.as_str()?;
    message.get(kind).map(|content| content.id())
}

/// What somebody who knows says about the documents of a file, in place of recognising them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Declared {
    /// They are not to be looked at.
    Ignored,
    /// Each has this form.
    As(Form),
}

/// Adds the payloads of a document of which somebody says which form they have: the root, or each item of a list.
pub fn declared(root: Node<'_>, form: Form, found: &mut Vec<Payload>) {
    match root.kind() {
        Kind::Array => root.items().filter(Node::is_object).for_each(|item| found.push(as_declared(item, form))),
        Kind::Object => found.push(as_declared(root, form)),
        _ => {}
    }
}

fn as_declared(root: Node<'_>, form: Form) -> Payload {
    let part = match recognise::object(root) {
        recognise::Verdict::Payload(payload) if payload.form.document() == form.document() => payload.part,
        _ if form == Form::OnPrem(Document::Webhook) => Part::Value,
        _ => Part::Whole,
    };
    Payload { root: root.id(), form, confidence: Confidence::High, part, evidence: EvidenceSet::of(Evidence::Declared) }
}

//! What a check found: a rule, a place, how bad and how sure. Text is made when it is printed.

use crate::facts::tables::{Endpoint, Host, Sign, Version};
use crate::facts::{ErrorCode, Keyword, SchemaId};
use crate::fix::Fix;
use crate::read::{NoticeKind, SyntaxErrorKind};
use crate::rules::Rule;
use crate::tree::{Node, NodeId, Span};

pub use crate::severity::{Confidence, Severity, UnknownLevel};

/// Something in a document that Cloud API minds.
#[derive(Clone, Debug)]
pub struct Finding {
    /// The rule that found it.
    pub rule: &'static Rule,
    /// How bad it is here.
    pub severity: Severity,
    /// How sure it is here.
    pub confidence: Confidence,
    /// Where it is.
    pub at: Place,
    /// What the message needs to know.
    pub args: Args,
    /// How to cure it, when the text alone tells.
    pub fix: Option<Fix>,
    /// Other places that belong to it, such as the first of two equal keys.
    pub related: Vec<Place>,
    /// The payload it is in, by its number in the document; `None` for faults of the file itself.
    pub payload: Option<u32>,
}

/// Where a finding points.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// A value.
    Value(NodeId),
    /// A member of an object, shown at its key.
    Member {
        /// The key.
        key: NodeId,
        /// The value; the finding's pointer leads here.
        value: NodeId,
    },
    /// An object or array that lacks something, shown at its opening bracket or its key.
    Lacks(NodeId),
    /// Bytes of the source, where no node stands.
    Bytes(Span),
}

impl Place {
    /// The node that the finding's pointer leads to.
    #[must_use]
    pub fn node(self) -> Option<NodeId> {
        match self {
            Self::Value(node) | Self::Lacks(node) | Self::Member { value: node, .. } => Some(node),
            Self::Bytes(_) => None,
        }
    }

    /// The bytes it covers in the source.
    #[must_use]
    pub fn span(self, lookup: impl FnOnce(NodeId) -> Span) -> Span {
        match self {
            Self::Value(node) | Self::Lacks(node) => lookup(node),
            Self::Member { key, .. } => lookup(key),
            Self::Bytes(span) => span,
        }
    }

    /// The value `node`.
    #[must_use]
    pub fn value(node: Node<'_>) -> Self {
        Self::Value(node.id())
    }

    /// The member of `key` and `value`.
    #[must_use]
    pub fn member((key, value): (Node<'_>, Node<'_>)) -> Self {
        Self::Member { key: key.id(), value: value.id() }
    }
}

/// What a message says beyond its rule. Values of a payload never get into one; names and limits do.
#[derive(Clone, Copy, Debug)]
pub enum Args {
    /// Nothing.
    None,
    /// One of several ways in which the rule applies, by the rule's own words.
    Case(&'static str),
    /// A schema's keyword that a value does not satisfy.
    Shape {
        /// Which keyword.
        keyword: Keyword,
        /// The schema that has it.
        schema: SchemaId,
        /// The property it is about, where the keyword is about one.
        property: Option<&'static str>,
        /// How long, large or many it is, for limits.
        actual: usize,
        /// The key of the member it is about, for unknown properties.
        key: Option<NodeId>,
    },
    /// An error code of On-Premises API.
    Code(&'static ErrorCode),
    /// What code does, by the rule's own words.
    Use(&'static str),
    /// An endpoint of On-Premises API that code calls.
    Endpoint(&'static Endpoint),
    /// A host that serves On-Premises form.
    Host(&'static Host),
    /// A name that belongs to the old client.
    Sign(&'static Sign),
    /// A version of Graph API.
    Version(Version),
    /// Why a text does not parse.
    Syntax(SyntaxErrorKind),
    /// What strict JSON does not allow.
    Notice(NoticeKind),
    /// More of something than a message may have in all.
    Total {
        /// Of what.
        what: &'static str,
        /// How many it may have.
        most: usize,
        /// How many it has.
        actual: usize,
    },
}

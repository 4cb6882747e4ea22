//! What a check found: a rule, a place, how bad and how sure. Text is made when it is printed.

use std::fmt;
use std::str::FromStr;

use crate::facts::{ErrorCode, Keyword, SchemaId};
use crate::fix::Fix;
use crate::form::Form;
use crate::read::{NoticeKind, SyntaxErrorKind};
use crate::rules::Rule;
use crate::tree::{Node, NodeId, Span};

/// How bad a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// Worth knowing.
    Note,
    /// Accepted by Cloud API but harmful, or documented in one place only.
    Warning,
    /// Cloud API refuses it, or behaviour is lost.
    Error,
}

/// How sure a finding is: the fact behind it and its detection, whichever is less.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Confidence {
    /// One weak source, or sources disagree.
    Low,
    /// Likely.
    Medium,
    /// Sure.
    High,
}

/// A severity or confidence that is none of the known words.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{given}` is none of {known}")]
pub struct UnknownLevel {
    given: String,
    known: &'static str,
}

impl Severity {
    /// The word users write.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Note => "note",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }
}

impl Confidence {
    /// The word users write.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
        }
    }
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl fmt::Display for Confidence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl FromStr for Severity {
    type Err = UnknownLevel;

    fn from_str(word: &str) -> Result<Self, Self::Err> {
        match word {
            "note" => Ok(Self::Note),
            "warning" => Ok(Self::Warning),
            "error" => Ok(Self::Error),
            _ => Err(UnknownLevel { given: word.to_owned(), known: "`error`, `warning`, `note`" }),
        }
    }
}

impl FromStr for Confidence {
    type Err = UnknownLevel;

    fn from_str(word: &str) -> Result<Self, Self::Err> {
        match word {
            "low" => Ok(Self::Low),
            "medium" => Ok(Self::Medium),
            "high" => Ok(Self::High),
            _ => Err(UnknownLevel { given: word.to_owned(), known: "`high`, `medium`, `low`" }),
        }
    }
}

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
    /// The form of the document.
    Form(Form),
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

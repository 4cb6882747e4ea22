//! Cures: changes on nodes. Lowering them to edits on a file's bytes is the notation's business.

use std::sync::Arc;

use crate::config::WebhookIdentity;
use crate::tree::NodeId;

/// How far a fix may be trusted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// Same meaning on Cloud API, nothing lost.
    Safe,
    /// Right as far as the text shows, but a person should look.
    Unsafe,
    /// No change; the help says what to do.
    Manual,
}

impl Level {
    /// The word users read.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Safe => "safe",
            Self::Unsafe => "unsafe",
            Self::Manual => "manual",
        }
    }
}

/// A cure for one finding.
#[derive(Clone, Debug, PartialEq)]
pub struct Fix {
    /// What it does, as an imperative: "insert `"index": "0"`".
    pub title: Title,
    /// How far it may be trusted.
    pub level: Level,
    /// The changes, all or none.
    pub changes: Vec<Change>,
}

impl Fix {
    /// A fix of one change.
    #[must_use]
    pub fn one(level: Level, title: impl Into<Title>, change: Change) -> Self {
        Self { title: title.into(), level, changes: vec![change] }
    }

    /// What a person has to do.
    #[must_use]
    pub fn manual(title: &'static str) -> Self {
        Self { title: title.into(), level: Level::Manual, changes: Vec::new() }
    }
}

/// The title of a fix: mostly a constant.
pub type Title = std::borrow::Cow<'static, str>;

/// One change on a tree.
#[derive(Clone, Debug, PartialEq)]
pub enum Change {
    /// Puts a value in place of a value.
    Set {
        /// The value that goes.
        node: NodeId,
        /// The value that comes.
        value: Value,
    },
    /// Gives a member another name.
    Rename {
        /// The key.
        key: NodeId,
        /// The new name.
        to: Title,
    },
    /// Deletes a member.
    Remove {
        /// The object.
        object: NodeId,
        /// The member's key.
        key: NodeId,
    },
    /// Adds a member.
    Insert {
        /// The object.
        object: NodeId,
        /// The name.
        name: &'static str,
        /// The value.
        value: Value,
        /// Where among the members.
        position: Position,
    },
    /// Takes a member out of one object and adds it to another, under another name if need be.
    Move {
        /// The object it leaves.
        from: NodeId,
        /// The member's key.
        key: NodeId,
        /// The object it goes to.
        to: NodeId,
        /// Its name there.
        name: &'static str,
    },
    /// Puts the Cloud API webhook envelope around a value.
    WrapInEnvelope {
        /// The value: what stands under `messages`, `statuses`, `contacts` and `errors`.
        node: NodeId,
        /// Whose webhook it is; what is not known becomes a placeholder.
        identity: Arc<WebhookIdentity>,
    },
}

impl Change {
    /// A node of the document that it changes.
    #[must_use]
    pub fn node(&self) -> NodeId {
        match self {
            Self::Set { node, .. } | Self::WrapInEnvelope { node, .. } => *node,
            Self::Rename { key, .. } => *key,
            Self::Remove { object, .. } | Self::Insert { object, .. } => *object,
            Self::Move { from, .. } => *from,
        }
    }
}

/// Where a member is added.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Position {
    /// Before all others.
    First,
    /// After all others.
    Last,
    /// After the member with this key.
    After(NodeId),
}

/// A value that a change brings in.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// `true` or `false`.
    Bool(bool),
    /// A whole number.
    Integer(i64),
    /// Text.
    Text(Title),
    /// The value of a node, as it is spelt.
    Copy(NodeId),
    /// An object with these members.
    Object(Vec<(&'static str, Value)>),
    /// A list of these items.
    Array(Vec<Value>),
}

//! What the simulators saw: counters, and a log of requests. No secrets: neither queries, headers nor bodies are kept.

use std::collections::BTreeMap;
use std::fmt;
use std::time::Duration;

use serde::Serialize;

/// What was asked of the simulators, and what it did.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Seen {
    /// How many requests came, to both.
    pub requests: usize,
    /// How often register was called for by somebody who may.
    pub register_calls: usize,
    /// How often a number was registered by it. More than once for a number must not be.
    pub register_effects: usize,
    /// How often deregister was called.
    pub deregister_calls: usize,
    /// How many backups were made.
    pub backups: usize,
    /// How many logins at On-Premises clients succeeded.
    pub logins: usize,
    /// How often two-step verification was switched off.
    pub two_step_deletes: usize,
    /// How often a PIN was set other than by register.
    pub pins_set: usize,
    /// How often the app was to be subscribed.
    pub subscribe_calls: usize,
    /// How often it then was, whether or not it was before.
    pub subscribe_effects: usize,
    /// How often each file came to Cloud API whole, by the SHA-256 of its bytes in hexadecimal digits.
    pub uploads: BTreeMap<String, Uploads>,
    /// How often each media ID was asked of an On-Premises client.
    pub downloads: BTreeMap<String, usize>,
    /// The requests, first to last; no more than the first million.
    #[serde(skip)]
    pub calls: Vec<Call>,
}

/// How often a file came to Cloud API.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Uploads {
    /// How often it was taken, and has an ID.
    pub taken: usize,
    /// How often that ID was answered.
    pub answered: usize,
}

/// A request that a simulator got.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Call {
    /// Which one.
    pub api: Api,
    /// Its method.
    pub method: String,
    /// Its path, without the query.
    pub path: String,
    /// The status of the answer; none when there was none, or not yet.
    pub status: Option<u16>,
    /// Whether it was dealt with.
    pub is_over: bool,
    /// How long after the start it came.
    pub after: Duration,
}

impl fmt::Display for Call {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {} {}", self.api, self.method, self.path)?;
        match self.status {
            Some(status) => write!(f, " {status}"),
            None => f.write_str(" no answer"),
        }
    }
}

/// One of the two APIs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Api {
    /// Graph API.
    Graph,
    /// An On-Premises client.
    OnPremises,
}

impl fmt::Display for Api {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Graph => "graph",
            Self::OnPremises => "onprem",
        })
    }
}

/// A request that is held until its client goes away or it is let go, so that a program can be killed at it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stall {
    /// Which request to either simulator, counted from 1.
    pub request: usize,
    /// Where it is held.
    pub moment: Moment,
}

/// When a request is held.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Moment {
    /// Before it takes effect; when its client goes away, it takes none.
    Before,
    /// After it took effect, before its answer.
    After,
}

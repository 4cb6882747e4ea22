//! What the gate says.

use std::fmt;

use super::command::count;
use crate::facts::Date;
use crate::finding::Severity;
use crate::media::Catalogue;
use crate::migrate::MessageKinds;
use crate::scan::Spots;

/// What the gate says.
#[derive(Clone, Debug)]
pub struct Verdict {
    /// The day for which it holds.
    pub today: Date,
    /// The file of the configuration.
    pub configuration: String,
    /// What has to go before a number is registered.
    pub in_the_way: Vec<Obstacle>,
    /// What was heeded or left out, for a person to read.
    pub noted: Vec<Note>,
    /// What was looked at.
    pub seen: Seen,
}

impl Verdict {
    /// Whether nothing is in the way.
    #[must_use]
    pub fn is_open(&self) -> bool {
        self.in_the_way.is_empty()
    }
}

/// Something in the way.
#[derive(Clone, Debug)]
pub struct Obstacle {
    /// What kind of thing.
    pub kind: Kind,
    /// How bad the findings are, where it is made of findings.
    pub severity: Option<Severity>,
    /// The rule, where it is made of findings.
    pub rule: Option<&'static str>,
    /// What it is, in a few words, its number included.
    pub what: String,
    /// Why it counts and what to do, in whole sentences.
    pub help: String,
    /// Where.
    pub spots: Spots,
    /// The command that shows it.
    pub command: String,
}

/// Kinds of things that are in the way.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// Neither a message nor a webhook or its handler was seen.
    NothingSeen,
    /// Files that cannot be read.
    Unreadable,
    /// Findings that `waport check` shows.
    Finding,
    /// Findings whose rule the configuration lowers or switches off.
    Lowered,
    /// Findings that are suppressed, but not until a day to come.
    Suppressed,
    /// Findings in files that are kept from being checked.
    PassedOver,
    /// Findings in files that `[[form]]` takes for something else.
    Declared,
    /// Media IDs of On-Premises API that the media map does not have.
    UnmappedMedia,
    /// Media IDs that Cloud API no longer has.
    ExpiredMedia,
    /// Hosts of media links that nobody has tried with Cloud API.
    UntestedHost,
}

impl Kind {
    /// The name in JSON.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::NothingSeen => "nothing-seen",
            Self::Unreadable => "unreadable",
            Self::Finding => "finding",
            Self::Lowered => "lowered",
            Self::Suppressed => "suppressed",
            Self::PassedOver => "passed-over",
            Self::Declared => "declared",
            Self::UnmappedMedia => "unmapped-media",
            Self::ExpiredMedia => "expired-media",
            Self::UntestedHost => "untested-host",
        }
    }
}

/// Something that is not in the way, and that a person should know of.
#[derive(Clone, Debug)]
pub struct Note {
    /// What kind of thing.
    pub kind: NoteKind,
    /// What it is.
    pub text: String,
    /// What it is about: findings or files.
    pub spots: Spots,
}

/// What it is, with how many.
impl fmt::Display for Note {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)?;
        match self.kind.unit() {
            Some((one, many)) => write!(f, " ({})", count(self.spots.count, one, many)),
            None => Ok(()),
        }
    }
}

/// Kinds of notes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoteKind {
    /// A suppression that holds until a day to come.
    Suppression,
    /// An entry of `[[migrate.excluded]]`.
    Excluded,
    /// What `exclude` passes over.
    Exclude,
    /// What `include` leaves out.
    Include,
    /// What an `.ignore` file passes over.
    Ignore,
    /// What Git ignores.
    Git,
    /// What is found in there.
    Ignored,
    /// Links to folders that are not followed.
    Link,
    /// What is not judged yet.
    Unjudged,
    /// Media of which it is not known whether Cloud API has them.
    Media,
    /// Why there is nothing to check.
    NothingToCheck,
}

impl NoteKind {
    /// What is counted, one and many of it.
    #[must_use]
    pub fn unit(self) -> Option<(&'static str, &'static str)> {
        match self {
            Self::Suppression | Self::Excluded | Self::Ignored => Some(("finding", "findings")),
            Self::Exclude | Self::Include | Self::Ignore | Self::Git => Some(("file", "files")),
            Self::Link => Some(("link", "links")),
            Self::Unjudged => Some(("value", "values")),
            Self::Media => Some(("place", "places")),
            Self::NothingToCheck => None,
        }
    }

    /// The name in JSON.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Suppression => "suppression",
            Self::Excluded => "excluded",
            Self::Exclude => "exclude",
            Self::Include => "include",
            Self::Ignore => "ignore-file",
            Self::Git => "git-ignored",
            Self::Ignored => "git-ignored-findings",
            Self::Link => "link",
            Self::Unjudged => "not-judged",
            Self::Media => "media",
            Self::NothingToCheck => "nothing-to-check",
        }
    }
}

/// What was looked at.
#[derive(Clone, Debug, Default)]
pub struct Seen {
    /// Files.
    pub files: u64,
    /// Files of code that have to do with WhatsApp.
    pub code: u64,
    /// Messages, of either API.
    pub messages: u64,
    /// Webhooks, of either API.
    pub webhooks: u64,
    /// Files of code that take Cloud webhooks out of their envelope.
    pub handlers: u64,
    /// The kinds of messages.
    pub kinds: MessageKinds,
    /// The media.
    pub catalogue: Catalogue,
}

impl Seen {
    /// Whether there was a message, and a webhook or a handler of webhooks.
    #[must_use]
    pub fn is_enough(&self) -> bool {
        self.messages > 0 && self.webhooks + self.handlers > 0
    }
}

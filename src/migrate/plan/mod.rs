//! The plan of a migration: what would be done, with which requests, and what people have to see to. No network.
//!
//! [`Plan`] is the data, which JSON shows as it is; [`page`] makes text and Markdown of it.

pub mod page;
mod words;

use serde::Serialize;

use super::gate::Verdict;
use super::requests::Request;
use super::servers;
use super::{Direction, MessageKinds};
use crate::config::Config;
use crate::config::migrate::Number;

/// What would be done.
#[derive(Clone, Debug, Serialize)]
pub struct Plan {
    /// The version of this format; it only ever grows.
    pub version: u32,
    /// The day for which it holds.
    pub today: String,
    /// The file of the configuration.
    pub configuration: String,
    /// The version of Graph API.
    pub graph_version: String,
    /// What the gate says.
    pub gate: Gate,
    /// What the end of On-Premises API means for it.
    pub shutdown: Vec<String>,
    /// What Meta's guide warns of.
    pub warnings: Vec<String>,
    /// What stays as it is.
    pub unchanged: Vec<String>,
    /// What no API proves, for a person to confirm.
    pub attestations: Vec<String>,
    /// What placeholders stand for.
    pub secrets: Vec<Placeholder>,
    /// The numbers, in the order in which they are migrated.
    pub numbers: Vec<NumberPlan>,
    /// The kinds of messages to try on the first number.
    pub checklist: Checklist,
    /// The ticket for Meta's support.
    pub ticket: Ticket,
}

/// What the gate says, in short.
#[derive(Clone, Debug, Serialize)]
pub struct Gate {
    /// Whether it is open.
    pub open: bool,
    /// What is in the way.
    pub in_the_way: Vec<InTheWay>,
    /// What was heeded or left out.
    pub noted: Vec<String>,
}

/// Something in the way.
#[derive(Clone, Debug, Serialize)]
pub struct InTheWay {
    /// What it is.
    pub what: String,
    /// The command that shows it.
    pub command: String,
}

/// A placeholder for a secret.
#[derive(Clone, Debug, Serialize)]
pub struct Placeholder {
    /// The placeholder.
    pub placeholder: String,
    /// What it stands for.
    pub what: String,
    /// The variable of the environment that holds it, where one does.
    pub variable: Option<&'static str>,
}

/// What would be done with one number.
#[derive(Clone, Debug, Serialize)]
pub struct NumberPlan {
    /// What it is called on the command line.
    pub name: String,
    /// The number.
    pub display_phone_number: String,
    /// Its ID.
    pub phone_number_id: String,
    /// The ID of its account.
    pub waba_id: String,
    /// Where its On-Premises client is.
    pub onprem_url: String,
    /// Whether it is the pilot.
    pub pilot: bool,
    /// About how many messages it sends and gets a day.
    pub daily_messages: Option<u64>,
    /// How many shards its client runs.
    pub shards: Option<u32>,
    /// The steps of the run.
    pub steps: Vec<Step>,
    /// What people do, in order, around the run.
    pub runbook: Vec<String>,
    /// What is left when no backup can be had.
    pub without_backup: WithoutBackup,
}

/// A step of the run.
#[derive(Clone, Debug, Serialize)]
pub struct Step {
    /// Its number.
    pub number: u8,
    /// The number of the step in Meta's guide, where it is one.
    pub guide_step: Option<u8>,
    /// What is done.
    pub title: &'static str,
    /// What has to hold before.
    pub preconditions: Vec<String>,
    /// The requests, in order.
    pub requests: Vec<Request>,
    /// What takes it back, by hand, when the run does not come to the registration.
    pub undo: Vec<Request>,
    /// What to know of it.
    pub notes: Vec<String>,
}

/// The way without a backup.
#[derive(Clone, Debug, Serialize)]
pub struct WithoutBackup {
    /// What it takes and what it costs.
    pub notes: Vec<String>,
    /// The requests, in order.
    pub requests: Vec<Request>,
}

/// The kinds of messages that payloads have.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Checklist {
    /// Those that are sent.
    pub sent: Vec<Kind>,
    /// Those that are received.
    pub received: Vec<Kind>,
}

/// A kind of messages.
#[derive(Clone, Debug, Serialize)]
pub struct Kind {
    /// What it is called.
    pub kind: String,
    /// How often it was seen.
    pub count: u64,
    /// The first place where it was.
    pub first: Option<String>,
}

/// What a ticket says.
#[derive(Clone, Debug, Serialize)]
pub struct Ticket {
    /// Its topic, word for word.
    pub topic: &'static str,
    /// Its request type, word for word.
    pub request_type: &'static str,
    /// What to write into it.
    pub say: Vec<String>,
}

impl Plan {
    /// The plan for the numbers of a configuration, or for `only` one of them, after a look at the gate.
    #[must_use]
    pub fn of(config: &Config, only: Option<&Number>, verdict: &Verdict) -> Self {
        let version = servers::version(config.graph_version.as_deref());
        let all = config.migrate.in_order();
        let first = all.first().map(|number| number.name.clone());
        let wanted = all.iter().filter(|number| only.is_none_or(|only| only.name == number.name));
        let numbers = wanted.map(|number| words::number(&config.migrate, number, &version, first.as_deref()));
        Self {
            version: 1,
            today: verdict.today.to_string(),
            configuration: verdict.configuration.clone(),
            gate: Gate::of(verdict),
            shutdown: words::shutdown(),
            warnings: words::warnings(&config.migrate, verdict.today, &version),
            unchanged: words::unchanged(),
            attestations: words::attestations(),
            secrets: words::secrets(),
            numbers: numbers.collect(),
            checklist: Checklist::of(&verdict.seen.kinds),
            ticket: words::ticket(),
            graph_version: version,
        }
    }
}

impl Gate {
    fn of(verdict: &Verdict) -> Self {
        let in_the_way = verdict.in_the_way.iter();
        Self {
            open: verdict.is_open(),
            in_the_way: in_the_way
                .map(|obstacle| InTheWay { what: obstacle.what.clone(), command: obstacle.command.clone() })
                .collect(),
            noted: verdict.noted.iter().map(ToString::to_string).collect(),
        }
    }
}

impl Checklist {
    fn of(kinds: &MessageKinds) -> Self {
        let of = |direction| {
            let kinds = kinds.of(direction);
            let kind = kinds.map(|(kind, spots)| Kind {
                kind: kind.to_owned(),
                count: spots.count,
                first: spots.first().next().map(ToString::to_string),
            });
            kind.collect()
        };
        Self { sent: of(Direction::Sent), received: of(Direction::Received) }
    }
}

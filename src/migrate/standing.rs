//! Where a number stands, as its journal says.

use jiff::{SignedDuration, Timestamp};

use super::journal::{Entry, Event, Failure, Step, Subject};
use super::register::{PIN_CODES, WRONG_PIN};
use crate::net::graph::PhoneNumber;

/// How far a number is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Standing {
    /// How it was before anything was changed.
    pub snapshot: Option<PhoneNumber>,
    /// What became of its two-step verification.
    pub two_step: TwoStep,
    /// Whether metadata was made and kept.
    pub backed_up: bool,
    /// What is known of its registration.
    pub registration: Registration,
    /// What came of the PIN that was sent.
    pub pin: Pin,
    /// When registrations were tried.
    pub tried: Vec<Timestamp>,
    /// Whether the app is subscribed.
    pub subscribed: bool,
    /// What the last comparison found; `None` when there was none.
    pub compared: Option<Vec<String>>,
    /// Who accepted it.
    pub accepted_by: Option<String>,
    /// When messages began to be dropped.
    pub downtime_began: Option<Timestamp>,
    /// When the number answered again.
    pub downtime_ended: Option<Timestamp>,
    /// The last failure, unless its step, or a later one, was done since.
    pub failure: Option<(Step, Failure)>,
    /// When something last happened.
    pub last: Option<Timestamp>,
}

/// What became of a number's two-step verification.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum TwoStep {
    /// It is as it was.
    #[default]
    Untouched,
    /// Turning it off was asked for, and nothing is known of the end.
    Open,
    /// It is off: until it is registered, anybody with a code for the number could take it.
    Off,
}

/// What came of the PIN that was sent last.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Pin {
    /// It was not refused.
    #[default]
    NotRefused,
    /// It was refused, or tried too often or too soon.
    Refused,
    /// It was refused, which took the old client down.
    TookClientDown,
}

/// What is known of a registration.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Registration {
    /// None was tried.
    #[default]
    NotTried,
    /// One was tried at this time, and nothing is known of its end.
    Open(Timestamp),
    /// The last one that was tried did not take effect.
    Refused,
    /// The number is registered for use with Cloud API.
    Done,
}

impl Standing {
    /// Where a number stands.
    #[must_use]
    pub fn of(entries: &[Entry], subject: &Subject) -> Self {
        let mut standing = Self::default();
        for entry in entries.iter().filter(|entry| entry.subject.is_same(subject)) {
            standing.take(entry);
        }
        standing
    }

    fn take(&mut self, entry: &Entry) {
        self.last = Some(entry.at);
        match &entry.event {
            Event::Begin { step } => match step {
                Step::TwoStep if self.two_step != TwoStep::Off => self.two_step = TwoStep::Open,
                Step::Register => {
                    self.registration = Registration::Open(entry.at);
                    self.tried.push(entry.at);
                }
                Step::Preflight | Step::TwoStep | Step::Backup | Step::Subscribe | Step::Verify => {}
            },
            Event::Done { step, .. } => {
                self.failure.take_if(|(failed, _)| *failed <= *step);
                match step {
                    Step::Backup => self.backed_up = true,
                    Step::Register => {
                        self.registration = Registration::Done;
                        self.two_step = TwoStep::Untouched;
                        self.pin = Pin::NotRefused;
                    }
                    Step::Subscribe => self.subscribed = true,
                    Step::TwoStep | Step::Preflight | Step::Verify => {}
                }
            }
            Event::Failed { step, failure } => {
                if *step == Step::Register {
                    self.refused(failure);
                }
                self.failure = Some((*step, failure.clone()));
            }
            // Once a registration was tried, later ones may see what it changed.
            Event::Snapshot { phone_number, .. } if self.tried.is_empty() || self.snapshot.is_none() => {
                self.snapshot = Some(phone_number.clone());
            }
            Event::TwoStepOff => self.two_step = TwoStep::Off,
            Event::PinKnown => self.two_step = TwoStep::Untouched,
            Event::DowntimeBegan if self.pin == Pin::TookClientDown => {}
            Event::DowntimeBegan => self.downtime_began = Some(entry.at),
            Event::DowntimeEnded => self.downtime_ended = Some(entry.at),
            Event::Compared { differences } => self.compared = Some(differences.clone()),
            Event::BackupRemoved => self.backed_up = false,
            Event::Accepted { by } => self.accepted_by = Some(by.clone()),
            Event::Snapshot { .. } | Event::Run { .. } | Event::Torn { .. } => {}
        }
    }

    /// A registration was answered otherwise than with success. A wrong PIN takes the old client down all the same.
    fn refused(&mut self, failure: &Failure) {
        if failure.code.is_some_and(|code| PIN_CODES.contains(&code)) {
            let came = if failure.code == Some(WRONG_PIN) { Pin::TookClientDown } else { Pin::Refused };
            self.pin = self.pin.max(came);
        }
        if failure.refused {
            self.registration = Registration::Refused;
            if self.pin != Pin::TookClientDown {
                self.downtime_began = None;
            }
        }
    }

    /// Whether all is done: registered, subscribed, and as it was before.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        self.registration == Registration::Done && self.subscribed && self.compared.as_ref().is_some_and(Vec::is_empty)
    }

    /// Whether two-step verification is off, or may be, and the number is not registered.
    #[must_use]
    pub fn is_unprotected(&self) -> bool {
        self.two_step != TwoStep::Untouched && self.registration != Registration::Done
    }

    /// Whether messages have been dropped since a registration was tried, as far as the journal knows.
    #[must_use]
    pub fn is_down(&self) -> bool {
        self.downtime_began.is_some() && self.downtime_ended.is_none()
    }

    /// How many registrations were tried in the 72 hours before `now`; Meta refuses after ten.
    #[must_use]
    pub fn tried_lately(&self, now: Timestamp) -> usize {
        self.tried.iter().filter(|at| now.duration_since(**at) < WINDOW).count()
    }

    /// When one more registration may be tried, after ten; `None` is now.
    #[must_use]
    pub fn may_try_at(&self, now: Timestamp) -> Option<Timestamp> {
        if self.tried_lately(now) < MOST {
            return None;
        }
        self.tried.iter().rev().nth(MOST - 1).map(|at| at.saturating_add(WINDOW).unwrap_or(now))
    }
}

/// How many registrations and deregistrations of a number Meta takes in 72 hours.
pub const MOST: usize = 10;

const WINDOW: SignedDuration = SignedDuration::from_hours(72);

#[cfg(test)]
mod tests {
    use super::*;

    fn berlin() -> Subject {
        Subject { number: "berlin".to_owned(), phone_number_id: "1".to_owned(), graph: "graph.example.com".to_owned() }
    }

    fn entries(events: Vec<Event>) -> Vec<Entry> {
        let line = |event: Event| {
            let mut json = serde_json::to_value(event).expect("an event");
            json["version"] = 1.into();
            json["at"] = "2026-11-02T03:00:00Z".into();
            json["number"] = "berlin".into();
            json["phone_number_id"] = "1".into();
            json["graph"] = "graph.example.com".into();
            serde_json::from_value(json).expect("an entry")
        };
        events.into_iter().map(line).collect()
    }

    fn failed(refused: bool) -> Event {
        let failure = Failure { what: "no".to_owned(), refused, ..Failure::default() };
        Event::Failed { step: Step::Register, failure }
    }

    #[test]
    fn a_registration_is_open_until_its_end_is_proven() {
        let begin = || Event::Begin { step: Step::Register };
        let done = || Event::Done { step: Step::Register, note: None };
        let renamed = Subject { number: "hamburg".to_owned(), ..berlin() };
        let at = |events| Standing::of(&entries(events), &renamed).registration;
        assert_eq!(at(vec![]), Registration::NotTried);
        assert!(matches!(at(vec![begin()]), Registration::Open(_)));
        assert!(matches!(at(vec![begin(), failed(false)]), Registration::Open(_)));
        assert_eq!(at(vec![begin(), failed(true)]), Registration::Refused);
        assert_eq!(at(vec![begin(), failed(false), done()]), Registration::Done);
        for other in [
            Subject { phone_number_id: "2".to_owned(), ..berlin() },
            Subject { graph: "127.0.0.1:8080".to_owned(), ..berlin() },
        ] {
            assert_eq!(Standing::of(&entries(vec![begin()]), &other), Standing::default());
        }
    }

    #[test]
    fn a_wrong_pin_is_remembered_and_downtime_lasts_from_it() {
        let begin = || vec![Event::Begin { step: Step::Register }, Event::DowntimeBegan];
        let failed = |code| {
            let failure = Failure { code: Some(code), refused: true, ..Failure::default() };
            Event::Failed { step: Step::Register, failure }
        };
        let at = |events: Vec<Vec<Event>>| Standing::of(&entries(events.concat()), &berlin());
        let wrong = at(vec![begin(), vec![failed(133_005)]]);
        assert!(wrong.pin == Pin::TookClientDown && wrong.is_down());
        let guessed = at(vec![begin(), vec![failed(133_005)], begin(), vec![failed(133_009)]]);
        assert!(guessed.pin == Pin::TookClientDown && guessed.is_down());
        let limited = at(vec![begin(), vec![failed(133_016)]]);
        assert!(limited.pin == Pin::NotRefused && !limited.is_down());
    }

    #[test]
    fn ten_tries_in_three_days_are_enough() {
        let tries = (0..10).map(|_| Event::Begin { step: Step::Register }).collect();
        let standing = Standing::of(&entries(tries), &berlin());
        let at = |text: &str| text.parse::<Timestamp>().expect("a time");
        assert_eq!(standing.may_try_at(at("2026-11-03T00:00:00Z")), Some(at("2026-11-05T03:00:00Z")));
        assert_eq!(standing.may_try_at(at("2026-11-05T03:00:00Z")), None);
    }
}

//! What the steps of a run share: the journal, the clock, the person in front of it, and how calls are made.

use std::time::Duration;

use jiff::{Timestamp, Unit};
use secrecy::SecretString;

use super::claim::Claim;
use super::journal::{Event, Failure, Journal, JournalError, Step, Subject};
use super::standing::Standing;
use crate::net::{ApiError, SecretName};

/// How long things are waited for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Timing {
    /// For a connection.
    pub connect: Duration,
    /// For the answer to a call.
    pub call: Duration,
    /// For the answer to a registration, which takes up to 15 seconds as a rule.
    pub register: Duration,
    /// How long a registration may still take effect when its answer was lost, or waited for in vain: longer than that.
    pub settle: Duration,
    /// Between two looks at what is to change.
    pub poll: Duration,
    /// Before a call that only reads is tried again; twice that before the next time.
    pub retry: Duration,
}

impl Default for Timing {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(10),
            call: Duration::from_secs(30),
            register: Duration::from_secs(120),
            settle: Duration::from_secs(180),
            poll: Duration::from_secs(5),
            retry: Duration::from_secs(2),
        }
    }
}

impl Timing {
    /// So many times quicker, for rehearsals.
    #[must_use]
    pub fn quicker(self, times: u32) -> Self {
        Self {
            connect: self.connect / times,
            call: self.call / times,
            register: self.register / times,
            settle: self.settle / times,
            poll: self.poll / times,
            retry: self.retry / times,
        }
    }
}

/// The time, to the millisecond.
#[must_use]
pub fn now() -> Timestamp {
    let now = Timestamp::now();
    now.round(Unit::Millisecond).unwrap_or(now)
}

/// The person who runs it, or what answers in their place.
pub trait Dialogue {
    /// Tells something; a text may have several lines.
    fn say(&mut self, text: &str);
    /// Asks for a secret, twice when a slip of the finger would go unnoticed. `None` when there is nobody to ask.
    fn secret(&mut self, name: SecretName, twice: bool) -> Option<SecretString>;
    /// Asks to type a word, and says whether it was typed.
    fn confirm(&mut self, question: &str, word: &str) -> bool;
}

/// The clock, and what may stop the program at any point.
pub trait World {
    /// What time it is.
    fn now(&mut self) -> Timestamp {
        now()
    }

    /// Waits.
    fn wait(&mut self, time: Duration) {
        std::thread::sleep(time);
    }

    /// A point at which the program may be stopped: `place` says which. Rehearsals stop it there.
    ///
    /// # Errors
    /// When it is to stop here, as if killed.
    fn point(&mut self, place: &str) -> Result<(), Stop>;
}

/// Why a run does not go on.
#[derive(Debug)]
pub enum Stop {
    /// It was not begun: something is missing or written wrongly.
    Refused(String),
    /// It stopped on the way.
    OnTheWay {
        /// What happened.
        what: String,
        /// What to do, a sentence or a command each.
        advice: Vec<String>,
    },
    /// The program was killed, in a rehearsal.
    Killed(String),
}

impl From<JournalError> for Stop {
    fn from(error: JournalError) -> Self {
        match error {
            JournalError::Locked(_) => Self::Refused(error.to_string()),
            error => Self::on_the_way(
                error.to_string(),
                ["mend that, and run it again: it reads both APIs before it goes on"],
            ),
        }
    }
}

impl Stop {
    /// A stop on the way, with advice.
    pub fn on_the_way<A: Into<String>>(what: impl Into<String>, advice: impl IntoIterator<Item = A>) -> Self {
        Self::OnTheWay { what: what.into(), advice: advice.into_iter().map(Into::into).collect() }
    }

    /// What a server's error says.
    #[must_use]
    pub fn of(doing: &str, error: &ApiError) -> Self {
        let advice = error.remedy.clone().unwrap_or_else(|| "run it again".to_owned());
        Self::on_the_way(format!("{doing}: {error}"), [advice])
    }
}

/// What the steps of a run share.
pub struct Session<'a> {
    /// Which number it is about.
    pub subject: Subject,
    /// The journal; a run that changes nothing has none.
    pub journal: Option<Journal>,
    /// The number, claimed for this process; a run that changes nothing has no claim.
    pub claim: Option<Claim>,
    /// The person in front of it.
    pub dialogue: &'a mut dyn Dialogue,
    /// The clock.
    pub world: &'a mut dyn World,
    /// How long things are waited for.
    pub timing: Timing,
}

impl Session<'_> {
    /// How often a call is tried that may be made again.
    const TRIES: u32 = 4;

    /// Tells something.
    pub fn say(&mut self, text: impl AsRef<str>) {
        self.dialogue.say(text.as_ref());
    }

    /// Writes an entry, with a point before and one after.
    ///
    /// # Errors
    /// When it could not be written, or the run stops here.
    pub fn note(&mut self, event: Event) -> Result<(), Stop> {
        let Some(journal) = &mut self.journal else { return Ok(()) };
        let name = name_of(&event);
        self.world.point(&format!("before the entry {name}"))?;
        let now = self.world.now();
        journal.append(&self.subject, event, now)?;
        self.world.point(&format!("after the entry {name}"))
    }

    /// Notes that a step begins.
    ///
    /// # Errors
    /// As for [`Session::note`].
    pub fn begin(&mut self, step: Step) -> Result<(), Stop> {
        self.note(Event::Begin { step })
    }

    /// Notes that a step is done.
    ///
    /// # Errors
    /// As for [`Session::note`].
    pub fn done(&mut self, step: Step, note: Option<String>) -> Result<(), Stop> {
        self.note(Event::Done { step, note })
    }

    /// Notes that a step did not work.
    ///
    /// # Errors
    /// As for [`Session::note`].
    pub fn failed(&mut self, step: Step, failure: Failure) -> Result<(), Stop> {
        self.note(Event::Failed { step, failure })
    }

    /// Remembers, apart from the journal, that the registration that it has last is about to be sent.
    ///
    /// # Errors
    /// When that cannot be written.
    pub fn claim(&mut self) -> Result<(), Stop> {
        let at = self.standing().tried.last().copied();
        let (Some(claim), Some(at)) = (&mut self.claim, at) else { return Ok(()) };
        self.world.point("before the claim")?;
        claim.begin(at).map_err(|error| claim_fault(&error))
    }

    /// Forgets that a registration was sent: the journal has its end.
    ///
    /// # Errors
    /// When that cannot be written.
    pub fn release(&mut self) -> Result<(), Stop> {
        let Some(claim) = &mut self.claim else { return Ok(()) };
        self.world.point("before the release")?;
        claim.end().map_err(|error| claim_fault(&error))
    }

    /// Where the number stands now, as the journal says.
    #[must_use]
    pub fn standing(&self) -> Standing {
        Standing::of(self.journal.as_ref().map_or(&[], Journal::entries), &self.subject)
    }

    /// Makes a call that changes something, once, with a point before and one after.
    ///
    /// # Errors
    /// When the run stops here. What the call said is the inner result.
    pub fn once<T>(
        &mut self,
        what: &str,
        call: impl FnOnce() -> Result<T, Box<ApiError>>,
    ) -> Result<Result<T, Box<ApiError>>, Stop> {
        self.world.point(&format!("before {what}"))?;
        let result = call();
        self.world.point(&format!("after {what}"))?;
        Ok(result)
    }

    /// Makes a call that is the same however often it is made, and again when it may work later.
    ///
    /// # Errors
    /// As for [`Session::once`].
    pub fn read<T>(
        &mut self,
        what: &str,
        call: impl Fn() -> Result<T, Box<ApiError>>,
    ) -> Result<Result<T, Box<ApiError>>, Stop> {
        let mut pause = self.timing.retry;
        let mut tries = 0;
        loop {
            tries += 1;
            match self.once(what, &call)? {
                Err(error) if error.passes && tries < Self::TRIES => {
                    let asked = error.retry_after.map(Duration::from_secs).unwrap_or_default();
                    self.world.wait(pause.max(asked.min(60 * self.timing.retry)));
                    pause *= 2;
                }
                result => return Ok(result),
            }
        }
    }
}

fn claim_fault(error: &std::io::Error) -> Stop {
    Stop::on_the_way(
        format!("what is sent could not be remembered: {error}"),
        ["mend that, and run it again: it reads both APIs before it goes on"],
    )
}

/// What an entry is, for points.
fn name_of(event: &Event) -> String {
    match event {
        Event::Begin { step } => format!("begin {}", step.as_str()),
        Event::Done { step, .. } => format!("done {}", step.as_str()),
        Event::Failed { step, .. } => format!("failed {}", step.as_str()),
        Event::Run { .. } => "run".to_owned(),
        Event::Snapshot { .. } => "snapshot".to_owned(),
        Event::PinKnown => "pin-known".to_owned(),
        Event::TwoStepOff => "two-step-off".to_owned(),
        Event::DowntimeBegan => "downtime-began".to_owned(),
        Event::DowntimeEnded => "downtime-ended".to_owned(),
        Event::Compared { .. } => "compared".to_owned(),
        Event::BackupRemoved => "backup-removed".to_owned(),
        Event::Accepted { .. } => "accepted".to_owned(),
        Event::Torn { .. } => "torn".to_owned(),
    }
}

//! The run: the steps in their order, each only when the one before is done, and from where the journal says.

use std::path::{Path, PathBuf};
use std::time::Duration;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use secrecy::SecretString;
use serde_json::Value;

use super::claim::Claim;
use super::journal::{Entry, Event, Failure, Journal, Step, Subject};
use super::metadata::{self, Metadata};
use super::preflight::{self, Past, Ready};
use super::servers::Servers;
use super::session::{Dialogue, Session, Stop, Timing, World};
use super::standing::{Pin, Registration, Standing, TwoStep};
use super::{register, steps, verify};
use crate::config::Migrate;
use crate::config::migrate::{Number, Window};
use crate::facts::Date;
use crate::net::{SecretName, Secrets};

/// How a run ended.
#[derive(Debug)]
pub struct Outcome {
    /// Where.
    pub ended: Ended,
    /// Whether two-step verification is off, or may be, and the number is not registered: a person has to know.
    pub is_unprotected: bool,
}

/// Where a run ended.
#[derive(Debug)]
pub enum Ended {
    /// All is done; in a dry run, all is ready.
    Done,
    /// The gate is shut.
    Closed(Shut),
    /// All steps are done, and the comparison found this.
    Differs(Vec<String>),
    /// It stopped.
    Stopped(Stop),
}

/// What a look at the gate said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Gate {
    /// It is open.
    Open,
    /// It is shut.
    Shut(Shut),
}

/// What is in the way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shut {
    /// For people.
    pub text: String,
    /// For programs.
    pub json: Value,
}

/// What a run is to do.
#[derive(Clone, Debug, Default)]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag on the command line")]
pub struct Options {
    /// Whether it changes something; else it looks whether it could.
    pub execute: bool,
    /// Whether two-step verification is turned off, because nobody knows the PIN.
    pub disable_two_step: bool,
    /// Whether the PIN is another than the one that was refused.
    pub pin_corrected: bool,
    /// Whether a person says that the last registration did not take effect, where Graph API does not.
    pub not_registered: bool,
    /// Where a password for the backup is made and kept.
    pub generate_backup_password: Option<PathBuf>,
}

/// What a run is about.
pub struct Run<'a> {
    /// What the configuration says.
    pub migrate: &'a Migrate,
    /// The number.
    pub number: &'a Number,
    /// The version of Graph API.
    pub version: String,
    /// The folder of the configuration.
    pub folder: &'a Path,
    /// Where the journal is.
    pub journal: PathBuf,
    /// The folder in which this machine remembers which numbers are being registered, apart from journals.
    pub state: PathBuf,
    /// The secrets that were given.
    pub secrets: Secrets,
    /// What it is to do.
    pub options: Options,
    /// Looks at the gate, now.
    pub gate: &'a dyn Fn() -> Result<Gate, String>,
    /// The day.
    pub today: Date,
    /// How long things are waited for.
    pub timing: Timing,
    /// How many entries the disk has room for, in a rehearsal.
    pub room: Option<u32>,
}

/// What a run has in its hands.
struct Opened {
    claim: Option<Claim>,
    journal: Option<Journal>,
    entries: Vec<Entry>,
}

impl Run<'_> {
    /// After how long the gate is looked at again before something is changed.
    const STALE: Duration = Duration::from_secs(60);

    /// Runs.
    pub fn go(mut self, dialogue: &mut dyn Dialogue, world: &mut dyn World) -> Outcome {
        let ended = self.steps(dialogue, world).unwrap_or_else(Ended::Stopped);
        let entries = Journal::read(&self.journal).unwrap_or_default();
        Outcome { ended, is_unprotected: Standing::of(&entries, &self.subject()).is_unprotected() }
    }

    fn steps(&mut self, dialogue: &mut dyn Dialogue, world: &mut dyn World) -> Result<Ended, Stop> {
        let (subject, timing) = (self.subject(), self.timing);
        let Opened { claim, journal, entries } = self.open(world)?;
        let standing = Standing::of(&entries, &subject);
        let lost = claim.as_ref().and_then(|claim| claim.open()).map(|attempt| attempt.at);
        let lost = lost.filter(|at| !standing.tried.contains(at));
        let mut session = Session { subject, journal, claim, dialogue, world, timing };
        self.ask(&mut session, SecretName::GraphToken, false)?;
        if self.options.execute {
            session.note(Event::Run { waport: env!("CARGO_PKG_VERSION").to_owned() })?;
        }
        let open = match (standing.registration, lost) {
            // A journal that was lost does not know what was sent.
            (_, Some(sent)) | (Registration::Open(sent), None) => Some(sent),
            (Registration::Done, None) => return self.finish(&mut session, None),
            (Registration::NotTried | Registration::Refused, None) => None,
        };
        if let Some(sent) = open {
            if !self.options.execute {
                let what = format!("a registration was sent at {sent}, and its end is not known");
                return Err(Stop::on_the_way(what, ["run it with `--execute`: it reads the number before all else"]));
            }
            if register::find_out(&mut session, &self.servers(), sent, self.options.not_registered)? {
                return self.finish(&mut session, None);
            }
        }
        session.release()?;
        self.before(session, &entries)
    }

    /// Claims the number and opens the journal; a run that changes nothing only reads it.
    fn open(&self, world: &mut dyn World) -> Result<Opened, Stop> {
        let refused = |error: &dyn std::fmt::Display| Stop::Refused(error.to_string());
        if !self.options.execute {
            let entries = Journal::read(&self.journal).map_err(|error| refused(&error))?;
            return Ok(Opened { claim: None, journal: None, entries });
        }
        let claim = Claim::take(&self.state, &self.subject(), &self.journal).map_err(|error| refused(&error))?;
        let mut journal = Journal::open(&self.journal, world.now()).map_err(|error| refused(&error))?;
        if let Some(room) = self.room {
            journal.fill_after(room);
        }
        let entries = journal.entries().to_vec();
        Ok(Opened { claim: Some(claim), journal: Some(journal), entries })
    }

    /// All that stands before the registration, and what comes after.
    fn before(&mut self, mut session: Session<'_>, entries: &[Entry]) -> Result<Ended, Stop> {
        let standing = match &session.journal {
            Some(_) => session.standing(),
            None => Standing::of(entries, &session.subject),
        };
        self.turn(entries)?;
        let now = session.world.now();
        self.window(&standing, now)?;
        session.say("step 0, gate");
        if let Gate::Shut(shut) = (self.gate)().map_err(Stop::Refused)? {
            return Ok(Ended::Closed(shut));
        }
        session.say("  ok    the gate is open");
        let looked = session.world.now();
        register::may_try(&standing, looked)?;
        let file = metadata::file(&self.journal, &session.subject);
        let kept = Metadata::read(&file);
        let kept = kept.map_err(|error| Stop::Refused(format!("the backup {}: {error}", file.display())))?;
        if kept.is_none() {
            self.ask_onprem(&mut session)?;
        }
        session.say("step 1, preflight");
        session.begin(Step::Preflight)?;
        let past = Past { backup: kept.as_ref().map(|kept| kept.made), tried: !standing.tried.is_empty() };
        let ready = match preflight::preflight(&mut session, &self.servers(), past, self.today) {
            Ok(ready) => ready,
            // A registration that was answered with a refusal may have taken effect all the same.
            Err(Stop::OnTheWay { .. })
                if standing.registration == Registration::Refused && self.is_on_cloud(&mut session)? =>
            {
                session.say("  note  the number is on Cloud API: the last registration took effect");
                register::done(&mut session, Some("found on Cloud API".to_owned()))?;
                return self.finish(&mut session, None);
            }
            Err(Stop::OnTheWay { what, advice }) => {
                let failure = Failure { what: what.clone(), refused: true, ..Failure::default() };
                session.failed(Step::Preflight, failure)?;
                return Err(Stop::OnTheWay { what, advice });
            }
            Err(stop) => return Err(stop),
        };
        session.note(Event::Snapshot {
            phone_number: ready.phone_number.clone(),
            onprem_version: ready.onprem_version.clone(),
        })?;
        session.done(Step::Preflight, None)?;
        let two_step = self.two_step(&mut session, &standing, ready.phone_number.is_pin_enabled)?;
        // While the client answers, a new backup is better than one that is kept.
        let kept = kept.filter(|_| !ready.is_connected);
        if !self.options.execute {
            self.foresee(&mut session, &standing)?;
            session.say(self.outlook(two_step, kept.is_some()));
            return Ok(Ended::Done);
        }
        let (pin, password) = self.ask_for_registration(&mut session, &standing, two_step, kept.as_ref())?;
        self.confirm(&mut session, two_step)?;
        let now = session.world.now();
        self.window(&standing, now)?;
        if now.duration_since(looked).unsigned_abs() > Self::STALE
            && let Gate::Shut(shut) = (self.gate)().map_err(Stop::Refused)?
        {
            return Ok(Ended::Closed(shut));
        }
        session.say("step 2, two-step verification (step 1 of the guide)");
        steps::two_step(&mut session, ready.onprem.as_ref(), two_step, self.options.disable_two_step)?;
        session.say("step 3, backup (step 2 of the guide)");
        let metadata = Self::metadata(&mut session, &ready, &file, kept, &password)?;
        session.say("step 4, register (step 3 of the guide)");
        self.still_there(&mut session, past)?;
        register::register(&mut session, &self.servers(), &pin, &password, &metadata)?;
        self.finish(&mut session, ready.app_id)
    }

    /// What comes after the registration.
    fn finish(&mut self, session: &mut Session<'_>, app: Option<String>) -> Result<Ended, Stop> {
        if !self.options.execute {
            session.say("the number is registered; with `--execute` the run subscribes the app and verifies");
            return Ok(Ended::Done);
        }
        session.release()?;
        if session.standing().is_down() {
            session.note(Event::DowntimeEnded)?;
        }
        let app = match app.or_else(|| self.migrate.app_id.clone()) {
            Some(app) => Some(app),
            None => self.app_of_token(session)?,
        };
        session.say("step 5, subscribe the app");
        steps::subscribe(session, &self.servers(), app.as_deref())?;
        session.say("step 6, verify");
        session.begin(Step::Verify)?;
        let comparison = match self.compare(session) {
            Err(Stop::OnTheWay { what, advice }) => {
                session.failed(Step::Verify, Failure { what: what.clone(), refused: true, ..Failure::default() })?;
                return Err(Stop::OnTheWay { what, advice });
            }
            comparison => comparison?,
        };
        for good in &comparison.good {
            session.say(format!("  ok    {good}"));
        }
        for unknown in &comparison.unknown {
            session.say(format!("  note  not known: {unknown}"));
        }
        for difference in &comparison.differences {
            session.say(format!("  stop  {difference}"));
        }
        session.note(Event::Compared { differences: comparison.differences.clone() })?;
        if !comparison.is_good() {
            return Ok(Ended::Differs(comparison.differences));
        }
        session.done(Step::Verify, None)?;
        remove_metadata(session, &self.journal)?;
        Ok(Ended::Done)
    }

    /// Compares, and again for a while: right after a registration the number may still be on its way.
    fn compare(&self, session: &mut Session<'_>) -> Result<verify::Comparison, Stop> {
        let snapshot = session.standing().snapshot;
        let mut waited = Duration::ZERO;
        loop {
            let comparison = verify::compare(session, &self.servers(), snapshot.as_ref())?;
            if comparison.is_good() || waited >= self.timing.register {
                return Ok(comparison);
            }
            session.world.wait(self.timing.poll);
            waited += self.timing.poll;
        }
    }

    /// Which number it is about.
    pub(super) fn subject(&self) -> Subject {
        Subject::of(self.migrate, self.number)
    }

    fn servers(&self) -> Servers<'_> {
        Servers {
            migrate: self.migrate,
            number: self.number,
            version: &self.version,
            folder: self.folder,
            secrets: &self.secrets,
            timing: self.timing,
        }
    }

    /// Other numbers wait for the pilot.
    fn turn(&self, entries: &[Entry]) -> Result<(), Stop> {
        if self.number.pilot || self.migrate.numbers.len() == 1 {
            return Ok(());
        }
        let Some(pilot) = self.migrate.numbers.iter().find(|number| number.pilot) else {
            return Err(Stop::Refused(
                "there are several numbers and none is the pilot: mark the one with the fewest messages with \
                 `pilot = true` in waport.toml"
                    .to_owned(),
            ));
        };
        let standing = Standing::of(entries, &Subject::of(self.migrate, pilot));
        let is_there = standing.registration == Registration::Done && standing.subscribed;
        if is_there && standing.accepted_by.is_some() {
            return Ok(());
        }
        let name = &pilot.name;
        let next = if is_there {
            format!("try its checklist, then run `waport migrate accept --number {name} --by YOU`")
        } else {
            format!("migrate it first, with `waport migrate run --number {name} --execute`")
        };
        Err(Stop::Refused(format!("`{}` waits for the pilot `{name}`: {next}", self.number.name)))
    }

    /// A run starts in its window only; when the old client is down already, every hour counts.
    fn window(&self, standing: &Standing, now: Timestamp) -> Result<(), Stop> {
        let Some(window) = &self.migrate.window else { return Ok(()) };
        let zone = zone(window).map_err(Stop::Refused)?;
        if !self.options.execute {
            return Ok(());
        }
        let local = now.to_zoned(zone);
        let minute = u16::try_from(i32::from(local.hour()) * 60 + i32::from(local.minute())).unwrap_or(0);
        if window.holds(minute) || standing.pin == Pin::TookClientDown {
            return Ok(());
        }
        let what = format!("it is {} there: a run starts in the window {window} only", local.strftime("%H:%M"));
        Err(Stop::Refused(what))
    }

    /// What is known of two-step verification: what the journal says, corrected by what Graph API says.
    fn two_step(
        &self,
        session: &mut Session<'_>,
        standing: &Standing,
        is_pin_enabled: Option<bool>,
    ) -> Result<TwoStep, Stop> {
        match (standing.two_step, is_pin_enabled) {
            (TwoStep::Off, Some(true)) => {
                session.say("  note  two-step verification is on again, so the PIN that was set since is needed");
                Ok(TwoStep::Untouched)
            }
            (TwoStep::Untouched, Some(false)) => {
                session.say("  note  two-step verification is off; register sets a PIN, the one that is given");
                Ok(TwoStep::Off)
            }
            (TwoStep::Open, Some(true)) => Ok(TwoStep::Untouched),
            (TwoStep::Open, Some(false)) => Ok(TwoStep::Off),
            (TwoStep::Open, None) if !self.options.disable_two_step => Err(Stop::on_the_way(
                "turning two-step verification off was asked for, and whether it is off is not known; a wrong PIN would \
                 take the old client down",
                ["run it again with `--disable-two-step`, which is the same however often it is done"],
            )),
            (known, _) => Ok(known),
        }
    }

    fn metadata(
        session: &mut Session<'_>,
        ready: &Ready,
        file: &Path,
        kept: Option<Metadata>,
        password: &SecretString,
    ) -> Result<SecretString, Stop> {
        match (kept, &ready.onprem) {
            (Some(kept), _) => {
                session.say(format!("  ok    the backup of {} is used, {}", kept.made, file.display()));
                Ok(kept.data)
            }
            (None, Some(onprem)) => steps::backup(session, onprem, file, password),
            (None, None) => Err(Stop::on_the_way("there is no backup", [preflight::without_backup()])),
        }
    }

    /// Right before the registration: the prompts may have waited for hours.
    fn still_there(&self, session: &mut Session<'_>, past: Past) -> Result<(), Stop> {
        let graph = self.servers().graph()?;
        let id = &self.number.phone_number_id;
        let read = session.read("GET platform_type", || graph.platform_type(id))?;
        let platform = read.map_err(|error| Stop::of("the number could not be read", &error))?;
        match platform.as_deref() {
            Some("ON_PREMISE") => Ok(()),
            Some(other) if other != "CLOUD_API" && past.backup.is_some() && past.tried => Ok(()),
            other => {
                let what = format!("the number is not on On-Premises API any more, but {}", other.unwrap_or("unknown"));
                Err(Stop::on_the_way(what, ["see WhatsApp Manager, and run it again: it looks at everything anew"]))
            }
        }
    }

    fn is_on_cloud(&self, session: &mut Session<'_>) -> Result<bool, Stop> {
        let graph = self.servers().graph()?;
        let read = session.read("GET platform_type", || graph.platform_type(&self.number.phone_number_id))?;
        Ok(read.is_ok_and(|platform| platform.as_deref() == Some("CLOUD_API")))
    }

    fn app_of_token(&self, session: &mut Session<'_>) -> Result<Option<String>, Stop> {
        let servers = self.servers();
        let (graph, token) = (servers.graph()?, servers.secret(SecretName::GraphToken)?);
        Ok(session.read("GET debug_token", || graph.debug_token(token))?.ok().and_then(|token| token.app_id))
    }
}

/// Removes what was kept of a number's backup, now that it is not needed any more.
///
/// # Errors
/// When that could not be noted.
pub fn remove_metadata(session: &mut Session<'_>, journal: &Path) -> Result<(), Stop> {
    let file = metadata::file(journal, &session.subject);
    match metadata::remove(&file) {
        Ok(true) => session.note(Event::BackupRemoved),
        Ok(false) => Ok(()),
        Err(error) => {
            session.say(format!("  note  the backup {} could not be removed: {error}; remove it", file.display()));
            Ok(())
        }
    }
}

/// The time zone of a window.
///
/// # Errors
/// When there is none of that name.
pub fn zone(window: &Window) -> Result<TimeZone, String> {
    TimeZone::get(&window.zone)
        .map_err(|_| format!("[migrate] window: there is no time zone `{}`; write one like Europe/Berlin", window.zone))
}

/// How a run ended, for people.
#[must_use]
pub fn text(outcome: &Outcome, name: &str, execute: bool) -> String {
    let mut text = match &outcome.ended {
        Ended::Done if execute => {
            format!("`{name}` is migrated: registered, subscribed and verified. Switch the senders.")
        }
        Ended::Done => format!("`{name}` is ready."),
        Ended::Closed(shut) => format!("{}\nThe gate is shut; the number was not registered.", shut.text),
        Ended::Differs(_) => format!(
            "`{name}` is registered and subscribed, but not all is as it should be. Run it again to compare again; when a \
             difference is to stay, `waport migrate accept --number {name} --by YOU --despite-differences`."
        ),
        Ended::Stopped(Stop::OnTheWay { what, advice }) => {
            let mut text = format!("stopped: {what}");
            for line in advice {
                text.push_str("\n  - ");
                text.push_str(line);
            }
            text.push_str("\n`waport migrate status` says where each number stands.");
            text
        }
        Ended::Stopped(Stop::Refused(why)) => why.clone(),
        Ended::Stopped(Stop::Killed(place)) => format!("killed {place}"),
    };
    if outcome.is_unprotected {
        text.push('\n');
        text.push_str(UNPROTECTED);
    }
    text
}

/// What to know of a number whose two-step verification is off.
pub const UNPROTECTED: &str = "Two-step verification is off, or may be: the number is unprotected until it is registered. \
    Go on soon, or turn it on again in WhatsApp Manager or with the old client (POST /v1/settings/account/two-step).";

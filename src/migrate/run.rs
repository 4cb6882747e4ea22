//! The run: the steps in their order, each only when the one before is done, and from where the journal says.

use std::path::{Path, PathBuf};

use jiff::tz::TimeZone;
use secrecy::SecretString;

use super::journal::{Entry, Event, Failure, Journal, Step};
use super::preflight::{self, Ready};
use super::servers::{self, Servers};
use super::session::{Dialogue, Session, Stop, Timing, World};
use super::standing::{Registration, Standing, TwoStep};
use super::{keep, register, steps, verify};
use crate::config::Migrate;
use crate::config::migrate::{Number, Window};
use crate::facts::Date;
use crate::net::{SecretName, Secrets};

/// How a run ended.
#[derive(Debug)]
pub enum Ended {
    /// All is done; in a dry run, all is ready.
    Done,
    /// The gate is shut: what is in the way, for people.
    Closed(String),
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
    /// It is shut: what is in the way, for people.
    Shut(String),
}

/// What a run is to do.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// Whether it changes something; else it looks whether it could.
    pub execute: bool,
    /// Whether two-step verification is turned off, because nobody knows the PIN.
    pub disable_two_step: bool,
    /// Whether the PIN is another than the one that was refused.
    pub pin_corrected: bool,
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

impl Run<'_> {
    /// Runs.
    pub fn go(mut self, dialogue: &mut dyn Dialogue, world: &mut dyn World) -> Ended {
        match self.steps(dialogue, world) {
            Ok(ended) => ended,
            Err(Stop::OnTheWay { what, mut advice }) => {
                let standing = Standing::of(&Journal::read(&self.journal).unwrap_or_default(), &self.number.name);
                if standing.two_step != TwoStep::Untouched && standing.registration != Registration::Done {
                    advice.push(
                        "two-step verification is off: the number is unprotected until it is registered, so do not wait"
                            .to_owned(),
                    );
                }
                Ended::Stopped(Stop::OnTheWay { what, advice })
            }
            Err(stop) => Ended::Stopped(stop),
        }
    }

    fn steps(&mut self, dialogue: &mut dyn Dialogue, world: &mut dyn World) -> Result<Ended, Stop> {
        let mut journal = None;
        let entries: Vec<Entry> = if self.options.execute {
            let opened = Journal::open(&self.journal, world.now());
            let mut opened = opened.map_err(|error| Stop::Refused(error.to_string()))?;
            if let Some(room) = self.room {
                opened.fill_after(room);
            }
            let entries = opened.entries().to_vec();
            journal = Some(opened);
            entries
        } else {
            Journal::read(&self.journal).map_err(|error| Stop::Refused(error.to_string()))?
        };
        let standing = Standing::of(&entries, &self.number.name);
        let fresh = matches!(standing.registration, Registration::NotTried | Registration::Refused);
        let mut session = Session { name: &self.number.name, journal, dialogue, world, timing: self.timing };
        if fresh {
            self.turn(&entries)?;
            self.window(session.world.now())?;
        }
        self.ask(&mut session, SecretName::GraphToken, false)?;
        if self.options.execute {
            session.note(Event::Run { waport: env!("CARGO_PKG_VERSION").to_owned() })?;
        }
        match standing.registration {
            Registration::Done => return self.finish(&mut session, &standing, None),
            Registration::Open(sent) if self.options.execute => {
                if register::find_out(&mut session, &self.servers(), sent)? {
                    return self.finish(&mut session, &standing, None);
                }
            }
            Registration::Open(sent) => {
                let what = format!("a registration was sent at {sent}, and its end is not known");
                return Err(Stop::on_the_way(what, ["run it with `--execute`: it reads the number before all else"]));
            }
            Registration::NotTried | Registration::Refused => {}
        }
        self.before(session, &standing)
    }

    /// All that stands before the registration, and what comes after.
    fn before(&mut self, mut session: Session<'_>, standing: &Standing) -> Result<Ended, Stop> {
        session.say("step 0, gate");
        if let Gate::Shut(report) = (self.gate)().map_err(Stop::Refused)? {
            return Ok(Ended::Closed(report));
        }
        session.say("  ok    the gate is open");
        let kept = self.kept(standing)?;
        if kept.is_none() {
            self.ask_onprem(&mut session)?;
        }
        session.say("step 1, preflight");
        session.begin(Step::Preflight)?;
        let ready = match preflight::preflight(&mut session, &self.servers(), kept.is_none(), self.today) {
            Ok(ready) => ready,
            // A registration that was answered with a refusal may have taken effect all the same.
            Err(Stop::OnTheWay { .. })
                if standing.registration == Registration::Refused && self.is_on_cloud(&mut session)? =>
            {
                session.say("  note  the number is on Cloud API: the last registration took effect");
                register::done(&mut session, Some("found on Cloud API".to_owned()))?;
                return self.finish(&mut session, standing, None);
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
        if !self.options.execute {
            session.say(self.outlook(standing, kept.is_some()));
            return Ok(Ended::Done);
        }
        self.confirm(&mut session, standing)?;
        let (pin, password) = self.ask_for_registration(&mut session, standing, kept.is_some())?;
        session.say("step 2, two-step verification (step 1 of the guide)");
        steps::two_step(&mut session, ready.onprem.as_ref(), standing, self.options.disable_two_step)?;
        session.say("step 3, backup (step 2 of the guide)");
        let metadata = self.metadata(&mut session, &ready, kept, &password)?;
        session.say("step 4, register (step 3 of the guide)");
        register::register(&mut session, &self.servers(), standing, &pin, &password, &metadata)?;
        let snapshot = Standing { snapshot: Some(ready.phone_number), ..standing.clone() };
        let standing = if standing.snapshot.is_some() { standing } else { &snapshot };
        self.finish(&mut session, standing, ready.app_id)
    }

    /// What comes after the registration.
    fn finish(&mut self, session: &mut Session<'_>, standing: &Standing, app: Option<String>) -> Result<Ended, Stop> {
        if !self.options.execute {
            session.say("the number is registered; with `--execute` the run subscribes the app and verifies");
            return Ok(Ended::Done);
        }
        if standing.is_down() && standing.registration == Registration::Done {
            session.note(Event::DowntimeEnded)?;
        }
        let app = app.or_else(|| self.migrate.app_id.clone());
        let app = match app {
            Some(app) => Some(app),
            None => self.app_of_token(session)?,
        };
        session.say("step 5, subscribe the app");
        steps::subscribe(session, &self.servers(), app.as_deref())?;
        session.say("step 6, verify");
        session.begin(Step::Verify)?;
        let comparison = self.compare(session, standing)?;
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
        self.remove_metadata(session)?;
        Ok(Ended::Done)
    }

    /// Compares, and again for a while: right after a registration the number may still be on its way.
    fn compare(&self, session: &mut Session<'_>, standing: &Standing) -> Result<verify::Comparison, Stop> {
        let begun = session.world.now();
        loop {
            let comparison = verify::compare(session, &self.servers(), standing.snapshot.as_ref())?;
            let waited = session.world.now().duration_since(begun);
            if comparison.is_good() || waited.unsigned_abs() >= self.timing.settle {
                return Ok(comparison);
            }
            session.world.wait(self.timing.poll);
        }
    }

    fn remove_metadata(&self, session: &mut Session<'_>) -> Result<(), Stop> {
        let file = steps::metadata_file(&self.journal, &self.number.name);
        match std::fs::remove_file(&file) {
            Ok(()) => session.note(Event::BackupRemoved),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(()),
            Err(error) => {
                session.say(format!("  note  the backup {} could not be removed: {error}; remove it", file.display()));
                Ok(())
            }
        }
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
        let standing = Standing::of(entries, &pilot.name);
        if standing.is_complete() && standing.accepted_by.is_some() {
            return Ok(());
        }
        let name = &pilot.name;
        let next = if standing.is_complete() {
            format!("try its checklist, then run `waport migrate accept --number {name} --by YOU`")
        } else {
            format!("migrate it first, with `waport migrate run --number {name} --execute`")
        };
        Err(Stop::Refused(format!("`{}` waits for the pilot `{name}`: {next}", self.number.name)))
    }

    fn window(&self, now: jiff::Timestamp) -> Result<(), Stop> {
        let Some(window) = self.migrate.window.as_ref().filter(|_| self.options.execute) else { return Ok(()) };
        let zone = zone(window).map_err(Stop::Refused)?;
        let local = now.to_zoned(zone);
        let minute = u16::try_from(i32::from(local.hour()) * 60 + i32::from(local.minute())).unwrap_or(0);
        if window.holds(minute) {
            return Ok(());
        }
        let what = format!("it is {} there: a run starts in the window {window} only", local.strftime("%H:%M"));
        Err(Stop::Refused(what))
    }

    /// Makes sure that a secret is known, by asking if need be.
    fn ask(&mut self, session: &mut Session<'_>, name: SecretName, twice: bool) -> Result<SecretString, Stop> {
        if let Some(secret) = self.secrets.get(name, &self.number.name) {
            return Ok(secret.clone());
        }
        let secret = session.dialogue.secret(name, twice);
        let secret = secret.ok_or_else(|| servers::missing(name, &self.number.name))?;
        self.secrets.put(name, &self.number.name, secret.clone());
        Ok(secret)
    }

    fn ask_onprem(&mut self, session: &mut Session<'_>) -> Result<(), Stop> {
        if self.secrets.get(SecretName::OnpremToken, &self.number.name).is_none() {
            self.ask(session, SecretName::OnpremUser, false)?;
            self.ask(session, SecretName::OnpremPassword, false)?;
        }
        Ok(())
    }

    fn ask_for_registration(
        &mut self,
        session: &mut Session<'_>,
        standing: &Standing,
        is_backed_up: bool,
    ) -> Result<(SecretString, SecretString), Stop> {
        let is_given = self.secrets.get(SecretName::Pin, &self.number.name).is_some();
        if standing.pin_refused && is_given && !self.options.pin_corrected {
            return Err(Stop::Refused(
                "the last registration was refused because of the PIN, and too many wrong ones lock the number: give the \
                 right one, and say so with `--pin-corrected`; nothing was changed"
                    .to_owned(),
            ));
        }
        let is_new = self.options.disable_two_step || standing.two_step == TwoStep::Off;
        let pin = self.ask(session, SecretName::Pin, is_new)?;
        if !steps::is_pin(&pin) {
            return Err(Stop::Refused("the PIN is not made of six digits; nothing was changed".to_owned()));
        }
        if let Some(file) = &self.options.generate_backup_password {
            let at = |error: std::io::Error| Stop::Refused(format!("{}: {error}", file.display()));
            // A password that is there was made by the run before, whose backup it opens.
            let password = match keep::read(file) {
                Ok(password) => password,
                Err(error) if error.kind() == std::io::ErrorKind::NotFound && is_backed_up => {
                    let kept = steps::metadata_file(&self.journal, &self.number.name);
                    return Err(Stop::Refused(format!(
                        "there is a backup, {}, and {} is not the file with its password; name that, or remove the \
                         backup for a new one while the client still gives one",
                        kept.display(),
                        file.display()
                    )));
                }
                Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                    let made = keep::password().map_err(at)?;
                    keep::create(file, &made).map_err(at)?;
                    session.say(format!("  done  a password for the backup is kept in {}", file.display()));
                    made
                }
                Err(error) => return Err(at(error)),
            };
            self.secrets.put(SecretName::BackupPassword, &self.number.name, password);
        }
        let password = self.ask(session, SecretName::BackupPassword, true)?;
        Ok((pin, password))
    }

    /// The metadata of a backup that an earlier run made: the client may not be there for another.
    fn kept(&self, standing: &Standing) -> Result<Option<SecretString>, Stop> {
        if !standing.backed_up {
            return Ok(None);
        }
        let file = steps::metadata_file(&self.journal, &self.number.name);
        match keep::read(&file) {
            Ok(metadata) => Ok(Some(metadata)),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(Stop::Refused(format!("the backup {}: {error}", file.display()))),
        }
    }

    fn metadata(
        &self,
        session: &mut Session<'_>,
        ready: &Ready,
        kept: Option<SecretString>,
        password: &SecretString,
    ) -> Result<SecretString, Stop> {
        let file = steps::metadata_file(&self.journal, &self.number.name);
        if let Some(kept) = kept {
            session.say(format!("  ok    the backup of an earlier run, {}, is used", file.display()));
            return Ok(kept);
        }
        match &ready.onprem {
            Some(onprem) => steps::backup(session, onprem, &file, password),
            None => Err(Stop::on_the_way("there is no backup", [preflight::without_backup()])),
        }
    }

    fn confirm(&self, session: &mut Session<'_>, standing: &Standing) -> Result<(), Stop> {
        let number = &self.number.display_phone_number;
        session.say(format!(
            "Registering {number} cannot be undone: On-Premises API loses it for good.\n\
             Downtime begins with the registration and lasts some seconds as a rule; what users send meanwhile is dropped \
             without a word to anybody.\n\
             Senders should be paused and the old queues be empty by now."
        ));
        let refused = |what: &str| Err(Stop::Refused(format!("{what} was not confirmed; nothing was changed")));
        if !session.dialogue.confirm("Type the number to go on", number) {
            return refused("the number");
        }
        if self.options.disable_two_step && standing.two_step != TwoStep::Off {
            session.say(
                "Turning two-step verification off leaves the number unprotected until it is registered. Only its owner \
                 may do that.",
            );
            if !session.dialogue.confirm("Type `unprotected` to turn it off", "unprotected") {
                return refused("turning two-step verification off");
            }
        }
        Ok(())
    }

    fn outlook(&self, standing: &Standing, kept: bool) -> String {
        let pin = match (self.options.disable_two_step, standing.two_step) {
            (_, TwoStep::Off) => "two-step verification is off already; register sets a new PIN",
            (true, _) => "turns two-step verification off, after a second question",
            (false, _) => "keeps two-step verification; register takes the PIN",
        };
        let backup = if kept { "uses the backup of an earlier run" } else { "makes a backup" };
        format!(
            "Nothing was changed. With `--execute` the run {backup}, {pin}, registers {} on Cloud API, which cannot be \
             undone, subscribes the app and verifies.",
            self.number.display_phone_number
        )
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
pub fn text(ended: &Ended, name: &str, execute: bool) -> String {
    match ended {
        Ended::Done if execute => {
            format!("`{name}` is migrated: registered, subscribed and verified. Switch the senders.")
        }
        Ended::Done => format!("`{name}` is ready."),
        Ended::Closed(report) => format!("{report}\nThe gate is shut; nothing was changed."),
        Ended::Differs(_) => {
            format!("`{name}` is registered and subscribed, but not as before; `waport migrate verify` compares again.")
        }
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
    }
}

//! What a run asks the person in front of it: secrets that were not given, and whether to do what cannot be undone.

use std::path::Path;

use secrecy::SecretString;

use super::keep;
use super::metadata::{self, Metadata};
use super::run::Run;
use super::servers;
use super::session::{Session, Stop};
use super::standing::{Pin, Standing, TwoStep};
use super::steps;
use crate::net::SecretName;

impl Run<'_> {
    /// Makes sure that a secret is known, by asking if need be.
    pub(super) fn ask(
        &mut self,
        session: &mut Session<'_>,
        name: SecretName,
        twice: bool,
    ) -> Result<SecretString, Stop> {
        if let Some(secret) = self.secrets.get(name, &self.number.name) {
            return Ok(secret.clone());
        }
        let secret = session.dialogue.secret(name, twice);
        let secret = secret.ok_or_else(|| servers::missing(name, &self.number.name))?;
        self.secrets.put(name, &self.number.name, secret.clone());
        Ok(secret)
    }

    /// Makes sure that one can log in to the On-Premises client.
    pub(super) fn ask_onprem(&mut self, session: &mut Session<'_>) -> Result<(), Stop> {
        if self.secrets.get(SecretName::OnpremToken, &self.number.name).is_none() {
            self.ask(session, SecretName::OnpremUser, false)?;
            self.ask(session, SecretName::OnpremPassword, false)?;
        }
        Ok(())
    }

    /// Says in a dry run what a run with `--execute` would ask for, and refuses what that would refuse.
    pub(super) fn foresee(&self, session: &mut Session<'_>, standing: &Standing) -> Result<(), Stop> {
        let given = |name| self.secrets.get(name, &self.number.name);
        self.refuse_pin(standing)?;
        for name in [SecretName::Pin, SecretName::BackupPassword] {
            let is_made = name == SecretName::BackupPassword && self.options.generate_backup_password.is_some();
            if given(name).is_none() && !is_made {
                let (what, variable) = (name.what(), name.variable());
                session.say(format!(
                    "  note  the {what} is not known: it is asked for at a terminal, else set {variable}"
                ));
            }
        }
        if let Some(window) = &self.migrate.window {
            session.say(format!("  note  a run with `--execute` starts in the window {window} only"));
        }
        Ok(())
    }

    /// Refuses a PIN that is none, or that was refused before.
    fn refuse_pin(&self, standing: &Standing) -> Result<(), Stop> {
        let Some(pin) = self.secrets.get(SecretName::Pin, &self.number.name) else { return Ok(()) };
        if !steps::is_pin(pin) {
            return Err(Stop::Refused("the PIN is not made of six digits; nothing was sent".to_owned()));
        }
        if standing.pin != Pin::NotRefused && !self.options.pin_corrected {
            return Err(Stop::Refused(
                "a registration was refused because of the PIN, and too many wrong ones lock the number: give the right \
                 one, and say so with `--pin-corrected`; nothing was sent"
                    .to_owned(),
            ));
        }
        Ok(())
    }

    /// The PIN and the backup's password. `kept` is a backup that will be used, and knows its password.
    pub(super) fn ask_for_registration(
        &mut self,
        session: &mut Session<'_>,
        standing: &Standing,
        two_step: TwoStep,
        kept: Option<&Metadata>,
    ) -> Result<(SecretString, SecretString), Stop> {
        self.refuse_pin(standing)?;
        let is_new = self.options.disable_two_step || two_step == TwoStep::Off;
        let pin = self.ask(session, SecretName::Pin, is_new)?;
        if !steps::is_pin(&pin) {
            return Err(Stop::Refused("the PIN is not made of six digits; nothing was sent".to_owned()));
        }
        if let Some(file) = &self.options.generate_backup_password {
            let password = generated(session, file, kept.is_some())?;
            self.secrets.put(SecretName::BackupPassword, &self.number.name, password);
        }
        let password = self.ask(session, SecretName::BackupPassword, kept.is_none())?;
        if kept.is_some_and(|kept| !kept.opens_with(&password)) {
            let file = metadata::file(&self.journal, &session.subject);
            return Err(Stop::Refused(format!(
                "the backup {} was made with another password; give that one, nothing was sent",
                file.display()
            )));
        }
        Ok((pin, password))
    }

    /// Says what cannot be undone, and asks whether to do it.
    pub(super) fn confirm(&self, session: &mut Session<'_>, two_step: TwoStep) -> Result<(), Stop> {
        let number = &self.number.display_phone_number;
        session.say(format!(
            "Registering {number} cannot be undone: On-Premises API loses it for good.\n\
             Downtime begins with the registration and lasts some seconds as a rule; what users send meanwhile is dropped \
             without a word to anybody.\n\
             Senders should be paused and the old queues be empty by now."
        ));
        let refused = |what: &str| Err(Stop::Refused(format!("{what} was not confirmed; nothing was sent")));
        if !session.dialogue.confirm("Type the number to go on", number) {
            return refused(&format!("the number {number}, typed or given with `--confirm`,"));
        }
        if self.options.disable_two_step && two_step != TwoStep::Off {
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

    /// What a run with `--execute` would do.
    pub(super) fn outlook(&self, two_step: TwoStep, is_backed_up: bool) -> String {
        let pin = match (self.options.disable_two_step, two_step) {
            (_, TwoStep::Off) => "leaves two-step verification off until register sets a PIN",
            (true, _) => "turns two-step verification off, after a second question",
            (false, _) => "keeps two-step verification, whose PIN register takes",
        };
        let backup = if is_backed_up { "uses the backup that is kept" } else { "makes a backup" };
        format!(
            "Nothing was changed. With `--execute` the run {backup}, {pin}, registers {} on Cloud API, which cannot be \
             undone, subscribes the app and verifies.",
            self.number.display_phone_number
        )
    }
}

/// The password in the file for it; a new one when there is none and no backup was made with another.
fn generated(session: &mut Session<'_>, file: &Path, is_backed_up: bool) -> Result<SecretString, Stop> {
    let at = |error: std::io::Error| Stop::Refused(format!("{}: {error}", file.display()));
    match keep::read(file) {
        Ok(password) if keep::is_password(&password) => {
            session.say(format!("  ok    the password in {} is used", file.display()));
            Ok(password)
        }
        Ok(_) => Err(Stop::Refused(format!(
            "{} is there, and is no password that waport made; name another file, or give the password itself",
            file.display()
        ))),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound && is_backed_up => {
            Err(Stop::Refused(format!("{} is not there, and the backup has its password already", file.display())))
        }
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            let made = keep::password().map_err(at)?;
            keep::create(file, &made).map_err(at)?;
            session.say(format!("  done  a password for the backup is kept in {}", file.display()));
            Ok(made)
        }
        Err(error) => Err(at(error)),
    }
}

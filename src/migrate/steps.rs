//! The steps around the registration: two-step verification and the backup before it, the subscription after it.

use std::path::Path;

use secrecy::{ExposeSecret as _, SecretString};

use super::journal::{Event, Failure, Step};
use super::metadata::Metadata;
use super::servers::Servers;
use super::session::{Session, Stop};
use super::standing::TwoStep;
use crate::net::ApiError;
use crate::net::graph::Graph;
use crate::net::onprem::OnPrem;

/// Whether a text is a PIN of two-step verification.
#[must_use]
pub fn is_pin(pin: &SecretString) -> bool {
    let pin = pin.expose_secret();
    pin.len() == 6 && pin.bytes().all(|b| b.is_ascii_digit())
}

/// Step 1 of the guide: with a PIN that is known there is nothing to do; else two-step verification is turned off.
///
/// # Errors
/// When the On-Premises client refuses, or the run stops here.
pub fn two_step(
    session: &mut Session<'_>,
    onprem: Option<&OnPrem>,
    two_step: TwoStep,
    turn_off: bool,
) -> Result<(), Stop> {
    if !turn_off || two_step == TwoStep::Off {
        if two_step == TwoStep::Off {
            session.note(Event::TwoStepOff)?;
            session.say("  ok    two-step verification is off already; register sets a new PIN");
        } else {
            session.note(Event::PinKnown)?;
            session.say("  ok    the PIN is known, so it stays on");
        }
        return session.done(Step::TwoStep, None);
    }
    let Some(onprem) = onprem else {
        return Err(Stop::on_the_way(
            "two-step verification can only be turned off while the On-Premises client is needed",
            ["turn it off in WhatsApp Manager, then run it again without `--disable-two-step`"],
        ));
    };
    session.begin(Step::TwoStep)?;
    if let Err(error) = session.once("DELETE two-step", || onprem.disable_two_step())? {
        session.failed(Step::TwoStep, error.as_ref().into())?;
        let mut stop = Stop::of("two-step verification could not be turned off", &error);
        if let Stop::OnTheWay { advice, .. } = &mut stop {
            advice.push("only the owner of the number may turn it off; when it is not yours, ask the owner".to_owned());
        }
        return Err(stop);
    }
    session.note(Event::TwoStepOff)?;
    session.say("  done  two-step verification is off; the number is unprotected until it is registered");
    session.done(Step::TwoStep, Some("turned off".to_owned()))
}

/// Step 2 of the guide: metadata of the number, encoded with a password, kept in a file for its owner alone.
///
/// # Errors
/// When none can be had or kept, or the run stops here.
pub fn backup(
    session: &mut Session<'_>,
    onprem: &OnPrem,
    file: &Path,
    password: &SecretString,
) -> Result<SecretString, Stop> {
    session.begin(Step::Backup)?;
    let data = match session.once("POST backup", || onprem.backup(password))? {
        Ok(data) => data,
        Err(error) => {
            session.failed(Step::Backup, error.as_ref().into())?;
            return Err(Stop::of("no backup", &error));
        }
    };
    let made = session.world.now();
    let kept = Metadata::new(data.clone(), password, made).and_then(|metadata| metadata.keep(file));
    if let Err(error) = kept {
        let what = format!("the backup could not be kept in {}: {error}", file.display());
        session.failed(Step::Backup, Failure { what: what.clone(), refused: true, ..Failure::default() })?;
        return Err(Stop::on_the_way(what, ["make room or mend the rights there, and run it again"]));
    }
    session.done(Step::Backup, None)?;
    session.say(format!("  done  the backup is kept in {} until all is verified", file.display()));
    Ok(data)
}

/// How often the app is subscribed in one run, when that did not work.
const TRIES: u32 = 3;

type Asked = Result<(), Box<ApiError>>;
type Apps = Result<Vec<String>, Box<ApiError>>;

/// Asks once, and reads what came of it.
fn ask_to_subscribe(session: &mut Session<'_>, graph: &Graph, waba: &str) -> Result<(Asked, Apps), Stop> {
    let asked = session.read("POST subscribed_apps", || graph.subscribe(waba))?;
    let read = session.read("GET subscribed_apps", || graph.subscribed_apps(waba))?;
    Ok((asked, read))
}

/// Without the ID of the app nobody can tell whether it is among those that are subscribed; then the answer counts.
fn is_subscribed(app: Option<&str>, asked: &Asked, read: &Apps) -> bool {
    match (app, read) {
        (Some(app), Ok(apps)) => apps.iter().any(|one| one == app),
        _ => asked.is_ok(),
    }
}

/// Subscribes the app to the account's webhooks, unless it is: without that none is delivered.
///
/// # Errors
/// When it is not subscribed in the end, or the run stops here.
pub fn subscribe(session: &mut Session<'_>, servers: &Servers<'_>, app: Option<&str>) -> Result<(), Stop> {
    let graph = servers.graph()?;
    let waba = &servers.number.waba_id;
    session.begin(Step::Subscribe)?;
    let read = session.read("GET subscribed_apps", || graph.subscribed_apps(waba))?;
    if app.is_some() && read.is_ok() && is_subscribed(app, &Ok(()), &read) {
        session.say("  ok    the app is subscribed to the account's webhooks already");
        return session.done(Step::Subscribe, Some("was subscribed already".to_owned()));
    }
    if let Err(error) = read {
        session.failed(Step::Subscribe, error.as_ref().into())?;
        return Err(Stop::of("whether the app is subscribed could not be read", &error));
    }
    // It is the same however often it is done, so it may be tried again, whatever was answered.
    let (mut asked, mut read) = ask_to_subscribe(session, &graph, waba)?;
    for _ in 1..TRIES {
        if is_subscribed(app, &asked, &read) {
            break;
        }
        session.world.wait(session.timing.poll);
        (asked, read) = ask_to_subscribe(session, &graph, waba)?;
    }
    let subscribed = is_subscribed(app, &asked, &read);
    if subscribed {
        session.done(Step::Subscribe, None)?;
        session.say("  done  the app is subscribed to the account's webhooks");
        return Ok(());
    }
    let warning = "until then the number sends, but none of its webhooks is delivered";
    let again = format!("run it again: it goes on with the subscription (POST /{waba}/subscribed_apps)");
    if let Some(error) = asked.err().or(read.err()) {
        session.failed(Step::Subscribe, error.as_ref().into())?;
        let remedy = error.remedy.clone();
        let advice = remedy.into_iter().chain([again, warning.to_owned()]);
        return Err(Stop::on_the_way(format!("the app is not subscribed: {error}"), advice));
    }
    let what = "the app is not among those that are subscribed to the account's webhooks".to_owned();
    session.failed(Step::Subscribe, Failure { what: what.clone(), ..Failure::default() })?;
    Err(Stop::on_the_way(what, ["see that the token is of the app that `app-id` names", &again, warning]))
}

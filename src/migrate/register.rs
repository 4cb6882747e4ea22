//! Step 4: registering the number for use with Cloud API, at most once.
//!
//! A request whose answer was lost may have taken effect. So after anything but a success the number itself is read: only
//! what it says, or a refusal, proves that nothing happened. An answer that does not come proves nothing.

use std::time::Duration;

use jiff::Timestamp;
use secrecy::SecretString;

use super::journal::{Event, Failure, Step};
use super::servers::Servers;
use super::session::{Session, Stop};
use super::standing::{MOST, Standing};
use crate::net::ApiError;
use crate::net::graph::Registration;

/// What reading the number said of a registration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Settled {
    /// It took effect.
    Done,
    /// It did not, and no longer can.
    Refused,
    /// Nobody knows: what Graph API calls the number, when it could be read.
    Unknown(Option<String>),
}

/// The code of a PIN that is not the number's. It takes the old client down all the same.
pub const WRONG_PIN: i64 = 133_005;

/// The codes of a wrong PIN, of too many wrong ones, and of one that was tried too soon after another.
pub const PIN_CODES: [i64; 3] = [WRONG_PIN, 133_008, 133_009];

/// How often a registration is sent in one run. Only what was refused, in so many words, is sent again.
const TRIES: u32 = 3;

/// Stops when Meta would refuse one more registration.
///
/// # Errors
/// When ten were tried within 72 hours.
pub fn may_try(standing: &Standing, now: Timestamp) -> Result<(), Stop> {
    let Some(at) = standing.may_try_at(now) else { return Ok(()) };
    let what = format!("{MOST} registrations of this number were tried within 72 hours; Meta refuses more");
    Err(Stop::on_the_way(what, [format!("run it again after {at}")]))
}

/// Registers the number.
///
/// # Errors
/// When it is not registered in the end, or nobody knows, or the run stops here.
pub fn register(
    session: &mut Session<'_>,
    servers: &Servers<'_>,
    pin: &SecretString,
    password: &SecretString,
    metadata: &SecretString,
) -> Result<(), Stop> {
    let id = &servers.number.phone_number_id;
    let registration = Registration { pin, password, metadata };
    let mut tries = 0;
    loop {
        tries += 1;
        let now = session.world.now();
        may_try(&session.standing(), now)?;
        // A connection of its own: only one that was never made proves that nothing arrived.
        let graph = servers.graph_to_register(metadata)?;
        session.say("  ...   registering; what users send is dropped until the number answers on Cloud API");
        session.begin(Step::Register)?;
        session.claim()?;
        session.note(Event::DowntimeBegan)?;
        let error = match session.once("POST register", || graph.register(id, registration))? {
            Ok(()) => return done(session, None),
            Err(error) => error,
        };
        // What was answered is kept before anything else is asked.
        session.failed(Step::Register, Failure::from(error.as_ref()))?;
        if !error.proves_refusal {
            let most = session.timing.settle.as_secs();
            session.say(format!("  ...   {error}; that proves nothing, so the number is read for up to {most} s"));
        }
        match settle(session, servers, error.proves_refusal)? {
            Settled::Done => return done(session, Some(format!("the answer was: {error}"))),
            Settled::Refused if error.proves_refusal => {
                session.release()?;
                if tries == TRIES || !error.passes {
                    return Err(refused(&error));
                }
                session.say(format!("  note  {error}; it was not carried out, and is sent again"));
                session.world.wait(session.timing.poll);
            }
            Settled::Refused => {
                session.failed(Step::Register, Failure { refused: true, ..Failure::from(error.as_ref()) })?;
                session.release()?;
                return Err(not_taken(&error));
            }
            Settled::Unknown(platform) => return Err(unknown(&error.to_string(), platform.as_deref())),
        }
    }
}

/// Finds out what became of a registration whose end the journal does not know. A person may say that it did not take
/// effect, where Graph API names neither API.
///
/// # Errors
/// When nobody knows, or the run stops here.
pub fn find_out(
    session: &mut Session<'_>,
    servers: &Servers<'_>,
    sent: Timestamp,
    is_not_registered: bool,
) -> Result<bool, Stop> {
    let most = session.timing.settle.as_secs();
    session
        .say(format!("  ...   a registration was sent at {sent}; finding out what became of it, for up to {most} s"));
    match settle(session, servers, false)? {
        Settled::Done => done(session, Some("found on Cloud API when the run went on".to_owned())).map(|()| true),
        Settled::Refused => {
            let what = "the number is not on Cloud API, so the registration did not take effect".to_owned();
            let failure = Failure { what, refused: true, ..Failure::default() };
            session.failed(Step::Register, failure)?;
            session.release()?;
            session.say("  ok    it did not take effect");
            Ok(false)
        }
        Settled::Unknown(Some(platform)) if is_not_registered => {
            let what = format!("`platform_type` is {platform}, and a person says that it did not take effect");
            session.failed(Step::Register, Failure { what, refused: true, ..Failure::default() })?;
            session.release()?;
            Ok(false)
        }
        Settled::Unknown(platform) => Err(unknown("no answer came", platform.as_deref())),
    }
}

/// Notes that the number is registered.
///
/// # Errors
/// When that could not be written, or the run stops here.
pub fn done(session: &mut Session<'_>, note: Option<String>) -> Result<(), Stop> {
    session.say("  done  the number is registered for use with Cloud API");
    session.done(Step::Register, note)?;
    session.release()?;
    session.note(Event::DowntimeEnded)
}

/// Reads the number until it says something. A request that nobody refused can take effect for a while; only a number
/// that is still on On-Premises API after that proves that it did not. The while is counted by what was waited here,
/// since clocks can be put back.
fn settle(session: &mut Session<'_>, servers: &Servers<'_>, is_refused: bool) -> Result<Settled, Stop> {
    let graph = servers.graph()?;
    let id = &servers.number.phone_number_id;
    let poll = session.timing.poll.max(Duration::from_millis(1));
    // A refusal stays one when the number cannot be read.
    let otherwise = |platform| if is_refused { Settled::Refused } else { Settled::Unknown(platform) };
    let mut waited = Duration::ZERO;
    loop {
        let read = session.read("GET platform_type", || graph.platform_type(id))?;
        let is_over = waited >= session.timing.settle;
        match read {
            Ok(Some(platform)) if platform == "CLOUD_API" => return Ok(Settled::Done),
            Ok(Some(_)) if is_refused => return Ok(Settled::Refused),
            Ok(Some(platform)) if is_over && platform == "ON_PREMISE" => return Ok(Settled::Refused),
            // The token or the rights are gone: reading it again says the same.
            Ok(platform) if is_over => return Ok(otherwise(platform)),
            Err(error) if is_over || !error.passes => return Ok(otherwise(None)),
            _ => {}
        }
        session.world.wait(poll);
        waited += poll;
    }
}

fn refused(error: &ApiError) -> Stop {
    let mut stop = Stop::of("the number is not registered", error);
    if let Stop::OnTheWay { advice, .. } = &mut stop {
        let corrected = if error.code == Some(WRONG_PIN) { " with `--pin-corrected`" } else { "" };
        advice.push(format!("then run it again{corrected}: the backup is kept, and is used again"));
    }
    stop
}

fn not_taken(error: &ApiError) -> Stop {
    Stop::on_the_way(
        format!("the number is not registered: {error}; afterwards it was still on On-Premises API"),
        [
            "run it again: the registration is sent anew",
            "when the old client is down since, a wrong PIN may be the cause: make sure of the PIN first",
        ],
    )
}

fn unknown(what: &str, platform: Option<&str>) -> Stop {
    let mut advice = vec![
        "run it again: it reads the number first, and sends nothing before it knows".to_owned(),
        "do not register it by hand meanwhile; WhatsApp Manager shows where the number is".to_owned(),
    ];
    let then = match platform {
        Some(platform) => {
            advice.push(
                "when WhatsApp Manager shows for sure that it is not on Cloud API, say so with `--not-registered`"
                    .to_owned(),
            );
            format!("Graph API calls it {platform}")
        }
        None => "it could not be read".to_owned(),
    };
    Stop::on_the_way(format!("nobody knows whether the number is registered: {what}, and {then}"), advice)
}

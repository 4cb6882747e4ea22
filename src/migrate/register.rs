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
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Settled {
    /// It took effect.
    Done,
    /// It did not, and no longer can.
    Refused,
    /// Nobody knows.
    Unknown,
}

/// The code of a PIN that is not the number's.
pub const WRONG_PIN: i64 = 133_005;

/// How often a registration is sent in one run, when those before are proven not to have taken effect.
const TRIES: u32 = 3;

/// Registers the number.
///
/// # Errors
/// When it is not registered in the end, or nobody knows, or the run stops here.
pub fn register(
    session: &mut Session<'_>,
    servers: &Servers<'_>,
    standing: &Standing,
    pin: &SecretString,
    password: &SecretString,
    metadata: &SecretString,
) -> Result<(), Stop> {
    let graph = servers.graph_to_register()?;
    let id = &servers.number.phone_number_id;
    let registration = Registration { pin, password, metadata };
    let mut standing = standing.clone();
    for left in (0..TRIES).rev() {
        let sent = session.world.now();
        if let Some(at) = standing.may_try_at(sent) {
            let what = format!("{MOST} registrations of this number were tried within 72 hours; Meta refuses more");
            return Err(Stop::on_the_way(what, [format!("run it again after {at}")]));
        }
        standing.tried.push(sent);
        session.say("  ...   registering; what users send is dropped until the number answers on Cloud API");
        session.begin(Step::Register)?;
        session.note(Event::DowntimeBegan)?;
        let error = match session.once("POST register", || graph.register(id, registration))? {
            Ok(()) => return done(session, None),
            Err(error) => error,
        };
        if !error.proves_refusal {
            session.say(format!("  ...   {error}; that proves nothing, so the number is read"));
        }
        match settle(session, servers, !error.proves_refusal)? {
            Settled::Done => return done(session, Some(format!("the answer was: {error}"))),
            Settled::Refused => {
                session.failed(Step::Register, Failure { refused: true, ..Failure::from(error.as_ref()) })?;
                if left == 0 || !error.passes {
                    return Err(refused(&error));
                }
                session.say(format!("  note  it did not take effect ({error}); it is sent again"));
                session.world.wait(session.timing.poll);
            }
            Settled::Unknown => {
                session.failed(Step::Register, Failure { refused: false, ..Failure::from(error.as_ref()) })?;
                return Err(unknown(&error.to_string()));
            }
        }
    }
    unreachable!("the last try returns")
}

/// Finds out what became of a registration whose end the journal does not know.
///
/// # Errors
/// When nobody knows, or the run stops here.
pub fn find_out(session: &mut Session<'_>, servers: &Servers<'_>, sent: Timestamp) -> Result<bool, Stop> {
    session.say(format!("  ...   a registration was sent at {sent}; finding out what became of it"));
    match settle(session, servers, true)? {
        Settled::Done => done(session, Some("found on Cloud API when the run went on".to_owned())).map(|()| true),
        Settled::Refused => {
            let what = "the number is not on Cloud API, so the registration did not take effect".to_owned();
            session.failed(Step::Register, Failure { what, refused: true, ..Failure::default() })?;
            session.say("  ok    it did not take effect");
            Ok(false)
        }
        Settled::Unknown => Err(unknown("the number could not be read")),
    }
}

/// Notes that the number is registered.
///
/// # Errors
/// When that could not be written, or the run stops here.
pub fn done(session: &mut Session<'_>, note: Option<String>) -> Result<(), Stop> {
    session.say("  done  the number is registered for use with Cloud API");
    session.done(Step::Register, note)?;
    session.note(Event::DowntimeEnded)
}

/// Reads the number until it says something. A request that may be on its way can take effect for a while; only after
/// that a number that is not on Cloud API proves that it did not. The while is counted by what was waited here, since
/// clocks can be put back.
fn settle(session: &mut Session<'_>, servers: &Servers<'_>, may_be_on_its_way: bool) -> Result<Settled, Stop> {
    let graph = servers.graph()?;
    let id = &servers.number.phone_number_id;
    let poll = session.timing.poll.max(Duration::from_millis(1));
    let mut waited = Duration::ZERO;
    loop {
        let read = session.read("GET platform_type", || graph.platform_type(id))?;
        let is_over = waited >= session.timing.settle;
        match read {
            Ok(Some(platform)) if platform == "CLOUD_API" => return Ok(Settled::Done),
            Ok(Some(_)) if is_over || !may_be_on_its_way => return Ok(Settled::Refused),
            // The token or the rights are gone: reading it again says the same.
            Err(error) if !error.passes => return Ok(Settled::Unknown),
            _ if is_over => return Ok(Settled::Unknown),
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

fn unknown(what: &str) -> Stop {
    Stop::on_the_way(
        format!("nobody knows whether the number is registered: {what}"),
        [
            "run it again: it reads the number first, and sends nothing before it knows",
            "do not register it by hand meanwhile; WhatsApp Manager shows where the number is",
        ],
    )
}

//! `waport migrate verify`.

use std::io::Write as _;
use std::process::ExitCode;

use serde_json::json;

use super::context::{self, Clock};
use super::terminal::Terminal;
use super::{VerifyArgs, run as ending};
use crate::cli::environment::{Trouble, output};
use crate::migrate::journal::{Journal, Subject};
use crate::migrate::run::{Ended, Outcome, text};
use crate::migrate::servers::{self, Servers};
use crate::migrate::session::{Dialogue as _, Session, Stop};
use crate::migrate::standing::Standing;
use crate::migrate::verify;
use crate::net::SecretName;
use crate::report::{harmless, json_line};

pub(super) fn run(args: &VerifyArgs) -> Result<ExitCode, Trouble> {
    let loaded = context::load(&args.places)?;
    let number = context::number(&loaded, &args.number)?;
    let entries = Journal::read(&context::journal(&args.places, &loaded));
    let subject = Subject::of(&loaded.config.migrate, number);
    let standing = Standing::of(&entries.map_err(|error| Trouble::Said(error.to_string()))?, &subject);
    let to_error = args.places.output_format == "json";
    let mut terminal = Terminal { to_error, confirmed: None, confirmed_two_step: None };
    let mut secrets = context::secrets(args.secrets.as_deref())?;
    if secrets.get(SecretName::GraphToken, &number.name).is_none()
        && let Some(token) = terminal.secret(SecretName::GraphToken, false)
    {
        secrets.put(SecretName::GraphToken, &number.name, token);
    }
    let servers = Servers {
        migrate: &loaded.config.migrate,
        number,
        version: &servers::version(loaded.config.graph_version.as_deref()),
        folder: &loaded.base,
        secrets: &secrets,
        timing: context::timing(),
    };
    let mut clock = Clock::default();
    let timing = servers.timing;
    let mut session =
        Session { subject, journal: None, claim: None, dialogue: &mut terminal, world: &mut clock, timing };
    let comparison = match verify::compare(&mut session, &servers, standing.snapshot.as_ref()) {
        Ok(comparison) => comparison,
        Err(Stop::Refused(why)) => return Err(Trouble::Said(why)),
        Err(stop) => {
            let outcome = Outcome { ended: Ended::Stopped(stop), is_unprotected: standing.is_unprotected() };
            Terminal { to_error: true, ..terminal }.say(&text(&outcome, &number.name, false));
            return Ok(ending::code(&outcome.ended));
        }
    };
    let mut out = output();
    if to_error {
        let report = json!({
            "version": 1, "number": number.name, "good": comparison.good, "differences": comparison.differences,
            "unknown": comparison.unknown,
        });
        out.write_all(&json_line(&report))?;
    } else {
        for good in &comparison.good {
            writeln!(out, "ok       {}", harmless(good))?;
        }
        for unknown in &comparison.unknown {
            writeln!(out, "unknown  {}", harmless(unknown))?;
        }
        for difference in &comparison.differences {
            writeln!(out, "differs  {}", harmless(difference))?;
        }
    }
    out.flush()?;
    // What was not compared is not as it was.
    Ok(ExitCode::from(u8::from(!comparison.is_good() || standing.snapshot.is_none())))
}

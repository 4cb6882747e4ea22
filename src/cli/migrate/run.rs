//! `waport migrate run`.

use std::io::Write as _;
use std::process::ExitCode;

use serde_json::json;

use super::context::{self, Clock};
use super::terminal::Terminal;
use super::{Basis, RunArgs};
use crate::cli::environment::{self, Trouble, output};
use crate::migrate::gate;
use crate::migrate::run::{Ended, Gate, Options, Outcome, Run, Shut, text};
use crate::migrate::servers;
use crate::migrate::session::{Dialogue as _, Stop};
use crate::report::json_line;

pub(super) fn run(args: &RunArgs) -> Result<ExitCode, Trouble> {
    let ground = Basis { config: args.places.config.clone(), threads: args.threads }.ground()?;
    let loaded = &ground.loaded;
    let number = context::number(loaded, &args.number)?;
    let to_error = args.places.output_format == "json";
    let mut terminal =
        Terminal { to_error, confirmed: args.confirm.clone(), confirmed_two_step: args.confirm_two_step.clone() };
    let journal = context::journal(&args.places, loaded);
    let today = environment::today();
    let gate = || {
        let verdict = ground.gate(today).look().map_err(|error| format!("{}: {error}", ground.root.display()))?;
        Ok(if verdict.is_open() {
            Gate::Open
        } else {
            Gate::Shut(Shut { text: gate::report::text(&verdict), json: gate::report::json(&verdict) })
        })
    };
    let run = Run {
        migrate: &loaded.config.migrate,
        number,
        version: servers::version(loaded.config.graph_version.as_deref()),
        folder: &loaded.base,
        journal: journal.clone(),
        state: context::state(),
        secrets: context::secrets(args.secrets.as_deref())?,
        options: Options {
            execute: args.execute,
            disable_two_step: args.disable_two_step,
            pin_corrected: args.pin_corrected,
            not_registered: args.not_registered,
            generate_backup_password: args.generate_backup_password.clone(),
        },
        gate: &gate,
        today,
        timing: context::timing(),
        room: None,
    };
    let outcome = run.go(&mut terminal, &mut Clock::default());
    if to_error {
        let mut report = report(&outcome, args.execute);
        report["number"] = number.name.clone().into();
        report["journal"] = journal.to_string_lossy().into();
        let mut out = output();
        out.write_all(&json_line(&report))?;
        out.flush()?;
    } else if !matches!(outcome.ended, Ended::Stopped(Stop::Refused(_))) {
        terminal.say(&text(&outcome, &number.name, args.execute));
    }
    if let Ended::Stopped(Stop::Refused(_)) = outcome.ended {
        return Err(Trouble::Said(text(&outcome, &number.name, args.execute)));
    }
    Ok(code(&outcome.ended))
}

fn report(outcome: &Outcome, execute: bool) -> serde_json::Value {
    let mut report = match &outcome.ended {
        Ended::Done if execute => json!({ "ended": "done" }),
        Ended::Done => json!({ "ended": "ready" }),
        Ended::Closed(shut) => json!({ "ended": "gate-shut", "gate": shut.json }),
        Ended::Differs(differences) => json!({ "ended": "differs", "differences": differences }),
        Ended::Stopped(Stop::OnTheWay { what, advice }) => {
            json!({ "ended": "stopped", "what": what, "advice": advice })
        }
        Ended::Stopped(Stop::Refused(why)) => json!({ "ended": "not-begun", "what": why }),
        Ended::Stopped(Stop::Killed(_)) => json!({ "ended": "killed" }),
    };
    report["version"] = 1.into();
    report["unprotected"] = outcome.is_unprotected.into();
    report
}

/// The exit status of a run.
pub(super) fn code(ended: &Ended) -> ExitCode {
    ExitCode::from(match ended {
        Ended::Done => 0,
        Ended::Closed(_) | Ended::Differs(_) => 1,
        Ended::Stopped(Stop::Refused(_)) => 2,
        Ended::Stopped(_) => 3,
    })
}

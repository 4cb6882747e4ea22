//! `waport migrate run`.

use std::io::Write as _;
use std::process::ExitCode;

use serde_json::json;

use super::context::{self, Clock};
use super::terminal::Terminal;
use super::{Basis, RunArgs};
use crate::cli::environment::{self, Trouble, output};
use crate::migrate::gate;
use crate::migrate::run::{Ended, Gate, Options, Run, text};
use crate::migrate::servers;
use crate::migrate::session::{Dialogue as _, Stop};

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
        Ok(if verdict.is_open() { Gate::Open } else { Gate::Shut(gate::report::text(&verdict)) })
    };
    let run = Run {
        migrate: &loaded.config.migrate,
        number,
        version: servers::version(loaded.config.graph_version.as_deref()),
        folder: &loaded.base,
        journal: journal.clone(),
        secrets: context::secrets(args.secrets.as_deref())?,
        options: Options {
            execute: args.execute,
            disable_two_step: args.disable_two_step,
            pin_corrected: args.pin_corrected,
            generate_backup_password: args.generate_backup_password.clone(),
        },
        gate: &gate,
        today,
        timing: context::timing(),
        room: None,
    };
    let ended = run.go(&mut terminal, &mut Clock::default());
    if let Ended::Stopped(Stop::Refused(why)) = ended {
        return Err(Trouble::Said(why));
    }
    if to_error {
        let mut report = report(&ended);
        report["number"] = number.name.clone().into();
        report["journal"] = journal.to_string_lossy().into();
        writeln!(output(), "{report}")?;
    } else {
        terminal.say(&text(&ended, &number.name, args.execute));
    }
    Ok(code(&ended))
}

fn report(ended: &Ended) -> serde_json::Value {
    match ended {
        Ended::Done => json!({ "version": 1, "ended": "done" }),
        Ended::Closed(_) => json!({ "version": 1, "ended": "gate-shut" }),
        Ended::Differs(differences) => json!({ "version": 1, "ended": "differs", "differences": differences }),
        Ended::Stopped(Stop::OnTheWay { what, advice }) => {
            json!({ "version": 1, "ended": "stopped", "what": what, "advice": advice })
        }
        Ended::Stopped(_) => json!({ "version": 1, "ended": "stopped" }),
    }
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

//! `waport migrate rehearse`.

use std::io::Write as _;
use std::process::ExitCode;

use super::RehearseArgs;
use crate::cli::environment::{Trouble, output};
use crate::migrate::rehearse::Rehearsal;
use crate::migrate::simulate::Fault;
use crate::report::harmless;

pub(super) fn run(args: &RehearseArgs) -> Result<ExitCode, Trouble> {
    let mut out = output();
    if args.list_faults {
        for fault in Fault::ALL {
            writeln!(out, "{fault}\n    {}", fault.what())?;
        }
        out.flush()?;
        return Ok(ExitCode::SUCCESS);
    }
    let faults = args.fault.iter().map(|name| name.parse()).collect::<Result<Vec<Fault>, _>>();
    let faults = faults.map_err(|error| Trouble::Said(format!("--fault: {}", harmless(&error.to_string()))))?;
    let temporary = tempfile::tempdir()?;
    let folder = match &args.keep {
        Some(folder) => {
            let name = folder.to_string_lossy();
            let fail = |problem: String| Trouble::Said(format!("--keep {}: {problem}", harmless(&name)));
            std::fs::create_dir_all(folder).map_err(|error| fail(error.to_string()))?;
            let mut entries = std::fs::read_dir(folder).map_err(|error| fail(error.to_string()))?;
            if entries.next().is_some() {
                return Err(fail("it is not empty".to_owned()));
            }
            std::path::absolute(folder)?
        }
        None => temporary.path().to_path_buf(),
    };
    writeln!(
        out,
        "A rehearsal: numbers, payloads, secrets and both APIs are invented, and nothing leaves this machine.\n"
    )?;
    let outcome = Rehearsal { faults, ..Rehearsal::default() }.play(&folder, &mut out)?;
    out.flush()?;
    Ok(ExitCode::from(if outcome.is_good() { 0 } else { 3 }))
}

//! `waport media probe`.

use std::io::Write as _;
use std::num::NonZeroUsize;
use std::process::ExitCode;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use clap::Args;

use crate::cli::Inputs;
use crate::cli::environment::{Trouble, output, say, survey, today};
use crate::cli::progress::Watch;
use crate::media::gather::gather;
use crate::media::probe::{Progress, probe};
use crate::media::probe_report::{json, summary, text};
use crate::net::visitor::Visitor;
use crate::report::{json_line, thousands};
use crate::scan::Scan;

#[derive(Debug, Args)]
pub(in crate::cli) struct ProbeArgs {
    /// Looks at addresses that are not public, too: those of this machine and of private networks.
    ///
    /// Without it, nothing is asked there, whatever a name resolves to or a server redirects to.
    #[arg(long)]
    allow_private: bool,
    /// `full` is for people, `json` an object for programs.
    #[arg(long, value_name = "FORMAT", default_value = "full", value_parser = ["full", "json"])]
    output_format: String,
    #[command(flatten)]
    inputs: Inputs,
}

/// How many hosts are asked at a time.
const HOSTS: NonZeroUsize = NonZeroUsize::new(4).expect("more than none");

pub(super) fn run(args: &ProbeArgs) -> Result<ExitCode, Trouble> {
    let loaded = args.inputs.load()?;
    let walk = args.inputs.walk(&loaded)?;
    let scan = Scan { today: Some(today()), ..args.inputs.scan(&loaded)? };
    let scan = Scan { survey: survey(&walk, &loaded, scan.threads), ..scan };
    let watch = Watch::new(&args.inputs);
    let (links, tally) = watch.during(&scan.progress, || gather(&scan, walk.inputs()))?;
    let visitor = Visitor::new(args.allow_private).map_err(|error| Trouble::Said(error.to_string()))?;
    let (all, stop, progress) = (links.len() as u64, AtomicBool::new(false), Progress::default());
    let words = |_: Duration| {
        let done = progress.links.load(Ordering::Relaxed);
        format!("looked at {} of {} links", thousands(done), thousands(all))
    };
    let probed = watch.saying(&words, || probe(links, &visitor, HOSTS, &stop, &progress));
    let mut out = output();
    match args.output_format.as_str() {
        "json" => out.write_all(&json_line(&json(&probed)))?,
        _ => out.write_all(text(&probed).as_bytes())?,
    }
    out.flush()?;
    super::unreadable(&tally);
    if !args.inputs.quiet {
        say(&summary(&probed));
    }
    let is_bad = probed.iter().any(crate::media::probe::Probed::is_bad);
    Ok(ExitCode::from(if tally.failed() { 2 } else { u8::from(is_bad) }))
}

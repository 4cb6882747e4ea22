//! `waport media`: one file per subcommand, and what they share.

mod copy;
mod links;
mod list;
mod probe;

use std::process::ExitCode;

use clap::Subcommand;

use super::Inputs;
use super::environment::{self, Loaded, Trouble, say};
use super::progress::Watch;
use crate::facts::Date;
use crate::media::{self, Catalogue};
use crate::report::harmless;
use crate::scan::{Scan, Tally};

#[derive(Debug, Subcommand)]
pub(super) enum MediaCommand {
    /// Lists every media ID in payloads, where it is used, and what the media map has in its place until when.
    ///
    /// IDs that messages send and IDs that webhooks brought are told apart. Cloud API does not know those of On-Premises
    /// API, and keeps what was uploaded to it for 30 days. Exits with 0, or 2 when it could not do its work.
    ///
    /// Example: `waport media list --ids-from ids.txt --output-format json`
    List(list::ListArgs),
    /// Lists every host that media links in messages lead to: what to try with Cloud API, which refuses some hosts.
    ///
    /// Links in free-form messages and in templates are told apart, with an example of each. Exits with 0, or 2 when it
    /// could not do its work.
    ///
    /// Example: `waport media links outbound/`
    Links(links::LinksArgs),
    /// Looks at each media link of messages from here, and says what Cloud API would mind.
    ///
    /// Asks each link's server for what is there, one link of a host at a time and without any credentials, and shows
    /// status, redirects, type and size. What is not at a public address is not asked. Which hosts Cloud API refuses is
    /// not known: only a message that is sent proves a host. Exits with 0, 1 when Cloud API would not take a link, and 2
    /// when it could not do its work.
    ///
    /// Example: `waport media probe outbound/`
    Probe(probe::ProbeArgs),
    /// Copies media from a number's On-Premises client to Cloud API, and notes the new IDs in the media map.
    ///
    /// Takes the IDs that messages in the payloads send, and those of `--ids-from`, as far as the media map has nothing
    /// for them that lives for some days more. Types and sizes are checked before anything is sent, the same bytes are
    /// uploaded once, and what is stopped goes on where it was when it is run again. Exits with 0 when all is copied that
    /// the On-Premises client has, 1 when Cloud API does not take some of it, 2 when it could not do its work, and 3 when
    /// it stopped on the way and is to be run again.
    ///
    /// Example: `waport media copy --number berlin --secrets secrets.env`
    Copy(copy::CopyArgs),
}

/// Runs a subcommand.
pub(super) fn run(command: MediaCommand) -> Result<ExitCode, Trouble> {
    match command {
        MediaCommand::List(args) => list::run(&args),
        MediaCommand::Links(args) => links::run(&args),
        MediaCommand::Probe(args) => probe::run(&args),
        MediaCommand::Copy(args) => copy::run(&args),
    }
}

/// The media in the payloads of the inputs.
fn look(inputs: &Inputs, loaded: &Loaded, today: Date) -> Result<(Catalogue, Tally), Trouble> {
    let walk = inputs.walk(loaded)?;
    let scan = Scan { today: Some(today), ..inputs.scan(loaded)? };
    let scan = Scan { survey: environment::survey(&walk, loaded, scan.threads), ..scan };
    let found = Watch::new(inputs).during(&scan.progress, || media::look(&scan, walk.inputs()))?;
    Ok(found)
}

/// Says what could not be read.
fn unreadable(tally: &Tally) {
    let unreadable = tally.unreadable.iter().map(|(file, reason, _)| (file, reason));
    for (file, reason) in unreadable.chain(tally.named_faults.iter().map(|(file, fault)| (file, fault))) {
        say(&format!("waport: {}: {}\n", harmless(file), harmless(reason)));
    }
}

/// What goes to standard error at the end.
fn tell(inputs: &Inputs, tally: &Tally, summary: &str) -> ExitCode {
    unreadable(tally);
    if !inputs.quiet {
        if tally.documents.is_empty() {
            let files = if tally.files == 1 { "1 file".to_owned() } else { format!("{} files", tally.files) };
            say(&format!("no WhatsApp payload in {files}\n"));
        }
        say(summary);
    }
    ExitCode::from(if tally.failed() { 2 } else { 0 })
}

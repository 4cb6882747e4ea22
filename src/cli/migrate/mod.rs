//! `waport migrate`: one file per subcommand, and what they share.

mod accept;
mod context;
mod rehearse;
mod run;
mod simulate;
mod status;
mod terminal;
mod verify;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, Subcommand};

use super::environment::Trouble;

/// What `waport migrate` can do.
#[derive(Debug, Subcommand)]
pub(super) enum MigrateCommand {
    /// Plays a whole run against simulators of both APIs, inside the program: nothing leaves this machine.
    ///
    /// Invents a configuration and payloads, runs, and prints what the user would have seen and the journal. With
    /// `--fault` something goes wrong, and what comes of it is shown. Exits with 0 when it ended as it should.
    ///
    /// Example: `waport migrate rehearse --fault timeout-after-register`
    Rehearse(RehearseArgs),
    /// Migrates a number: without `--execute` looks whether it could.
    ///
    /// The steps: gate, preflight, two-step verification, backup, register, subscribe, verify. With `--execute` it says
    /// what cannot be undone and asks to type the number. Stopped anywhere, it goes on where it was when it is run again.
    /// Exits with 0 when it is done, 1 when the gate is shut or the comparison found a difference, 2 when it was not
    /// begun, and 3 when it stopped on the way.
    ///
    /// Example: `waport migrate run --number berlin`, `waport migrate run --number berlin --execute`
    Run(RunArgs),
    /// Records that the pilot's checklist was tried, and by whom; other numbers wait for that.
    ///
    /// Example: `waport migrate accept --number berlin --by 'the night shift'`
    Accept(AcceptArgs),
    /// Says where each number stands, as the journal knows; after a failure also what to tell Meta's support.
    ///
    /// Example: `waport migrate status`
    Status(StatusArgs),
    /// Serves simulators of Graph API and of an On-Premises client on this machine, to try a configuration on.
    ///
    /// It says where they listen, what waport.toml says of them and which environment variables hold their secrets, all
    /// invented. A number is registered there as with Meta, once and for good: start the simulators anew for another
    /// try. Nobody reaches them from another machine. They serve until interrupted, and write each request to standard
    /// error.
    ///
    /// Example: `waport migrate simulate --write rehearsal/ --fault timeout-after-register`
    Simulate(simulate::SimulateArgs),
    /// Compares a number with the snapshot that was taken before it was migrated. Changes nothing.
    ///
    /// Exits with 0 when all is as it should be, 1 when something is not.
    ///
    /// Example: `waport migrate verify --number berlin`
    Verify(VerifyArgs),
}

/// Where the configuration and the journal are.
#[derive(Debug, Args)]
pub(super) struct Places {
    /// The configuration file; by default waport.toml is looked for from the current folder upwards.
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// The journal; by default waport-journal.jsonl beside the configuration file.
    #[arg(long, value_name = "FILE")]
    journal: Option<PathBuf>,
    /// `full` is for people, `json` one object for programs; then what happens is told on standard error.
    #[arg(long, value_name = "FORMAT", default_value = "full", value_parser = ["full", "json"])]
    output_format: String,
}

#[derive(Debug, Args)]
pub(super) struct RunArgs {
    /// The name of the number in waport.toml.
    #[arg(long, value_name = "NAME")]
    number: String,
    /// Does it; without this nothing is changed.
    #[arg(long)]
    execute: bool,
    /// Types the number beforehand, for runs without anybody to ask.
    #[arg(long, value_name = "NUMBER", requires = "execute")]
    confirm: Option<String>,
    /// Turns two-step verification off first, because nobody knows the PIN; only the number's owner may.
    ///
    /// The number is unprotected until it is registered; register then sets a new PIN.
    #[arg(long)]
    disable_two_step: bool,
    /// Types `unprotected` beforehand, for runs with `--disable-two-step` without anybody to ask.
    #[arg(long, value_name = "WORD", requires = "disable_two_step")]
    confirm_two_step: Option<String>,
    /// Makes a password for the backup and keeps it in this file, for its owner alone.
    #[arg(long, value_name = "FILE")]
    generate_backup_password: Option<PathBuf>,
    /// Reads secrets from a file that only its owner can read, lines such as `WAPORT_PIN=…`.
    #[arg(long, value_name = "FILE")]
    secrets: Option<PathBuf>,
    #[command(flatten)]
    places: Places,
}

#[derive(Debug, Args)]
pub(super) struct AcceptArgs {
    /// The name of the number in waport.toml.
    #[arg(long, value_name = "NAME")]
    number: String,
    /// Who tried the checklist.
    #[arg(long, value_name = "WHO")]
    by: String,
    #[command(flatten)]
    places: Places,
}

#[derive(Debug, Args)]
pub(super) struct StatusArgs {
    #[command(flatten)]
    places: Places,
}

#[derive(Debug, Args)]
pub(super) struct VerifyArgs {
    /// The name of the number in waport.toml.
    #[arg(long, value_name = "NAME")]
    number: String,
    /// Reads secrets from a file that only its owner can read, lines such as `WAPORT_GRAPH_TOKEN=…`.
    #[arg(long, value_name = "FILE")]
    secrets: Option<PathBuf>,
    #[command(flatten)]
    places: Places,
}

#[derive(Debug, Args)]
pub(super) struct RehearseArgs {
    /// What goes wrong; may be repeated. `--list-faults` says what there is.
    #[arg(long, value_name = "NAME")]
    fault: Vec<String>,
    /// Lists the faults and what should come of each.
    #[arg(long)]
    list_faults: bool,
    /// Keeps the invented configuration, payloads and the journal in this folder, which has to be empty or new.
    #[arg(long, value_name = "DIR")]
    keep: Option<PathBuf>,
}

/// Runs a subcommand.
pub(super) fn run(command: &MigrateCommand) -> Result<ExitCode, Trouble> {
    match command {
        MigrateCommand::Rehearse(args) => rehearse::run(args),
        MigrateCommand::Run(args) => run::run(args),
        MigrateCommand::Accept(args) => accept::run(args),
        MigrateCommand::Status(args) => status::run(args),
        MigrateCommand::Simulate(args) => simulate::simulate(args),
        MigrateCommand::Verify(args) => verify::run(args),
    }
}

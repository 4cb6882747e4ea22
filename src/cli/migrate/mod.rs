//! `waport migrate`: one file per subcommand, and what they share.

mod accept;
mod context;
mod gate;
mod plan;
mod rehearse;
mod run;
mod simulate;
mod status;
mod terminal;
mod verify;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Args, Subcommand};

use super::environment::{Loaded, Trouble, relative_to_here, today};
use crate::facts::Date;
use crate::migrate::gate::Gate;
use crate::report::harmless;

/// What `waport migrate` can do.
#[derive(Debug, Subcommand)]
pub(super) enum MigrateCommand {
    /// Says whether all is ready for a number to be registered with Cloud API, and what is in the way.
    ///
    /// Looks at the folder of waport.toml by itself, now. What hides or lowers a finding without a reason and a day on
    /// which that ends does not count: severities in the configuration, comments, baselines, excluded paths. Exits with
    /// 0 when the gate is open, 1 when it is closed, and 2 when it could not look.
    ///
    /// Example: `waport migrate gate --output-format json`
    Gate(gate::GateArgs),
    /// Writes down what would be done with each number, with which requests, and what people have to see to.
    ///
    /// Sends nothing. It has the gate's verdict, each step with its requests and what has to hold before, the cut-over as a
    /// list to tick off, and the kinds of messages to try on the pilot. Secrets are placeholders. Exits with 0 when the gate
    /// is open, 1 when it is closed, and 2 when it could not look.
    ///
    /// Example: `waport migrate plan --output-format markdown > plan.md`
    Plan(plan::PlanArgs),
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
    /// Compares a number with the snapshot that was taken before it was migrated. Changes nothing.
    ///
    /// Exits with 0 when all is as it should be, 1 when something is not.
    ///
    /// Example: `waport migrate verify --number berlin`
    Verify(VerifyArgs),
    /// Serves simulators of Graph API and of an On-Premises client on this machine, to try a configuration on.
    ///
    /// It says where they listen, what waport.toml says of them and which environment variables hold their secrets, all
    /// invented. A number is registered there as with Meta, once and for good: start the simulators anew for another
    /// try. Nobody reaches them from another machine. They serve until interrupted, and write each request to standard
    /// error.
    ///
    /// Example: `waport migrate simulate --write rehearsal/ --fault timeout-after-register`
    Simulate(simulate::SimulateArgs),
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
#[expect(clippy::struct_excessive_bools, reason = "each is a flag on the command line")]
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
    /// Says that the PIN is another than the one that the last registration was refused for.
    #[arg(long)]
    pin_corrected: bool,
    /// Says that the last registration, whose end is not known, did not take effect: WhatsApp Manager shows it.
    ///
    /// It counts only where Graph API calls the number neither On-Premises API's nor Cloud API's.
    #[arg(long, requires = "execute")]
    not_registered: bool,
    /// Makes a password for the backup and keeps it in this file, for its owner alone.
    #[arg(long, value_name = "FILE")]
    generate_backup_password: Option<PathBuf>,
    /// Reads secrets from a file that only its owner can read, lines such as `WAPORT_PIN=…`.
    #[arg(long, value_name = "FILE")]
    secrets: Option<PathBuf>,
    /// How many threads look at the gate; by default one per core.
    #[arg(short = 'j', long = "threads", value_name = "N")]
    threads: Option<usize>,
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
    /// Accepts it although the comparison with the snapshot found differences, which are to stay.
    #[arg(long)]
    despite_differences: bool,
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
        MigrateCommand::Gate(args) => gate::run(args),
        MigrateCommand::Plan(args) => plan::run(args),
        MigrateCommand::Rehearse(args) => rehearse::run(args),
        MigrateCommand::Run(args) => run::run(args),
        MigrateCommand::Accept(args) => accept::run(args),
        MigrateCommand::Status(args) => status::run(args),
        MigrateCommand::Simulate(args) => simulate::simulate(args),
        MigrateCommand::Verify(args) => verify::run(args),
    }
}

/// Under which configuration, and how fast.
#[derive(Debug, Args)]
struct Basis {
    /// The configuration file; by default waport.toml is looked for from the current folder upwards.
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// How many threads work; by default one per core.
    #[arg(short = 'j', long = "threads", value_name = "N")]
    threads: Option<usize>,
}

/// A day to come.
#[derive(Debug, Args)]
struct Day {
    /// Asks for a day to come, as YYYY-MM-DD, on which suppressions and media may have expired; by default the current one.
    #[arg(long, value_name = "DATE")]
    today: Option<Date>,
}

impl Day {
    /// The day. One that is over would bring back what has ended.
    fn known(&self) -> Result<Date, Trouble> {
        let now = today();
        match self.today {
            Some(day) if day < now => {
                let message = format!("--today {day}: that day is over; the gate holds for {now} or a day to come");
                Err(Trouble::Said(message))
            }
            day => Ok(day.unwrap_or(now)),
        }
    }
}

/// A configuration, which a migration cannot do without.
struct Ground {
    loaded: Loaded,
    file: PathBuf,
    root: PathBuf,
    is_named: bool,
    threads: usize,
}

impl Basis {
    fn ground(&self) -> Result<Ground, Trouble> {
        let loaded = Loaded::find(self.config.as_deref(), false, None)?;
        let Some(file) = loaded.file.clone() else {
            let message = "no waport.toml in this folder or one above it; `waport migrate` needs one, which says what is \
                           checked and which numbers there are: `waport config init` writes an example";
            return Err(Trouble::Said(message.to_owned()));
        };
        let threads = match self.threads {
            Some(0) => return Err(Trouble::Said("-j 0: at least one thread must work".to_owned())),
            Some(threads) => threads.min(256),
            None => std::thread::available_parallelism().map_or(1, usize::from),
        };
        let root = relative_to_here(&loaded.base);
        let file = if self.config.is_some() { file } else { PathBuf::from(loaded.name()) };
        Ok(Ground { loaded, file, root, is_named: self.config.is_some(), threads })
    }
}

impl Ground {
    fn gate(&self, today: Date) -> Gate<'_> {
        Gate {
            config: &self.loaded.config,
            base: &self.loaded.base,
            root: &self.root,
            file: &self.file,
            text: &self.loaded.text,
            is_named: self.is_named,
            today,
            threads: self.threads,
        }
    }
}

/// What cannot be looked at is told with the folder.
fn failed(root: &Path, error: &std::io::Error) -> Trouble {
    Trouble::Said(format!("{}: {error}", harmless(&root.to_string_lossy())))
}

//! `waport media copy`.

use std::io::Write as _;
use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use clap::Args;

use super::list::ids_from;
use crate::cli::Inputs;
use crate::cli::environment::{Loaded, Trouble, output, say, today};
use crate::cli::progress::Watch;
use crate::cli::secrets;
use crate::config::migrate::{Migrate, Number, Trust};
use crate::media::copy::{CloudNumber, Progress, Report, Terms, Wanted, copy};
use crate::media::copy_report::CopyReport;
use crate::media::list::Listing;
use crate::media::map_file::{MapFile, after};
use crate::migrate::servers::version;
use crate::net::graph::Graph;
use crate::net::onprem::{Login, OnPrem};
use crate::net::{Client, Patience, SecretName, Secrets};
use crate::report::{harmless, json_line, thousands};
use crate::scan::Tally;

#[derive(Debug, Args)]
pub(in crate::cli) struct CopyArgs {
    /// The number whose On-Premises client has the media: its name in waport.toml.
    ///
    /// Example: `waport media copy --number berlin`
    #[arg(long, value_name = "NAME")]
    number: String,
    /// Adds media IDs from a file, one a line, such as those of a database; `-` is standard input.
    ///
    /// Example: `waport media copy --number berlin --ids-from ids.txt`
    #[arg(long, value_name = "FILE")]
    ids_from: Option<PathBuf>,
    /// How many files are copied at a time, 1 to 32.
    #[arg(long, value_name = "N", default_value = "4", value_parser = connections)]
    connections: NonZeroUsize,
    /// Copies what expires within so many days again, 0 to 29.
    ///
    /// Example: `waport media copy --number berlin --renew-within 14`
    #[arg(long, value_name = "DAYS", default_value_t = 7, value_parser = clap::value_parser!(u8).range(0..=29))]
    renew_within: u8,
    /// How many seconds a download or an upload may take.
    #[arg(long, value_name = "SECONDS", default_value_t = 300, value_parser = clap::value_parser!(u16).range(1..=3600))]
    timeout: u16,
    /// Reads secrets from a file of lines such as `WAPORT_GRAPH_TOKEN=…` that only its owner can read.
    ///
    /// Without it they come from the environment: `WAPORT_GRAPH_TOKEN`, and `WAPORT_ONPREM_TOKEN` or
    /// `WAPORT_ONPREM_USER` and `WAPORT_ONPREM_PASSWORD`. At a terminal the missing ones are asked for.
    ///
    /// Example: `waport media copy --number berlin --secrets secrets.env`
    #[arg(long, value_name = "FILE")]
    secrets: Option<PathBuf>,
    /// `full` is for people, `json` an object for programs.
    #[arg(long, value_name = "FORMAT", default_value = "full", value_parser = ["full", "json"])]
    output_format: String,
    #[command(flatten)]
    inputs: Inputs,
}

/// The exit status of what stopped on the way.
const STOPPED: u8 = 3;

pub(super) fn run(args: &CopyArgs) -> Result<ExitCode, Trouble> {
    let loaded = configuration(&args.inputs)?;
    let number = named(&loaded.config.migrate, &args.number)?;
    let mut secrets = secrets::load(args.secrets.as_deref())?;
    let (path, is_named) = map_path(&loaded);
    let map = MapFile::open(&path).map_err(|error| Trouble::Said(error.to_string()))?;
    let (wanted, tally) = wanted(args, &loaded, &map)?;
    let report = if wanted.is_empty() {
        Report::default()
    } else {
        match Servers::reach(args, &loaded, number, &mut secrets)? {
            Ok(servers) => servers.copy(args, number, &wanted, &map)?,
            Err(message) => {
                say(&format!("waport: {message}\n"));
                return Ok(ExitCode::from(STOPPED));
            }
        }
    };
    let closed = map.close();
    let report = CopyReport { report: &report, number: &number.name, map: &path, is_named };
    let mut out = output();
    match args.output_format.as_str() {
        "json" => out.write_all(&json_line(&report.json()))?,
        _ => out.write_all(report.text().as_bytes())?,
    }
    out.flush()?;
    super::unreadable(&tally);
    if !args.inputs.quiet {
        say(&report.summary());
    }
    if let Some(stopped) = report.stopped() {
        say(&stopped);
    }
    if let Err(error) = closed {
        say(&format!("waport: {error}; what was copied is in its journal, and the next copy writes it\n"));
        return Ok(ExitCode::from(STOPPED));
    }
    // That it is to be run again counts more than an input that cannot be read.
    Ok(ExitCode::from(match report.exit_status() {
        STOPPED => STOPPED,
        _ if tally.failed() => 2,
        status => status,
    }))
}

/// The configuration, which names the number. The media map need not be there yet.
fn configuration(inputs: &Inputs) -> Result<Loaded, Trouble> {
    let first = inputs.paths.first().filter(|path| path.as_os_str() != "-");
    let loaded = Loaded::find_without_map(inputs.config.as_deref(), inputs.isolated, first.map(PathBuf::as_path))?;
    if loaded.file.is_none() {
        let message = "`waport media copy` needs a waport.toml, which says where the number's On-Premises client is";
        return Err(Trouble::Said(message.to_owned()));
    }
    Ok(loaded)
}

fn named<'c>(migrate: &'c Migrate, name: &str) -> Result<&'c Number, Trouble> {
    migrate.number(name).ok_or_else(|| {
        let names: Vec<&str> = migrate.numbers.iter().map(|number| number.name.as_str()).collect();
        let known =
            if names.is_empty() { "there is none".to_owned() } else { format!("there are {}", names.join(", ")) };
        Trouble::Said(format!("--number {}: waport.toml has no such [[migrate.number]]; {known}", harmless(name)))
    })
}

/// Where the media map is, and whether the configuration names it.
fn map_path(loaded: &Loaded) -> (PathBuf, bool) {
    let named = loaded.config.media_map.as_deref();
    (loaded.base.join(named.unwrap_or("media-map.json")), named.is_some())
}

/// What is to be copied: the IDs of payloads and lists for which the map has nothing that lives long enough.
fn wanted(args: &CopyArgs, loaded: &Loaded, map: &MapFile) -> Result<(Vec<Wanted>, Tally), Trouble> {
    let listed = args.ids_from.as_deref().map(|file| ids_from(file, &args.inputs)).transpose()?.unwrap_or_default();
    let entries = map.entries().map_err(|error| Trouble::Said(error.to_string()))?;
    let (catalogue, tally) = super::look(&args.inputs, loaded, today())?;
    let ids = listed.lines().map(str::trim).filter(|id| !id.is_empty());
    let listing = Listing::of(&catalogue, ids, &entries, after(today(), args.renew_within.into()));
    let kinds = |id: &str| catalogue.ids.get(id).map(|used| used.kinds.iter().copied().collect()).unwrap_or_default();
    let wanted = listing.to_copy().map(|id| Wanted { id: id.to_owned(), kinds: kinds(id) }).collect();
    Ok((wanted, tally))
}

/// Both ends of the copy.
struct Servers {
    onprem: OnPrem,
    graph: Graph,
}

impl Servers {
    /// Logs in at the On-Premises client and looks whether it is one: any other server would have none of the media
    /// either. The inner error is that it cannot be reached.
    fn reach(
        args: &CopyArgs,
        loaded: &Loaded,
        number: &Number,
        secrets: &mut Secrets,
    ) -> Result<Result<Self, String>, Trouble> {
        let token = secrets::need(secrets, SecretName::GraphToken, &number.name)?;
        let login = if let Some(token) = secrets.get(SecretName::OnpremToken, &number.name) {
            Ok(token.clone())
        } else {
            let user = secrets::need(secrets, SecretName::OnpremUser, &number.name)?;
            Err((user, secrets::need(secrets, SecretName::OnpremPassword, &number.name)?))
        };
        let patience = Patience { call: Duration::from_secs(args.timeout.into()), ..Patience::default() };
        let client = |url, trust: &Trust| {
            Client::new(url, trust, &loaded.base, patience, secrets.redactor())
                .map_err(|error| Trouble::Said(error.to_string()))
        };
        let graph = client(&loaded.config.migrate.graph_url, &Trust::Public)?.with_bearer(&token);
        let login = match &login {
            Ok(token) => Login::Token(token),
            Err((user, password)) => Login::Password(user, password),
        };
        let onprem = OnPrem::log_in(client(&number.onprem_url, &number.onprem_trust)?, login)
            .and_then(|onprem| onprem.health().map(|_| onprem));
        Ok(match onprem {
            Ok(onprem) => {
                Ok(Self { onprem, graph: Graph::new(graph, &version(loaded.config.graph_version.as_deref())) })
            }
            Err(error) => Err(match &error.remedy {
                Some(remedy) => format!("{error}\n  {remedy}"),
                None => error.to_string(),
            }),
        })
    }

    fn copy(self, args: &CopyArgs, number: &Number, wanted: &[Wanted], map: &MapFile) -> Result<Report, Trouble> {
        let stop = stopping()?;
        let today = today();
        let terms = Terms {
            number: &number.name,
            expires: after(today, 30),
            renew: after(today, args.renew_within.into()),
            connections: args.connections,
            quicker: quicker(),
            stop: &stop,
        };
        let target = CloudNumber { graph: self.graph, phone_number_id: &number.phone_number_id };
        let progress = Progress::default();
        let words = |elapsed: Duration| words(&progress, elapsed);
        Watch::new(&args.inputs)
            .saying(&words, || copy(wanted, (&self.onprem, &target), map, &terms, &progress))
            .map_err(|error| Trouble::Said(error.to_string()))
    }
}

/// Set by the first interrupt, after which what was begun is ended; the second one ends the program.
fn stopping() -> Result<Arc<AtomicBool>, Trouble> {
    let stop = Arc::new(AtomicBool::new(false));
    for signal in [signal_hook::consts::SIGINT, signal_hook::consts::SIGTERM] {
        // The order counts: the first interrupt finds that nothing was asked for yet.
        signal_hook::flag::register_conditional_default(signal, Arc::clone(&stop))
            .and_then(|_| signal_hook::flag::register(signal, Arc::clone(&stop)))
            .map_err(|error| Trouble::Said(format!("interrupts cannot be handled: {error}")))?;
    }
    Ok(stop)
}

/// How far a copy is, in words.
fn words(progress: &Progress, elapsed: Duration) -> String {
    const WIDTH: u64 = 20;
    let (done, all) = (progress.files.load(Ordering::Relaxed), progress.all.load(Ordering::Relaxed).max(1));
    let filled = usize::try_from(done * WIDTH / all).unwrap_or(0);
    let bar: String = (0..20).map(|column| if column < filled { '#' } else { '.' }).collect();
    let megabytes = progress.bytes.load(Ordering::Relaxed) / 1_000_000;
    let left = (done > 0).then(|| elapsed.as_secs() * (all - done.min(all)) / done);
    let left = left.map_or(String::new(), |seconds| match seconds {
        0..60 => format!(", {seconds} s left"),
        _ => format!(", {} min left", seconds.div_ceil(60)),
    });
    format!("[{bar}] {} of {} files, {} MB uploaded{left}", thousands(done), thousands(all), thousands(megabytes))
}

/// Programs that were built for tests can be told to be quicker.
fn quicker() -> u32 {
    let told = || std::env::var("WAPORT_TEST_QUICKER").ok()?.parse().ok();
    if cfg!(debug_assertions) { told().unwrap_or(1) } else { 1 }
}

fn connections(text: &str) -> Result<NonZeroUsize, String> {
    let number = text.parse::<NonZeroUsize>().ok().filter(|number| number.get() <= 32);
    number.ok_or_else(|| "1 to 32 files can be copied at a time".to_owned())
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::AtomicU64;

    use super::*;

    #[test]
    fn words_give_files_bytes_and_what_is_left() {
        let progress =
            Progress { files: AtomicU64::new(2_500), bytes: AtomicU64::new(12_000_000), all: AtomicU64::new(10_000) };
        assert_eq!(
            words(&progress, Duration::from_secs(50)),
            "[#####...............] 2,500 of 10,000 files, 12 MB uploaded, 3 min left"
        );
        assert_eq!(words(&Progress::default(), Duration::ZERO), "[....................] 0 of 1 files, 0 MB uploaded");
    }

    #[test]
    fn the_map_stands_beside_the_configuration() {
        let loaded = Loaded { base: PathBuf::from("/a"), ..Loaded::default() };
        assert_eq!(map_path(&loaded), (PathBuf::from("/a/media-map.json"), false));
    }
}

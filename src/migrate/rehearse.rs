//! A rehearsal: a whole run against the simulators, on an invented configuration and invented payloads.
//!
//! What goes wrong stays wrong until the first run has stopped; then somebody mends it, and the run is begun again.

use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;

use jiff::Timestamp;
use secrecy::SecretString;

use super::gate::{self, Gate as Look};
use super::run::{self, Ended, Gate, Options, Run, Shut};
use super::session::{Dialogue, Stop, Timing, World, now};
use super::simulate::{Fault, Setup, Simulators, Whereabouts};
use crate::config::Config;
use crate::facts::Date;
use crate::net::{SecretName, Secrets};

/// The files that are checked, by their names.
const PAYLOADS: [(&str, &str); 2] = [
    ("outbound/order-shipped.json", include_str!("rehearsal/outbound.json")),
    ("webhooks/message.json", include_str!("rehearsal/webhook.json")),
];

/// How long a rehearsal waits for things: as little as shows the same.
const TIMING: Timing = Timing {
    connect: Duration::from_secs(5),
    call: Duration::from_secs(5),
    register: Duration::from_millis(1500),
    settle: Duration::from_millis(900),
    poll: Duration::from_millis(50),
    retry: Duration::from_millis(50),
};

/// How often a run that stopped is begun again.
const RUNS: usize = 4;

/// What a rehearsal plays.
#[derive(Clone, Debug, Default)]
pub struct Rehearsal {
    /// What goes wrong.
    pub faults: Vec<Fault>,
    /// What the simulators play besides.
    pub setup: Setup,
    /// The day.
    pub today: Option<Date>,
}

/// How a rehearsal ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outcome {
    /// How each run ended, in a word or two.
    pub runs: Vec<String>,
    /// Whether the number is on Cloud API in the end.
    pub is_on_cloud: bool,
    /// Whether the app is subscribed in the end.
    pub is_subscribed: bool,
    /// How often a registration was sent.
    pub sent: usize,
    /// How often one took effect.
    pub effects: usize,
}

impl Outcome {
    /// Whether it ended as it should: on Cloud API, registered once at most, and all done; a number that was there before
    /// is left alone.
    #[must_use]
    pub fn is_good(&self) -> bool {
        let was_there = self.sent == 0;
        let is_done = self.is_subscribed && self.runs.last().is_some_and(|run| run == "done");
        self.is_on_cloud && self.effects <= 1 && (is_done || was_there)
    }
}

impl Rehearsal {
    /// Plays it in a folder, and tells `out` what the user would have seen, and the journal.
    ///
    /// # Errors
    /// When the simulators cannot be started, or the folder or `out` cannot be written.
    pub fn play(&self, folder: &Path, out: &mut dyn Write) -> io::Result<Outcome> {
        if self.faults.contains(&Fault::Killed) {
            return self.play_killed(folder, out);
        }
        for fault in &self.faults {
            writeln!(out, "What goes wrong: {fault}. Expected: {}\n", fault.what())?;
        }
        let stage = self.stage(folder)?;
        let full = self.faults.contains(&Fault::FullDisk);
        let mut runs = Vec::new();
        for number in 0..RUNS {
            let corrected = if number > 0 && self.faults.contains(&Fault::WrongPin) { " --pin-corrected" } else { "" };
            writeln!(out, "$ waport migrate run --number berlin --execute{corrected}")?;
            // Room up to the registration: the worst place for the disk to be full.
            let room = (full && number == 0).then_some(11);
            let ended = stage.run(out, &mut Clock::default(), room)?;
            runs.push(tell(&ended, out)?);
            match ended.ended {
                Ended::Stopped(Stop::OnTheWay { .. }) if number + 1 < RUNS => {
                    if stage.simulators.whereabouts("berlin") == Some(Whereabouts::Cloud) && self.is_there_already() {
                        break;
                    }
                    stage.simulators.mend();
                    writeln!(out, "Somebody mends what went wrong, and begins the run again.\n")?;
                }
                _ => break,
            }
        }
        writeln!(out, "The journal, {}:", stage.journal.display())?;
        out.write_all(&std::fs::read(&stage.journal).unwrap_or_default())?;
        let outcome = stage.outcome(runs);
        writeln!(out, "\n{}", summary(&outcome))?;
        Ok(outcome)
    }

    /// Plays a run that is killed at each of its points, each time from the beginning.
    fn play_killed(&self, folder: &Path, out: &mut dyn Write) -> io::Result<Outcome> {
        writeln!(
            out,
            "What goes wrong: killed, once before and after every entry of the journal and every request.\n"
        )?;
        let mut last = None;
        for point in 1.. {
            let below = folder.join(format!("killed-{point:02}"));
            std::fs::create_dir_all(&below)?;
            let stage = self.stage(&below)?;
            let mut silent = io::sink();
            let killed = stage.run(&mut silent, &mut Clock { kill_at: Some(point), ..Clock::default() }, None)?;
            let Ended::Stopped(Stop::Killed(place)) = killed.ended else { break };
            let mut runs = vec!["killed".to_owned()];
            let ended = stage.run(&mut silent, &mut Clock::default(), None)?.ended;
            runs.push(word(&ended).to_owned());
            let outcome = stage.outcome(runs);
            let (sent, good) = (outcome.sent, outcome.is_good() && matches!(ended, Ended::Done));
            writeln!(
                out,
                "killed {place}: begun again, {}; register sent {sent}, took effect {}",
                word(&ended),
                outcome.effects
            )?;
            if !good {
                return Ok(Outcome { is_on_cloud: false, ..outcome });
            }
            last = Some(outcome);
        }
        let outcome = last.ok_or_else(|| io::Error::other("the run has no point at which it could be killed"))?;
        writeln!(out, "\nKilled anywhere and begun again, every run ended on Cloud API, registered once.")?;
        Ok(outcome)
    }

    fn is_there_already(&self) -> bool {
        self.faults.contains(&Fault::AlreadyOnCloud)
    }

    fn stage(&self, folder: &Path) -> io::Result<Stage> {
        let setup = Setup {
            faults: self.faults.iter().copied().filter(|fault| fault.is_played_by_servers()).collect(),
            slow: TIMING.register / 2,
            patience: 2 * TIMING.register,
            outage: Duration::from_millis(200),
            ..self.setup.clone()
        };
        let simulators = Simulators::start(setup)?;
        simulators.write(folder)?;
        for (name, text) in PAYLOADS {
            let path = folder.join(name);
            std::fs::create_dir_all(path.parent().unwrap_or(folder))?;
            std::fs::write(path, text)?;
        }
        let text = simulators.configuration();
        let config = Config::parse(&text).map_err(io::Error::other)?;
        let today = self.today.unwrap_or_else(|| Date::after_1970(days(now())));
        let journal = folder.join("waport-journal.jsonl");
        Ok(Stage { folder: folder.to_path_buf(), simulators, text, config, journal, today })
    }
}

/// Where a rehearsal is played.
struct Stage {
    folder: PathBuf,
    simulators: Simulators,
    text: String,
    config: Config,
    journal: PathBuf,
    today: Date,
}

impl Stage {
    fn run(&self, out: &mut dyn Write, clock: &mut Clock, room: Option<u32>) -> io::Result<run::Outcome> {
        let number = self.config.migrate.number("berlin").ok_or_else(|| io::Error::other("the number is missing"))?;
        let gate = || self.gate();
        let run = Run {
            migrate: &self.config.migrate,
            number,
            version: super::servers::version(self.config.graph_version.as_deref()),
            folder: &self.folder,
            journal: self.journal.clone(),
            state: self.folder.join("state"),
            secrets: Secrets::from_variables(self.simulators.secrets()),
            // Whoever mends a wrong PIN says so.
            options: Options { execute: true, pin_corrected: true, ..Options::default() },
            gate: &gate,
            today: self.today,
            timing: TIMING,
            room,
        };
        let mut teller = Teller { out, fault: None };
        let ended = run.go(&mut teller, clock);
        teller.fault.map_or(Ok(ended), Err)
    }

    fn gate(&self) -> Result<Gate, String> {
        let look = Look {
            config: &self.config,
            base: &self.folder,
            root: &self.folder,
            file: Path::new("waport.toml"),
            text: &self.text,
            is_named: false,
            today: self.today,
            threads: 1,
        };
        let verdict = look.look().map_err(|error| error.to_string())?;
        Ok(if verdict.is_open() {
            Gate::Open
        } else {
            Gate::Shut(Shut { text: gate::report::text(&verdict), json: gate::report::json(&verdict) })
        })
    }

    fn outcome(&self, runs: Vec<String>) -> Outcome {
        let seen = self.simulators.seen();
        Outcome {
            runs,
            is_on_cloud: self.simulators.whereabouts("berlin") == Some(Whereabouts::Cloud),
            is_subscribed: seen.subscribe_effects > 0,
            sent: seen.register_calls,
            effects: seen.register_effects,
        }
    }
}

/// Says what the user would see, and answers as they would.
struct Teller<'a> {
    out: &'a mut dyn Write,
    fault: Option<io::Error>,
}

impl Teller<'_> {
    fn line(&mut self, text: &str) {
        if let Err(error) = writeln!(self.out, "{text}") {
            self.fault.get_or_insert(error);
        }
    }
}

impl Dialogue for Teller<'_> {
    fn say(&mut self, text: &str) {
        self.line(text);
    }

    fn secret(&mut self, _: SecretName, _: bool) -> Option<SecretString> {
        None
    }

    fn confirm(&mut self, question: &str, word: &str) -> bool {
        self.line(&format!("{question}: {word}"));
        true
    }
}

/// The clock, which can kill.
#[derive(Default)]
struct Clock {
    points: u32,
    kill_at: Option<u32>,
}

impl World for Clock {
    fn point(&mut self, place: &str) -> Result<(), Stop> {
        self.points += 1;
        if self.kill_at == Some(self.points) { Err(Stop::Killed(place.to_owned())) } else { Ok(()) }
    }
}

fn days(now: Timestamp) -> u32 {
    u32::try_from(now.as_second() / 86_400).unwrap_or(0)
}

fn word(ended: &Ended) -> &'static str {
    match ended {
        Ended::Done => "done",
        Ended::Closed(_) => "gate shut",
        Ended::Differs(_) => "differs",
        Ended::Stopped(Stop::Refused(_)) => "not begun",
        Ended::Stopped(Stop::OnTheWay { .. }) => "stopped",
        Ended::Stopped(Stop::Killed(_)) => "killed",
    }
}

fn tell(outcome: &run::Outcome, out: &mut dyn Write) -> io::Result<String> {
    writeln!(out, "{}\n", run::text(outcome, "berlin", true))?;
    Ok(word(&outcome.ended).to_owned())
}

fn summary(outcome: &Outcome) -> String {
    let place = if outcome.is_on_cloud { "on Cloud API" } else { "not on Cloud API" };
    let subscribed = if outcome.is_subscribed { "subscribed" } else { "not subscribed" };
    format!(
        "In the end the number is {place}, the app is {subscribed}; register was sent {} and took effect {}.",
        times(outcome.sent),
        times(outcome.effects)
    )
}

fn times(count: usize) -> String {
    match count {
        0 => "never".to_owned(),
        1 => "once".to_owned(),
        count => format!("{count} times"),
    }
}

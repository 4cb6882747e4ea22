//! `waport media copy` against the simulators: whole, each content once, whatever goes wrong on the way.

#![cfg(feature = "net")]
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs::{self, File};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;
use sha2::{Digest as _, Sha256};
use tempfile::TempDir;
use ureq::http::Method;
use waport::config::MediaMap;
use waport::config::migrate::Trust;
use waport::migrate::simulate::{CertificateKind, Fault, MediaFaults, MediaFile, Moment, Setup, Simulators, Stall};
use waport::net::{Client, Patience, Redactor};

/// Simulators with media, and a project that names it.
struct World {
    folder: TempDir,
    simulators: Simulators,
    files: Vec<MediaFile>,
}

/// What a run said.
struct Run {
    code: Option<i32>,
    out: String,
    err: String,
}

impl Run {
    fn json(&self) -> Value {
        serde_json::from_str(&self.out).unwrap_or_else(|error| panic!("{error}: {}{}", self.out, self.err))
    }

    fn ids(&self, key: &str) -> BTreeSet<String> {
        let json = self.json();
        let id = |one: &Value| one.as_str().or_else(|| one["id"].as_str()).unwrap().to_owned();
        json[key].as_array().unwrap().iter().map(id).collect()
    }
}

impl World {
    fn new(setup: Setup) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let files = setup.media.clone();
        let simulators = Simulators::start(setup).unwrap();
        simulators.write(folder.path()).unwrap();
        let world = Self { folder, simulators, files };
        let ids = world.simulators.media_ids();
        // Some stand in messages, the others in a list.
        let message = |id: &String| format!(r#"{{"to":"15550100123","type":"document","document":{{"id":"{id}"}}}}"#);
        let sent = world.files.iter().filter(|file| file.content_type == "application/pdf").take(3);
        let lines: Vec<String> = sent.map(|file| message(&file.id)).collect();
        fs::write(world.path("sent.ndjson"), lines.join("\n")).unwrap();
        fs::write(world.path("ids.txt"), ids.join("\n")).unwrap();
        world
    }

    fn path(&self, name: &str) -> std::path::PathBuf {
        self.folder.path().join(name)
    }

    fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_waport"));
        command.args(["media", "copy", "--number", "berlin", "--ids-from", "ids.txt", "--output-format", "json"]);
        command.args(args).current_dir(self.folder.path()).stdin(Stdio::null());
        command.envs(self.simulators.secrets()).env("WAPORT_TEST_QUICKER", "20").env_remove("HTTPS_PROXY");
        command
    }

    fn start(&self, args: &[&str]) -> Child {
        self.command(args).stdout(self.stream("out")).stderr(self.stream("err")).spawn().unwrap()
    }

    fn stream(&self, name: &str) -> File {
        let folder = self.path("streams");
        fs::create_dir_all(&folder).unwrap();
        File::create(folder.join(name)).unwrap()
    }

    fn end(&self, mut child: Child) -> Run {
        let code = child.wait().unwrap().code();
        let read = |name: &str| fs::read_to_string(self.path("streams").join(name)).unwrap();
        Run { code, out: read("out"), err: read("err") }
    }

    fn run(&self, args: &[&str]) -> Run {
        self.end(self.start(args))
    }

    /// Kills a run once so many files came to Cloud API.
    fn kill_at(&self, args: &[&str], uploads: usize) {
        let mut child = self.start(args);
        let begun = Instant::now();
        while self.taken().values().sum::<usize>() < uploads {
            assert!(child.try_wait().unwrap().is_none() && begun.elapsed() < Duration::from_secs(120), "it ended");
            std::thread::sleep(Duration::from_millis(1));
        }
        child.kill().unwrap();
        child.wait().unwrap();
        // The map is a valid one at every moment.
        self.map();
    }

    /// How often each content came to Cloud API.
    fn taken(&self) -> BTreeMap<String, usize> {
        self.simulators.seen().uploads.into_iter().map(|(hash, uploads)| (hash, uploads.taken)).collect()
    }

    /// How many uploads there were beyond one of each content.
    fn beyond(&self) -> usize {
        self.taken().values().map(|taken| taken - 1).sum()
    }

    fn map(&self) -> MediaMap {
        match fs::read_to_string(self.path("media-map.json")) {
            Ok(text) => MediaMap::parse(&text).unwrap(),
            Err(_) => MediaMap::default(),
        }
    }

    /// Fails unless the map has every file but the named ones, and Cloud API has its bytes under the new ID.
    fn assert_whole_but(&self, named: &BTreeSet<String>) {
        let map = self.map();
        let url = self.simulators.graph_url().parse().unwrap();
        let client =
            Client::new(&url, &Trust::Public, Path::new(""), Patience::default(), Redactor::default()).unwrap();
        let secrets: BTreeMap<_, _> = self.simulators.secrets().into_iter().collect();
        let client = client.with_bearer(&secrets["WAPORT_GRAPH_TOKEN"].as_str().into());
        for file in self.files.iter().filter(|file| !named.contains(&file.id)) {
            let entry = map.get(&file.id).unwrap_or_else(|| panic!("{} is not in the map", file.id));
            let id = entry.id.as_deref().unwrap();
            let answer = client.call(&Method::GET, &format!("v26.0/{id}"), &[], None).unwrap();
            let there = answer.json().unwrap()["sha256"].as_str().unwrap().to_owned();
            assert_eq!(there, sha256(&file.bytes), "{}", file.id);
            assert_eq!(entry.sha256.as_deref(), Some(there.as_str()));
            assert_eq!(entry.number.as_deref(), Some("berlin"));
            assert!(entry.expires.is_some());
        }
        for id in named {
            assert!(map.get(id).is_none(), "{id} is in the map");
        }
    }
}

fn sha256(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

fn faults(per_mille: u16) -> MediaFaults {
    MediaFaults { seed: 3, per_mille, mislabelled: 1, truncated: 1, too_large: 1, gone: 10, ..MediaFaults::default() }
}

fn setup(count: usize, media_faults: MediaFaults) -> Setup {
    Setup { media: MediaFile::small(count, 7), media_faults, ..Setup::default() }
}

#[test]
fn all_is_copied_but_what_is_named_and_each_content_once() {
    for certificate in CertificateKind::ALL {
        let world = World::new(Setup { certificate, ..setup(200, faults(50)) });
        let run = world.run(&["--connections", "8"]);
        assert_eq!(run.code, Some(3), "{}{}", run.out, run.err);
        let named = [run.ids("gone"), run.ids("refused"), run.ids("failed")];
        assert_eq!(named.each_ref().map(BTreeSet::len), [10, 2, 1], "{}", run.out);
        world.assert_whole_but(&all_of(named));
        assert_eq!(world.beyond(), 0);
        let contents: BTreeSet<_> = world.files.iter().map(|file| sha256(&file.bytes)).collect();
        assert_eq!(world.taken().into_keys().collect::<BTreeSet<_>>(), contents);
        assert!(!world.path("media-map.json.partial").exists());
    }
}

fn all_of(sets: [BTreeSet<String>; 3]) -> BTreeSet<String> {
    sets.into_iter().flatten().collect()
}

/// Kills a copy three times and lets it end. What a kill leaves is that of each upload in flight nobody knows whether it
/// was carried out; these alone are uploaded again.
#[expect(clippy::print_stdout, reason = "the figures are what the long test is for")]
fn killed_and_resumed(count: usize, per_mille: u16, connections: usize) {
    let world = World::new(setup(count, faults(per_mille)));
    let connections_text = connections.to_string();
    let args = ["--connections", connections_text.as_str()];
    let begun = Instant::now();
    for quarter in 1..=3 {
        world.kill_at(&args, count * 9 / 10 * quarter / 4);
    }
    let run = world.run(&args);
    let elapsed = begun.elapsed();
    let named = [run.ids("gone"), run.ids("refused"), run.ids("failed")];
    assert_eq!(named.each_ref().map(BTreeSet::len), [10, 2, 1], "{}{}", run.out, run.err);
    world.assert_whole_but(&all_of(named));
    let (contents, beyond) = (world.taken().len(), world.beyond());
    println!("{count} files, {contents} contents, {beyond} uploaded again after 3 kills, {elapsed:.1?}");
    assert!(beyond <= 3 * connections, "{beyond} uploads beyond one of each content");
    // Once all is copied, nothing is asked for but what is named.
    let before = world.simulators.seen().downloads.values().sum::<usize>();
    let again = world.run(&args);
    assert_eq!(again.json()["uploaded"], 0);
    let asked = world.simulators.seen().downloads.values().sum::<usize>() - before;
    assert!(asked < 50, "{asked} downloads for 13 IDs");
}

#[test]
fn a_copy_that_is_killed_goes_on_where_it_was() {
    killed_and_resumed(300, 10, 8);
}

/// `cargo test --release --test media_copy -- --ignored --nocapture ten_thousand`
#[test]
#[ignore = "takes minutes"]
fn ten_thousand_files_are_copied_through_faults_and_kills() {
    killed_and_resumed(10_000, 10, 8);
}

/// It comes after a login, a look at the health and a download.
const FIRST_UPLOAD: Stall = Stall { request: 4, moment: Moment::Before };

#[test]
fn a_kill_between_the_effect_of_an_upload_and_its_record_is_the_one_cause_of_a_second() {
    for (moment, taken) in [(Moment::Before, 1), (Moment::After, 2)] {
        let world = World::new(setup(4, MediaFaults::default()));
        world.simulators.stall(Some(Stall { moment, ..FIRST_UPLOAD }));
        let mut child = world.start(&["--connections", "1"]);
        assert!(world.simulators.stalled(Duration::from_secs(20)));
        child.kill().unwrap();
        child.wait().unwrap();
        world.simulators.stall(None);
        let run = world.run(&["--connections", "1"]);
        assert_eq!(run.code, Some(0), "{}{}", run.out, run.err);
        world.assert_whole_but(&BTreeSet::new());
        assert_eq!(world.taken().into_values().max(), Some(taken), "{moment:?}");
        assert_eq!((world.beyond(), run.ids("repeated").len()), (taken - 1, 1), "{moment:?}: {}", run.out);
    }
}

#[test]
fn answers_that_are_lost_are_named() {
    let lost = MediaFaults { seed: 5, per_mille: 100, lost_answers: true, ..MediaFaults::default() };
    let world = World::new(setup(200, lost));
    let run = world.run(&["--connections", "4"]);
    assert_eq!(run.code, Some(0), "{}{}", run.out, run.err);
    world.assert_whole_but(&BTreeSet::new());
    let twice: BTreeSet<String> =
        world.taken().into_iter().filter(|(_, taken)| *taken > 1).map(|(content, _)| content).collect();
    let repeated = run.ids("repeated");
    let named: BTreeSet<String> =
        world.files.iter().filter(|file| repeated.contains(&file.id)).map(|file| sha256(&file.bytes)).collect();
    assert!(!twice.is_empty() && twice.is_subset(&named), "{twice:?} {named:?}");
}

#[test]
fn a_second_copy_on_the_same_map_is_refused() {
    let world = World::new(setup(4, MediaFaults::default()));
    world.simulators.stall(Some(FIRST_UPLOAD));
    let mut first = world.start(&[]);
    assert!(world.simulators.stalled(Duration::from_secs(20)));
    let second = world.command(&[]).output().unwrap();
    assert_eq!(second.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&second.stderr).contains("another copy is writing"), "{second:?}");
    first.kill().unwrap();
    first.wait().unwrap();
    world.simulators.stall(None);
    assert_eq!(world.run(&[]).code, Some(0));
}

#[cfg(unix)]
#[test]
fn an_interrupted_copy_ends_what_it_began() {
    let world = World::new(Setup { latency: Duration::from_millis(20), ..setup(60, MediaFaults::default()) });
    let child = world.start(&["--connections", "4"]);
    let begun = Instant::now();
    while world.taken().len() < 10 {
        assert!(begun.elapsed() < Duration::from_secs(30), "nothing is copied");
        std::thread::sleep(Duration::from_millis(2));
    }
    let killed = Command::new("kill").args(["-TERM", &child.id().to_string()]).status().unwrap();
    assert!(killed.success());
    let run = world.end(child);
    assert_eq!(run.code, Some(3), "{}{}", run.out, run.err);
    assert!(run.json()["left"].as_u64().unwrap() > 0 && run.json()["stopped"].is_string());
    assert!(!world.path("media-map.json.partial").exists());
    assert_eq!(world.run(&[]).code, Some(0));
    assert_eq!(world.beyond(), 0);
    world.assert_whole_but(&BTreeSet::new());
}

/// What to do about an On-Premises client that does not answer.
const GONE: &str = "Look whether the client runs and `onprem-url` is right";

#[test]
fn what_no_file_can_change_stops_the_copy_at_once() {
    for (fault, word) in
        [(Fault::ExpiredToken, "190"), (Fault::WrongCertificate, "certificate"), (Fault::OnpremGone, GONE)]
    {
        let world = World::new(Setup { faults: vec![fault], ..setup(40, MediaFaults::default()) });
        let run = world.run(&["--connections", "2"]);
        assert_eq!(run.code, Some(3), "{fault}: {}{}", run.out, run.err);
        assert!(format!("{}{}", run.out, run.err).contains(word), "{fault}: {}{}", run.out, run.err);
        assert!(world.taken().is_empty());
        assert!(!world.path("media-map.json.partial").exists(), "{fault}");
    }
}

#[test]
fn a_copy_that_stops_says_so_quietly_too_and_an_unreadable_input_hides_it_from_nobody() {
    let world = World::new(Setup { faults: vec![Fault::ExpiredToken], ..setup(4, MediaFaults::default()) });
    let run = world.run(&["-q", "sent.ndjson", "not-there.json"]);
    assert_eq!(run.code, Some(3), "{}{}", run.out, run.err);
    assert!(run.err.contains("waport: stopped: ") && run.err.contains("not-there.json"), "{}", run.err);
    world.simulators.mend();
    assert_eq!(world.run(&["-q", "sent.ndjson", "not-there.json"]).code, Some(2));
}

#[test]
fn no_secret_gets_into_anything_that_is_written() {
    let world = World::new(Setup { faults: vec![Fault::MissingPermission], ..setup(12, faults(100)) });
    let refused = world.run(&[]);
    let full = world.command(&["--output-format", "full"]).output();
    world.simulators.mend();
    let copied = world.run(&[]);
    let mut texts = vec![refused.out, refused.err, copied.out, copied.err];
    let full = full.unwrap();
    texts.extend([full.stdout, full.stderr].map(|bytes| String::from_utf8(bytes).unwrap()));
    for entry in fs::read_dir(world.folder.path()).unwrap() {
        texts.extend(fs::read_to_string(entry.unwrap().path()).ok());
    }
    for (name, secret) in world.simulators.secrets() {
        assert!(texts.iter().all(|text| !text.contains(&secret)), "{name}");
    }
}

#[test]
fn what_is_missing_is_said() {
    let world = World::new(setup(2, MediaFaults::default()));
    let unknown = world.command(&[]).args(["--number", "paris"]).output().unwrap();
    assert_eq!(unknown.status.code(), Some(2));
    let mut without = world.command(&[]);
    for (name, _) in world.simulators.secrets() {
        without.env_remove(name);
    }
    let without = without.output().unwrap();
    let said = String::from_utf8_lossy(&without.stderr).into_owned();
    assert!(without.status.code() == Some(2) && said.contains("WAPORT_GRAPH_TOKEN"), "{said}");
}

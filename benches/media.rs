//! Throughput of copying media with eight connections beside that of one, from the simulators with an answer after 50 ms.
//!
//! Both are taken in the same run, over real sockets and TLS; the figure is their ratio.

#![cfg(feature = "net")]

use std::num::NonZeroUsize;
use std::path::Path;
use std::sync::atomic::AtomicBool;
use std::time::{Duration, Instant};

use waport::config::migrate::Trust;
use waport::media::copy::{CloudNumber, Progress, Terms, Wanted, copy};
use waport::media::map_file::MapFile;
use waport::migrate::simulate::{MediaFile, Setup, Simulators};
use waport::net::graph::Graph;
use waport::net::onprem::{Login, OnPrem};
use waport::net::{Client, Patience, Redactor};

/// How long each answer takes.
const LATENCY: Duration = Duration::from_millis(50);
/// How many files each way of copying is measured with.
const FILES: usize = 160;

#[expect(clippy::print_stdout, reason = "the figure is what the benchmark is for")]
fn main() {
    // As a test it is no more than tried.
    let measured = std::env::args().any(|argument| argument == "--bench");
    let files = if measured { FILES } else { 8 };
    let (one, eight) = (files_a_second(files, 1), files_a_second(files, 8));
    println!("{files} files, {} ms to an answer", LATENCY.as_millis());
    println!("1 connection: {one:.1} files a second; 8 connections: {eight:.1} files a second");
    println!("8 connections as a multiple of 1: {:.2}", eight / one);
}

/// How many files are copied in a second, all with bytes of their own.
fn files_a_second(files: usize, connections: usize) -> f64 {
    let media = MediaFile::small(files * 2, 11);
    let mut seen = std::collections::HashSet::new();
    let media: Vec<MediaFile> = media.into_iter().filter(|file| seen.insert(file.bytes.clone())).take(files).collect();
    let wanted: Vec<Wanted> = media.iter().map(|file| Wanted { id: file.id.clone(), kinds: Vec::new() }).collect();
    let simulators = Simulators::start(Setup { latency: LATENCY, media, ..Setup::default() }).expect("simulators");
    let client = |url: &str, trust: &Trust| {
        let url = url.parse().expect("a URL");
        Client::new(&url, trust, Path::new(""), Patience::default(), Redactor::default()).expect("a client")
    };
    let onprem = client(&simulators.onprem_url(), &Trust::Pin(simulators.certificate_sha256()));
    let onprem = OnPrem::log_in(onprem, Login::Token(&simulators.onprem_token().into())).expect("a login");
    let secrets = simulators.secrets();
    let token = secrets.iter().find(|(name, _)| name == "WAPORT_GRAPH_TOKEN").expect("a token").1.as_str();
    let graph = Graph::new(client(&simulators.graph_url(), &Trust::Public).with_bearer(&token.into()), "v26.0");
    let folder = tempfile::tempdir().expect("a folder");
    let map = MapFile::open(&folder.path().join("media-map.json")).expect("a map");
    let stop = AtomicBool::new(false);
    let terms = Terms {
        number: "berlin",
        expires: "2026-12-22".parse().expect("a day"),
        renew: "2026-11-29".parse().expect("a day"),
        connections: NonZeroUsize::new(connections).expect("one at least"),
        quicker: 1,
        stop: &stop,
    };
    let target = CloudNumber { graph, phone_number_id: "509170334801264" };
    let begun = Instant::now();
    let report = copy(&wanted, (&onprem, &target), &map, &terms, &Progress::default()).expect("a copy");
    let elapsed = begun.elapsed();
    assert_eq!(report.uploaded, files as u64, "{report:?}");
    #[expect(clippy::cast_precision_loss, reason = "some hundred files")]
    let files = files as f64;
    files / elapsed.as_secs_f64()
}

//! `waport migrate simulate`.

use std::fmt::Write as _;
use std::io::{self, Write as _};
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;

use clap::Args;
use serde_json::{Map, Value, json};

use super::super::environment::{Trouble, output, say};
use crate::migrate::simulate::{CertificateKind, Fault, MediaFaults, Setup, Simulators};
use crate::report::{harmless, json_line};

#[derive(Debug, Args)]
pub(in crate::cli) struct SimulateArgs {
    /// Where to listen: an address of this machine alone, with or without a port. The On-Premises client takes the port
    /// behind it; by default both ports are any free ones.
    ///
    /// Example: `waport migrate simulate --listen 127.0.0.1:8080`
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1", value_parser = loopback)]
    listen: SocketAddr,
    /// Which kind of certificate the On-Premises client shows: self-signed, as plain `openssl req -x509` makes it, or
    /// issued by an authority.
    ///
    /// Example: `waport migrate simulate --certificate issued`
    #[arg(long, value_name = "KIND", default_value = "self-signed")]
    certificate: CertificateKind,
    /// What goes wrong; may be repeated or given a list with commas. A wrong name is answered with those that there are.
    ///
    /// Example: `waport migrate simulate --fault wrong-pin`
    #[arg(long, value_name = "NAME", value_delimiter = ',', value_parser = played)]
    fault: Vec<Fault>,
    /// How many of a thousand requests for media go wrong.
    ///
    /// Example: `waport migrate simulate --media-faults 10`
    #[arg(long, value_name = "PER_MILLE", default_value_t = 0, value_parser = clap::value_parser!(u16).range(0..=1000))]
    media_faults: u16,
    /// Writes waport.toml, the certificate's authority and the secrets into this folder, which is made when it is not
    /// there. A file that is there already is an error.
    ///
    /// Example: `waport migrate simulate --write rehearsal/`
    #[arg(long, value_name = "DIR")]
    write: Option<PathBuf>,
    /// `full` is a text for people, `json` an object on one line.
    #[arg(long, value_name = "FORMAT", default_value = "full", value_parser = ["full", "json"])]
    output_format: String,
}

/// The name of the file with the secrets.
const SECRETS_FILE: &str = "secrets.env";

pub(in crate::cli) fn simulate(args: &SimulateArgs) -> Result<ExitCode, Trouble> {
    let setup = Setup {
        listen: args.listen,
        certificate: args.certificate,
        faults: args.fault.clone(),
        media_faults: MediaFaults { per_mille: args.media_faults, ..MediaFaults::default() },
        ..Setup::default()
    };
    let simulators =
        Simulators::start(setup).map_err(|error| Trouble::Said(format!("the simulators cannot start: {error}")))?;
    if let Some(folder) = &args.write {
        write(&simulators, folder)
            .map_err(|error| Trouble::Said(format!("{}: {error}", harmless(&folder.to_string_lossy()))))?;
    }
    let mut out = output();
    if args.output_format == "json" {
        out.write_all(&json_line(&object(&simulators, args)))?;
    } else {
        out.write_all(text(&simulators, args).as_bytes())?;
    }
    out.flush()?;
    drop(out);
    serve(&simulators)
}

/// An address of this machine alone.
fn loopback(text: &str) -> Result<SocketAddr, String> {
    let (host, port) = match text.strip_prefix("localhost") {
        Some("") => (Some(IpAddr::from(Ipv4Addr::LOCALHOST)), Some(0)),
        Some(port) => {
            (Some(IpAddr::from(Ipv4Addr::LOCALHOST)), port.strip_prefix(':').and_then(|port| port.parse().ok()))
        }
        None => match (text.parse::<SocketAddr>(), text.parse::<IpAddr>()) {
            (Ok(address), _) => (Some(address.ip()), Some(address.port())),
            (_, Ok(host)) => (Some(host), Some(0)),
            _ => (None, None),
        },
    };
    match (host, port) {
        (Some(host), Some(port)) if host.is_loopback() => Ok(SocketAddr::new(host, port)),
        (Some(_), Some(_)) => {
            Err("others could reach it; the simulators listen on this machine alone, at 127.0.0.1 or [::1]".to_owned())
        }
        _ => Err("this is no address like 127.0.0.1 or 127.0.0.1:8080".to_owned()),
    }
}

/// A fault that servers play.
fn played(name: &str) -> Result<Fault, String> {
    let fault: Fault = name.parse().map_err(|error: crate::migrate::simulate::UnknownFault| error.to_string())?;
    if fault.is_played_by_servers() {
        Ok(fault)
    } else {
        Err(format!("`{fault}` concerns the program and not the servers; `waport migrate rehearse` plays it"))
    }
}

/// Writes what a run needs.
fn write(simulators: &Simulators, folder: &Path) -> io::Result<()> {
    std::fs::create_dir_all(folder)?;
    let secrets = folder.join(SECRETS_FILE);
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt as _;
        options.mode(0o600);
    }
    simulators.write(folder)?;
    let mut file =
        options.open(&secrets).map_err(|error| io::Error::new(error.kind(), format!("{SECRETS_FILE}: {error}")))?;
    for (name, value) in simulators.secrets() {
        writeln!(file, "{name}={value}")?;
    }
    Ok(())
}

/// What a program that uses the simulators needs to know.
fn object(simulators: &Simulators, args: &SimulateArgs) -> Value {
    let secrets: Map<String, Value> =
        simulators.secrets().into_iter().map(|(name, value)| (name, json!(value))).collect();
    let faults: Vec<Value> =
        args.fault.iter().map(|fault| json!({ "name": fault.name(), "what": fault.what() })).collect();
    json!({
        "version": 1,
        "graph_url": simulators.graph_url(),
        "onprem_url": simulators.onprem_url(),
        "certificate": args.certificate.name(),
        "certificate_sha256": simulators.certificate_pin(),
        "authority_pem": simulators.authority_pem(),
        "configuration": simulators.configuration(),
        "environment": secrets,
        "media_ids": simulators.media_ids(),
        "faults": faults,
        "folder": args.write,
    })
}

fn text(simulators: &Simulators, args: &SimulateArgs) -> String {
    let mut text = format!(
        "Graph API             {}\nOn-Premises client    {}\n",
        simulators.graph_url(),
        simulators.onprem_url()
    );
    for fault in &args.fault {
        let _ = writeln!(text, "plays {fault}: {}", fault.what());
    }
    let _ = writeln!(text, "\nwaport.toml:\n");
    for line in simulators.configuration().lines() {
        let _ = writeln!(text, "{}", format!("    {line}").trim_end());
    }
    if args.certificate == CertificateKind::Issued {
        let _ = writeln!(text, "\nonprem-ca.pem:\n\n{}", simulators.authority_pem().trim_end());
    }
    let _ = writeln!(text, "\nEnvironment variables, all values invented:\n");
    for (name, value) in simulators.secrets() {
        let _ = writeln!(text, "    export {name}='{value}'");
    }
    if let Some(folder) = &args.write {
        let name = folder.to_string_lossy();
        let _ = writeln!(
            text,
            "\nwaport.toml, onprem-ca.pem and {SECRETS_FILE} are in {}; give the secrets with `--secrets {SECRETS_FILE}`.",
            harmless(&name)
        );
    }
    text.push_str("\nServing until interrupted.\n");
    text
}

/// Serves for good, and says what is asked.
fn serve(simulators: &Simulators) -> ! {
    let mut told = 0;
    loop {
        std::thread::sleep(Duration::from_millis(200));
        for call in simulators.calls_from(told).into_iter().take_while(|call| call.is_over) {
            say(&format!("{}\n", harmless(&call.to_string())));
            told += 1;
        }
    }
}

//! Simulators of Graph API and of On-Premises clients, for rehearsals and tests: servers on this machine that keep the
//! facts both APIs are known by, and go wrong on demand.
//!
//! They share one world, see [`Setup`]. What is unsure in the facts is played in its likeliest form, and a comment names
//! the doubt. Nothing of them is reachable from another machine.

mod answer;
mod certificate;
mod cloud_media;
mod fault;
mod graph;
mod media;
mod multipart;
mod number;
mod onprem;
mod refusal;
mod register;
mod request;
mod seen;
mod server;
mod setup;
mod world;

use std::io;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use serde_json::Value;

pub use certificate::{CertificateKind, UnknownKind};
pub use fault::{Fault, UnknownFault};
pub use media::{MediaFaults, MediaFile};
pub use seen::{Api, Call, Moment, Seen, Stall, Uploads};
pub use setup::{AppSubscription, Onset, Setup, SimulatedNumber};
pub use world::Whereabouts;

use graph::GraphSite;
use onprem::OnpremSite;
use server::{Halt, Server};
use world::World;

/// The running simulators. They stop when this is dropped.
pub struct Simulators {
    world: Arc<World>,
    halt: Arc<Halt>,
    graph: Server,
    onprem: Vec<Server>,
}

impl Simulators {
    /// Starts them.
    ///
    /// # Errors
    /// When `setup.listen` is no address of this machine alone, or no port can be had there; when no certificate can be
    /// made.
    pub fn start(setup: Setup) -> io::Result<Self> {
        if !setup.listen.ip().is_loopback() {
            let problem = format!("{} is not an address of this machine alone, like 127.0.0.1", setup.listen.ip());
            return Err(io::Error::new(io::ErrorKind::InvalidInput, problem));
        }
        let halt = Arc::new(Halt::default());
        let world = Arc::new(World::new(setup, Arc::clone(&halt))?);
        let listen = world.setup.listen;
        let is_there = !world.setup.faults.contains(&Fault::OnpremGone);
        let site = Arc::new(GraphSite(Arc::clone(&world)));
        let graph = Server::start(listen, site, Arc::clone(&halt), true)?;
        let _ = world.graph_url.set(format!("http://{}", graph.address()));
        let _ = world.graph.set(Arc::downgrade(graph.shared()));
        let mut onprem = Vec::new();
        for number in 0..world.setup.numbers.len() {
            let site = Arc::new(OnpremSite { world: Arc::clone(&world), number });
            onprem.push(Server::start(port_behind(listen, number)?, site, Arc::clone(&halt), is_there)?);
        }
        Ok(Self { world, halt, graph, onprem })
    }

    /// Where Graph API is, without a version: plain HTTP.
    #[must_use]
    pub fn graph_url(&self) -> String {
        format!("http://{}", self.graph.address())
    }

    /// Where the first number's On-Premises client is, without `/v1`: HTTPS.
    #[must_use]
    pub fn onprem_url(&self) -> String {
        self.onprem_urls().into_iter().next().unwrap_or_default()
    }

    /// Where the On-Premises clients are, number by number.
    #[must_use]
    pub fn onprem_urls(&self) -> Vec<String> {
        self.onprem.iter().map(|server| format!("https://{}", server.address())).collect()
    }

    /// The certificate that those of the On-Premises clients lead to, as PEM.
    #[must_use]
    pub fn authority_pem(&self) -> &str {
        &self.world.certificate.authority_pem
    }

    /// SHA-256 of the On-Premises clients' certificate, in DER form.
    #[must_use]
    pub fn certificate_sha256(&self) -> [u8; 32] {
        self.world.certificate.sha256
    }

    /// The same, as 64 hexadecimal digits.
    #[must_use]
    pub fn certificate_pin(&self) -> String {
        setup::hexadecimal(&self.certificate_sha256())
    }

    /// The `waport.toml` of this world. A certificate that an authority issued is known by the authority's file, which
    /// stands beside it as `onprem-ca.pem`, see [`Self::write`]; one that signed itself by its SHA-256.
    #[must_use]
    pub fn configuration(&self) -> String {
        self.world.setup.configuration(&self.graph_url(), &self.onprem_urls(), &self.certificate_sha256())
    }

    /// The secrets of this world, by the environment variables that they are given in. With several numbers each has its
    /// own PIN.
    #[must_use]
    pub fn secrets(&self) -> Vec<(String, String)> {
        self.world.setup.secrets()
    }

    /// A session token that the On-Premises clients take without a login, for `WAPORT_ONPREM_TOKEN`.
    #[must_use]
    pub fn onprem_token(&self) -> &'static str {
        setup::ONPREM_TOKEN
    }

    /// Writes `waport.toml` and `onprem-ca.pem` into a folder. Gives their names.
    ///
    /// # Errors
    /// When one of them is there already, or cannot be written.
    pub fn write(&self, folder: &Path) -> io::Result<[&'static str; 2]> {
        let files = [("waport.toml", self.configuration()), (setup::AUTHORITY_FILE, self.authority_pem().to_owned())];
        for (name, _) in &files {
            if folder.join(name).exists() {
                let problem = format!("{name} is there already");
                return Err(io::Error::new(io::ErrorKind::AlreadyExists, problem));
            }
        }
        for (name, text) in &files {
            std::fs::write(folder.join(name), text)?;
        }
        Ok(files.map(|(name, _)| name))
    }

    /// The IDs of the media that the first number's On-Premises client has, then those that it no longer has.
    #[must_use]
    pub fn media_ids(&self) -> Vec<String> {
        self.world.media_ids()
    }

    /// What they saw so far.
    #[must_use]
    pub fn seen(&self) -> Seen {
        self.world.state().seen.clone()
    }

    /// The requests from the one with this number on, counted from 0.
    #[must_use]
    pub fn calls_from(&self, first: usize) -> Vec<Call> {
        self.world.state().seen.calls.get(first..).unwrap_or_default().to_vec()
    }

    /// Where the number with this name in the configuration is registered.
    #[must_use]
    pub fn whereabouts(&self, name: &str) -> Option<Whereabouts> {
        let number = self.world.setup.numbers.iter().position(|number| number.name == name)?;
        Some(self.world.state().numbers[number].whereabouts)
    }

    /// Ends all faults: whoever looks after the servers has repaired them. What was done stays done.
    pub fn mend(&self) {
        self.world.mend();
        for server in self.onprem.iter().chain([&self.graph]) {
            server.shared().put_up();
        }
    }

    /// Puts the clock forward by which sessions end and requests count.
    pub fn skip(&self, duration: Duration) {
        self.world.skip(duration);
    }

    /// Lets Graph API say something else of a number's field from now on, such as another quality rating.
    pub fn overrule(&self, name: &str, field: &str, value: Value) {
        let number = self.world.setup.numbers.iter().position(|number| number.name == name);
        if let Some(number) = number {
            self.world.state().overruled.insert((number, field.to_owned()), value);
        }
    }

    /// Holds one request from now on until its client goes away or another stall, or none, takes its place.
    pub fn stall(&self, stall: Option<Stall>) {
        self.world.stall(stall);
    }

    /// Waits until the request to be held is there. Gives whether it came in time.
    #[must_use]
    pub fn stalled(&self, patience: Duration) -> bool {
        self.world.stalled(patience)
    }
}

impl Drop for Simulators {
    fn drop(&mut self) {
        self.halt.halt();
    }
}

/// The port of a number's On-Premises client: those behind Graph API's, or any.
fn port_behind(listen: SocketAddr, number: usize) -> io::Result<SocketAddr> {
    if listen.port() == 0 {
        return Ok(listen);
    }
    let step = u16::try_from(number + 1).ok();
    let port = step.and_then(|step| listen.port().checked_add(step));
    let port = port.ok_or_else(|| io::Error::new(io::ErrorKind::InvalidInput, "there are no ports behind that one"))?;
    Ok(SocketAddr::new(listen.ip(), port))
}

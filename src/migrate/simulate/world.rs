//! What both simulators know: where each number is, what was backed up, subscribed and uploaded, who asked for what. It
//! outlives the programs that talk to them.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, OnceLock, PoisonError, Weak};
use std::time::{Duration, Instant};

use serde_json::Value;
use sha2::{Digest as _, Sha256};

use super::answer::Answer;
use super::certificate::Certificate;
use super::fault::Fault;
use super::media::{MediaFile, Mishap};
use super::request::Request;
use super::seen::{Api, Call, Moment, Seen, Stall};
use super::server::{Client, Halt, Shared, lock};
use super::setup::{self, Onset, Setup, SimulatedNumber, hexadecimal};

/// How long register and deregister requests count.
const REGISTER_WINDOW: Duration = Duration::from_secs(72 * 3600);
/// How many of them a number has in that time.
const REGISTER_REQUESTS: usize = 10;
/// How many calls are kept.
const MOST_CALLS: usize = 1_000_000;

/// Everything that the servers share.
pub(super) struct World {
    pub setup: Setup,
    pub halt: Arc<Halt>,
    pub certificate: Certificate,
    /// What is shown in its place with `wrong-certificate`.
    pub other_certificate: Certificate,
    pub graph_url: OnceLock<String>,
    pub graph: OnceLock<Weak<Shared>>,
    media: BTreeMap<String, MediaFile>,
    secrets: Vec<String>,
    started: Instant,
    state: Mutex<State>,
    changed: Condvar,
}

/// What changes.
pub(super) struct State {
    /// The faults that are still to be played.
    faults: BTreeSet<Fault>,
    pub numbers: Vec<NumberState>,
    /// The accounts whose webhooks the app is subscribed to.
    pub subscribed: BTreeSet<String>,
    /// Media that were uploaded to Cloud API, by their IDs.
    pub uploaded: BTreeMap<String, Uploaded>,
    /// What Graph API says of a number's field in place of the truth, by the number's place and the field.
    pub overruled: BTreeMap<(usize, String), Value>,
    /// How often each file was asked for or sent.
    attempts: BTreeMap<Vec<u8>, u64>,
    pub seen: Seen,
    stall: Option<Stall>,
    is_stalled: bool,
    /// By how much the clock was put forward.
    skipped: Duration,
    /// Counts what must not repeat: IDs, traces, tokens.
    counter: u64,
}

/// A number as it stands.
pub(super) struct NumberState {
    pub whereabouts: Whereabouts,
    pub pin: Option<String>,
    /// When it was registered or deregistered, on the world's clock.
    requests: Vec<Duration>,
    /// The sessions at its On-Premises client and when they end.
    pub sessions: BTreeMap<String, Duration>,
}

/// Where a number is registered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Whereabouts {
    /// With its On-Premises client.
    OnPremises,
    /// Nowhere: a wrong PIN took its On-Premises client down.
    Down,
    /// With Cloud API.
    Cloud,
    /// Nowhere: it was deregistered from Cloud API.
    Nowhere,
}

/// A file that was uploaded.
pub(super) struct Uploaded {
    pub content_type: String,
    pub bytes: Vec<u8>,
    pub sha256: String,
}

impl State {
    /// Whether a fault is played, which stays.
    pub fn has(&self, fault: Fault) -> bool {
        self.faults.contains(&fault)
    }

    /// Whether a fault is played, which then is over.
    pub fn take(&mut self, fault: Fault) -> bool {
        self.faults.remove(&fault)
    }

    pub fn next(&mut self) -> u64 {
        self.counter += 1;
        self.counter
    }

    /// How often this was called with the same key before.
    pub fn attempt(&mut self, key: &[u8]) -> u64 {
        let attempts = self.attempts.entry(key.to_vec()).or_default();
        *attempts += 1;
        *attempts - 1
    }

    /// Notes that a number is to be registered or deregistered. Gives whether it may be.
    pub fn count_request(&mut self, number: usize, now: Duration) -> bool {
        let limited = self.has(Fault::RateLimited);
        let requests = &mut self.numbers[number].requests;
        requests.retain(|then| now.saturating_sub(*then) < REGISTER_WINDOW);
        if limited || requests.len() >= REGISTER_REQUESTS {
            return false;
        }
        requests.push(now);
        true
    }

    /// Whether something that begins at the setup's onset has begun.
    fn has_begun(&self, onset: Onset) -> bool {
        match onset {
            Onset::Start => true,
            Onset::Backup => self.seen.backups > 0,
            Onset::Register => self.seen.register_effects > 0,
        }
    }
}

impl World {
    pub fn new(setup: Setup, halt: Arc<Halt>) -> std::io::Result<Self> {
        let is_on_cloud = setup.faults.contains(&Fault::AlreadyOnCloud);
        let number = |number: &SimulatedNumber| NumberState {
            whereabouts: if is_on_cloud { Whereabouts::Cloud } else { Whereabouts::OnPremises },
            pin: number.pin.clone(),
            requests: vec![Duration::ZERO; setup.earlier_requests],
            sessions: BTreeMap::new(),
        };
        let accounts = setup.numbers.iter().filter(|_| setup.is_subscribed).map(|number| number.waba_id.clone());
        let state = State {
            faults: setup.faults.iter().copied().collect(),
            numbers: setup.numbers.iter().map(number).collect(),
            subscribed: accounts.collect(),
            uploaded: BTreeMap::new(),
            overruled: BTreeMap::new(),
            attempts: BTreeMap::new(),
            seen: Seen::default(),
            stall: None,
            is_stalled: false,
            skipped: Duration::ZERO,
            counter: 0,
        };
        let files = setup.media.iter().cloned().chain(setup.media_faults.files());
        Ok(Self {
            certificate: Certificate::make(setup.certificate)?,
            other_certificate: Certificate::make(setup.certificate)?,
            media: files.map(|file| (file.id.clone(), file)).collect(),
            secrets: setup.secrets().into_iter().map(|(_, secret)| secret).collect(),
            setup,
            halt,
            graph_url: OnceLock::new(),
            graph: OnceLock::new(),
            started: Instant::now(),
            state: Mutex::new(state),
            changed: Condvar::new(),
        })
    }

    pub fn state(&self) -> MutexGuard<'_, State> {
        lock(&self.state)
    }

    /// The time since the world began, by its own clock.
    pub fn now(&self, state: &State) -> Duration {
        self.started.elapsed() + state.skipped
    }

    /// Puts the clock forward.
    pub fn skip(&self, duration: Duration) {
        self.state().skipped += duration;
    }

    /// The place of the number with this ID.
    pub fn number(&self, phone_number_id: &str) -> Option<usize> {
        self.setup.numbers.iter().position(|number| number.phone_number_id == phone_number_id)
    }

    /// Whether the access token for Graph API has expired.
    pub fn is_token_expired(&self, state: &State) -> bool {
        state.has(Fault::ExpiredToken) && state.has_begun(self.setup.onset)
    }

    /// Whether the access token for Graph API lacks its permissions.
    pub fn lacks_permission(&self, state: &State) -> bool {
        state.has(Fault::MissingPermission) && state.has_begun(self.setup.onset)
    }

    /// A file of the first number's On-Premises client.
    pub fn media(&self, id: &str) -> Option<&MediaFile> {
        self.media.get(id)
    }

    /// The IDs of the media that are spoken of: those that the first number's On-Premises client has, then those that it
    /// no longer has.
    pub fn media_ids(&self) -> Vec<String> {
        self.media.keys().cloned().chain(self.setup.media_faults.gone()).collect()
    }

    /// Plays no fault any more.
    pub fn mend(&self) {
        self.state().faults.clear();
    }

    /// The request that is to be held.
    pub fn stall(&self, stall: Option<Stall>) {
        let mut state = self.state();
        state.stall = stall;
        state.is_stalled = false;
        drop(state);
        self.changed.notify_all();
    }

    /// Waits until the request is held. Gives whether it is.
    pub fn stalled(&self, patience: Duration) -> bool {
        let waited = self.changed.wait_timeout_while(self.state(), patience, |state| !state.is_stalled);
        waited.unwrap_or_else(PoisonError::into_inner).0.is_stalled
    }

    /// Answers a request, noted and in its time.
    pub fn attend(&self, api: Api, request: &Request, client: &Client, answer: impl FnOnce() -> Answer) -> Answer {
        let number = self.arrived(api, request);
        self.halt.wait(self.setup.latency);
        if !self.passes(number, Moment::Before, client) {
            return Answer::reset();
        }
        let answer = answer();
        if let Some(call) = self.state().seen.calls.get_mut(number - 1) {
            call.status = answer.visible_status();
            call.is_over = true;
        }
        if self.passes(number, Moment::After, client) { answer } else { Answer::reset() }
    }

    /// Notes a request and gives its number, from 1.
    fn arrived(&self, api: Api, request: &Request) -> usize {
        let mut path = request.head.path.clone();
        for secret in self.secrets.iter().filter(|secret| request.head.path.contains(&***secret)) {
            path = path.replace(&**secret, "[redacted]");
        }
        let mut state = self.state();
        let (method, after) = (request.head.method.clone(), self.started.elapsed());
        let call = Call { api, method, path, status: None, is_over: false, after };
        state.seen.requests += 1;
        if state.seen.calls.len() < MOST_CALLS {
            state.seen.calls.push(call);
        }
        state.seen.requests
    }

    /// Holds a request that is to be held. Gives whether it goes on: not when its client went away meanwhile.
    fn passes(&self, number: usize, moment: Moment, client: &Client) -> bool {
        let is_held = |state: &State| state.stall == Some(Stall { request: number, moment });
        {
            let mut state = self.state();
            if !is_held(&state) {
                return true;
            }
            state.is_stalled = true;
        }
        self.changed.notify_all();
        client.stays_until(|| !is_held(&self.state()))
    }

    /// The data of a backup of a number, which only this password opens.
    pub fn backup(&self, number: usize, password: &str, nonce: u64) -> String {
        use base64::Engine as _;
        let mut blob = b"WABK".to_vec();
        blob.extend_from_slice(&nonce.to_be_bytes());
        let mut link = self.seal(number, password, nonce);
        for _ in 0..6 {
            blob.extend_from_slice(&link);
            link = Sha256::digest(link).into();
        }
        base64::engine::general_purpose::STANDARD.encode(blob)
    }

    /// Whether `data` is a backup, and whether it is this number's and this password opens it.
    pub fn opens(&self, number: usize, password: &str, data: &str) -> Backup {
        use base64::Engine as _;
        let Ok(blob) = base64::engine::general_purpose::STANDARD.decode(data) else { return Backup::Unreadable };
        let Some((nonce, _)) = blob.strip_prefix(b"WABK").and_then(|rest| rest.split_first_chunk::<8>()) else {
            return Backup::Unreadable;
        };
        let whole = self.backup(number, password, u64::from_be_bytes(*nonce));
        if whole == data { Backup::Opened } else { Backup::Closed }
    }

    fn seal(&self, number: usize, password: &str, nonce: u64) -> [u8; 32] {
        let id = &self.setup.numbers[number].phone_number_id;
        Sha256::digest(format!("{id}/{nonce}/{password}")).into()
    }

    /// Something that looks like one of Meta's traces.
    pub fn trace(&self) -> String {
        let counter = self.state().next();
        let digest = hexadecimal(&Sha256::digest(format!("trace {counter}")));
        format!("A{}", &digest[..22])
    }

    /// Lets Graph API's port refuse connections, when that is to be played.
    pub fn play_refused(&self) {
        let taken = self.state().take(Fault::Refused);
        let graph = self.graph.get().and_then(Weak::upgrade);
        if let (true, Some(graph)) = (taken, graph) {
            graph.take_down(Some(self.setup.outage));
        }
    }

    /// How this request for a file goes wrong, if it does.
    pub fn mishap(&self, key: &[u8]) -> Option<Mishap> {
        let faults = &self.setup.media_faults;
        if faults.per_mille == 0 {
            return None;
        }
        let attempt = self.state().attempt(key);
        faults.mishap(key, attempt)
    }

    /// Whether this is the access token for Graph API.
    pub fn is_graph_token(token: &str) -> bool {
        token == setup::GRAPH_TOKEN
    }
}

/// What became of opening a backup.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Backup {
    Opened,
    /// The password or the number is another.
    Closed,
    /// It is no backup.
    Unreadable,
}

//! A server of threads on this machine: one that accepts, one per connection. It can be taken down and put up again at
//! the same port.

use std::collections::BTreeMap;
use std::io::{self, Read, Write};
use std::net::{Shutdown, SocketAddr, TcpStream};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use rustls::{ServerConfig, ServerConnection, StreamOwned};
use socket2::{Domain, SockRef, Socket, Type};

use super::answer::{Answer, Manner};
use super::request::{Head, Reader, Request, Unread, is_wait};

/// How many connections are served at a time; those beyond are closed.
const MOST_CONNECTIONS: usize = 512;
/// How often a thread that waits for bytes looks up.
const LOOK_UP: Duration = Duration::from_millis(100);
/// How many connections wait to be accepted.
const BACKLOG: i32 = 1024;
const WRITE_TIMEOUT: Duration = Duration::from_secs(30);

/// What a server serves.
pub(super) trait Site: Send + Sync + 'static {
    /// How many bytes the body of a request with this head may have.
    fn body_limit(&self, head: &Head) -> usize;
    /// The answer to a request. It may take its time.
    fn answer(&self, request: &Request, client: &Client) -> Answer;
    /// The answer to what is no request, or none that is taken.
    fn refuse(&self, status: u16, why: &str) -> Answer;
    /// How the next connection is secured; `None` is plain.
    fn tls(&self) -> Option<Arc<ServerConfig>>;
}

/// Locks, whatever happened to a thread that held the lock before.
pub(super) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Tells threads that wait that all is over.
#[derive(Default)]
pub(super) struct Halt {
    is_over: Mutex<bool>,
    changed: Condvar,
}

impl Halt {
    pub fn halt(&self) {
        *lock(&self.is_over) = true;
        self.changed.notify_all();
    }

    pub fn is_over(&self) -> bool {
        *lock(&self.is_over)
    }

    /// Waits so long, or until all is over.
    pub fn wait(&self, duration: Duration) {
        if !duration.is_zero() {
            let guard = lock(&self.is_over);
            let waited = self.changed.wait_timeout_while(guard, duration, |is_over| !*is_over);
            drop(waited.unwrap_or_else(PoisonError::into_inner));
        }
    }
}

/// The client at the other end of a connection.
pub(super) struct Client<'c> {
    socket: &'c TcpStream,
    halt: &'c Halt,
}

impl Client<'_> {
    /// Waits until the client has gone or `is_enough`. Gives whether the client is still there.
    pub fn stays_until(&self, is_enough: impl Fn() -> bool) -> bool {
        while !is_enough() && !self.halt.is_over() {
            match self.socket.peek(&mut [0]) {
                Ok(0) => return false,
                // It sends what nobody reads now.
                Ok(_) => self.halt.wait(LOOK_UP / 5),
                Err(error) if is_wait(&error) => {}
                Err(_) => return false,
            }
        }
        true
    }
}

/// Whether the server listens, and for how long not.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Listening {
    Up,
    /// Until this moment, or for good.
    Down(Option<Instant>),
    Over,
}

struct Phase {
    wanted: Listening,
    /// Whether connections are taken right now.
    is_up: bool,
}

/// What the threads of a server share.
pub(super) struct Shared {
    site: Arc<dyn Site>,
    address: SocketAddr,
    halt: Arc<Halt>,
    phase: Mutex<Phase>,
    changed: Condvar,
    connections: Mutex<BTreeMap<u64, TcpStream>>,
    next: AtomicU64,
}

/// A running server. It stops when it is dropped.
pub(super) struct Server {
    shared: Arc<Shared>,
    acceptor: Option<JoinHandle<()>>,
}

impl Server {
    /// Takes a port and listens there, unless it begins as one that is down.
    pub fn start(address: SocketAddr, site: Arc<dyn Site>, halt: Arc<Halt>, is_up: bool) -> io::Result<Self> {
        let socket = bound(address).map_err(|error| io::Error::new(error.kind(), format!("{address}: {error}")))?;
        let address = socket.local_addr()?.as_socket().ok_or_else(|| io::Error::other("a socket without address"))?;
        let wanted = if is_up { Listening::Up } else { Listening::Down(None) };
        if is_up {
            socket.listen(BACKLOG)?;
        }
        let shared = Arc::new(Shared {
            site,
            address,
            halt,
            phase: Mutex::new(Phase { wanted, is_up }),
            changed: Condvar::new(),
            connections: Mutex::default(),
            next: AtomicU64::new(0),
        });
        let thread = Arc::clone(&shared);
        let acceptor = thread::Builder::new().name("simulator".to_owned()).spawn(move || thread.run(socket, is_up))?;
        Ok(Self { shared, acceptor: Some(acceptor) })
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.shared.address
    }

    /// What its threads share, for taking it down from elsewhere.
    pub fn shared(&self) -> &Arc<Shared> {
        &self.shared
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.shared.want(Listening::Over);
        if let Some(acceptor) = self.acceptor.take() {
            let _ = acceptor.join();
        }
        self.shared.close_all();
    }
}

/// A socket that holds its port. Until it listens, connections are refused.
fn bound(address: SocketAddr) -> io::Result<Socket> {
    let socket = Socket::new(Domain::for_address(address), Type::STREAM, None)?;
    // On Windows this would let others take the port, too.
    #[cfg(not(windows))]
    socket.set_reuse_address(true)?;
    socket.bind(&address.into())?;
    Ok(socket)
}

impl Shared {
    /// Refuses connections for so long, or until it is put up; ends those that there are. Returns when that is so.
    pub fn take_down(&self, duration: Option<Duration>) {
        self.want(Listening::Down(duration.map(|duration| Instant::now() + duration)));
        self.close_all();
        self.until(|phase| !phase.is_up || phase.wanted == Listening::Over);
    }

    /// Listens again. Returns when that is so.
    pub fn put_up(&self) {
        self.want(Listening::Up);
        self.until(|phase| phase.is_up || phase.wanted == Listening::Over);
    }

    fn want(&self, wanted: Listening) {
        let was_up = {
            let mut phase = lock(&self.phase);
            if phase.wanted != Listening::Over {
                phase.wanted = wanted;
            }
            phase.is_up
        };
        self.changed.notify_all();
        if was_up && wanted != Listening::Up {
            // Who waits in `accept` wakes up.
            let _ = TcpStream::connect_timeout(&self.address, Duration::from_secs(1));
        }
    }

    fn until(&self, is_so: impl Fn(&Phase) -> bool) {
        let guard = lock(&self.phase);
        let patience = Duration::from_secs(5);
        drop(self.changed.wait_timeout_while(guard, patience, |phase| !is_so(phase)));
    }

    fn close_all(&self) {
        for socket in lock(&self.connections).values() {
            let _ = socket.shutdown(Shutdown::Both);
        }
    }

    fn wanted(&self) -> Listening {
        lock(&self.phase).wanted
    }

    fn is(&self, is_up: bool) {
        lock(&self.phase).is_up = is_up;
        self.changed.notify_all();
    }

    /// Accepts connections, or holds the port without, as is wanted. `listens` says whether the socket already does.
    fn run(self: Arc<Self>, mut socket: Socket, mut listens: bool) {
        loop {
            match self.wanted() {
                Listening::Over => return,
                Listening::Up => {
                    listens = listens || socket.listen(BACKLOG).is_ok();
                    self.is(true);
                    self.accept(&socket);
                }
                Listening::Down(until) => {
                    if listens {
                        // A socket never stops listening: another one takes the port.
                        drop(socket);
                        let Some(silent) = self.bound_again() else { return };
                        (socket, listens) = (silent, false);
                    }
                    self.is(false);
                    self.stay_down(until);
                }
            }
        }
    }

    /// A socket at the server's port, which was just let go of; none when all is over.
    fn bound_again(&self) -> Option<Socket> {
        while self.wanted() != Listening::Over {
            match bound(self.address) {
                Ok(socket) => return Some(socket),
                Err(_) => self.halt.wait(Duration::from_millis(5)),
            }
        }
        None
    }

    fn stay_down(&self, until: Option<Instant>) {
        let mut phase = lock(&self.phase);
        while let Listening::Down(_) = phase.wanted {
            let left = until.map_or(Duration::from_secs(3600), |until| until.saturating_duration_since(Instant::now()));
            if left.is_zero() {
                phase.wanted = Listening::Up;
                break;
            }
            phase = self.changed.wait_timeout(phase, left).unwrap_or_else(PoisonError::into_inner).0;
        }
    }

    fn accept(self: &Arc<Self>, listener: &Socket) {
        while self.wanted() == Listening::Up {
            let Ok((socket, _)) = listener.accept() else {
                self.halt.wait(Duration::from_millis(5));
                continue;
            };
            if self.wanted() != Listening::Up || lock(&self.connections).len() >= MOST_CONNECTIONS {
                continue;
            }
            let (shared, socket) = (Arc::clone(self), TcpStream::from(socket));
            // When no thread can be had, the connection is closed.
            let _ = thread::Builder::new().name("connection".to_owned()).spawn(move || shared.connection(socket));
        }
    }

    fn connection(&self, socket: TcpStream) {
        let _ = socket.set_nodelay(true);
        let _ = socket.set_read_timeout(Some(LOOK_UP));
        let _ = socket.set_write_timeout(Some(WRITE_TIMEOUT));
        let Ok(known) = socket.try_clone() else { return };
        let id = self.next.fetch_add(1, Ordering::Relaxed);
        lock(&self.connections).insert(id, known);
        if self.wanted() != Listening::Up {
            let _ = socket.shutdown(Shutdown::Both);
        }
        let served = socket.try_clone().and_then(|client| self.serve(socket, &client));
        let known = lock(&self.connections).remove(&id);
        if let (Ok(End::Reset), Some(known)) = (served, known) {
            // Closed with nothing to wait for, a connection is reset. This is the last handle.
            let _ = SockRef::from(&known).set_linger(Some(Duration::ZERO));
        }
    }

    fn serve(&self, socket: TcpStream, client: &TcpStream) -> io::Result<End> {
        let Some(config) = self.site.tls() else { return Ok(self.requests(socket, client)) };
        let connection = ServerConnection::new(config).map_err(io::Error::other)?;
        let mut stream = StreamOwned::new(connection, socket);
        let begun = Instant::now();
        while stream.conn.is_handshaking() {
            match stream.conn.complete_io(&mut stream.sock) {
                Ok(_) => {}
                Err(error) if is_wait(&error) && begun.elapsed() < WRITE_TIMEOUT && !self.halt.is_over() => {}
                Err(error) => return Err(error),
            }
        }
        Ok(self.requests(stream, client))
    }

    fn requests(&self, stream: impl Read + Write, socket: &TcpStream) -> End {
        let client = Client { socket, halt: &self.halt };
        let mut reader = Reader::new(stream);
        while !self.halt.is_over() {
            let (answer, body, close) = match reader.request(|head| self.site.body_limit(head)) {
                Ok(request) => {
                    let answer = self.site.answer(&request, &client);
                    (answer, !request.head.wants_no_body, request.is_last())
                }
                Err(Unread::Refused(status, why)) => (self.site.refuse(status, why), true, true),
                Err(Unread::Gone) => return End::Closed,
            };
            let close = close || answer.manner == Manner::Truncated;
            match answer.manner {
                Manner::Reset => return End::Reset,
                Manner::Silent(duration) => {
                    let until = Instant::now() + duration;
                    client.stays_until(|| Instant::now() >= until);
                    return End::Closed;
                }
                Manner::Whole | Manner::Truncated => {}
            }
            let stream = &mut reader.stream;
            if stream.write_all(&answer.bytes(body, close)).and_then(|()| stream.flush()).is_err() {
                return End::Closed;
            }
            if close {
                part(stream, socket);
                return End::Closed;
            }
        }
        End::Closed
    }
}

/// Says that nothing more comes, and takes in what is still under way, so that the answer is not lost to a reset.
fn part(stream: &mut impl Read, socket: &TcpStream) {
    const MOST: usize = 64;
    let _ = socket.shutdown(Shutdown::Write);
    let mut rest = [0; 16 << 10];
    for _ in 0..MOST {
        if !matches!(stream.read(&mut rest), Ok(length) if length > 0) {
            return;
        }
    }
}

/// How a connection ends.
enum End {
    Closed,
    Reset,
}

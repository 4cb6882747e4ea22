//! Reading requests of HTTP/1.1, bounded in size and time.

use std::io::{self, Read, Write};
use std::time::{Duration, Instant};

use percent_encoding::percent_decode_str;
use url::{Url, form_urlencoded};

/// How many bytes the head of a request may have.
pub const MAX_HEAD: usize = 32 << 10;
const MAX_HEADERS: usize = 100;
/// How long a client may take between two bytes of a request.
const SILENCE: Duration = Duration::from_secs(15);
/// How long a connection may rest between two requests.
const REST: Duration = Duration::from_secs(90);

/// A request, read to its end.
#[derive(Debug)]
pub(super) struct Request {
    pub head: Head,
    pub body: Vec<u8>,
}

/// What stands before a body.
#[derive(Debug)]
pub(super) struct Head {
    /// As it was sent, but `GET` for `HEAD`.
    pub method: String,
    /// The method was `HEAD`: it wants no body.
    pub wants_no_body: bool,
    /// The path as it was sent, without the query.
    pub path: String,
    /// The path's parts, decoded.
    pub segments: Vec<String>,
    /// The query, decoded.
    pub query: Vec<(String, String)>,
    headers: Vec<(String, String)>,
    is_last: bool,
}

impl Head {
    /// A header's value, the first of its name.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, value)| &**value)
    }

    /// A parameter of the query, the first of its name.
    pub fn parameter(&self, name: &str) -> Option<&str> {
        self.query.iter().find(|(known, _)| known == name).map(|(_, value)| &**value)
    }

    /// What stands behind a scheme such as `Bearer` in the header that says who asks.
    pub fn authorization(&self, scheme: &str) -> Option<&str> {
        let (said, value) = self.header("authorization")?.split_once(' ')?;
        said.eq_ignore_ascii_case(scheme).then(|| value.trim())
    }

    /// The parts of the path, for matching.
    pub fn parts(&self) -> Vec<&str> {
        self.segments.iter().map(String::as_str).collect()
    }
}

impl Request {
    /// Whether the connection ends after this request.
    pub fn is_last(&self) -> bool {
        self.head.is_last
    }
}

/// Why there is no request.
#[derive(Debug)]
pub(super) enum Unread {
    /// The client has gone, or rests for too long.
    Gone,
    /// What came is no request that is taken; a status and a reason.
    Refused(u16, &'static str),
}

impl From<io::Error> for Unread {
    fn from(_: io::Error) -> Self {
        Self::Gone
    }
}

/// A connection of which requests are read.
pub(super) struct Reader<S> {
    pub stream: S,
    buffer: Vec<u8>,
}

/// How a body is delimited.
enum Framing {
    Sized(usize),
    Chunked,
}

impl<S: Read + Write> Reader<S> {
    pub fn new(stream: S) -> Self {
        Self { stream, buffer: Vec::new() }
    }

    /// The next request. `limit` says how large the body of one with this head may be.
    pub fn request(&mut self, limit: impl Fn(&Head) -> usize) -> Result<Request, Unread> {
        let (head, framing) = self.head()?;
        let limit = limit(&head);
        if matches!(framing, Framing::Sized(size) if size > limit) {
            return Err(Unread::Refused(413, "the body is too large"));
        }
        let is_awaited = match head.header("expect") {
            None => false,
            Some(expected) if expected.eq_ignore_ascii_case("100-continue") => true,
            Some(_) => return Err(Unread::Refused(417, "nothing but 100-continue can be expected")),
        };
        if is_awaited && self.buffer.is_empty() && !matches!(framing, Framing::Sized(0)) {
            self.stream.write_all(b"HTTP/1.1 100 Continue\r\n\r\n")?;
            self.stream.flush()?;
        }
        let body = match framing {
            Framing::Sized(size) => self.take(size)?,
            Framing::Chunked => self.chunks(limit)?,
        };
        Ok(Request { head, body })
    }

    fn head(&mut self) -> Result<(Head, Framing), Unread> {
        let mut patience = if self.buffer.is_empty() { REST } else { SILENCE };
        loop {
            if let Some((length, head, framing)) = parse(&self.buffer)? {
                self.buffer.drain(..length);
                return Ok((head, framing));
            }
            if self.buffer.len() > MAX_HEAD {
                return Err(Unread::Refused(431, "the head is too large"));
            }
            self.more(patience, !self.buffer.is_empty())?;
            patience = SILENCE;
        }
    }

    /// So many bytes.
    fn take(&mut self, size: usize) -> Result<Vec<u8>, Unread> {
        while self.buffer.len() < size {
            self.more(SILENCE, true)?;
        }
        let rest = self.buffer.split_off(size);
        Ok(std::mem::replace(&mut self.buffer, rest))
    }

    /// A line without its end.
    fn line(&mut self) -> Result<Vec<u8>, Unread> {
        const LONGEST: usize = 4096;
        loop {
            if let Some(end) = memchr::memchr(b'\n', &self.buffer) {
                let mut line: Vec<u8> = self.buffer.drain(..=end).collect();
                line.truncate(line.trim_ascii_end().len());
                return Ok(line);
            }
            if self.buffer.len() > LONGEST {
                return Err(Unread::Refused(400, "a line among the chunks is too long"));
            }
            self.more(SILENCE, true)?;
        }
    }

    fn chunks(&mut self, limit: usize) -> Result<Vec<u8>, Unread> {
        let mut body = Vec::new();
        loop {
            let mut line = self.line()?;
            line.extend_from_slice(b"\r\n");
            let size = match httparse::parse_chunk_size(&line) {
                Ok(httparse::Status::Complete((_, size))) => usize::try_from(size).unwrap_or(usize::MAX),
                Ok(httparse::Status::Partial) | Err(_) => return Err(Unread::Refused(400, "a chunk has no size")),
            };
            if size > limit - body.len() {
                return Err(Unread::Refused(413, "the body is too large"));
            }
            if size == 0 {
                break;
            }
            body.append(&mut self.take(size)?);
            if !self.line()?.is_empty() {
                return Err(Unread::Refused(400, "a chunk is longer than its size"));
            }
        }
        for _ in 0..MAX_HEADERS {
            if self.line()?.is_empty() {
                return Ok(body);
            }
        }
        Err(Unread::Refused(431, "there are too many trailers"))
    }

    /// Waits for more bytes. Whoever has begun a request is told when it takes too long.
    fn more(&mut self, patience: Duration, is_begun: bool) -> Result<(), Unread> {
        let begun = Instant::now();
        let mut chunk = [0; 16 << 10];
        loop {
            match self.stream.read(&mut chunk) {
                Ok(0) => return Err(Unread::Gone),
                Ok(length) => {
                    self.buffer.extend_from_slice(&chunk[..length]);
                    return Ok(());
                }
                Err(error) if is_wait(&error) && begun.elapsed() < patience => {}
                Err(error) if is_wait(&error) && is_begun => {
                    return Err(Unread::Refused(408, "the request takes too long"));
                }
                Err(_) => return Err(Unread::Gone),
            }
        }
    }
}

/// Whether a read failed only because nothing came yet.
pub(super) fn is_wait(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut | io::ErrorKind::Interrupted)
}

/// The head that `bytes` begin with and its length, when all of it is there.
fn parse(bytes: &[u8]) -> Result<Option<(usize, Head, Framing)>, Unread> {
    let mut headers = [httparse::EMPTY_HEADER; MAX_HEADERS];
    let mut parsed = httparse::Request::new(&mut headers);
    let length = match parsed.parse(bytes) {
        Ok(httparse::Status::Complete(length)) => length,
        Ok(httparse::Status::Partial) => return Ok(None),
        Err(httparse::Error::TooManyHeaders) => return Err(Unread::Refused(431, "there are too many headers")),
        Err(_) => return Err(Unread::Refused(400, "this is no request of HTTP/1.1")),
    };
    if length > MAX_HEAD {
        return Err(Unread::Refused(431, "the head is too large"));
    }
    let headers: Vec<(String, String)> = parsed
        .headers
        .iter()
        .map(|header| (header.name.to_owned(), String::from_utf8_lossy(header.value).trim().to_owned()))
        .collect();
    let is_new = parsed.version == Some(1);
    let framing = framing(&headers, is_new)?;
    let head = head(parsed.method.unwrap_or_default(), parsed.path.unwrap_or_default(), headers, is_new)?;
    Ok(Some((length, head, framing)))
}

fn head(method: &str, target: &str, headers: Vec<(String, String)>, is_new: bool) -> Result<Head, Unread> {
    let refused = || Unread::Refused(400, "the request names no path");
    let path = match target.find("://") {
        // The form for proxies: the scheme and the host are not looked at.
        Some(scheme) if !target.starts_with('/') => target[scheme + 3..].find('/').map(|at| &target[scheme + 3 + at..]),
        _ => Some(target),
    };
    let path = path.filter(|path| path.starts_with('/')).ok_or_else(refused)?;
    let url = Url::parse(&format!("http://simulator{path}")).map_err(|_| refused())?;
    let segments = url.path_segments().into_iter().flatten();
    let segments = segments.map(|part| percent_decode_str(part).decode_utf8_lossy().into_owned()).collect();
    let query = form_urlencoded::parse(url.query().unwrap_or_default().as_bytes()).into_owned().collect();
    let is_close = |value: &str| value.split(',').any(|option| option.trim().eq_ignore_ascii_case("close"));
    let closes = headers.iter().any(|(name, value)| name.eq_ignore_ascii_case("connection") && is_close(value));
    let wants_no_body = method == "HEAD";
    Ok(Head {
        method: if wants_no_body { "GET".to_owned() } else { method.to_owned() },
        wants_no_body,
        path: url.path().to_owned(),
        segments,
        query,
        headers,
        is_last: closes || !is_new,
    })
}

/// How the body is delimited. What two readers could understand in two ways is refused.
fn framing(headers: &[(String, String)], is_new: bool) -> Result<Framing, Unread> {
    let all = |name: &'static str| headers.iter().filter(move |(known, _)| known.eq_ignore_ascii_case(name));
    if is_new && all("host").count() != 1 {
        return Err(Unread::Refused(400, "a request names its host once"));
    }
    let mut sizes = all("content-length").map(|(_, value)| value);
    let size = sizes.next();
    if sizes.any(|other| Some(other) != size) {
        return Err(Unread::Refused(400, "the request has two lengths"));
    }
    match (all("transfer-encoding").next(), size) {
        (Some(_), Some(_)) => Err(Unread::Refused(400, "the request has a length and an encoding")),
        (Some((_, value)), None) if value.eq_ignore_ascii_case("chunked") && is_new => Ok(Framing::Chunked),
        (Some(_), None) => Err(Unread::Refused(501, "this transfer encoding is not known")),
        (None, None) => Ok(Framing::Sized(0)),
        (None, Some(size)) if size.is_empty() || !size.bytes().all(|b| b.is_ascii_digit()) => {
            Err(Unread::Refused(400, "the length is no number"))
        }
        // More digits than a number holds are more than any limit.
        (None, Some(size)) => Ok(Framing::Sized(size.parse().unwrap_or(usize::MAX))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A client that sends a few bytes at a time and keeps what is answered.
    struct Slowly<'b> {
        bytes: &'b [u8],
        step: usize,
        heard: Vec<u8>,
    }

    impl Read for Slowly<'_> {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            let length = self.step.min(self.bytes.len()).min(buffer.len());
            buffer[..length].copy_from_slice(&self.bytes[..length]);
            self.bytes = &self.bytes[length..];
            Ok(length)
        }
    }

    impl Write for Slowly<'_> {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.heard.extend_from_slice(bytes);
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    fn reader(bytes: &[u8], step: usize) -> Reader<Slowly<'_>> {
        Reader::new(Slowly { bytes, step, heard: Vec::new() })
    }

    fn refusal(bytes: &[u8]) -> Option<u16> {
        match reader(bytes, 7).request(|_| 10) {
            Err(Unread::Refused(status, _)) => Some(status),
            _ => None,
        }
    }

    #[test]
    fn requests_are_read_one_after_the_other_whatever_the_packets() {
        let bytes = b"POST /v26.0/a%20b?x=1%7C2 HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc\
            PUT /c HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n2;x=y\r\nhe\r\n3\r\nllo\r\n0\r\nT: 1\r\n\r\n\
            HEAD / HTTP/1.0\r\n\r\n";
        for step in [1, 2, 5, 1000] {
            let mut reader = reader(bytes, step);
            let first = reader.request(|_| 5).expect("the first");
            assert_eq!((first.head.parts(), &first.body[..]), (vec!["v26.0", "a b"], &b"abc"[..]));
            assert_eq!(first.head.parameter("x"), Some("1|2"));
            let second = reader.request(|_| 5).expect("the second");
            assert!(second.body == b"hello" && !second.is_last());
            let third = reader.request(|_| 5).expect("the third");
            assert!(third.is_last() && third.head.wants_no_body);
            assert!(matches!(reader.request(|_| 5), Err(Unread::Gone)));
        }
    }

    #[test]
    fn whoever_waits_to_be_asked_for_the_body_is_asked() {
        let head = b"POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 1\r\n\r\nx";
        let mut reader = reader(head, head.len() - 1);
        assert_eq!(reader.request(|_| 5).expect("a request").body, b"x");
        assert_eq!(reader.stream.heard, b"HTTP/1.1 100 Continue\r\n\r\n");
    }

    #[test]
    fn rubbish_is_refused() {
        assert_eq!(refusal(b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03"), Some(400));
        assert_eq!(refusal(b"GET HTTP/1.1\r\n\r\n"), Some(400));
        assert_eq!(refusal(b"GET x HTTP/1.1\r\nHost: a\r\n\r\n"), Some(400));
        assert_eq!(refusal(b"GET / HTTP/1.1\r\n\r\n"), Some(400));
        let with = |headers: &str| refusal(format!("POST / HTTP/1.1\r\nHost: a\r\n{headers}\r\n\r\n").as_bytes());
        assert_eq!(with("Content-Length: -1"), Some(400));
        assert_eq!(with("Content-Length: 1\r\nContent-Length: 2"), Some(400));
        assert_eq!(with("Content-Length: 1\r\nTransfer-Encoding: chunked"), Some(400));
        assert_eq!(with("Transfer-Encoding: gzip"), Some(501));
        assert_eq!(with("Content-Length: 11"), Some(413));
        assert_eq!(with("Content-Length: 99999999999999999999999"), Some(413));
        assert_eq!(with("Transfer-Encoding: chunked\r\n\r\nz\r\n"), Some(400));
        assert_eq!(with("Transfer-Encoding: chunked\r\n\r\nb\r\n"), Some(413));
        assert_eq!(with("Transfer-Encoding: chunked\r\n\r\nffffffffffffffff\r\n"), Some(413));
        assert_eq!(with("Transfer-Encoding: chunked\r\n\r\n1\r\nab\r\n"), Some(400));
        assert_eq!(with(&"X: y\r\n".repeat(200)), Some(431));
        assert_eq!(with(&format!("X: {}", "y".repeat(MAX_HEAD))), Some(431));
    }
}

//! What a simulator answers, and in which manner the answer goes wrong.

use std::time::Duration;

use serde_json::Value;

/// An answer to a request.
pub(super) struct Answer {
    pub status: u16,
    pub headers: Vec<(&'static str, String)>,
    pub body: Vec<u8>,
    pub manner: Manner,
}

/// How an answer gets to the client, or does not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Manner {
    /// As it is.
    Whole,
    /// The connection is reset in its place.
    Reset,
    /// Nothing comes for so long, then the connection is closed.
    Silent(Duration),
    /// Half of the body comes, although the head promises all of it; then the connection is closed.
    Truncated,
}

impl Answer {
    /// A body of some type.
    pub fn new(status: u16, content_type: &str, body: impl Into<Vec<u8>>) -> Self {
        let headers = vec![("Content-Type", content_type.to_owned())];
        Self { status, headers, body: body.into(), manner: Manner::Whole }
    }

    /// A JSON body.
    pub fn json(status: u16, body: &Value) -> Self {
        Self::new(status, "application/json; charset=UTF-8", body.to_string())
    }

    /// The page of a proxy that could not reach the server behind it.
    pub fn bad_gateway() -> Self {
        let page = "<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body>\r\n<center><h1>502 Bad Gateway</h1>\
                    </center>\r\n<hr><center>proxy.example.org</center>\r\n</body>\r\n</html>\r\n";
        Self::new(502, "text/html", page)
    }

    /// No answer: the connection is reset.
    pub fn reset() -> Self {
        Self { status: 0, headers: Vec::new(), body: Vec::new(), manner: Manner::Reset }
    }

    /// No answer for so long.
    pub fn silence(duration: Duration) -> Self {
        Self { manner: Manner::Silent(duration), ..Self::reset() }
    }

    /// The same, in another manner.
    pub fn in_manner(mut self, manner: Manner) -> Self {
        self.manner = manner;
        self
    }

    /// The status that a client gets to see.
    pub fn visible_status(&self) -> Option<u16> {
        matches!(self.manner, Manner::Whole | Manner::Truncated).then_some(self.status)
    }

    /// The bytes of the answer. `body` says whether its body is sent, `close` whether the connection ends after it.
    pub fn bytes(&self, body: bool, close: bool) -> Vec<u8> {
        let mut bytes = format!("HTTP/1.1 {} {}\r\n", self.status, reason(self.status)).into_bytes();
        for (name, value) in &self.headers {
            bytes.extend_from_slice(format!("{name}: {value}\r\n").as_bytes());
        }
        bytes.extend_from_slice(format!("Content-Length: {}\r\n", self.body.len()).as_bytes());
        bytes.extend_from_slice(if close { b"Connection: close\r\n\r\n" } else { b"\r\n" });
        if body {
            let sent = if self.manner == Manner::Truncated { self.body.len() / 2 } else { self.body.len() };
            bytes.extend_from_slice(&self.body[..sent]);
        }
        bytes
    }
}

fn reason(status: u16) -> &'static str {
    match status {
        200 => "OK",
        400 => "Bad Request",
        401 => "Unauthorized",
        403 => "Forbidden",
        404 => "Not Found",
        405 => "Method Not Allowed",
        408 => "Request Timeout",
        413 => "Content Too Large",
        417 => "Expectation Failed",
        429 => "Too Many Requests",
        431 => "Request Header Fields Too Large",
        500 => "Internal Server Error",
        501 => "Not Implemented",
        502 => "Bad Gateway",
        503 => "Service Unavailable",
        _ => "Status",
    }
}

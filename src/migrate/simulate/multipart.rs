//! Forms with files, `multipart/form-data`, as they are uploaded.

use memchr::memmem;

/// A part of a form.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Part<'b> {
    pub name: String,
    /// The name of the file, when it is one.
    pub file_name: Option<String>,
    /// What the part says of its type.
    pub content_type: Option<String>,
    pub bytes: &'b [u8],
}

/// How many parts a form may have.
const MOST_PARTS: usize = 32;

/// The parts of a body with this `Content-Type`; `None` when it is no whole form.
pub(super) fn parts<'b>(content_type: &str, body: &'b [u8]) -> Option<Vec<Part<'b>>> {
    let (kind, parameters) = content_type.split_once(';')?;
    if !kind.trim().eq_ignore_ascii_case("multipart/form-data") {
        return None;
    }
    let boundary = parameter(parameters, "boundary").filter(|boundary| !boundary.is_empty())?;
    let line = format!("\r\n--{boundary}");
    let finder = memmem::Finder::new(line.as_bytes());
    // The first boundary may begin the body.
    let mut rest = match body.strip_prefix(&line.as_bytes()[2..]) {
        Some(rest) => rest,
        None => &body[finder.find(body)? + line.len()..],
    };
    let mut parts = Vec::new();
    while !rest.starts_with(b"--") {
        let content = rest.strip_prefix(b"\r\n")?;
        let end = finder.find(content)?;
        parts.push(part(&content[..end])?);
        rest = &content[end + line.len()..];
        if parts.len() > MOST_PARTS {
            return None;
        }
    }
    Some(parts)
}

fn part(bytes: &[u8]) -> Option<Part<'_>> {
    let mut headers = [httparse::EMPTY_HEADER; 16];
    let Ok(httparse::Status::Complete((length, headers))) = httparse::parse_headers(bytes, &mut headers) else {
        return None;
    };
    let header = |name: &str| {
        let found = headers.iter().find(|header| header.name.eq_ignore_ascii_case(name))?;
        std::str::from_utf8(found.value).ok().map(str::trim)
    };
    let disposition = header("content-disposition")?.strip_prefix("form-data")?;
    Some(Part {
        name: parameter(disposition, "name")?,
        file_name: parameter(disposition, "filename"),
        content_type: header("content-type").map(str::to_owned),
        bytes: &bytes[length..],
    })
}

/// A parameter behind `;`, in quotes or not.
fn parameter(text: &str, name: &str) -> Option<String> {
    let mut rest = text;
    loop {
        rest = rest.trim_start_matches([';', ' ', '\t']);
        let (key, behind) = rest.split_once('=')?;
        let (value, behind) = match behind.strip_prefix('"') {
            Some(quoted) => quoted.split_once('"')?,
            None => behind.split_at(behind.find(';').unwrap_or(behind.len())),
        };
        if key.trim().eq_ignore_ascii_case(name) {
            return Some(value.trim().to_owned());
        }
        rest = behind;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_has_fields_and_files() {
        let body = b"--x y\r\nContent-Disposition: form-data; name=\"type\"\r\n\r\nimage/png\r\n\
            --x y\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a;b.png\"\r\nContent-Type: image/png\r\n\r\n\
            \x89PNG\r\n--x\r\n\r\n--x y--\r\n";
        let parts = parts("multipart/form-data; charset=utf-8; boundary=\"x y\"", body).expect("a form");
        assert_eq!((&*parts[0].name, parts[0].bytes), ("type", &b"image/png"[..]));
        assert_eq!(parts[1].file_name.as_deref(), Some("a;b.png"));
        assert_eq!(parts[1].content_type.as_deref(), Some("image/png"));
        assert_eq!(parts[1].bytes, b"\x89PNG\r\n--x\r\n");
    }

    #[test]
    fn what_is_no_whole_form_is_none() {
        let head = "multipart/form-data; boundary=b";
        let whole = b"--b\r\nContent-Disposition: form-data; name=\"n\"\r\n\r\nv\r\n--b--";
        assert_eq!(parts(head, whole).map(|parts| parts.len()), Some(1));
        for length in 0..whole.len() {
            assert_eq!(parts(head, &whole[..length]), None, "{length}");
        }
        assert_eq!(parts("multipart/form-data", whole), None);
        assert_eq!(parts("application/json; boundary=b", whole), None);
        assert_eq!(parts(head, b"--b\r\nContent-Type: text/plain\r\n\r\nv\r\n--b--"), None);
    }
}

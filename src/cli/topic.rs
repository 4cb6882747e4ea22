//! What `waport explain` was asked about, when it is no rule: an error code, an endpoint, a Graph version, media. Writes
//! pages in the style of the rules' pages.

use std::fmt::Write as _;

use super::media_topic;
use crate::facts::tables::{Api, Endpoint, GraphVersion, Host, Version};
use crate::facts::{CloudCode, CodeStatus, Date, ErrorCode, facts};
use crate::severity::Confidence;

/// A word that means something other than a rule.
#[derive(Debug, PartialEq)]
pub(super) enum Topic<'a> {
    Code(i64),
    Version(Version),
    Media(&'a str),
    Request(Request<'a>),
}

/// A request as it stands in code, logs and documentation.
#[derive(Debug, PartialEq)]
pub(super) struct Request<'a> {
    method: Option<&'a str>,
    host: Option<&'a str>,
    /// Begins with a slash, ends without one, has no query.
    path: String,
}

impl<'a> Topic<'a> {
    pub fn of(text: &'a str) -> Option<Self> {
        let text = text.trim();
        let number = text.trim_start_matches(['(', '#']).trim_end_matches(')');
        if !number.is_empty() && number.bytes().all(|b| b.is_ascii_digit()) {
            return number.parse().ok().map(Self::Code);
        }
        if let Ok(version) = text.parse() {
            return Some(Self::Version(version));
        }
        if media_topic::is_media(text) {
            return Some(Self::Media(text));
        }
        text.contains('/').then(|| Self::Request(Request::of(text)))
    }
}

impl<'a> Request<'a> {
    fn of(text: &'a str) -> Self {
        const METHODS: [&str; 7] = ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"];
        let (method, rest) = match text.split_once(char::is_whitespace) {
            Some((word, rest)) if METHODS.iter().any(|known| known.eq_ignore_ascii_case(word)) => {
                (Some(word), rest.trim_start())
            }
            _ => (None, text),
        };
        let rest = rest.split_whitespace().next().unwrap_or_default();
        let rest = rest.split_once("://").map_or(rest, |(_, rest)| rest);
        let rest = rest.split(['?', '#']).next().unwrap_or_default().trim_end_matches('/');
        let endpoints = facts().tables.endpoints();
        // Without a slash before it the first word is a host, unless the whole is a path that is known.
        let (host, path) = match rest.split_once('/') {
            Some(("", path)) => (None, format!("/{path}")),
            Some((_, _)) if endpoints.find(&format!("/{rest}")).is_some() => (None, format!("/{rest}")),
            Some((host, path)) => (Some(host), format!("/{path}")),
            None => (None, format!("/{rest}")),
        };
        Self { method, host, path }
    }

    /// The row of its path; a gateway may have put words of its own before `/v1/`.
    fn endpoint(&self) -> Option<&'static Endpoint> {
        let endpoints = facts().tables.endpoints();
        endpoints.find(&self.path).or_else(|| {
            let at = self.path.rfind("/v1/")?;
            endpoints.find(&self.path[at..])
        })
    }

    /// The version in the path, and what follows it.
    fn version(&self) -> (Option<Version>, &str) {
        let rest = &self.path[1..];
        let (first, after) = rest.find('/').map_or((rest, ""), |slash| rest.split_at(slash));
        first.parse().map_or((None, &*self.path), |version| (Some(version), after))
    }
}

/// The page of a topic; the message for the user when the tables do not have it.
pub(super) fn page(topic: &Topic<'_>, today: Date) -> Result<String, String> {
    match topic {
        Topic::Code(code) => error_code(*code),
        Topic::Version(version) => {
            let mut page = format!("# Graph version {version}\n\n");
            graph_version(*version, today, &mut page)?;
            let _ = write!(page, "\n## Sources\n\n- {}\n", facts().tables.graph_versions().source);
            Ok(page)
        }
        Topic::Media(name) => Ok(media_topic::page(name)),
        Topic::Request(request) => endpoint(request, today),
    }
}

/// What is added to a statement that is less than sure.
pub(super) fn doubt(confidence: Confidence) -> &'static str {
    match confidence {
        Confidence::High => "",
        Confidence::Medium => " (likely, not sure)",
        Confidence::Low => " (not sure)",
    }
}

fn error_code(code: i64) -> Result<String, String> {
    let codes = &facts().error_codes;
    let (onprem, cloud) = (codes.onprem(code), codes.cloud_row(code));
    if onprem.is_none() && cloud.is_none() {
        return Err(format!("there is no error code {code} in the tables of the two APIs"));
    }
    let mut page = format!("# Error code {code}\n");
    let mut sources = Vec::new();
    if let Some(row) = onprem {
        onprem_code(row, &mut page, &mut sources);
    }
    if let Some(row) = cloud {
        cloud_code(code, row, &mut page, &mut sources);
    }
    page.push_str("\n## Sources\n\n");
    sources.dedup();
    for source in sources {
        let _ = writeln!(page, "- {source}");
    }
    Ok(page)
}

fn onprem_code(row: &'static ErrorCode, page: &mut String, sources: &mut Vec<&'static str>) {
    let codes = &facts().error_codes;
    let (title, sure) = (&row.title, row.confidence);
    let counterpart = if row.cloud.is_empty() { "no counterpart" } else { "counterpart" };
    let _ = write!(page, "\nerror code of On-Premises API; {counterpart}: confidence {sure}\n\n");
    let _ = write!(page, "On-Premises API: {title}.\n\n## What Cloud API says instead\n\n");
    if row.cloud.is_empty() {
        let _ = writeln!(page, "Cloud API has no counterpart{}.", doubt(row.confidence));
    }
    for cloud in &row.cloud {
        let _ = write!(page, "- {cloud}");
        if let Some(known) = codes.cloud_row(*cloud) {
            let _ = write!(page, ": {}{}", known.title, old(known));
        }
        let _ = writeln!(page, "{}", doubt(row.confidence));
    }
    let _ = writeln!(
        page,
        "\n{}",
        match (row.cloud.len(), row.confidence) {
            (1, Confidence::High) => "The counterpart is sure: `error-code` replaces the code as a safe fix.",
            (0, _) => "Decide what the program should do now: this code does not come any more.",
            (1, Confidence::Medium) => "Compare the counterpart with the documentation before a program relies on it.",
            (_, Confidence::Low) => "Do not rely on it: look at what Cloud API says when it happens.",
            _ => "Which of them comes depends on the case, the likeliest stands first: handle all of them.",
        }
    );
    if let Some(note) = &row.note {
        let _ = writeln!(page, "\n{note}");
    }
    remedy(row.remedy.as_deref(), page);
    sources.extend(row.source.as_deref());
}

/// What helps when `waport migrate` or `waport media` meets a code.
fn remedy(remedy: Option<&str>, page: &mut String) {
    if let Some(remedy) = remedy {
        let _ = writeln!(page, "\nWhen a migration meets it: {remedy}");
    }
}

fn old(row: &CloudCode) -> &'static str {
    match row.status {
        CodeStatus::Current => "",
        CodeStatus::Old => ", a code that current lists no longer have",
    }
}

fn cloud_code(code: i64, row: &'static CloudCode, page: &mut String, sources: &mut Vec<&'static str>) {
    let (from, to) = row.range();
    let _ = write!(page, "\nerror code of Cloud API; confidence {}\n\n", row.confidence);
    let _ = write!(page, "Cloud API: {}{}{}", row.title, old(row), doubt(row.confidence));
    if from != to {
        let _ = write!(page, "; the codes {from} to {to} are listed together");
    }
    let _ = writeln!(page, ".");
    if let Some(http) = row.http {
        let _ = writeln!(page, "It comes with HTTP status {http}.");
    }
    if let Some(note) = &row.note {
        let _ = writeln!(page, "\n{note}");
    }
    remedy(row.remedy.as_deref(), page);
    sources.push(&row.source);
    let became: Vec<&ErrorCode> = facts().error_codes.rows().filter(|row| row.cloud.contains(&code)).collect();
    let _ = writeln!(page, "\n## What On-Premises API said\n");
    if became.is_empty() {
        let _ = writeln!(page, "No code of On-Premises API is known to have become this one.");
    }
    for row in became {
        let among = if row.cloud.len() > 1 { ", one of several that it may have become" } else { "" };
        let _ = writeln!(page, "- {}: {}{among}{}", row.code, row.title, doubt(row.confidence));
        sources
            .extend(row.source.as_deref().filter(|source| !sources.contains(source)).into_iter().collect::<Vec<_>>());
    }
}

/// Adds what is known of a version, without heading and sources.
fn graph_version(version: Version, today: Date, page: &mut String) -> Result<(), String> {
    let table = facts().tables.graph_versions();
    let (row, newest, oldest) = (table.find(version), table.newest(), table.oldest());
    let expired = match row {
        Some(row) => {
            let _ = writeln!(page, "{}", dates(row, today));
            if let Some(note) = &row.note {
                let _ = writeln!(page, "\n{note}");
            }
            row.is_expired(today)
        }
        None if version < oldest => {
            let _ = writeln!(page, "Older than {oldest}, the oldest in the table. {}", table.note);
            true
        }
        None => return Err(format!("Graph version {version} is not in the table; the newest there is {newest}")),
    };
    let _ = writeln!(page, "\n## What a call to it gets\n");
    if expired {
        let _ = write!(page, "{}", table.expired);
        let served = table.oldest_served(today).map_or(newest, |row| row.version);
        let _ = writeln!(page, " On {today} that is {served}.");
        let _ = writeln!(page, "\n## What to do\n\nCall {newest}, the newest in the table, and test what it changes.");
    } else {
        let _ = writeln!(page, "The behaviour of that version, until it expires.");
    }
    Ok(())
}

fn dates(row: &GraphVersion, today: Date) -> String {
    let mut text = match row.released {
        Some(day) if day > today => format!("To be released on {day}"),
        Some(day) => format!("Released on {day}"),
        None => "The day of its release is not in the table".to_owned(),
    };
    let _ = match row.expires {
        Some(day) if row.is_expired(today) => write!(text, "; expired on {day}"),
        Some(day) => write!(text, "; expires on {day}"),
        None => write!(text, "; no end is announced"),
    };
    let state = if row.is_expired(today) { "expired" } else { "not expired" };
    format!(
        "version of Graph API, {state} as of {today}; confidence {}\n\n{text}{}.",
        row.confidence,
        doubt(row.confidence)
    )
}

fn endpoint(request: &Request<'_>, today: Date) -> Result<String, String> {
    let endpoints = facts().tables.endpoints();
    let host = request.host.and_then(|name| endpoints.host(name));
    let on_cloud = host.is_some_and(|host| host.form == Api::Cloud);
    let mut sources: Vec<&str> = Vec::new();
    let mut page;
    if let Some(row) = request.endpoint().filter(|row| !on_cloud || row.provider.is_some()) {
        page = format!("# {}\n\n", row.path);
        onprem_endpoint(row, request.method, &mut page);
        sources.push(&row.source);
    } else {
        let (version, path) = request.version();
        let mut rows: Vec<&Endpoint> = endpoints.with_counterpart(path);
        if on_cloud && rows.is_empty() {
            // A provider's host knows the phone number by the key and leaves its ID out.
            rows = endpoints.with_counterpart(&format!("/{{id}}{path}"));
        }
        if rows.is_empty() && host.is_none() {
            return Err(unknown_path(&request.path));
        }
        page = format!("# {}\n\n", if path.is_empty() { &request.path } else { path });
        cloud_endpoint(&rows, &mut page);
        sources.extend(rows.iter().map(|row| row.source.as_str()));
        if let Some(version) = version {
            let _ = write!(page, "\n## Graph version {version}\n\n");
            let known = graph_version(version, today, &mut page);
            known.or_else(|message| writeln!(page, "{message}.").map_err(|error| error.to_string()))?;
            page = page.replace("\n## What a call to it gets\n\n", "\n").replace("\n## What to do\n\n", "\n");
            sources.push(&facts().tables.graph_versions().source);
        }
    }
    if let Some(host) = host {
        about_host(host, &mut page);
        sources.push(&host.source);
    }
    page.push_str("\n## Sources\n\n");
    for (index, source) in sources.iter().enumerate() {
        if !sources[..index].contains(source) {
            let _ = writeln!(page, "- {source}");
        }
    }
    Ok(page)
}

fn onprem_endpoint(row: &Endpoint, method: Option<&str>, page: &mut String) {
    let whose = row.provider.as_ref().map_or(String::new(), |provider| format!(", added by {provider}"));
    let (methods, sure) = (row.methods.join(", "), row.confidence);
    let _ = writeln!(page, "endpoint of On-Premises API{whose}; methods: {methods}; confidence {sure}");
    let _ = writeln!(page, "\nOn-Premises API: {}.", row.purpose);
    if let Some(method) = method.filter(|method| !row.methods.iter().any(|known| known.eq_ignore_ascii_case(method))) {
        let _ = writeln!(page, "{} is not among the methods that are known of it.", method.to_ascii_uppercase());
    }
    page.push_str("\n## On Cloud API\n\n");
    let _ = match &row.cloud {
        Some(cloud) => writeln!(page, "`{cloud}`{}", doubt(row.confidence)),
        None => writeln!(page, "Nothing takes its place{}.", doubt(row.confidence)),
    };
    if let Some(note) = &row.note {
        let _ = writeln!(page, "\n{note}");
    }
}

fn cloud_endpoint(rows: &[&Endpoint], page: &mut String) {
    if rows.is_empty() {
        page.push_str("The tables do not have this path.\n");
        return;
    }
    page.push_str("endpoint of Cloud API\n\n## What On-Premises API had\n\n");
    for row in rows {
        let (path, methods) = (&row.path, row.methods.join(", "));
        let _ = writeln!(page, "- {path} ({methods}): {}{}", row.purpose, doubt(row.confidence));
        if let Some(note) = &row.note {
            let _ = writeln!(page, "  {note}");
        }
    }
}

fn about_host(host: &Host, page: &mut String) {
    let api = match host.form {
        Api::OnPrem => "On-Premises API",
        Api::Cloud => "Cloud API",
    };
    let whose = host.provider.as_ref().map_or(String::new(), |provider| format!(", a host of {provider}"));
    let _ = write!(page, "\n## The host\n\n{}: {api}{whose}{}.", host.host, doubt(host.confidence));
    let _ = match &host.note {
        Some(note) => writeln!(page, " {note}"),
        None => writeln!(page),
    };
}

fn unknown_path(path: &str) -> String {
    let from_version = path.rfind("/v1/").map_or(path, |at| &path[at..]);
    match facts().tables.endpoints().nearest(from_version) {
        Some(near) => format!("there is no endpoint `{path}` in the tables; the nearest is `{}`", near.path),
        None => format!("there is no endpoint `{path}` in the tables"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request(text: &str) -> (Option<&str>, Option<&str>, String) {
        match Topic::of(text) {
            Some(Topic::Request(Request { method, host, path })) => (method, host, path),
            other => panic!("{text}: {other:?}"),
        }
    }

    #[test]
    fn words_are_told_apart() {
        assert_eq!(Topic::of("470"), Some(Topic::Code(470)));
        assert_eq!(Topic::of("(#131047)"), Some(Topic::Code(131_047)));
        assert_eq!(Topic::of("v20.0"), Some(Topic::Version(Version(20, 0))));
        assert_eq!(Topic::of("image/webp"), Some(Topic::Media("image/webp")));
        assert_eq!(Topic::of("sticker"), Some(Topic::Media("sticker")));
        for rule in ["media-link", "", "v", "v20", "99999999999999999999", "#"] {
            assert_eq!(Topic::of(rule), None, "{rule}");
        }
    }

    #[test]
    fn requests_are_taken_apart() {
        let messages = || "/v1/messages".to_owned();
        assert_eq!(request("/v1/messages/"), (None, None, messages()));
        assert_eq!(request("v1/messages?x=1"), (None, None, messages()));
        assert_eq!(request("post  /v1/messages HTTP/1.1"), (Some("post"), None, messages()));
        assert_eq!(request("https://localhost:9090/v1/messages#a"), (None, Some("localhost:9090"), messages()));
        assert_eq!(request("{{base}}/v1/messages"), (None, Some("{{base}}"), messages()));
        assert_eq!(request("/"), (None, None, "/".to_owned()));
    }
}

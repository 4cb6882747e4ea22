//! `media-link`: a link to media that Cloud API cannot fetch, or that its type does not take.

use std::net::{Ipv4Addr, Ipv6Addr};

use url::{Host, Url};

use super::{Applies, Media, Rule, Visit};
use crate::finding::{Args, Confidence, Finding, Place, Severity};
use crate::fix::{Fix, Level};
use crate::form::Document;
use crate::tree::hole;

pub static RULE: Rule = Rule {
    name: "media-link",
    severity: Severity::Warning,
    confidence: Confidence::High,
    applies: Applies::Payloads,
    fix: &[Level::Safe, Level::Manual],
    source: "Meta's migration guide, Media; Meta's media reference",
    page: include_str!("media_link.md"),
    visit: Some(visit),
    code: None,
    say,
};

const MAPPED: &str = "mapped";
const RELATIVE: &str = "relative";
const SCHEME: &str = "scheme";
const PRIVATE: &str = "private";
const BARE: &str = "bare";
const IMAGE: &str = "image";
const VIDEO: &str = "video";
const AUDIO: &str = "audio";
const STICKER: &str = "sticker";

fn say(finding: &Finding, _: &super::Look<'_>, text: &mut super::Text) {
    let Args::Case(case) = finding.args else { return };
    let (message, help) = match case {
        MAPPED => ("the media map has something else in place of this link", "use what it has"),
        RELATIVE => (
            "the link is no absolute URL; Cloud API answers that it is not a valid URI",
            "write the whole URL, `https://` included",
        ),
        SCHEME => {
            ("the link is neither http nor https; Cloud API fetches only these", "host the file where https serves it")
        }
        PRIVATE => (
            "the link leads to a local or private address, which Meta's servers cannot reach; the old client fetched it from inside your network",
            "host the file on a public server, or upload it and use its ID",
        ),
        BARE => (
            "the link's host is a local name, which Meta's servers cannot resolve; the old client fetched it from inside your network",
            "host the file on a public server, or upload it and use its ID",
        ),
        IMAGE => ("the link's file extension is none of those an image may have", "send JPEG or PNG"),
        VIDEO => ("the link's file extension is none of those a video may have", "send MP4 or 3GPP"),
        AUDIO => {
            ("the link's file extension is none of those audio may have", "send AAC, AMR, MP3, M4A or OGG with Opus")
        }
        _ => ("the link's file extension is none of those a sticker may have", "send WebP"),
    };
    text.set(message, help);
}

fn visit(visit: &mut Visit<'_>) {
    if !visit.is(Document::Message) {
        return;
    }
    for (kind, media) in &visit.anatomy.media {
        let media = visit.node(*media);
        let Some((key, link)) = media.member("link") else { continue };
        let Some(text) = link.as_str() else { continue };
        let entry = visit.config.media.get(text).filter(|entry| entry.link.as_deref() != Some(text));
        let mapped = entry.and_then(|entry| super::onprem_media_id::replaced(entry, media, (key, link)));
        let judged = judge(text, *kind).or_else(|| mapped.is_some().then_some((MAPPED, Confidence::High)));
        let Some((case, confidence)) = judged else { continue };
        let fix = mapped.unwrap_or_else(|| Fix::manual("host the file publicly, in a type Cloud API takes"));
        visit.report(&RULE, Place::value(link), Args::Case(case), Some(fix)).confidence = confidence;
    }
}

/// What can be said of the host that a link leads to.
#[cfg(feature = "net")]
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum LinkHost {
    /// Its name or address, in lower case.
    Named(String),
    /// It is filled in when the message is made.
    Open,
    /// The link is none that is fetched from a host.
    None,
}

/// The host that a link leads to.
#[cfg(feature = "net")]
pub(crate) fn host_of(link: &str) -> LinkHost {
    match written_out(link.trim()) {
        None if link.trim().is_empty() => LinkHost::None,
        None => LinkHost::Open,
        Some(known) => match Url::parse(known) {
            Ok(url) if matches!(url.scheme(), "http" | "https") => url
                .host_str()
                .map_or(LinkHost::None, |host| LinkHost::Named(host.trim_end_matches('.').to_ascii_lowercase())),
            _ => LinkHost::None,
        },
    }
}

/// A link up to its first placeholder, which may be in its path; `None` when one comes before that: a host with a
/// placeholder in it may be any.
fn written_out(link: &str) -> Option<&str> {
    let first_hole = hole::first(link, 0).map(|hole| hole.start);
    if first_hole == Some(0) || link.is_empty() {
        return None;
    }
    let Some(hole) = first_hole else { return Some(link) };
    let authority = link.find("://").map(|at| at + 3)?;
    let end = link[authority..].find(['/', '?', '#']).map_or(link.len(), |len| authority + len);
    (hole >= end).then_some(&link[..end])
}

fn judge(link: &str, kind: Media) -> Option<(&'static str, Confidence)> {
    let link = link.trim();
    if is_plain(link) {
        return wrong_extension(link.rsplit('/').next().unwrap_or_default(), kind)
            .map(|case| (case, Confidence::Medium));
    }
    let known = written_out(link)?;
    let url = match Url::parse(known) {
        Ok(url) if matches!(url.scheme(), "http" | "https") => url,
        Ok(_) if link.contains("://") || known.starts_with("data:") => return Some((SCHEME, Confidence::High)),
        _ => return Some((RELATIVE, Confidence::High)),
    };
    if let Some(case) = unreachable_host(&url) {
        return Some((case, Confidence::Medium));
    }
    if known.len() < link.len() {
        return None;
    }
    let file = url.path_segments()?.next_back()?;
    wrong_extension(file, kind).map(|case| (case, Confidence::Medium))
}

/// Whether a link is of the usual kind, which needs no closer look: https, a public host in lower case, and a path of
/// plain characters.
fn is_plain(link: &str) -> bool {
    let Some((host, path)) = link.strip_prefix("https://").and_then(|rest| rest.split_once('/')) else { return false };
    let letters = |part: &str| part.bytes().all(|b| b.is_ascii_lowercase());
    let public = |end: &str| {
        end.len() >= 2
            && letters(end)
            && !["local", "internal", "lan", "intranet", "localdomain", "localhost", "arpa"].contains(&end)
    };
    host.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || matches!(b, b'.' | b'-'))
        && host.rsplit_once('.').is_some_and(|(name, end)| !name.is_empty() && public(end))
        && path.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-' | b'_' | b'/'))
}

fn unreachable_host(url: &Url) -> Option<&'static str> {
    match url.host()? {
        Host::Ipv4(address) => is_private(address).then_some(PRIVATE),
        Host::Ipv6(address) => is_private_v6(address).then_some(PRIVATE),
        Host::Domain(name) => {
            let name = name.strip_suffix('.').unwrap_or(name);
            if name == "localhost" || name.ends_with(".localhost") {
                return Some(PRIVATE);
            }
            let local = [".local", ".internal", ".lan", ".intranet", ".localdomain", ".home.arpa"];
            (!name.contains('.') || local.iter().any(|end| name.ends_with(end))).then_some(BARE)
        }
    }
}

fn is_private(address: Ipv4Addr) -> bool {
    let [a, b, ..] = address.octets();
    let shared = a == 100 && (64..128).contains(&b);
    address.is_private() || address.is_loopback() || address.is_link_local() || address.is_unspecified() || shared
}

fn is_private_v6(address: Ipv6Addr) -> bool {
    address.is_loopback()
        || address.is_unspecified()
        || address.is_unique_local()
        || address.is_unicast_link_local()
        || address.to_ipv4_mapped().is_some_and(is_private)
}

/// The extensions of media files that the kind does not take. Unknown extensions are let pass: what counts for
/// Cloud API is the `Content-Type` of the server's answer.
fn wrong_extension(file: &str, kind: Media) -> Option<&'static str> {
    const IMAGES: &[&str] = &["jpg", "jpeg", "png", "jfif"];
    const VIDEOS: &[&str] = &["mp4", "3gp", "3gpp"];
    const AUDIOS: &[&str] = &["aac", "amr", "mp3", "m4a", "mp4", "ogg", "oga", "opus"];
    const STICKERS: &[&str] = &["webp"];
    const MEDIA: &[&str] = &[
        "jpg", "jpeg", "png", "gif", "webp", "svg", "bmp", "tif", "tiff", "heic", "heif", "avif", "ico", "mp4", "3gp",
        "3gpp", "mov", "avi", "mkv", "webm", "flv", "wmv", "mpeg", "mpg", "m4v", "aac", "amr", "mp3", "m4a", "ogg",
        "oga", "opus", "wav", "flac", "wma", "aiff", "mid", "midi", "pdf", "doc", "docx", "xls", "xlsx", "ppt", "pptx",
        "zip",
    ];
    let extension = file.rsplit_once('.')?.1.to_ascii_lowercase();
    let extension = extension.as_str();
    let (taken, case) = match kind {
        Media::Image => (IMAGES, IMAGE),
        Media::Video => (VIDEOS, VIDEO),
        Media::Audio => (AUDIOS, AUDIO),
        Media::Sticker => (STICKERS, STICKER),
        Media::Document => return None,
    };
    (MEDIA.contains(&extension) && !taken.contains(&extension)).then_some(case)
}

//! Whether Cloud API takes a file: its type and size against the table of media types.

use std::fmt::Write as _;

use crate::facts::facts;
use crate::facts::tables::{MediaKind, MediaTypes};

/// Why Cloud API does not take a file.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Misfit {
    /// What is wrong and why Cloud API minds.
    pub why: String,
    /// What to do.
    pub advice: String,
}

impl Misfit {
    /// More bytes than any of the kinds may have.
    #[must_use]
    pub fn too_large(kinds: &[&str]) -> Self {
        let limit = number(most_bytes(kinds));
        let kind = if kinds.is_empty() { String::new() } else { format!(" as {}", kinds.join(" or ")) };
        Self {
            why: format!("it has more than {limit} bytes, the most that Cloud API takes{kind}"),
            advice: SMALLER.to_owned(),
        }
    }
}

const SMALLER: &str = "make it smaller, or send a link where Cloud API takes one";

/// The most bytes that any of the kinds may have, of all kinds when none is named.
#[must_use]
pub fn most_bytes(kinds: &[&str]) -> u64 {
    kinds_of(facts().tables.media_types(), kinds).map(|kind| kind.max_bytes).max().unwrap_or(0)
}

/// Whether Cloud API takes a file of a type and a size as one of `kinds`, such as `image`; as any when none is named.
/// `moves` says whether a sticker does, `None` when that is not known.
///
/// # Errors
/// When it does not.
pub fn fit(media_type: &str, size: u64, moves: Option<bool>, kinds: &[&str]) -> Result<(), Misfit> {
    let table = facts().tables.media_types();
    if size == 0 {
        return Err(Misfit {
            why: "the file is empty".to_owned(),
            advice: "find the file elsewhere, and upload that".to_owned(),
        });
    }
    let takers: Vec<&MediaKind> =
        kinds_of(table, kinds).filter(|kind| table.taken(&kind.kind, media_type).is_some()).collect();
    if takers.is_empty() {
        return Err(wrong_type(table, media_type, kinds));
    }
    let limit = |kind: &MediaKind| match (kind.max_bytes_static, moves) {
        (Some(most), Some(false)) => most,
        _ => kind.max_bytes,
    };
    match takers.iter().map(|kind| (limit(kind), &kind.kind)).max() {
        Some((most, kind)) if size > most => Err(Misfit {
            why: format!("it has {} bytes, and Cloud API takes {} at most as {kind}", number(size), number(most)),
            advice: SMALLER.to_owned(),
        }),
        _ => Ok(()),
    }
}

/// Whether a file of WebP moves; `None` of what is none.
#[must_use]
pub fn moves(bytes: &[u8]) -> Option<bool> {
    let is_webp = bytes.get(..4) == Some(b"RIFF") && bytes.get(8..12) == Some(b"WEBP");
    // The second bit of the flags of an extended file: <https://developers.google.com/speed/webp/docs/riff_container>.
    is_webp.then(|| bytes.get(12..16) == Some(b"VP8X") && bytes.get(20).is_some_and(|flags| flags & 0b10 != 0))
}

/// Whether bytes can be a file of a type: they begin as each such file does, where that is known.
///
/// # Errors
/// When they do not.
pub fn matches_type(media_type: &str, bytes: &[u8]) -> Result<(), Misfit> {
    let begins = |head: &[u8]| bytes.starts_with(head);
    let (can_be, name) = match media_type {
        "image/jpeg" => (begins(b"\xff\xd8\xff"), "JPEG"),
        "image/png" => (begins(b"\x89PNG\r\n\x1a\n"), "PNG"),
        "image/webp" => (moves(bytes).is_some(), "WebP"),
        "audio/ogg" => (begins(b"OggS"), "OGG"),
        // Readers take what stands before.
        "application/pdf" => (bytes.windows(5).take(1024).any(|part| part == b"%PDF-"), "PDF"),
        _ => return Ok(()),
    };
    if can_be {
        return Ok(());
    }
    Err(Misfit {
        why: format!("the On-Premises client calls it {media_type}, and its bytes are no {name}"),
        advice: "find the file elsewhere, upload that, and write its ID into the media map".to_owned(),
    })
}

fn kinds_of<'t>(table: &'t MediaTypes, kinds: &[&str]) -> impl Iterator<Item = &'t MediaKind> {
    const ALL: [&str; 5] = ["audio", "document", "image", "sticker", "video"];
    let wanted = move |kind: &&str| kinds.is_empty() || kinds.contains(kind);
    ALL.into_iter().filter(wanted).filter_map(|kind| table.kind(kind)).collect::<Vec<_>>().into_iter()
}

fn wrong_type(table: &MediaTypes, media_type: &str, kinds: &[&str]) -> Misfit {
    let name = crate::report::harmless(media_type);
    let others: Vec<&str> = table.takers(media_type).map(|(kind, _)| kind.kind.as_str()).collect();
    let mut why = match (media_type, kinds) {
        ("", _) => "the server does not say of what type the file is".to_owned(),
        (_, []) => format!("{name} is none of the types that Cloud API takes"),
        (_, kinds) => format!("Cloud API does not take {name} as {}", kinds.join(" or ")),
    };
    if !others.is_empty() {
        let _ = write!(why, ", only as {}", others.join(" or "));
    }
    let known: Vec<&str> = kinds_of(table, kinds).flat_map(|kind| &kind.types).map(|kind| kind.mime.as_str()).collect();
    let taken = if kinds.is_empty() { "a type that Cloud API takes".to_owned() } else { known.join(", ") };
    let advice = format!("convert it to {taken}, upload that, and write its ID into the media map");
    Misfit { why, advice }
}

/// A number for people.
fn number(bytes: u64) -> String {
    crate::report::thousands(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn why(media_type: &str, size: u64, moves: Option<bool>, kinds: &[&str]) -> Option<String> {
        fit(media_type, size, moves, kinds).err().map(|misfit| misfit.why)
    }

    #[test]
    fn types_and_sizes_go_by_what_the_file_is_used_as() {
        assert_eq!(why("image/jpeg", 5_242_880, None, &[]), None);
        assert_eq!(why("audio/ogg; codecs=opus", 10, None, &["audio"]), None);
        assert_eq!(
            why("image/jpeg", 5_242_881, None, &["image"]).as_deref(),
            Some("it has 5,242,881 bytes, and Cloud API takes 5,242,880 at most as image")
        );
        assert_eq!(
            why("image/webp", 10, None, &["image"]).as_deref(),
            Some("Cloud API does not take image/webp as image, only as sticker")
        );
        assert_eq!(why("image/webp", 10, None, &["image", "sticker"]), None);
        assert!(why("image/gif", 10, None, &[]).is_some_and(|why| why.contains("none of the types")));
        assert!(why("", 10, None, &[]).is_some() && why("image/png", 0, None, &[]).is_some());
    }

    #[test]
    fn a_sticker_that_moves_may_be_larger() {
        let still = [b"RIFF\0\0\0\0WEBPVP8 ".as_slice(), &[0; 14]].concat();
        let moving = [b"RIFF\0\0\0\0WEBPVP8X\x0a\0\0\0".as_slice(), &[2; 14]].concat();
        assert_eq!((moves(&still), moves(&moving), moves(b"GIF89a")), (Some(false), Some(true), None));
        assert!(why("image/webp", 200_000, Some(false), &[]).is_some());
        assert_eq!(why("image/webp", 200_000, Some(true), &["sticker"]), None);
    }

    #[test]
    fn bytes_of_another_type_are_told_where_that_is_certain() {
        let page = b"<!doctype html>".as_slice();
        assert!(matches_type("image/jpeg", page).is_err_and(|misfit| misfit.why.contains("no JPEG")));
        assert!(matches_type("image/jpeg", b"\xff\xd8\xff\xe0").is_ok() && matches_type("audio/aac", page).is_ok());
        assert!(matches_type("application/pdf", b"\n%PDF-1.4\n").is_ok());
    }

    #[test]
    fn no_more_is_fetched_than_may_be_sent() {
        assert_eq!((most_bytes(&[]), most_bytes(&["image"])), (104_857_600, 5_242_880));
    }
}

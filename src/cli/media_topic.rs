//! `waport explain` of media: a media type such as `image/webp`, or a kind of media such as `sticker`.

use std::fmt::Write as _;

use super::topic::doubt;
use crate::facts::facts;
use crate::facts::tables::MediaKind;

/// Whether a text is a media type or a kind of media.
pub(super) fn is_media(text: &str) -> bool {
    let Some((group, name)) = text.split_once('/') else { return facts().tables.media_types().kind(text).is_some() };
    ["application", "audio", "image", "text", "video"].contains(&group) && !name.is_empty() && !name.contains('/')
}

/// The page of a media type or a kind of media.
pub(super) fn page(name: &str) -> String {
    let table = facts().tables.media_types();
    let mut page = format!("# {name}\n");
    let mut sources: Vec<&str> = Vec::new();
    if let Some(kind) = table.kind(name) {
        let _ = writeln!(page, "\nkind of media; confidence {}\n", kind.confidence);
        let _ = writeln!(page, "Cloud API takes these types as `{name}`:\n");
        for media in &kind.types {
            let sure = media.confidence.unwrap_or(kind.confidence);
            let note = media.note.as_ref().map_or(String::new(), |note| format!(". {note}"));
            let _ = writeln!(page, "- {}{}{note}", media.mime, doubt(sure));
        }
        limits(kind, &mut page);
        sources.push(&kind.source);
    } else {
        page.push_str("\nmedia type\n\n## On Cloud API\n");
        let before = page.len();
        for (kind, media) in table.takers(name) {
            let sure = doubt(media.confidence.unwrap_or(kind.confidence));
            let _ = writeln!(page, "\nTaken as `{}`{sure}.", kind.kind);
            limits(kind, &mut page);
            sources.push(&kind.source);
        }
        for refused in table.refusals(name) {
            let note = refused.note.as_ref().map_or(String::new(), |note| format!(" {note}"));
            let _ = writeln!(page, "\nRefused as `{}`{}.{note}", refused.kind, doubt(refused.confidence));
            sources.push(&refused.source);
        }
        if page.len() == before {
            page.push_str(
                "\nNot in the table: no source says that it is taken, as a document it may pass (not sure).\n",
            );
            sources.extend(table.kind("document").map(|kind| &*kind.source));
        }
    }
    let _ = writeln!(page, "\n{}\n\n## Sources\n", table.note);
    sources.sort_unstable();
    sources.dedup();
    for source in sources {
        let _ = writeln!(page, "- {source}");
    }
    page
}

fn limits(kind: &MediaKind, page: &mut String) {
    let _ = write!(page, "\nAt most {}", size(kind.max_bytes));
    if let Some(most) = kind.max_bytes_static {
        let _ = write!(page, ", {} if it does not move", size(most));
    }
    let _ = writeln!(page, ".{}", kind.note.as_ref().map_or(String::new(), |note| format!(" {note}")));
}

/// A size as the documentation writes it.
fn size(bytes: u64) -> String {
    const KILO: u64 = 1024;
    match bytes {
        bytes if bytes % (KILO * KILO) == 0 => format!("{} MB", bytes / KILO / KILO),
        bytes => format!("{} KB", bytes / KILO),
    }
}

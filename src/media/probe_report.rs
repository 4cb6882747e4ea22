//! What was found of media links, for people and for programs.

use std::fmt::Write as _;

use serde_json::{Value, json as object};

use super::probe::{Probed, Remark};
use crate::finding::Severity;
use crate::report::{harmless, thousands};

/// For programs.
#[must_use]
pub fn json(probed: &[Probed]) -> Value {
    let each = probed.iter().map(|one| {
        let head = one.head.as_ref();
        let remarks = one.remarks.iter();
        let remarks: Vec<Value> = remarks
            .map(|remark| {
                object!({ "severity": remark.severity.as_str(), "message": remark.what, "help": remark.advice })
            })
            .collect();
        object!({
            "link": one.link,
            "kinds": one.used.kinds,
            "redirects": one.redirects,
            "status": head.map(|head| head.status),
            "type": head.and_then(|head| head.media_type.as_deref()),
            "bytes": head.and_then(|head| head.length),
            "remarks": remarks,
            "count": one.used.spots.count,
            "places": one.used.spots.first().map(crate::scan::Spot::to_json).collect::<Vec<_>>(),
        })
    });
    object!({ "version": 1, "links": each.collect::<Vec<_>>() })
}

/// For people: each link with what its server says and what Cloud API would mind.
#[must_use]
pub fn text(probed: &[Probed]) -> String {
    let mut out = String::new();
    for one in probed {
        let kinds: Vec<&str> = one.used.kinds.iter().copied().collect();
        let _ = writeln!(out, "{} ({})", harmless(&one.link), kinds.join(", "));
        for redirect in &one.redirects {
            let _ = writeln!(out, "  to {}", harmless(redirect));
        }
        if let Some(head) = &one.head {
            let media_type = head.media_type.as_deref().map_or_else(|| "no type".into(), harmless);
            let length =
                head.length.map_or_else(|| "no length".to_owned(), |bytes| format!("{} bytes", thousands(bytes)));
            let _ = writeln!(out, "  {}, {media_type}, {length}", head.status);
        }
        for Remark { severity, what, advice } in &one.remarks {
            let _ = writeln!(out, "  {}: {}", severity.as_str(), harmless(what));
            let _ = writeln!(out, "    help: {advice}");
        }
        if let Some(spot) = one.used.spots.first().next() {
            let more = one.used.spots.count - 1;
            let more = if more > 0 { format!(" and {} more", thousands(more)) } else { String::new() };
            let _ = writeln!(out, "  in {spot}{more}");
        }
    }
    out
}

/// The last lines.
#[must_use]
pub fn summary(probed: &[Probed]) -> String {
    if probed.is_empty() {
        return "No media link was found.\n".to_owned();
    }
    let with = |severity: Severity| {
        let worst = |one: &&Probed| one.remarks.iter().map(|remark| remark.severity).max() == Some(severity);
        probed.iter().filter(worst).count() as u64
    };
    let links =
        if probed.len() == 1 { "1 link".to_owned() } else { format!("{} links", thousands(probed.len() as u64)) };
    format!(
        "Looked at {links} from here: {} that Cloud API would not take, {} with a warning.\n\
         Only a message that is sent proves that Cloud API takes a host: `waport media links` lists what to try.\n",
        thousands(with(Severity::Error)),
        thousands(with(Severity::Warning)),
    )
}

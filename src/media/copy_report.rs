//! What came of a copy, for people and for programs.

use std::fmt::Write as _;
use std::path::Path;

use serde_json::{Value, json};

use super::copy::{Report, Stop};
use crate::net::{Api, ApiError};
use crate::report::{harmless, thousands};

/// How many IDs of a sort are shown to people.
const SHOWN: usize = 10;

/// What came of a copy.
#[derive(Debug)]
pub struct CopyReport<'a> {
    /// That.
    pub report: &'a Report,
    /// The name of the number.
    pub number: &'a str,
    /// The media map.
    pub map: &'a Path,
    /// Whether the configuration names the map.
    pub is_named: bool,
}

impl CopyReport<'_> {
    /// 0 when all is copied that the On-Premises client has, 1 when Cloud API does not take some of it, 3 when it is to
    /// be run again.
    #[must_use]
    pub fn exit_status(&self) -> u8 {
        let report = self.report;
        if report.stopped.is_some() || !report.failed.is_empty() || !report.unnoted.is_empty() {
            3
        } else {
            u8::from(!report.refused.is_empty())
        }
    }

    /// For programs.
    #[must_use]
    pub fn json(&self) -> Value {
        let report = self.report;
        let refused = report.refused.iter();
        let refused = refused.map(|(id, misfit)| json!({ "id": id, "reason": misfit.why, "help": misfit.advice }));
        let failed = report.failed.iter();
        let failed = failed.map(|(id, error)| json!({ "id": id, "error": error.to_string(), "help": error.remedy }));
        let unnoted = report.unnoted.iter().map(|(old, new)| json!({ "id": old, "new_id": new }));
        json!({
            "version": 1,
            "number": self.number,
            "map": self.map.to_string_lossy(),
            "uploaded": report.uploaded,
            "bytes": report.bytes,
            "shared": report.shared,
            "gone": report.gone,
            "refused": refused.collect::<Vec<_>>(),
            "failed": failed.collect::<Vec<_>>(),
            "repeated": report.repeated,
            "unnoted": unnoted.collect::<Vec<_>>(),
            "left": report.left,
            "stopped": report.stopped.as_ref().map(stop),
        })
    }

    /// For people: what was not copied, and what is to be known.
    #[must_use]
    pub fn text(&self) -> String {
        let report = self.report;
        let mut out = String::new();
        let gone = report.gone.iter().map(|id| (id.as_str(), String::new(), None));
        section(
            &mut out,
            "The On-Premises client does not have these; find the files elsewhere, or leave their messages out",
            &gone.collect::<Vec<_>>(),
        );
        let refused = report.refused.iter();
        let refused = refused.map(|(id, misfit)| (id.as_str(), misfit.why.clone(), Some(misfit.advice.as_str())));
        section(&mut out, "Cloud API does not take these", &refused.collect::<Vec<_>>());
        let failed = report.failed.iter();
        let failed = failed.map(|(id, error)| (id.as_str(), error.to_string(), error.remedy.as_deref()));
        section(&mut out, "These could not be copied; run it again", &failed.collect::<Vec<_>>());
        let repeated = report.repeated.iter().map(|id| (id.as_str(), String::new(), None));
        section(
            &mut out,
            "The answer to an upload of these was lost, so that Cloud API may have them twice; nothing needs to be done",
            &repeated.collect::<Vec<_>>(),
        );
        let unnoted = report.unnoted.iter();
        let unnoted = unnoted.map(|(old, new)| (old.as_str(), format!("is `{}` on Cloud API", harmless(new)), None));
        section(
            &mut out,
            "These were uploaded and could not be noted; write them into the media map",
            &unnoted.collect::<Vec<_>>(),
        );
        out
    }

    /// The last lines.
    #[must_use]
    pub fn summary(&self) -> String {
        let report = self.report;
        let files =
            |number: u64| if number == 1 { "1 file".to_owned() } else { format!("{} files", thousands(number)) };
        let mut out = format!("Uploaded {} ({} bytes)", files(report.uploaded), thousands(report.bytes));
        let counts = [
            (report.shared, "with the same bytes as another"),
            (report.gone.len() as u64, "that the On-Premises client does not have"),
            (report.refused.len() as u64, "that Cloud API does not take"),
            (report.failed.len() as u64, "failed"),
            (report.left, "left"),
        ];
        for (number, words) in counts.into_iter().filter(|(number, _)| *number > 0) {
            let _ = write!(out, ", {} {words}", thousands(number));
        }
        let map = harmless(&self.map.to_string_lossy()).into_owned();
        let _ = writeln!(out, "; the media map is {map}.");
        if !self.is_named && report.uploaded + report.shared > 0 {
            out.push_str("Write `[media] map = \"media-map.json\"` into waport.toml, so that other commands use it.\n");
        }
        if report.uploaded > 0 {
            out.push_str("Cloud API keeps uploads for 30 days; run it again before they end.\n");
        }
        out
    }

    /// Why it stopped before the end, if it did: a line that is told however quiet one is to be.
    #[must_use]
    pub fn stopped(&self) -> Option<String> {
        self.report.stopped.as_ref().map(|why| format!("waport: stopped: {}\n", stop(why)))
    }
}

fn section(out: &mut String, title: &str, lines: &[(&str, String, Option<&str>)]) {
    if lines.is_empty() {
        return;
    }
    let _ = writeln!(out, "{title}:");
    for (id, what, advice) in lines.iter().take(SHOWN) {
        let colon = if what.is_empty() { "" } else { ": " };
        let _ = writeln!(out, "  {}{colon}{what}", harmless(id));
        if let Some(advice) = advice {
            let _ = writeln!(out, "    help: {advice}");
        }
    }
    if lines.len() > SHOWN {
        let more = thousands((lines.len() - SHOWN) as u64);
        let _ = writeln!(out, "  and {more} more; `--output-format json` lists all");
    }
    out.push('\n');
}

fn stop(why: &Stop) -> String {
    let with_remedy = |error: &ApiError| match &error.remedy {
        Some(remedy) => format!("{error}; {remedy}"),
        None => error.to_string(),
    };
    match why {
        Stop::Refused(error) => with_remedy(error),
        Stop::Failing(Api::OnPrem) => {
            "the On-Premises client fails again and again; see what it says of itself, and run it again".to_owned()
        }
        Stop::Failing(Api::Graph) => "Graph API fails again and again; run it again later".to_owned(),
        Stop::Map(error) => error.to_string(),
        Stop::Asked => "it was interrupted; run it again, and it goes on where it was".to_owned(),
    }
}

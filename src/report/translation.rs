//! What a translation leaves to people: the unsafe fixes that were applied, and what is left to do. As JSON for
//! programs, and by rule for people.

use std::fmt::Write as _;

use super::palette::Palette;
use super::{Style, harmless, json, thousands};
use crate::diagnose::Diagnostic;
use crate::fix::Level;
use crate::form::Form;
use crate::rules::webhook_envelope;
use crate::scan::{Item, Items, Tally};

/// What stands before the first item.
pub const BEGIN: &[u8] = b"{\"version\":1,\"items\":[\n";

/// Appends an item: a finding, with `item` to say what became of it.
pub fn item(level: Level, file: &str, diagnostic: &Diagnostic, out: &mut Vec<u8>) {
    json::finding(file, diagnostic, out);
    out.pop();
    let became = if level == Level::Manual { "manual" } else { "unsafe-fix" };
    out.extend_from_slice(format!(",\"item\":\"{became}\"}}").as_bytes());
}

/// Appends what stands after the last item: the summary.
pub fn end(tally: &Tally, out: &mut Vec<u8>) {
    let manual = tally.items.iter().filter(|((level, _), _)| *level == Level::Manual).map(|(_, items)| items.count);
    let summary = serde_json::json!({
        "files": tally.files,
        "rewritten": tally.rewritten,
        "safe_fixes": tally.fixed.safe,
        "unsafe_fixes": tally.fixed.doubtful,
        "manual": manual.sum::<u64>(),
    });
    out.extend_from_slice(b"\n],\"summary\":");
    out.extend_from_slice(summary.to_string().as_bytes());
    out.extend_from_slice(b"}\n");
}

/// The last lines of a translation, each with its line end. `would` says that nothing was written but a difference.
#[must_use]
pub fn for_people(tally: &Tally, would: bool, style: Style) -> String {
    let palette = Palette::new(style.colour);
    let mut out = String::new();
    let of = |wanted: Level| tally.items.iter().filter(move |((level, _), _)| *level == wanted);
    let placeholders = tally.items.get(&(Level::Unsafe, webhook_envelope::RULE.name));
    let doubtful = || of(Level::Unsafe).filter(|((_, rule), _)| *rule != webhook_envelope::RULE.name);
    list(&mut out, palette, "Unsafe fixes, to be looked at, with their places in what was read:", doubtful());
    list(&mut out, palette, "Left to do by hand, with its places in the result:", of(Level::Manual));
    if let Some(items) = placeholders {
        let webhooks = if items.count == 1 {
            "1 webhook has".to_owned()
        } else {
            format!("{} webhooks have", thousands(items.count))
        };
        let _ = writeln!(
            out,
            "{webhooks} placeholders such as <WABA_ID> for what an On-Premises webhook does not say: \
             give --waba-id, --phone-number-id and --display-phone-number, or [webhook] in waport.toml."
        );
    }
    let payloads: u64 = tally.documents.values().sum();
    let onprem: u64 = tally.documents.iter().filter(|(form, _)| form.is_onprem()).map(|(_, count)| count).sum();
    match tally.not_parsed {
        0 => {}
        1 => out.push_str("1 file or line does not parse and is as it was.\n"),
        many => {
            let _ = writeln!(out, "{} files or lines do not parse and are as they were.", thousands(many));
        }
    }
    let unclear = tally.documents.iter().filter(|(form, _)| matches!(form, Form::Ambiguous(_)));
    match unclear.map(|(_, count)| count).sum() {
        0_u64 => {}
        1 => out.push_str("1 payload may have either form and is as it was; [[form]] in waport.toml says which.\n"),
        many => {
            let many = thousands(many);
            let _ = writeln!(
                out,
                "{many} payloads may have either form and are as they were; [[form]] in waport.toml says which."
            );
        }
    }
    let files = count(tally.files, "file", "files");
    if onprem == 0 {
        let _ = if payloads == 0 {
            writeln!(out, "Looked at {files}: no WhatsApp payload was found.")
        } else {
            let all = count(payloads, "payload", "payloads");
            writeln!(out, "Looked at {files}: none of {all} has On-Premises form, so there is nothing to change.")
        };
        if tally.files == 0 && tally.unreadable.is_empty() {
            out.push_str(
                "JSON, YAML, text that may hold JSON, source code in ten languages and settings are looked at.\n",
            );
        }
        return out;
    }
    let (verb, have) = match would {
        true if onprem == 1 => ("Would apply", "has"),
        true => ("Would apply", "have"),
        false => ("Applied", "had"),
    };
    let applied = match tally.fixed.all() {
        0 => format!("no fix in {files}"),
        many => format!("{} in {} of {files}", count(many, "fix", "fixes"), thousands(tally.rewritten)),
    };
    let _ = writeln!(
        out,
        "{verb} {applied}; {} of {} {have} On-Premises form.",
        thousands(onprem),
        count(payloads, "payload", "payloads"),
    );
    out
}

fn list<'a>(
    out: &mut String,
    palette: Palette,
    head: &str,
    all: impl Iterator<Item = (&'a (Level, &'static str), &'a Items)>,
) {
    let (name, aside) = (palette.name, palette.aside);
    for (position, ((_, rule), items)) in all.enumerate() {
        if position == 0 {
            let _ = writeln!(out, "{name}{head}{name:#}");
        }
        let same = items.first.windows(2).all(|pair| pair[0].advice == pair[1].advice);
        let advice = |item: &Item| harmless(&item.advice).into_owned();
        let common = items.first.first().filter(|_| same).map_or(String::new(), |first| format!(": {}", advice(first)));
        let _ = writeln!(out, "  {rule} ({}){common}", thousands(items.count));
        for item in &items.first {
            let own = if same { String::new() } else { format!(": {}", advice(item)) };
            let _ = writeln!(out, "    {}:{}:{}{own}", harmless(&item.file), item.line, item.column);
        }
        let more = items.count - items.first.len() as u64;
        if more > 0 {
            let _ = writeln!(out, "    {aside}and {} more{aside:#}", thousands(more));
        }
    }
}

fn count(number: u64, one: &str, many: &str) -> String {
    format!("{} {}", thousands(number), if number == 1 { one } else { many })
}

//! Bodies of requests that send.

use super::{CONTENT, Decided, Keys, is_number_like, items, message_id_signs, says_whatsapp};
use crate::facts::ids;
use crate::form::{Document, Evidence, EvidenceSet, Form};
use crate::severity::Confidence;
use crate::tree::{Kind, Node};

/// Interactive types that On-Premises API never had.
const CLOUD_INTERACTIVE: [&str; 5] =
    ["cta_url", "carousel", "voice_call", "call_permission_request", "request_contact_info"];

/// Bodies of requests that send.
pub(super) fn message(keys: &Keys<'_>) -> Option<Decided> {
    let mut seen = keys.seen;
    if keys.product.is_some() && says_whatsapp(keys.product) {
        seen.add(Evidence::MessagingProduct);
        let read = keys.status.is_some() && keys.message_id.is_some() && keys.to.is_none();
        if read {
            return Some(Decided::whole(Form::Cloud(Document::ReadReceipt), Confidence::High, seen));
        }
        let addressed = keys.to.is_some() || keys.recipient.is_some();
        if keys.action.is_some()
            && keys.kind.is_none()
            && keys.content.is_none()
            && (addressed || keys.session.is_some())
        {
            seen.add(Evidence::Calls);
            return Some(Decided::whole(Form::Cloud(Document::Message), Confidence::High, seen));
        }
        // Media answers and upload forms carry the product too.
        let sends = addressed
            || keys.kind.is_some_and(|kind| kind.as_str().is_none_or(|t| !t.contains('/'))) && keys.content.is_some();
        return sends.then(|| Decided::whole(Form::Cloud(Document::Message), Confidence::High, seen));
    }
    // A product that is misspelt or no text.
    let misspelt = keys.product.is_some_and(|product| match product.as_str() {
        Some(text) => text.len() <= 16 && strsim::damerau_levenshtein(&text.to_ascii_lowercase(), "whatsapp") <= 3,
        None => true,
    });
    if misspelt && keys.from.is_none() && keys.messages.is_none() && keys.statuses.is_none() {
        let to = keys.to.or(keys.recipient)?;
        seen.add(Evidence::Recipient);
        let sends = may_be_recipient(to) && (has_content(keys, to) || seen.has(Evidence::CloudOnly));
        return sends.then(|| Decided::whole(Form::Cloud(Document::Message), Confidence::High, seen));
    }
    if keys.product.is_some() || keys.from.is_some() || keys.messages.is_some() || keys.statuses.is_some() {
        return None;
    }
    let read = keys.status.is_some_and(|status| status.is_text("read"));
    if let (true, Some(id), None) = (read, keys.message_id, keys.to) {
        message_id_signs(Some(id), &mut seen);
        seen.add(Evidence::ReadStatus);
        let form = if seen.has(Evidence::OldMessageId) {
            Form::OnPrem(Document::ReadReceipt)
        } else {
            Form::Ambiguous(Document::ReadReceipt)
        };
        let known = seen.has_any(&[Evidence::OldMessageId, Evidence::NewMessageId]);
        return known.then(|| Decided::whole(form, Confidence::Medium, seen));
    }
    let to = keys.to.or(keys.recipient)?;
    if !may_be_recipient(to) || !has_content(keys, to) {
        return None;
    }
    seen.add(Evidence::Recipient);
    seen.add(Evidence::NoMessagingProduct);
    message_signs(keys, to, &mut seen);
    if keys.recipient.is_some() {
        seen.add(Evidence::CloudOnly);
    }
    let own = [
        Evidence::Hsm,
        Evidence::Namespace,
        Evidence::RootPreviewUrl,
        Evidence::Ttl,
        Evidence::RenderMentions,
        Evidence::Provider,
    ];
    // What other products may have, too, counts with a recipient that looks like one.
    let addressed = to.is_hole() || is_number_like(to) || is_name_of_one(to) || keys.recipient_type.is_some();
    let shared = [Evidence::UuidMedia, Evidence::GroupId];
    if !seen.has_any(&own) && !addressed && keys.recipient.is_none() {
        return None;
    }
    let old = seen.has_any(&own) || seen.has_any(&shared);
    let new = seen.has_any(&[Evidence::CloudOnly, Evidence::CallArguments]);
    let (form, confidence) = match (old, new) {
        (true, false) => (Form::OnPrem(Document::Message), Confidence::High),
        (false, true) => (Form::Ambiguous(Document::Message), Confidence::Medium),
        _ => (Form::OnPrem(Document::Message), Confidence::Medium),
    };
    Some(Decided::whole(form, confidence, seen))
}

/// Not an address of another kind: an e-mail address, a chat of the web protocol, a list.
fn may_be_recipient(to: Node<'_>) -> bool {
    match to.kind() {
        Kind::Hole | Kind::Number => true,
        Kind::String => {
            let text = to.text();
            text.len() <= 256 && (is_number_like(to) || !text.contains('@') && !text.contains("://"))
        }
        _ => false,
    }
}

/// Whether what would be sent is content as WhatsApp knows it.
fn has_content(keys: &Keys<'_>, to: Node<'_>) -> bool {
    if let Some(hsm) = keys.hsm {
        return hsm.is_hole()
            || ["element_name", "localizable_params", "namespace"].iter().any(|key| hsm.get(key).is_some());
    }
    if keys.kind.and_then(|kind| kind.as_str()) == Some("hsm") {
        return true;
    }
    let typed = keys.kind.is_some_and(|kind| CONTENT.iter().any(|name| kind.is_text(name)) || kind.is_hole());
    let addressed =
        keys.recipient_type.is_some_and(|kind| kind.is_text("individual") || kind.is_text("group") || kind.is_hole());
    let Some((name, content)) = keys.content else {
        return typed && addressed;
    };
    if content.is_hole() || content.is_open() {
        return typed;
    }
    let fits = match name {
        "text" => content.get("body").is_some(),
        "template" => {
            content.get("namespace").is_some()
                || (content.get("name").is_some()
                    && (content.get("language").is_some() || content.get("components").is_some()))
        }
        "interactive" => {
            content.get("action").is_some() || (content.get("type").is_some() && content.get("body").is_some())
        }
        "reaction" => content.get("message_id").is_some(),
        "location" => content.get("latitude").is_some() && content.get("longitude").is_some(),
        "contacts" => {
            content.kind() == Kind::Array
                && content.items().all(|contact| {
                    contact.is_hole() || contact.get("name").is_some() || contact.get("phones").is_some()
                })
        }
        _ => content.get("id").is_some() || content.get("link").is_some() || content.get("provider").is_some(),
    };
    if keys.kind.is_some() || name == "interactive" || name == "template" {
        return fits && (typed || keys.kind.is_none());
    }
    // Without a type, the recipient must look like one.
    fits && (addressed || to.is_hole() || is_number_like(to))
}

/// A constant's name, as in documentation: `RECIPIENT_PHONE_NUMBER`, `whatsapp-id`.
fn is_name_of_one(to: Node<'_>) -> bool {
    let text = to.text().to_ascii_lowercase();
    ["phone", "whatsapp", "wa_id", "waid", "recipient", "msisdn", "number"].iter().any(|word| text.contains(word))
}

fn message_signs(keys: &Keys<'_>, to: Node<'_>, seen: &mut EvidenceSet) {
    if keys.hsm.is_some() {
        seen.add(Evidence::Hsm);
    }
    if to.as_str().is_some_and(ids::is_old_group_id) {
        seen.add(Evidence::GroupId);
    }
    let Some((name, content)) = keys.content else { return };
    match name {
        "template" => {
            if content.get("namespace").is_some() {
                seen.add(Evidence::Namespace);
            }
            for component in items(content.get("components")) {
                let word = |key| component.get(key).and_then(|kind| kind.as_str()).unwrap_or_default();
                let old_kind = ["", "header", "body", "button", "footer"]
                    .iter()
                    .any(|kind| word("type").eq_ignore_ascii_case(kind));
                let old_button =
                    ["", "quick_reply", "url"].iter().any(|kind| word("sub_type").eq_ignore_ascii_case(kind));
                let later = component.get("type").is_some_and(|kind| kind.has_hole());
                if !(later || old_kind && old_button) {
                    seen.add(Evidence::CloudOnly);
                }
                for parameter in items(component.get("parameters")) {
                    if parameter.get("parameter_name").is_some() {
                        seen.add(Evidence::CloudOnly);
                    }
                    media_signs(parameter, seen);
                }
            }
        }
        "interactive" => {
            let kind = content.get("type").and_then(|kind| kind.as_str()).unwrap_or_default();
            if CLOUD_INTERACTIVE.contains(&kind) {
                seen.add(Evidence::CloudOnly);
            }
            if let Some(header) = content.get("header") {
                media_signs(header, seen);
            }
        }
        "audio" if content.get("voice").is_some() => seen.add(Evidence::CloudOnly),
        _ => one_media_signs(content, seen),
    }
}

fn media_signs(holder: Node<'_>, seen: &mut EvidenceSet) {
    for kind in ["image", "video", "document"] {
        if let Some(media) = holder.get(kind) {
            one_media_signs(media, seen);
        }
    }
}

fn one_media_signs(media: Node<'_>, seen: &mut EvidenceSet) {
    if media.get("provider").is_some() {
        seen.add(Evidence::Provider);
    }
    if media.get("id").and_then(|id| id.as_str()).is_some_and(ids::is_uuid) {
        seen.add(Evidence::UuidMedia);
    }
}

//! Webhooks: of Cloud API with their envelope or parts of it, and what arrives without one.

use super::{Decided, Keys, is_number_like, is_old_error, is_told_old_error, items, message_id_signs, says_whatsapp};
use crate::facts::ids;
use crate::form::{Document, Evidence, EvidenceSet, Form, Part};
use crate::severity::Confidence;
use crate::tree::{Kind, Node};

const INBOUND: [&str; 16] = [
    "text",
    "image",
    "audio",
    "video",
    "voice",
    "document",
    "sticker",
    "location",
    "contacts",
    "button",
    "interactive",
    "order",
    "system",
    "unknown",
    "ephemeral",
    "reaction",
];

const STATUSES: [&str; 7] = ["sent", "delivered", "read", "failed", "deleted", "warning", "played"];

/// A Cloud webhook with its envelope or a part of it. `Some(None)`: a webhook of Meta's, but not WhatsApp's.
#[expect(clippy::option_option, reason = "three answers: no webhook, another product's, WhatsApp's")]
pub(super) fn envelope(keys: &Keys<'_>) -> Option<Option<(Confidence, Part, EvidenceSet)>> {
    let sure = |part, one| Some(Some((Confidence::High, part, EvidenceSet::of(one))));
    if let (Some(object), Some(entry)) = (keys.object, keys.entry)
        && (entry.kind() == Kind::Array || entry.is_hole())
    {
        return match object.as_str() {
            Some("whatsapp_business_account") => sure(Part::Whole, Evidence::Envelope),
            Some("page" | "instagram" | "user" | "permissions" | "application" | "ad_account") => Some(None),
            _ => changes_of_whatsapp(entry),
        };
    }
    if let Some(entry) = keys.entry {
        return changes_of_whatsapp(entry);
    }
    if let Some(changes) = keys.changes {
        return changes
            .items()
            .any(is_whatsapp_change)
            .then_some(())
            .and_then(|()| sure(Part::Entry, Evidence::Changes));
    }
    if let (Some(_), Some(value)) = (keys.field, keys.value) {
        let product = value.get("messaging_product");
        return (product.is_some() && says_whatsapp(product))
            .then_some(())
            .and_then(|()| sure(Part::Change, Evidence::Change));
    }
    None
}

#[expect(clippy::option_option, reason = "as in `envelope`")]
fn changes_of_whatsapp(entry: Node<'_>) -> Option<Option<(Confidence, Part, EvidenceSet)>> {
    let changes = entry.items().filter_map(|entry| entry.get("changes"));
    let found = changes.flat_map(|changes| changes.items()).any(is_whatsapp_change);
    found.then(|| Some((Confidence::High, Part::Whole, EvidenceSet::of(Evidence::Changes))))
}

fn is_whatsapp_change(change: Node<'_>) -> bool {
    let Some(value) = change.get("value") else { return false };
    let product = value.get("messaging_product");
    if product.is_some() {
        return says_whatsapp(product);
    }
    let field = change.get("field").and_then(|field| field.as_str());
    field == Some("messages") && (value.get("messages").is_some() || value.get("statuses").is_some())
}

/// What arrives without envelope: the On-Premises form, or the bare `value` of a Cloud change.
pub(super) fn webhook(keys: &Keys<'_>) -> Option<Decided> {
    if keys.to.is_some() || keys.hsm.is_some() {
        return None;
    }
    let mut seen = EvidenceSet::of(Evidence::BareWebhook);
    let inbound =
        items(keys.messages).filter(|message| is_inbound(*message)).inspect(|m| inbound_signs(*m, &mut seen)).count();
    let statuses =
        items(keys.statuses).filter(|status| is_status(*status)).inspect(|s| status_signs(*s, &mut seen)).count();
    // Errors alone are a webhook only when nothing else is there and they say what On-Premises errors say.
    let alone = keys.count == usize::from(keys.errors.is_some()) + usize::from(keys.contacts.is_some());
    let errors = if alone { items(keys.errors).filter(|error| is_told_old_error(*error)).count() } else { 0 };
    if inbound + statuses + errors == 0 {
        return None;
    }
    if errors > 0 {
        seen.add(Evidence::OldError);
    }
    let phone = keys.metadata.and_then(|metadata| metadata.get("phone_number_id"));
    if phone.is_some() || says_whatsapp(keys.product) {
        if phone.is_some() {
            seen.add(Evidence::Metadata);
        }
        if keys.product.is_some() {
            seen.add(Evidence::MessagingProduct);
        }
        let confidence = if phone.is_some() { Confidence::High } else { Confidence::Medium };
        return Some(Decided { form: Form::Cloud(Document::Webhook), confidence, part: Part::Value, evidence: seen });
    }
    let old = seen.has_any(&[
        Evidence::OldMessageId,
        Evidence::UuidMedia,
        Evidence::Voice,
        Evidence::MediaFile,
        Evidence::StickerMetadata,
        Evidence::StatusType,
        Evidence::MessageRecipient,
        Evidence::OldError,
        Evidence::OldSystem,
        Evidence::Mentions,
    ]);
    let (form, confidence) = match (old, seen.has(Evidence::NewMessageId)) {
        (true, false) => (Form::OnPrem(Document::Webhook), Confidence::High),
        (false, true) => (Form::Ambiguous(Document::Webhook), Confidence::Medium),
        _ => (Form::OnPrem(Document::Webhook), Confidence::Medium),
    };
    Some(Decided { form, confidence, part: Part::Value, evidence: seen })
}

fn is_inbound(message: Node<'_>) -> bool {
    // Other products' messages, and names in place of numbers unless the time is told as WhatsApp tells it.
    let foreign = ["chat_id", "chatId", "from_me", "fromMe"].iter().any(|key| message.get(key).is_some());
    let timestamp = message.get("timestamp");
    let told = |text: &str| text.len() >= 9 && text.bytes().all(|b| b.is_ascii_digit());
    let seconds = timestamp.is_some_and(|time| time.is_hole() || time.as_str().is_some_and(told));
    let named =
        |from: Node<'_>| from.as_str().is_some_and(|text| !text.contains('@')) && (seconds || is_number_like(from));
    if message.is_open() && !foreign && message.get("voice").is_some_and(|voice| voice.get("id").is_some()) {
        return true;
    }
    let sender = !foreign && message.get("from").is_some_and(|from| from.is_hole() || named(from));
    let dated = timestamp.is_some();
    if message.is_open() && sender && dated {
        return true;
    }
    if !sender || !(dated || message.get("id").is_some()) || message.get("to").is_some() {
        return false;
    }
    let known = message.get("type").is_some_and(|kind| INBOUND.iter().any(|name| kind.is_text(name)) || kind.is_hole());
    let body = message.get("text").is_some_and(|text| text.kind() == Kind::Object && text.get("body").is_some());
    body || (known && dated)
}

fn inbound_signs(message: Node<'_>, seen: &mut EvidenceSet) {
    message_id_signs(message.get("id"), seen);
    if message.get("type").is_some_and(|kind| kind.is_text("voice")) || message.get("voice").is_some() {
        seen.add(Evidence::Voice);
    }
    for kind in ["image", "video", "audio", "voice", "document", "sticker"] {
        let Some(media) = message.get(kind) else { continue };
        if media.get("id").and_then(|id| id.as_str()).is_some_and(ids::is_uuid) {
            seen.add(Evidence::UuidMedia);
        }
        if media.get("file").is_some() {
            seen.add(Evidence::MediaFile);
        }
        if media.get("metadata").is_some() {
            seen.add(Evidence::StickerMetadata);
        }
    }
    if items(message.get("errors")).any(is_old_error) {
        seen.add(Evidence::OldError);
    }
    let system = message.get("system");
    let system_type = system.and_then(|system| system.get("type")).and_then(|kind| kind.as_str());
    if system.is_some_and(|system| system.get("new_wa_id").is_some()) || system_type == Some("user_identity_changed") {
        seen.add(Evidence::OldSystem);
    }
    if message.path(&["context", "mentions"]).is_some() {
        seen.add(Evidence::Mentions);
    }
}

fn is_status(status: Node<'_>) -> bool {
    let id = status.get("id").is_some_and(|id| id.kind() == Kind::String || id.kind() == Kind::Hole);
    let Some(word) = status.get("status").filter(|_| id) else { return false };
    let known = STATUSES.iter().any(|status| word.is_text(status)) || word.is_hole();
    let recipient = status.get("recipient_id").is_some() || status.path(&["message", "recipient_id"]).is_some();
    let more = ["timestamp", "errors", "conversation", "pricing"].iter().any(|key| status.get(key).is_some());
    (known && (recipient || more)) || (recipient && word.kind() == Kind::String)
}

fn status_signs(status: Node<'_>, seen: &mut EvidenceSet) {
    message_id_signs(status.get("id"), seen);
    if status.get("type").is_some_and(|kind| kind.is_text("message")) {
        seen.add(Evidence::StatusType);
    }
    if status.path(&["message", "recipient_id"]).is_some() {
        seen.add(Evidence::MessageRecipient);
    }
    if items(status.get("errors")).any(is_old_error) {
        seen.add(Evidence::OldError);
    }
}

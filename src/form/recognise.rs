//! What one object is, by its own keys and those right below. A message ID is never proof by itself.

use super::{Document, Evidence, EvidenceSet, Form, Part, Payload};
use crate::facts::ids;
use crate::severity::Confidence;
use crate::tree::{Kind, Node};

/// What an object was recognised as.
pub(super) enum Verdict {
    Payload(Payload),
    /// A document of another product of Meta's: nothing in it is WhatsApp's.
    OtherProduct,
    Nothing,
}

/// Types of messages that both APIs send, and the content each has.
const CONTENT: [&str; 12] = [
    "text",
    "template",
    "interactive",
    "image",
    "audio",
    "video",
    "document",
    "sticker",
    "location",
    "contacts",
    "voice",
    "reaction",
];

/// Interactive types that On-Premises API never had.
const CLOUD_INTERACTIVE: [&str; 5] =
    ["cta_url", "carousel", "voice_call", "call_permission_request", "request_contact_info"];

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

/// The members that decide.
#[derive(Default)]
struct Keys<'a> {
    product: Option<Node<'a>>,
    to: Option<Node<'a>>,
    recipient: Option<Node<'a>>,
    kind: Option<Node<'a>>,
    recipient_type: Option<Node<'a>>,
    content: Option<(&'a str, Node<'a>)>,
    hsm: Option<Node<'a>>,
    from: Option<Node<'a>>,
    status: Option<Node<'a>>,
    message_id: Option<Node<'a>>,
    object: Option<Node<'a>>,
    entry: Option<Node<'a>>,
    changes: Option<Node<'a>>,
    field: Option<Node<'a>>,
    value: Option<Node<'a>>,
    metadata: Option<Node<'a>>,
    contacts: Option<Node<'a>>,
    messages: Option<Node<'a>>,
    statuses: Option<Node<'a>>,
    errors: Option<Node<'a>>,
    error: Option<Node<'a>>,
    meta: Option<Node<'a>>,
    media: Option<Node<'a>>,
    action: Option<Node<'a>>,
    session: Option<Node<'a>>,
    blocking: Option<Node<'a>>,
    publisher: Option<Node<'a>>,
    image_data_id: Option<Node<'a>>,
    seen: EvidenceSet,
    count: usize,
}

impl<'a> Keys<'a> {
    fn of(node: Node<'a>) -> Self {
        let mut keys = Keys::default();
        for (key, value) in node.members() {
            keys.count += 1;
            let slot = match key.bytes() {
                b"messaging_product" => &mut keys.product,
                b"to" => &mut keys.to,
                b"recipient" => &mut keys.recipient,
                b"type" => &mut keys.kind,
                b"recipient_type" => &mut keys.recipient_type,
                b"hsm" => &mut keys.hsm,
                b"from" => &mut keys.from,
                b"status" => &mut keys.status,
                b"message_id" => &mut keys.message_id,
                b"object" => &mut keys.object,
                b"entry" => &mut keys.entry,
                b"changes" => &mut keys.changes,
                b"field" => &mut keys.field,
                b"value" => &mut keys.value,
                b"metadata" => &mut keys.metadata,
                b"messages" => &mut keys.messages,
                b"statuses" => &mut keys.statuses,
                b"errors" => &mut keys.errors,
                b"error" => &mut keys.error,
                b"meta" => &mut keys.meta,
                b"media" => &mut keys.media,
                b"action" => &mut keys.action,
                b"session" => &mut keys.session,
                b"blocking" => &mut keys.blocking,
                b"publisher" => &mut keys.publisher,
                b"image_data_id" => &mut keys.image_data_id,
                b"preview_url" => {
                    keys.seen.add(Evidence::RootPreviewUrl);
                    continue;
                }
                b"ttl" => {
                    keys.seen.add(Evidence::Ttl);
                    continue;
                }
                b"render_mentions" => {
                    keys.seen.add(Evidence::RenderMentions);
                    continue;
                }
                b"biz_opaque_callback_data"
                | b"recipient_identity_key_hash"
                | b"message_activity_sharing"
                | b"product_policy"
                | b"typing_indicator"
                | b"messaging_account_id" => {
                    keys.seen.add(Evidence::CloudOnly);
                    continue;
                }
                b"pin" => {
                    keys.seen.add(Evidence::CloudOnly);
                    // In a request about the number itself it is text.
                    if keys.content.is_none() && value.is_object() {
                        keys.content = Some(("pin", value));
                    }
                    continue;
                }
                b"phoneNumberID" | b"phoneNumberId" | b"phone_number_id" | b"phoneID" | b"phone_id" => {
                    keys.seen.add(Evidence::CallArguments);
                    continue;
                }
                _ => {
                    let name = key.text();
                    if name == "contacts" {
                        keys.contacts = Some(value);
                    }
                    if keys.content.is_none() && CONTENT.contains(&name) {
                        keys.content = Some((name, value));
                    }
                    continue;
                }
            };
            *slot = Some(value);
        }
        // With a type, the content is what the type names.
        if let Some(named) = keys.kind.and_then(|kind| kind.as_str())
            && let Some(content) = CONTENT.iter().find(|name| **name == named).and_then(|name| node.get(name))
        {
            keys.content = Some((named, content));
        }
        keys
    }
}

/// Recognises one object.
pub(super) fn object(node: Node<'_>) -> Verdict {
    let keys = Keys::of(node);
    if keys.count == 0 {
        return Verdict::Nothing;
    }
    let found = |form, confidence, part, evidence| {
        Verdict::Payload(Payload { root: node.id(), form, confidence, part, evidence })
    };
    if let Some(verdict) = envelope(&keys) {
        return match verdict {
            Some((confidence, part, evidence)) => found(Form::Cloud(Document::Webhook), confidence, part, evidence),
            None => Verdict::OtherProduct,
        };
    }
    let decided = webhook(&keys).or_else(|| answer(&keys)).or_else(|| message(&keys)).or_else(|| other(node, &keys));
    match decided {
        Some(Decided { form, confidence, part, evidence }) => found(form, confidence, part, evidence),
        None => Verdict::Nothing,
    }
}

struct Decided {
    form: Form,
    confidence: Confidence,
    part: Part,
    evidence: EvidenceSet,
}

impl Decided {
    fn whole(form: Form, confidence: Confidence, evidence: EvidenceSet) -> Self {
        Self { form, confidence, part: Part::Whole, evidence }
    }
}

fn says_whatsapp(product: Option<Node<'_>>) -> bool {
    product.is_some_and(|product| {
        product.is_hole() || product.as_str().is_some_and(|text| text.eq_ignore_ascii_case("whatsapp"))
    })
}

/// A Cloud webhook with its envelope or a part of it. `Some(None)`: a webhook of Meta's, but not WhatsApp's.
#[expect(clippy::option_option, reason = "three answers: no webhook, another product's, WhatsApp's")]
fn envelope(keys: &Keys<'_>) -> Option<Option<(Confidence, Part, EvidenceSet)>> {
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
fn webhook(keys: &Keys<'_>) -> Option<Decided> {
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

fn items(list: Option<Node<'_>>) -> impl Iterator<Item = Node<'_>> {
    list.into_iter().flat_map(|list| list.items()).filter(|item| item.kind() == Kind::Object)
}

fn is_inbound(message: Node<'_>) -> bool {
    // Other products' messages, and names in place of numbers unless the time is told as WhatsApp tells it.
    let foreign = ["chat_id", "chatId", "from_me", "fromMe"].iter().any(|key| message.get(key).is_some());
    let timestamp = message.get("timestamp");
    let told = |text: &str| text.len() >= 9 && text.bytes().all(|b| b.is_ascii_digit());
    let seconds = timestamp.is_some_and(|time| time.is_hole() || time.as_str().is_some_and(told));
    let named =
        |from: Node<'_>| from.as_str().is_some_and(|text| !text.contains('@')) && (seconds || is_number_like(from));
    let sender = !foreign && message.get("from").is_some_and(|from| from.is_hole() || named(from));
    let dated = timestamp.is_some();
    if !sender || !(dated || message.get("id").is_some()) || message.get("to").is_some() {
        return false;
    }
    let known =
        message.get("type").is_some_and(|kind| kind.is_hole() || kind.as_str().is_some_and(|t| INBOUND.contains(&t)));
    let body = message.get("text").is_some_and(|text| text.kind() == Kind::Object && text.get("body").is_some());
    body || (known && dated)
}

fn inbound_signs(message: Node<'_>, seen: &mut EvidenceSet) {
    message_id_signs(message.get("id"), seen);
    if message.get("type").and_then(|kind| kind.as_str()) == Some("voice") || message.get("voice").is_some() {
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

fn message_id_signs(id: Option<Node<'_>>, seen: &mut EvidenceSet) {
    match id.and_then(|id| id.as_str()) {
        Some(id) if id.starts_with("wamid.") => seen.add(Evidence::NewMessageId),
        Some(id) if ids::is_old_message_id(id) => seen.add(Evidence::OldMessageId),
        _ => {}
    }
}

fn is_status(status: Node<'_>) -> bool {
    let id = status.get("id").is_some_and(|id| id.kind() == Kind::String || id.kind() == Kind::Hole);
    let Some(word) = status.get("status").filter(|_| id) else { return false };
    let known = word.is_hole() || word.as_str().is_some_and(|word| STATUSES.contains(&word));
    let recipient = status.get("recipient_id").is_some() || status.path(&["message", "recipient_id"]).is_some();
    let more = ["timestamp", "errors", "conversation", "pricing"].iter().any(|key| status.get(key).is_some());
    (known && (recipient || more)) || (recipient && word.kind() == Kind::String)
}

fn status_signs(status: Node<'_>, seen: &mut EvidenceSet) {
    message_id_signs(status.get("id"), seen);
    if status.get("type").and_then(|kind| kind.as_str()) == Some("message") {
        seen.add(Evidence::StatusType);
    }
    if status.path(&["message", "recipient_id"]).is_some() {
        seen.add(Evidence::MessageRecipient);
    }
    if items(status.get("errors")).any(is_old_error) {
        seen.add(Evidence::OldError);
    }
}

/// An item of `errors` as On-Premises API gives it.
pub(super) fn is_old_error(error: Node<'_>) -> bool {
    let code = error.get("code").is_some_and(|code| code.kind() == Kind::Number);
    let title = error.get("title").is_some_and(|title| title.kind() == Kind::String);
    code && title && error.get("error_data").is_none() && error.get("message").is_none()
}

/// An error that stands alone and is told from those of other products: by its details, and for codes that HTTP has,
/// too, by the link that On-Premises errors have.
fn is_told_old_error(error: Node<'_>) -> bool {
    let code = error.get("code").and_then(|code| code.as_i64()).unwrap_or_default();
    let told = if (400..600).contains(&code) { error.get("href").is_some() } else { has_details(error) };
    is_old_error(error) && told
}

fn has_details(error: Node<'_>) -> bool {
    error.get("details").is_some() || error.get("href").is_some()
}

/// Answers to requests.
fn answer(keys: &Keys<'_>) -> Option<Decided> {
    let mut seen = EvidenceSet::default();
    let old_meta = keys.meta.is_some_and(|meta| meta.get("api_status").is_some());
    if old_meta {
        seen.add(Evidence::ApiStatus);
    }
    let input = items(keys.contacts).any(|contact| contact.get("input").is_some());
    if input {
        seen.add(Evidence::Input);
    }
    if let Some(error) = keys.error.filter(|error| error.kind() == Kind::Object) {
        let code = error.get("code").is_some_and(|code| code.kind() == Kind::Number);
        let data = error.path(&["error_data", "messaging_product"]).is_some();
        let graph = data
            || error.get("fbtrace_id").is_some()
            || error.get("type").and_then(|t| t.as_str()) == Some("OAuthException");
        if code && graph && error.get("message").is_some() {
            seen.add(Evidence::GraphError);
            let confidence = if data { Confidence::High } else { Confidence::Medium };
            return Some(Decided::whole(Form::Cloud(Document::Error), confidence, seen));
        }
    }
    if items(keys.errors).any(|error| is_told_old_error(error) || (old_meta && is_old_error(error))) {
        seen.add(Evidence::OldError);
        let confidence = if old_meta { Confidence::High } else { Confidence::Medium };
        return Some(Decided::whole(Form::OnPrem(Document::Error), confidence, seen));
    }
    let checks = |contact: Node<'_>| {
        let status = contact.get("status").and_then(|status| status.as_str());
        contact.get("input").is_some() && matches!(status, Some("valid" | "invalid" | "processing" | "failed"))
    };
    let asks =
        keys.blocking.and_then(|blocking| blocking.as_str()).is_some_and(|word| matches!(word, "wait" | "no_wait"));
    if items(keys.contacts).any(checks) || (asks && keys.contacts.is_some()) {
        seen.add(Evidence::ContactsCheck);
        return Some(Decided::whole(Form::OnPrem(Document::ContactsCheck), Confidence::High, seen));
    }
    // A message that was taken has an ID and no sender.
    let taken = keys.to.is_none()
        && keys.messages.is_some_and(|messages| messages.count() > 0)
        && items(keys.messages)
            .all(|message| message.get("id").is_some() && message.get("from").is_none() && message.get("to").is_none());
    if !taken {
        return None;
    }
    for message in items(keys.messages) {
        message_id_signs(message.get("id"), &mut seen);
    }
    let (old, new) = (seen.has(Evidence::OldMessageId), seen.has(Evidence::NewMessageId));
    if says_whatsapp(keys.product) {
        seen.add(Evidence::MessagingProduct);
        return Some(Decided::whole(Form::Cloud(Document::SendResponse), Confidence::High, seen));
    }
    let (form, confidence) = match (old_meta, old, new) {
        (true, _, _) => (Form::OnPrem(Document::SendResponse), Confidence::High),
        (false, true, false) => (Form::OnPrem(Document::SendResponse), Confidence::Medium),
        (false, false, true) => (Form::Ambiguous(Document::SendResponse), Confidence::Medium),
        _ if input => (Form::Ambiguous(Document::SendResponse), Confidence::Medium),
        _ => return None,
    };
    Some(Decided::whole(form, confidence, seen))
}

/// Bodies of requests that send.
fn message(keys: &Keys<'_>) -> Option<Decided> {
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
    let read = keys.status.and_then(|status| status.as_str()) == Some("read");
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
            !text.contains('@') && !text.contains("://") && text.len() <= 256
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
    let typed =
        keys.kind.is_some_and(|kind| kind.is_hole() || kind.as_str().is_some_and(|kind| CONTENT.contains(&kind)));
    let addressed =
        keys.recipient_type.and_then(|kind| kind.as_str()).is_some_and(|kind| kind == "individual" || kind == "group")
            || keys.recipient_type.is_some_and(|kind| kind.is_hole());
    let Some((name, content)) = keys.content else {
        return typed && addressed;
    };
    if content.is_hole() {
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

fn is_number_like(to: Node<'_>) -> bool {
    let text = to.text();
    let wordy = |b: u8| b.is_ascii_digit() || matches!(b, b'+' | b'-' | b' ' | b'(' | b')' | b'X' | b'x');
    !text.is_empty() && text.bytes().all(wordy) && text.bytes().any(|b| b.is_ascii_digit())
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

/// Documents that only On-Premises API had.
fn other(node: Node<'_>, keys: &Keys<'_>) -> Option<Decided> {
    let has = |names: &[&str]| names.iter().all(|name| node.get(name).is_some());
    if keys.publisher.is_some()
        && has(&["name", "ios_app_store_link", "android_app_store_link"])
        && node.get("identifier").is_none()
    {
        let seen = EvidenceSet::of(Evidence::StickerPack);
        return Some(Decided::whole(Form::OnPrem(Document::StickerPack), Confidence::Medium, seen));
    }
    if keys.image_data_id.is_some() && has(&["emojis"]) {
        let seen = EvidenceSet::of(Evidence::StickerPack);
        return Some(Decided::whole(Form::OnPrem(Document::StickerPack), Confidence::Medium, seen));
    }
    let uuid =
        |item: Node<'_>| item.get("id").and_then(|id| id.as_str()).is_some_and(ids::is_uuid) && item.count() == 1;
    if keys.count <= 2 && keys.media.is_some_and(|media| media.count() > 0) && items(keys.media).all(uuid) {
        let seen = EvidenceSet::of(Evidence::MediaUpload);
        return Some(Decided::whole(Form::OnPrem(Document::MediaUpload), Confidence::Medium, seen));
    }
    None
}

//! What one object is, by its own keys and those right below. A message ID is never proof by itself.

mod answer;
mod message;
mod webhook;

use super::{Document, Evidence, EvidenceSet, Form, Part, Payload};
use crate::facts::ids;
use crate::severity::Confidence;
use crate::tree::{Kind, Node, same};

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

/// The members that decide.
#[derive(Default)]
struct Keys<'a> {
    product: Option<Node<'a>>,
    to: Option<Node<'a>>,
    recipient: Option<Node<'a>>,
    kind: Option<Node<'a>>,
    recipient_type: Option<Node<'a>>,
    content: Option<(&'static str, Node<'a>)>,
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
    /// Takes those of an object; they stay where they are, as there are many.
    fn read(&mut self, node: Node<'a>) {
        let keys = self;
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
                name => {
                    if name == b"contacts" {
                        keys.contacts = Some(value);
                    }
                    if keys.content.is_none() {
                        let known = CONTENT.into_iter().find(|known| same(known.as_bytes(), name));
                        keys.content = known.map(|name| (name, value));
                    }
                    continue;
                }
            };
            *slot = Some(value);
        }
        // With a type, the content is what the type names.
        if let Some(kind) = keys.kind
            && let Some(name) = CONTENT.into_iter().find(|name| kind.is_text(name))
            && let Some(content) = node.get(name)
        {
            keys.content = Some((name, content));
        }
    }
}

/// Recognises one object.
pub(super) fn object(node: Node<'_>) -> Verdict {
    let mut keys = Keys::default();
    keys.read(node);
    if keys.count == 0 {
        return Verdict::Nothing;
    }
    let found = |form, confidence, part, evidence| {
        Verdict::Payload(Payload { root: node.id(), form, confidence, part, evidence })
    };
    if let Some(verdict) = webhook::envelope(&keys) {
        return match verdict {
            Some((confidence, part, evidence)) => found(Form::Cloud(Document::Webhook), confidence, part, evidence),
            None => Verdict::OtherProduct,
        };
    }
    let decided = webhook::webhook(&keys)
        .or_else(|| answer::answer(&keys))
        .or_else(|| message::message(&keys))
        .or_else(|| other(node, &keys));
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

fn items(list: Option<Node<'_>>) -> impl Iterator<Item = Node<'_>> {
    list.into_iter().flat_map(|list| list.items()).filter(|item| item.kind() == Kind::Object)
}

fn message_id_signs(id: Option<Node<'_>>, seen: &mut EvidenceSet) {
    match id.and_then(|id| id.as_str()) {
        Some(id) if id.starts_with("wamid.") => seen.add(Evidence::NewMessageId),
        Some(id) if ids::is_old_message_id(id) => seen.add(Evidence::OldMessageId),
        _ => {}
    }
}

fn is_number_like(to: Node<'_>) -> bool {
    let text = to.text();
    let wordy = |b: u8| b.is_ascii_digit() || matches!(b, b'+' | b'-' | b' ' | b'(' | b')' | b'X' | b'x');
    !text.is_empty() && text.bytes().all(wordy) && text.bytes().any(|b| b.is_ascii_digit())
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

//! Answers to requests, and the contact check.

use super::{Decided, Keys, is_old_error, is_told_old_error, items, message_id_signs, says_whatsapp};
use crate::form::{Document, Evidence, EvidenceSet, Form};
use crate::severity::Confidence;
use crate::tree::{Kind, Node};

/// Answers to requests.
pub(super) fn answer(keys: &Keys<'_>) -> Option<Decided> {
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

//! Which files of code are read at all: those that have a word of WhatsApp in them, told by their bytes.

use std::sync::LazyLock;

use aho_corasick::{AhoCorasick, AhoCorasickKind};

/// Words that only code about WhatsApp has, or about what it is called with; in any case of letters.
const STRONG: [&str; 35] = [
    "whatsapp",
    "whats_app",
    "whats-app",
    "waba",
    "wa_id",
    "360dialog",
    "dialog360",
    "d360",
    "messagepipe",
    "turn.io",
    "messaging_product",
    "messagingproduct",
    "localizable_params",
    "localizableparams",
    "element_name",
    "recipient_type",
    "preview_url",
    "wamid",
    "graph.facebook.com",
    "hub.challenge",
    "hub_challenge",
    "x-hub-signature",
    "x_hub_signature",
    "new_wa_id",
    "v1/messages",
    "v1/contacts",
    "v1/media",
    "v1/users/login",
    "v1/settings/",
    "v1/stickerpacks",
    "v1/account/",
    "phone_number_id",
    "stickerpack",
    "wa_api",
    "waport-suppress",
];

/// Words that say something only together, two of them.
const WEAK: [&str; 4] = ["statuses", "messages", "recipient_id", "message_id"];

static WORDS: LazyLock<Option<AhoCorasick>> = LazyLock::new(|| {
    let words = STRONG.iter().chain(&WEAK);
    AhoCorasick::builder().ascii_case_insensitive(true).kind(Some(AhoCorasickKind::DFA)).build(words).ok()
});

/// Whether a file of code with these bytes may be about WhatsApp.
#[must_use]
pub fn concern_whatsapp(bytes: &[u8]) -> bool {
    let Some(words) = WORDS.as_ref() else { return true };
    let mut weak = [false; WEAK.len()];
    for found in words.find_iter(bytes) {
        match found.pattern().as_usize().checked_sub(STRONG.len()) {
            None => return true,
            Some(index) => weak[index] = true,
        }
        if weak.iter().filter(|seen| **seen).count() > 1 {
            return true;
        }
    }
    false
}

/// Whether a path says that what is there is about WhatsApp.
#[must_use]
pub fn path_says_whatsapp(path: &str) -> bool {
    let path = path.to_ascii_lowercase();
    path.contains("whatsapp") || path.contains("waba") || path.contains("360dialog")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_whatsapp_are_found_and_weak_ones_only_together() {
        for text in ["import WhatsApp", "x = body['statuses']; y = body['messages']", "POST /v1/messages"] {
            assert!(concern_whatsapp(text.as_bytes()), "{text}");
        }
        for text in ["", "statuses = []", "user.contacts and user.messages", "await send(body)"] {
            assert!(!concern_whatsapp(text.as_bytes()), "{text}");
        }
        assert!(path_says_whatsapp("app/WhatsApp/send.py") && !path_says_whatsapp("app/send.py"));
    }
}

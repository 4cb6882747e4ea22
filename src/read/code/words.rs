//! Which files of code are read at all: those that have a word of WhatsApp in them, told by their bytes.

use std::ops::Range;
use std::sync::LazyLock;

use aho_corasick::{AhoCorasick, MatchKind};

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
    "v1/messages",
    "v1/contacts",
    "v1/media",
    "v1/users/login",
    "v1/settings/",
    "v1/account/",
    "phone_number_id",
    "phonenumberid",
    "api_status",
    "stickerpack",
    "wa_api",
    "waport-suppress",
];

/// Words that say something only together, two of them, each with no letter or digit beside it.
const WEAK: [&str; 11] = [
    "statuses",
    "messages",
    "recipient_id",
    "message_id",
    "voice",
    "\"namespace\"",
    "'namespace'",
    "\"components\"",
    "'components'",
    // Error codes that no other API has side by side.
    "1013",
    "1026",
];

static WORDS: LazyLock<Option<AhoCorasick>> = LazyLock::new(|| {
    // Of the kinds of matches this is the one that many words are looked for at once with.
    AhoCorasick::builder().match_kind(MatchKind::LeftmostFirst).build(STRONG.iter().chain(&WEAK)).ok()
});

/// How many bytes are looked at in one go.
const PIECE: usize = 4096;
/// How many bytes before its end a piece the next one begins, so that no word is cut in two.
const LAP: usize = 32;

/// Whether a file of code with these bytes may be about WhatsApp.
#[must_use]
pub fn concern_whatsapp(bytes: &[u8]) -> bool {
    let Some(words) = WORDS.as_ref() else { return true };
    let mut weak = [false; WEAK.len()];
    // Small letters are looked for many times as fast as letters of any case.
    let mut small = [0; PIECE];
    let mut rest = bytes;
    loop {
        let (piece, last) = match rest.get(..PIECE) {
            Some(piece) => (piece, false),
            None => (rest, true),
        };
        let small = &mut small[..piece.len()];
        small.copy_from_slice(piece);
        small.make_ascii_lowercase();
        for found in words.find_iter(&*small) {
            match found.pattern().as_usize().checked_sub(STRONG.len()) {
                None => return true,
                Some(index) => weak[index] |= stands_alone(small, found.range()),
            }
        }
        if weak.iter().filter(|seen| **seen).count() > 1 {
            return true;
        }
        if last {
            return false;
        }
        rest = &rest[PIECE - LAP..];
    }
}

/// Whether no letter or digit stands beside a place.
fn stands_alone(text: &[u8], place: Range<usize>) -> bool {
    let before = place.start.checked_sub(1).and_then(|before| text.get(before));
    !before.into_iter().chain(text.get(place.end)).any(u8::is_ascii_alphanumeric)
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
    fn a_word_is_found_wherever_it_stands() {
        // More are not looked for at once.
        assert!(STRONG.len() + WEAK.len() <= 64);
        for word in STRONG {
            assert!(word.len() <= LAP, "{word}");
            for before in (PIECE - 40..PIECE + 10).chain(2 * PIECE - 80..2 * PIECE) {
                let text = format!("{}{}{}", " ".repeat(before), word.to_ascii_uppercase(), " ".repeat(100));
                assert!(concern_whatsapp(text.as_bytes()), "{word} after {before} bytes");
            }
        }
    }

    #[test]
    fn words_of_whatsapp_are_found_and_weak_ones_only_together() {
        for text in ["import WhatsApp", "x = body['statuses']; y = body['messages']", "POST /v1/messages"] {
            assert!(concern_whatsapp(text.as_bytes()), "{text}");
        }
        for text in ["", "statuses = []", "user.contacts and user.messages", "invoice.messages"] {
            assert!(!concern_whatsapp(text.as_bytes()), "{text}");
        }
        assert!(path_says_whatsapp("app/WhatsApp/send.py") && !path_says_whatsapp("app/send.py"));
    }
}

//! What the identifiers of both APIs look like. An identifier alone is never proof of an API.

/// Whether an ID is a UUID as On-Premises API gave them out for media: 8-4-4-4-12 hexadecimal digits.
#[must_use]
pub fn is_uuid(id: &str) -> bool {
    let fits = |(at, byte): (usize, u8)| match at {
        8 | 13 | 18 | 23 => byte == b'-',
        _ => byte.is_ascii_hexdigit(),
    };
    id.len() == 36 && id.bytes().enumerate().all(fits)
}

/// Whether an ID looks like a UUID that was shortened or written without hyphens: five groups of hexadecimal
/// digits, or 32 of them with a letter among them.
#[must_use]
pub fn is_uuid_like(id: &str) -> bool {
    let bare =
        id.len() == 32 && id.bytes().all(|b| b.is_ascii_hexdigit()) && id.bytes().any(|b| b.is_ascii_alphabetic());
    bare || groups_of_hex(id).is_some_and(|lengths| (4..=8).contains(&lengths[0]) && (6..=12).contains(&lengths[4]))
}

fn groups_of_hex(id: &str) -> Option<[usize; 5]> {
    let mut lengths = [0; 5];
    let mut groups = id.split('-');
    for length in &mut lengths {
        let group = groups.next()?;
        if group.len() < 3 || !group.bytes().all(|b| b.is_ascii_hexdigit()) {
            return None;
        }
        *length = group.len();
    }
    groups.next().is_none().then_some(lengths)
}

/// Whether a message ID looks as the old client made them: base64url that begins with `gBEG`, `gBGG`, `ABEG`,
/// `ABGG` or `ABGH`.
#[must_use]
pub fn is_old_message_id(id: &str) -> bool {
    let prefix = ["gBEG", "gBGG", "ABEG", "ABGG", "ABGH"].iter().any(|prefix| id.starts_with(prefix));
    prefix
        && id.len() >= 16
        && id.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'=' | b'+' | b'/'))
}

/// Whether a recipient is a group of On-Premises API: the creator's number, a hyphen and a time in seconds.
#[must_use]
pub fn is_old_group_id(id: &str) -> bool {
    let digits = |text: &str| text.bytes().all(|b| b.is_ascii_digit());
    let split = if (19..=26).contains(&id.len()) { id.split_once('-') } else { None };
    split.is_some_and(|(creator, time)| time.len() == 10 && digits(creator) && digits(time))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn uuids_are_told_from_other_ids() {
        assert!(is_uuid("0b8f7d0e-6f5c-4d64-9c7b-3f1d2a9e8c11"));
        assert!(is_uuid_like("0b8f7d0e-6f5c-4d64-9c7b-3f1d2a9e8c"));
        assert!(is_uuid_like("0b8f7d0e6f5c4d649c7b3f1d2a9e8c11"));
        for id in
            ["7788614318565659", "test-media-id", "a-b-c-d-e", "12345678901234567890123456789012", "", "header-image"]
        {
            assert!(!is_uuid(id) && !is_uuid_like(id), "{id}");
        }
    }

    #[test]
    fn old_group_ids_are_told_from_phone_numbers() {
        assert!(is_old_group_id("15550100123-1530825318"));
        for id in ["15550100123", "1555-0100123", "1-555-0100", "+1555-0100-123"] {
            assert!(!is_old_group_id(id), "{id}");
        }
    }
}

//! A link, as it may be shown.

use url::Url;

/// A link for people and logs: its query can hold a signature, and what stands before the host a password.
pub fn without_secrets(link: &str) -> String {
    let link = link.trim();
    let Some(mut url) = Url::parse(link).ok().filter(Url::has_host) else {
        return without_secrets_by_signs(link);
    };
    if url.username().is_empty() && url.password().is_none() && url.query().is_none() && url.fragment().is_none() {
        return link.to_owned();
    }
    let _ = url.set_username("");
    let _ = url.set_password(None);
    url.set_fragment(None);
    let had_query = url.query().is_some();
    url.set_query(None);
    if had_query { format!("{url}?…") } else { url.into() }
}

/// The same of what is no whole URL. A password in it may hold any sign, so that nothing between `//`, or the beginning,
/// and the last `@` is shown.
fn without_secrets_by_signs(link: &str) -> String {
    let is_scheme = |text: &str| text.chars().all(|sign| sign.is_ascii_alphanumeric() || "+-.".contains(sign));
    let begins = |before: &str| before.is_empty() || before.strip_suffix(':').is_some_and(is_scheme);
    let start = link.find("//").filter(|slashes| begins(&link[..*slashes])).map_or(0, |slashes| slashes + 2);
    let (start, rest) = link.split_at(start);
    let path_end = rest.find(['?', '#']).unwrap_or(rest.len());
    let shown = match rest.rfind('@') {
        Some(at) if at < path_end => &rest[at + 1..path_end],
        // `?` before any `/` may be a part of the password.
        Some(_) if !rest[..path_end].contains('/') => "…",
        _ => &rest[..path_end],
    };
    format!("{start}{shown}")
}

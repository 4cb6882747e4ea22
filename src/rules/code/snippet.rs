//! What to write instead, in the language at hand.

use crate::finding::Finding;
use crate::read::code::Language;
use crate::rules::Look;

/// The language in which the object that a finding is about is written; none for JSON, in a text of code, too.
pub(crate) fn language_of(finding: &Finding, look: &Look<'_>) -> Option<Language> {
    let in_text = finding.at.node().is_some_and(|node| look.tree.outermost_string(node).is_some());
    look.tree.language().filter(|_| !in_text)
}

/// A property of a variable, such as `message["audio"]["voice"]`.
pub(crate) fn property(language: Option<Language>, of: &str, keys: &[&str]) -> String {
    let Some(language) = language else { return format!("`{of}.{}`", keys.join(".")) };
    let pascal = |name: &str| {
        name.split('_')
            .map(|part| {
                let mut chars = part.chars();
                chars.next().map_or_else(String::new, |first| first.to_ascii_uppercase().to_string() + chars.as_str())
            })
            .collect::<String>()
    };
    let each = |open: &str, close: &str| keys.iter().flat_map(|key| [open, key, close]).collect::<String>();
    let text = match language {
        Language::JavaScript | Language::TypeScript | Language::Tsx => format!("{of}.{}", keys.join("?.")),
        Language::Python | Language::Ruby | Language::Elixir => of.to_owned() + &each("[\"", "\"]"),
        Language::Php => format!("${of}{}", each("['", "']")),
        Language::CSharp => of.to_owned() + &each("?[\"", "\"]"),
        Language::Kotlin | Language::Java => of.to_owned() + &each(".path(\"", "\")"),
        Language::Go => format!("{of}.{}", keys.iter().map(|key| pascal(key)).collect::<Vec<_>>().join(".")),
    };
    format!("`{text}`")
}

/// A member of an object, such as `"messaging_product": "whatsapp"`.
pub(crate) fn member(language: Option<Language>, name: &str, value: &str) -> String {
    let text = match language {
        None | Some(Language::Python | Language::Go) => format!("\"{name}\": \"{value}\""),
        Some(Language::JavaScript | Language::TypeScript | Language::Tsx) => format!("{name}: '{value}'"),
        Some(Language::Ruby) => format!("{name}: \"{value}\""),
        Some(Language::Php) => format!("'{name}' => '{value}'"),
        Some(Language::Elixir) => format!("\"{name}\" => \"{value}\""),
        Some(Language::CSharp) => format!("{name} = \"{value}\""),
        Some(Language::Java) => format!("put(\"{name}\", \"{value}\")"),
        Some(Language::Kotlin) => format!("\"{name}\" to \"{value}\""),
    };
    format!("`{text}`")
}

//! Source code: the payloads in it, and what it does with them.
//!
//! One adapter a language says which role each kind of node of its syntax tree has ([`role`]); values are then followed
//! in the same way for all ([`follow`]), into a tree of the payloads and a list of uses.

#[cfg(feature = "code")]
mod follow;
#[cfg(any(feature = "javascript", feature = "typescript"))]
mod javascript;
#[cfg(feature = "python")]
mod python;
#[cfg(feature = "code")]
mod role;
#[cfg(feature = "code")]
mod spelt;
pub mod uses;

#[cfg(feature = "code")]
mod reader;

#[cfg(feature = "code")]
pub(crate) use reader::read;
pub use uses::Uses;

/// How long a file may be that is read as code, in bytes. Longer ones are made by programs.
pub const LONGEST: usize = 2 << 20;

/// A programming language.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(missing_docs, reason = "they are called so")]
pub enum Language {
    CSharp,
    Elixir,
    Go,
    Java,
    JavaScript,
    Kotlin,
    Php,
    Python,
    Ruby,
    TypeScript,
    Tsx,
}

impl Language {
    /// The language of files with an extension, when the program was built with it.
    #[must_use]
    pub fn of_extension(extension: &str) -> Option<Self> {
        let language = match extension {
            "cs" => Self::CSharp,
            "ex" | "exs" => Self::Elixir,
            "go" => Self::Go,
            "java" => Self::Java,
            "js" | "jsx" | "mjs" | "cjs" => Self::JavaScript,
            "kt" | "kts" => Self::Kotlin,
            "php" => Self::Php,
            "py" | "pyi" => Self::Python,
            "rb" | "rake" => Self::Ruby,
            "ts" | "mts" | "cts" => Self::TypeScript,
            "tsx" => Self::Tsx,
            _ => return None,
        };
        language.is_known().then_some(language)
    }

    /// Its name as people write it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::CSharp => "C#",
            Self::Elixir => "Elixir",
            Self::Go => "Go",
            Self::Java => "Java",
            Self::JavaScript => "JavaScript",
            Self::Kotlin => "Kotlin",
            Self::Php => "PHP",
            Self::Python => "Python",
            Self::Ruby => "Ruby",
            Self::TypeScript => "TypeScript",
            Self::Tsx => "TSX",
        }
    }

    /// Whether the program was built with it.
    #[must_use]
    pub fn is_known(self) -> bool {
        #[cfg(feature = "code")]
        return reader::adapter(self).is_some();
        #[cfg(not(feature = "code"))]
        return false;
    }
}

/// Reads nothing: the program was built without any language.
#[cfg(not(feature = "code"))]
pub(crate) fn read(
    _: &str,
    _: Language,
    _: &dyn Fn(&str) -> Option<String>,
    tree: &mut crate::tree::Tree,
    uses: &mut Uses,
    notices: &mut Vec<super::Notice>,
) -> Result<(), super::SyntaxError> {
    tree.clear();
    uses.clear();
    notices.clear();
    Ok(())
}

#[cfg(all(test, feature = "code"))]
mod tests;

//! Source code: the payloads in it, and what it does with them.
//!
//! One adapter a language says which role each kind of node of its syntax tree has (`role`); values are then followed
//! in the same way for all (`follow`), into a tree of the payloads and a list of uses.

#[cfg(feature = "c-sharp")]
mod csharp;
#[cfg(feature = "elixir")]
mod elixir;
#[cfg(feature = "code")]
mod follow;
#[cfg(feature = "go")]
mod go;
#[cfg(feature = "java")]
mod java;
#[cfg(any(feature = "javascript", feature = "typescript"))]
mod javascript;
#[cfg(feature = "kotlin")]
mod kotlin;
#[cfg(feature = "code")]
pub(crate) mod literal;
#[cfg(feature = "php")]
mod php;
#[cfg(feature = "python")]
mod python;
#[cfg(feature = "code")]
#[cfg_attr(not(feature = "languages"), allow(dead_code, reason = "no language has all that languages have"))]
mod role;
#[cfg(feature = "ruby")]
mod ruby;
#[cfg(feature = "code")]
mod spelt;
pub mod uses;
pub mod words;

#[cfg(feature = "code")]
mod reader;

#[cfg(feature = "code")]
pub(crate) use reader::read;
pub use uses::Uses;

/// What other files of a project say.
pub trait Elsewhere {
    /// The text that a constant stands for.
    fn constant(&self, name: &str) -> Option<String>;
    /// The type of a name, when all files that have it declare the same.
    fn type_called(&self, name: &str) -> Option<&uses::Type>;
    /// The name on the wire of a field whose plain name in the code is this.
    fn wire(&self, field: &str) -> Option<&str>;
}

/// How long a file may be that is read as code, in bytes. Longer ones are made by programs.
pub const LONGEST: usize = 2 << 20;

pub use crate::language::Language;

/// Reads nothing: the program was built without any language.
#[cfg(not(feature = "code"))]
#[expect(clippy::unnecessary_wraps, reason = "with languages there are faults")]
pub(crate) fn read(
    _: &str,
    _: Language,
    _: &dyn Elsewhere,
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

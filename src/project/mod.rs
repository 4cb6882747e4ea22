//! What the files of a project say together: collected file by file, merged in any order to the same result.

mod file;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

pub use file::FileFacts;

use crate::read::code::Elsewhere;
use crate::read::code::uses::{Field, Type, plain};
use crate::tree::Span;
pub(crate) use file::{names_other_product, names_whatsapp};

/// What the code of a project says that matters to others of its files.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Project {
    /// Constants by name; `None` for names that stand for different texts.
    constants: BTreeMap<String, Option<String>>,
    /// Functions that add `messaging_product` to what they are given.
    adders: BTreeSet<String>,
    /// All functions.
    functions: BTreeSet<String>,
    /// Types by name; `None` for names that stand for different ones.
    types: BTreeMap<String, Option<Type>>,
    /// Names on the wire by the names of fields in the code; `None` where types differ.
    wires: BTreeMap<String, Option<String>>,
    /// What any of the files does.
    pub(crate) traits: file::Traits,
    /// How many files of code it has that are about WhatsApp.
    pub(crate) files: usize,
    /// How many of them take Cloud webhooks out of their envelope.
    handlers: usize,
}

/// A project of which nothing is known.
static NONE: LazyLock<Project> = LazyLock::new(Project::default);

impl Project {
    /// A project of which nothing is known.
    #[must_use]
    pub fn none() -> &'static Self {
        &NONE
    }

    /// Adds what one file says.
    pub fn add(&mut self, file: &FileFacts) {
        for (name, text) in &file.constants {
            self.constant_is(name, Some(text));
        }
        self.adders.extend(file.adders.iter().cloned());
        self.functions.extend(file.functions.iter().cloned());
        for declared in &file.types {
            self.declare(&declared.name, Some(declared));
            for field in declared.fields.iter().filter(|field| field.said) {
                self.wire_is(&plain(&field.name), Some(&field.wire));
            }
        }
        self.traits.merge(file.traits);
        self.files += usize::from(file.traits.speaks);
        self.handlers += usize::from(file.traits.speaks && file.traits.unwraps);
    }

    /// Adds what other files of the project say.
    pub fn merge(&mut self, other: Self) {
        for (name, text) in &other.constants {
            self.constant_is(name, text.as_deref());
        }
        self.adders.extend(other.adders);
        self.functions.extend(other.functions);
        for (name, declared) in &other.types {
            self.declare(name, declared.as_ref());
        }
        for (field, wire) in &other.wires {
            self.wire_is(field, wire.as_deref());
        }
        self.traits.merge(other.traits);
        self.files += other.files;
        self.handlers += other.handlers;
    }

    fn constant_is(&mut self, name: &str, text: Option<&str>) {
        match self.constants.get_mut(name) {
            Some(known) if known.as_deref() == text => {}
            Some(known) => *known = None,
            None => drop(self.constants.insert(name.to_owned(), text.map(str::to_owned))),
        }
    }

    fn declare(&mut self, name: &str, declared: Option<&Type>) {
        // Where it stands is of no matter elsewhere.
        let bare = |field: &Field| Field { span: Span::default(), of_type: String::new(), ..field.clone() };
        let declared = declared.map(|declared| Type {
            name: name.to_owned(),
            fields: declared.fields.iter().map(bare).collect(),
            span: Span::default(),
        });
        match self.types.get_mut(name) {
            Some(known) if *known == declared => {}
            Some(known) => *known = None,
            None => drop(self.types.insert(name.to_owned(), declared)),
        }
    }

    fn wire_is(&mut self, field: &str, wire: Option<&str>) {
        match self.wires.get_mut(field) {
            Some(known) if known.as_deref() == wire => {}
            Some(known) => *known = None,
            None => drop(self.wires.insert(field.to_owned(), wire.map(str::to_owned))),
        }
    }

    /// The text that a constant stands for in all files that have it.
    #[must_use]
    pub fn constant(&self, name: &str) -> Option<&str> {
        self.constants.get(name).and_then(Option::as_deref)
    }

    /// Whether a function of the project adds `messaging_product` to what it is given.
    #[must_use]
    pub fn adds_product(&self, function: &str) -> bool {
        self.adders.contains(function)
    }

    /// How many files of code take Cloud webhooks out of their envelope.
    #[must_use]
    pub fn handlers(&self) -> usize {
        self.handlers
    }

    /// Whether any file of the project knows `audio.voice`.
    pub(crate) fn knows_audio_voice(&self) -> bool {
        self.traits.audio_voice
    }

    /// Whether any file looks at the field of a change.
    pub(crate) fn looks_at_field(&self) -> bool {
        self.traits.field
    }

    /// Whether any file answers the verification request of a webhook endpoint.
    pub(crate) fn answers_challenge(&self) -> bool {
        self.traits.challenge
    }

    /// Whether any file looks at the signature of webhooks.
    pub(crate) fn checks_signature(&self) -> bool {
        self.traits.signature
    }

    /// Whether any function of the project adds `messaging_product` to what it is given.
    #[must_use]
    pub fn has_adders(&self) -> bool {
        !self.adders.is_empty()
    }

    /// Whether a function is one of the project's.
    #[must_use]
    pub fn has_function(&self, name: &str) -> bool {
        self.functions.contains(name)
    }
}

impl Elsewhere for Project {
    fn constant(&self, name: &str) -> Option<String> {
        self.constant(name).map(str::to_owned)
    }

    fn type_called(&self, name: &str) -> Option<&Type> {
        self.types.get(name).and_then(Option::as_ref)
    }

    fn wire(&self, field: &str) -> Option<&str> {
        self.wires.get(field).and_then(Option::as_deref)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_merged_in_any_order_to_the_same() {
        let facts = |name: &str, text: &str| FileFacts {
            constants: vec![(name.to_owned(), text.to_owned())],
            functions: vec![text.to_owned()],
            ..FileFacts::default()
        };
        let files = [facts("A", "1"), facts("A", "2"), facts("B", "3"), facts("A", "1")];
        let of = |order: &[usize]| {
            let mut project = Project::default();
            for index in order {
                project.add(&files[*index]);
            }
            project
        };
        let one = of(&[0, 1, 2, 3]);
        assert_eq!(one, of(&[3, 2, 1, 0]));
        let mut halves = of(&[2, 0]);
        halves.merge(of(&[1, 3]));
        assert_eq!(one, halves);
        assert_eq!((one.constant("A"), one.constant("B"), one.constant("C")), (None, Some("3"), None));
    }
}

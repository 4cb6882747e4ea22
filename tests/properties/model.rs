//! Documents as the tests hold them: members in order, scalars as they are spelt.

use waport::read::{self, Notation};
use waport::tree::{Kind, Node, Tree};

/// The same numbers on every machine.
pub struct Dice(pub u64);

impl Dice {
    fn roll(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    pub fn below(&mut self, limit: usize) -> usize {
        usize::try_from(self.roll() % limit as u64).unwrap()
    }

    pub fn one_in(&mut self, sides: usize) -> bool {
        self.below(sides) == 0
    }

    pub fn pick<T: Copy>(&mut self, some: &[T]) -> T {
        some[self.below(some.len())]
    }
}

/// A document.
#[derive(Clone, Debug, PartialEq)]
pub enum Model {
    /// What it means: text, or the spelling of what is no text.
    Text(String),
    Other(String),
    Array(Vec<Model>),
    Object(Vec<(String, Model)>),
}

impl Model {
    /// Reads a text of a notation; `None` when it is none.
    pub fn read(text: &str, notation: Notation) -> Option<Self> {
        let mut tree = Tree::new();
        read::read(text, notation, &mut tree, &mut Vec::new()).ok()?;
        tree.root(text).map(Self::of)
    }

    fn of(node: Node<'_>) -> Self {
        match node.kind() {
            Kind::Object => {
                Self::Object(node.members().map(|(key, value)| (key.text().to_owned(), Self::of(value))).collect())
            }
            Kind::Array => Self::Array(node.items().map(Self::of).collect()),
            Kind::String => Self::Text(node.text().to_owned()),
            _ => Self::Other(node.raw().to_owned()),
        }
    }

    pub fn text(text: &str) -> Self {
        Self::Text(text.to_owned())
    }

    /// An object of members.
    pub fn object<const N: usize>(members: [(&str, Self); N]) -> Self {
        Self::Object(members.into_iter().map(|(key, value)| (key.to_owned(), value)).collect())
    }

    pub fn get(&self, key: &str) -> Option<&Self> {
        let Self::Object(members) = self else { return None };
        members.iter().find(|(name, _)| name == key).map(|(_, value)| value)
    }

    pub fn first(&self) -> Option<&Self> {
        let Self::Array(items) = self else { return None };
        items.first()
    }

    /// All values, this one first.
    pub fn each_mut(&mut self, act: &mut impl FnMut(&mut Self)) {
        act(self);
        match self {
            Self::Object(members) => members.iter_mut().for_each(|(_, value)| value.each_mut(act)),
            Self::Array(items) => items.iter_mut().for_each(|item| item.each_mut(act)),
            Self::Text(_) | Self::Other(_) => {}
        }
    }

    /// All scalars with their pointers.
    pub fn scalars(&self) -> Vec<(String, &Self)> {
        let mut all = Vec::new();
        self.scalars_into(String::new(), &mut all);
        all
    }

    fn scalars_into<'m>(&'m self, pointer: String, all: &mut Vec<(String, &'m Self)>) {
        match self {
            Self::Object(members) => {
                for (key, value) in members {
                    let key = key.replace('~', "~0").replace('/', "~1");
                    value.scalars_into(format!("{pointer}/{key}"), all);
                }
            }
            Self::Array(items) => {
                for (index, item) in items.iter().enumerate() {
                    item.scalars_into(format!("{pointer}/{index}"), all);
                }
            }
            Self::Text(_) | Self::Other(_) => all.push((pointer, self)),
        }
    }

    /// On one line, spelt plainly.
    pub fn compact(&self) -> String {
        match self {
            Self::Text(text) => quoted(text),
            Self::Other(raw) => raw.clone(),
            Self::Array(items) => format!("[{}]", items.iter().map(Self::compact).collect::<Vec<_>>().join(",")),
            Self::Object(members) => {
                let members = members.iter().map(|(key, value)| format!("{}:{}", quoted(key), value.compact()));
                format!("{{{}}}", members.collect::<Vec<_>>().join(","))
            }
        }
    }
}

pub fn quoted(text: &str) -> String {
    serde_json::to_string(text).unwrap()
}

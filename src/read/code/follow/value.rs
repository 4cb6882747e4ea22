//! Values as far as the code tells them.

use std::ops::Range;

use crate::read::code::spelt::Spelt;
use crate::read::code::uses::Fate;

/// How many members of an object are kept. What has more is a table, no payload.
const MOST_MEMBERS: usize = 1000;

/// A value, and the bytes that it is written in.
#[derive(Clone, Debug)]
pub(super) struct Value {
    pub what: What,
    pub at: Range<usize>,
}

/// What a value is. Numbers are indexes into the lists of the follower.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum What {
    /// Only the run knows.
    Unknown,
    Text(usize),
    Number,
    True,
    False,
    Null,
    Object(usize),
    List(usize),
    /// A property of something that only the run knows.
    Step(u32),
    /// Something that only the run knows, by its name.
    Base(u32),
    Function(u32),
}

/// A text, and the number of it among the uses.
#[derive(Debug)]
pub(super) struct Text {
    pub spelt: Spelt,
    pub noted: Option<usize>,
    /// Whether a longer text has it, so that it does not stand on its own.
    pub used: bool,
    pub at: Range<usize>,
}

/// An object that the code puts together.
#[derive(Clone, Debug, Default)]
pub(super) struct Object {
    pub members: Vec<Member>,
    /// Whether there may be more in it than is known.
    pub open: bool,
    /// Whether some of its members are there only now and then.
    pub varies: bool,
    /// Whether another value has it, so that it does not stand on its own.
    pub used: bool,
    pub at: Range<usize>,
    /// How many branches deep it was begun.
    pub depth: usize,
    pub fate: Fate,
    /// Others that its variable may hold instead.
    pub siblings: Vec<usize>,
}

/// A member of an object.
#[derive(Clone, Debug)]
pub(super) struct Member {
    pub name: String,
    pub key: Range<usize>,
    pub value: Value,
}

/// A list that the code puts together.
#[derive(Clone, Debug, Default)]
pub(super) struct List {
    pub items: Vec<Value>,
    pub open: bool,
    pub used: bool,
    pub at: Range<usize>,
    /// How many branches deep it was begun.
    pub depth: usize,
    pub fate: Fate,
}

impl Object {
    /// The member called `name`.
    pub fn get(&self, name: &str) -> Option<&Member> {
        self.members.iter().find(|member| member.name == name)
    }

    /// Gives a member a value. What it may have had from a branch before is then not known any more.
    pub fn set(&mut self, member: Member, sometimes: bool) {
        self.varies |= sometimes;
        let full = self.members.len() >= MOST_MEMBERS;
        match self.members.iter_mut().find(|known| known.name == member.name) {
            Some(known) if sometimes => known.value = Value { what: What::Unknown, at: member.value.at },
            Some(known) => *known = member,
            None if full => self.open = true,
            None => self.members.push(member),
        }
    }

    /// Takes all members of another object.
    pub fn merge(&mut self, other: &Self, sometimes: bool) {
        self.open |= other.open;
        self.varies |= other.varies;
        for member in &other.members {
            self.set(member.clone(), sometimes);
        }
    }
}

//! Properties that are read, and what they are compared with.

use std::ops::Range;

use super::value::{Value, What};
use super::{Follower, span};
use crate::read::code::role::Key;
use crate::read::code::uses::{Comparison, Constant, How, Of, Step, StepKey};
use crate::tree::offset;

impl<'t> Follower<'t> {
    /// The key of a member, and where it is written.
    pub(super) fn key(&mut self, key: &Key<'t>) -> (Option<StepKey>, Range<usize>) {
        match key {
            Key::Named(name, node) => (Some(StepKey::Key(name.clone().into_owned())), node.byte_range()),
            Key::Part(range) => (Some(StepKey::Key(self.source[range.clone()].to_owned())), range.clone()),
            Key::Value(node) => {
                let value = self.value(*node);
                (self.step_key(&value), node.byte_range())
            }
        }
    }

    pub(super) fn step_key(&mut self, value: &Value) -> Option<StepKey> {
        match value.what {
            What::Text(text) => {
                self.texts[text].used = true;
                Some(StepKey::Key(self.texts[text].spelt.text.clone()))
            }
            What::Number => self.source[value.at.clone()].parse().ok().map(StepKey::Index),
            _ => None,
        }
    }

    /// What stands under a key of a value.
    pub(super) fn member(&mut self, holder: &Value, key: Option<StepKey>, at: Range<usize>) -> Value {
        let key = key.unwrap_or(StepKey::Each);
        // `settings.WA_URL`, `process.env.WA_URL`.
        if let (What::Step(_) | What::Base(_), StepKey::Key(name)) = (holder.what, &key)
            && name.len() > 3
            && name.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b'_')
            && let Some(value) = self.elsewhere(name, &at)
        {
            return value;
        }
        match (holder.what, &key) {
            // The fields of a type that has no name as a field.
            (_, StepKey::Key(name)) if name.is_empty() => holder.clone(),
            (What::Object(object), StepKey::Key(name)) => match self.objects[object].get(name) {
                Some(member) => member.value.clone(),
                None => Value { what: What::Unknown, at },
            },
            // Of an address.
            (What::Text(_), StepKey::Key(name)) if matches!(name.as_str(), "path" | "request_uri" | "href") => {
                holder.clone()
            }
            (What::List(list), StepKey::Index(index)) => {
                let item = usize::try_from(*index).ok().and_then(|index| self.lists[list].items.get(index));
                item.cloned().unwrap_or(Value { what: What::Unknown, at })
            }
            (What::List(list), StepKey::Each) => {
                self.lists[list].items.first().cloned().unwrap_or(Value { what: What::Unknown, at })
            }
            (What::Step(step), _) => self.step(Of::Step(step), key, at, false),
            (What::Base(base), _) => self.step(Of::Base(base), key, at, false),
            (What::Text(_) | What::Number, _) => Value { what: What::Unknown, at },
            _ => {
                let base = self.base("", false);
                self.step(Of::Base(base), key, at, false)
            }
        }
    }

    pub(super) fn step(&mut self, of: Of, key: StepKey, at: Range<usize>, follows: bool) -> Value {
        let deep = match of {
            Of::Step(step) => self.deep.get(step as usize).map_or(0, |deep| deep + 1),
            Of::Base(_) => 0,
        };
        // `node = node.next`, over and over.
        if deep >= super::DEEPEST {
            self.uses.incomplete = true;
            return Value { what: What::Unknown, at };
        }
        self.deep.push(deep);
        let within = self.within();
        self.uses.steps.push(Step { of, key, span: span(&at), follows, tested: false, within });
        Value { what: What::Step(offset(self.uses.steps.len() - 1)), at }
    }

    /// An item of a list.
    pub(super) fn each(&mut self, list: &Value, at: Range<usize>) -> Value {
        match list.what {
            What::Step(step) => self.step(Of::Step(step), StepKey::Each, at, true),
            What::Base(base) => self.step(Of::Base(base), StepKey::Each, at, true),
            What::List(number) => {
                let list = &self.lists[number];
                // What is known of one item need not hold for the others.
                let alone = list.items.len() == 1 && !list.open;
                list.items.first().filter(|_| alone).cloned().unwrap_or(Value { what: What::Unknown, at })
            }
            _ => Value { what: What::Unknown, at },
        }
    }

    pub(super) fn constant(&self, value: &Value) -> Option<Constant> {
        match value.what {
            What::Text(text) => Some(Constant::Text(self.texts[text].spelt.text.clone())),
            What::Number => Some(Constant::Number(self.source[value.at.clone()].to_owned())),
            _ => None,
        }
    }

    /// Notes that `value` is compared with `other`, when that is a constant.
    pub(super) fn compare(&mut self, value: &Value, other: &Value, at: Range<usize>, how: How) {
        let Some(with) = self.constant(other) else { return };
        self.use_up(other);
        let name_of = |of| self.uses.holder(of).unwrap_or_default().to_owned();
        let (of, name) = match value.what {
            What::Step(step) => (Some(step), name_of(Of::Step(step))),
            What::Base(base) => (None, name_of(Of::Base(base))),
            What::Unknown => (None, String::new()),
            _ => return,
        };
        let within = self.within();
        self.uses.comparisons.push(Comparison { of, name, with, span: span(&at), how, within });
    }

    /// Notes that the code asks whether a property is there.
    pub(super) fn test(&mut self, value: &Value) {
        if let What::Step(step) = value.what {
            self.uses.steps[step as usize].tested = true;
        }
    }

    /// A value among others, or a name among the keys of something.
    pub(super) fn among(&mut self, item: &Value, holder: &Value) {
        match (item.what, holder.what) {
            (What::Text(_) | What::Number, What::Step(_) | What::Base(_)) => {
                let key = self.step_key(item);
                let member = self.member(holder, key, item.at.clone());
                self.test(&member);
            }
            (_, What::List(list)) if self.may_copy(self.lists[list].items.len() * 16) => {
                self.lists[list].used = true;
                for other in self.lists[list].items.clone() {
                    self.compare(item, &other, other.at.clone(), How::Among);
                }
            }
            _ => {}
        }
    }
}

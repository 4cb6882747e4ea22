//! Functions that are called for each item of a list, or with the value itself.

use std::ops::Range;

use super::Follower;
use super::methods::{Deed, deed};
use super::value::{List, Value, What};
use crate::read::code::role::{Argument, Call, Role};
use crate::read::code::uses::plain;

impl<'t> Follower<'t> {
    /// Whether the last argument is a function in which the receiver is `this`, as with Kotlin's `apply { … }`.
    pub(super) fn fills(&self, call: &Call<'t>) -> bool {
        let last = call.arguments.last().map(|last| self.role(last.value));
        let Some(Role::Function(function)) = last else { return false };
        function.parameters.first().is_some_and(|first| matches!(self.role(*first), Role::Name("this")))
    }

    /// `list.each { |item| … }` and its kin.
    pub(super) fn for_each(&mut self, call: &Call<'t>, receiver: Option<&Value>, at: Range<usize>) -> Value {
        let name = plain(call.name.map(|name| self.text(name)).unwrap_or_default());
        let mut list = receiver.cloned();
        let mut functions = Vec::new();
        let mut named = None;
        for Argument { value: node, .. } in &call.arguments {
            if let Role::Function(function) = self.role(*node) {
                functions.push((function, *node));
                continue;
            }
            let value = self.value(*node);
            let of_step = list.as_ref().is_some_and(|list| matches!(list.what, What::Step(_)));
            match value.what {
                What::Step(_) | What::List(_) | What::Object(_)
                    if list.as_ref().is_none_or(|list| matches!(list.what, What::Unknown | What::Base(_))) =>
                {
                    list = Some(value);
                }
                // `messages.map(&:from)`
                What::Text(text) if of_step && is_word(&self.texts[text].spelt.text) => named = Some(value),
                What::Text(_) if receiver.is_none() => named = Some(value),
                // `messages.forEach(handle)`
                What::Base(_) => {
                    if let (Role::Name(handler), Some(list)) = (self.role(*node), &list) {
                        let item = self.each(list, node.byte_range());
                        self.note_given(handler, &[item]);
                    }
                }
                _ => {}
            }
        }
        let mut result = list.clone();
        if let (Some(list), Some(key)) = (&list, &named) {
            let item = self.each(list, key.at.clone());
            result = self.read(&item, std::slice::from_ref(key)).or(result);
        }
        for (function, node) in functions {
            let item = match &list {
                Some(list) => self.each(list, node.byte_range()),
                None => Self::unknown(node),
            };
            // `let` and its kin give the value itself.
            let whole = self.fills(call)
                || matches!(
                    name.as_str(),
                    "let" | "also" | "tap" | "then" | "ifpresent" | "mapor" | "takeif" | "takeunless"
                );
            let item = if whole { list.clone().unwrap_or(item) } else { item };
            let given = match name.as_str() {
                "reduce" | "inject" | "arrayreduce" | "fold" | "foreachindexed" | "mapindexed" => {
                    vec![Self::unknown(node), item.clone()]
                }
                _ => vec![item.clone()],
            };
            self.branches += 1;
            let (_, back) = self.function(function, &given, node.byte_range());
            self.branches -= 1;
            match (name.as_str(), back) {
                ("let" | "then", Some(back)) if !matches!(back.what, What::Base(_) | What::Unknown | What::Null) => {
                    // `let(:payload) { … }`
                    if let (None, Some(key)) = (receiver, &named) {
                        let word = self.source[key.at.clone()].trim_matches([':', '\'', '"']);
                        self.assign(word, &back, true);
                    }
                    result = Some(back);
                }
                ("map" | "collect" | "flatmap" | "arraymap" | "filtermap" | "mapnotnull", Some(back)) => {
                    result = self.mapped(back, &at).or(result);
                }
                ("find" | "detect" | "firstornone", _) => result = Some(item),
                _ if matches!(deed(&name, true, 1), Deed::First | Deed::Last) => result = Some(item),
                _ => {}
            }
        }
        result.or_else(|| receiver.cloned()).unwrap_or(Value { what: What::Unknown, at })
    }

    /// The list of what is made of each item of another.
    fn mapped(&mut self, item: Value, at: &Range<usize>) -> Option<Value> {
        if !matches!(item.what, What::Object(_) | What::Text(_) | What::Step(_)) {
            return None;
        }
        self.use_up(&item);
        let open = !matches!(item.what, What::Step(_));
        self.lists.push(List { items: vec![item], open, at: at.clone(), ..List::default() });
        Some(Value { what: What::List(self.lists.len() - 1), at: at.clone() })
    }

    /// A list of what a function makes of each item, when that is known.
    pub(super) fn list_of(&mut self, item: Value, at: Range<usize>) -> Option<Value> {
        let alone = match item.what {
            What::Object(object) => !self.objects[object].used && !self.objects[object].fate.is_sent(),
            What::List(list) => !self.lists[list].used && !self.lists[list].fate.is_sent(),
            _ => false,
        };
        if !alone {
            return None;
        }
        self.use_up(&item);
        self.lists.push(List { items: vec![item], open: true, at: at.clone(), ..List::default() });
        Some(Value { what: What::List(self.lists.len() - 1), at })
    }
}

/// Whether a text may be the name of a property.
pub(super) fn is_word(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
}

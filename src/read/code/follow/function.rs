//! Functions: what they are given, and what they give back.

use std::collections::HashMap;
use std::ops::Range;

use super::value::{Value, What};
use super::{Back, Follower, Frame, LONGEST_WAY, Way, span};
use crate::read::code::role::{Function, Role};
use crate::read::code::uses::{self, Base, Fate, Of};
use crate::tree::offset;

impl<'t> Follower<'t> {
    /// Goes through a function; `given` are values of its first parameters, where they are known. Gives back the
    /// function and what it gives back.
    pub(super) fn function(
        &mut self,
        function: Function<'t>,
        given: &[Value],
        at: Range<usize>,
    ) -> (Value, Option<Value>) {
        let name = function.name.map(|node| self.text(node)).unwrap_or_default();
        let number = offset(self.uses.functions.len());
        let place = function.name.map_or(at.clone(), |node| node.byte_range());
        self.uses.functions.push(uses::Function { name: name.to_owned(), span: span(&place), adds_product: false });
        let known = self.known.get(name).cloned().unwrap_or_default();
        if !name.is_empty() {
            self.known.entry(name.to_owned()).or_default().bare = function.parameters.is_empty();
        }
        self.frames.push(Frame {
            names: HashMap::new(),
            number: Some(number),
            name: name.to_owned(),
            parameters: Vec::new(),
            back: None,
            helper: None,
        });
        let branches = std::mem::take(&mut self.branches);
        for (index, mut parameter) in function.parameters.into_iter().enumerate() {
            let mut instead = None;
            if let Role::Assign { target, value } = self.role(parameter) {
                parameter = target;
                // A text that is taken when none is given.
                instead = Some(self.value(value)).filter(|value| matches!(value.what, What::Text(_)));
            }
            let value = match (given.get(index), known.given.get(index).cloned().flatten()) {
                (Some(value), _) => value.clone(),
                (None, Some(way)) => self.along(way, parameter.byte_range()),
                (None, None) if instead.is_some() => instead.unwrap_or_else(|| Self::unknown(parameter)),
                (None, None) => {
                    let mut inner = self.role(parameter);
                    while let Role::Same(node) = inner {
                        inner = self.role(node);
                    }
                    let name = match inner {
                        Role::Name(name) => name,
                        // A pattern that keeps the whole.
                        Role::Either(nodes) => {
                            let name = |node| if let Role::Name(name) = self.role(node) { Some(name) } else { None };
                            nodes.into_iter().find_map(name).unwrap_or_default()
                        }
                        _ => "",
                    };
                    let base = self.add_base(Base { name: name.to_owned(), answer: false, parameter: true });
                    if let Some(frame) = self.frames.last_mut() {
                        frame.parameters.push(base);
                    }
                    Value { what: What::Base(base), at: parameter.byte_range() }
                }
            };
            // Its own, also when a function around it has one of that name.
            if let (Role::Name(name), Some(frame)) = (self.role(parameter), self.frames.last_mut()) {
                frame.names.insert(name, value.clone());
            }
            self.bind(parameter, &value);
        }
        // Comments may follow the last part.
        let last = function.body.iter().rposition(|part| !part.is_extra());
        for (index, part) in function.body.into_iter().enumerate() {
            let value = self.value(part);
            if function.is_expression && Some(index) == last {
                self.give_back(&value);
            }
        }
        self.branches = branches;
        let frame = self.frames.pop();
        if let Some((name, (index, before, noted))) =
            frame.as_ref().and_then(|frame| Some((frame.name.clone(), frame.helper.clone()?)))
        {
            let method = self.uses.texts.get(noted).and_then(|text| text.method);
            self.known.entry(name).or_default().calls = Some((index, before, method));
        }
        let back = frame.and_then(|frame| frame.back);
        (Value { what: What::Function(number), at }, back)
    }

    /// A property that another place leads to.
    pub(super) fn along(&mut self, (base, keys): Way, at: Range<usize>) -> Value {
        if !self.may_copy(keys.len() * 16) {
            return Value { what: What::Unknown, at };
        }
        let base = self.add_base(base);
        let mut value = Value { what: What::Base(base), at: at.clone() };
        for key in keys {
            let of = if let What::Step(step) = value.what { Of::Step(step) } else { Of::Base(base) };
            value = self.step(of, key, at.clone(), true);
        }
        value
    }

    /// The way to a property.
    pub(super) fn way(&self, value: &Value) -> Option<Way> {
        match value.what {
            What::Step(step) if self.is_near(step) => {
                let base = self.uses.base(step)?.clone();
                Some((base, self.uses.path(step).into_iter().cloned().collect()))
            }
            What::Base(base) => Some((self.uses.bases[base as usize].clone(), Vec::new())),
            _ => None,
        }
    }

    /// Whether a property is not too far from what it begins at.
    pub(super) fn is_near(&self, step: u32) -> bool {
        let mut at = Of::Step(step);
        for _ in 0..LONGEST_WAY {
            match at {
                Of::Step(step) => at = self.uses.steps[step as usize].of,
                Of::Base(_) => return true,
            }
        }
        false
    }

    /// Notes what the function at hand gives back.
    pub(super) fn give_back(&mut self, value: &Value) {
        let Some(frame) = self.frames.last_mut() else { return };
        if frame.back.is_none() || !matches!(value.what, What::Null | What::Unknown) {
            frame.back = Some(value.clone());
        }
        let (name, parameters) = (frame.name.clone(), frame.parameters.clone());
        match value.what {
            What::Object(object) => {
                let object = &mut self.objects[object];
                if object.fate == Fate::Kept {
                    object.fate = Fate::Returned(name.clone());
                }
            }
            What::List(list) => {
                let list = &mut self.lists[list];
                if list.fate == Fate::Kept {
                    list.fate = Fate::Returned(name.clone());
                }
            }
            _ => {}
        }
        if name.is_empty() {
            return;
        }
        let back = match value.what {
            What::Object(object) => Some(Back::Object(object)),
            What::Text(text) => Some(Back::Text(text)),
            What::Step(step) if self.is_near(step) => {
                let base = self.uses.base(step).and_then(|base| self.bases.get(base));
                let index = base.and_then(|base| parameters.iter().position(|known| known == base));
                match index {
                    Some(index) => Some(Back::Way(index, self.uses.path(step).into_iter().cloned().collect())),
                    None => self.own(value),
                }
            }
            What::Base(base) if self.uses.bases[base as usize].answer || parameters.is_empty() => self.own(value),
            _ => None,
        };
        let known = self.known.entry(name).or_default();
        match (&known.back, &back) {
            (Some(_), None | Some(Back::Own(_))) => {}
            _ => known.back = back.or(known.back.take()),
        }
    }

    /// What hangs on no parameter.
    pub(super) fn own(&self, value: &Value) -> Option<Back> {
        self.way(value).filter(|(base, _)| !base.parameter && !base.name.is_empty()).map(Back::Own)
    }
}

//! Calls: accessors, merges, requests, functions of the file.

use std::ops::Range;

use tree_sitter::Node;

use super::deed::Called;
use super::methods::{Deed, deed, http_method, named_method};
use super::value::{Member, Object, Value, What};
use super::{Back, Follower, span};
use crate::read::code::role::{Argument, Call, Role};
use crate::read::code::spelt::Spelt;
use crate::read::code::uses::{self, Constant, Fate, Name, Of, StepKey, plain};

/// Functions that give what the environment has under a name, as they are compared.
const ENVIRONMENT: [&str; 11] = [
    "getenv",
    "env",
    "get",
    "fetch",
    "fetchenv",
    "lookupenv",
    "getenvironmentvariable",
    "config",
    "getstring",
    "getorthrow",
    "str",
];

/// How many calls of a chain are looked at for what the last of them is called with.
const LONGEST_CHAIN: usize = 32;

/// Names of arguments that are sent as the body of a request.
const BODIES: [&str; 8] = ["json", "data", "body", "payload", "content", "params", "form_params", "jsonBody"];

impl<'t> Follower<'t> {
    pub(super) fn call(&mut self, call: &Call<'t>, node: Node<'t>) -> Value {
        let at = node.byte_range();
        let first_text = self.uses.texts.len();
        let receiver = call.receiver.map(|receiver| self.value(receiver));
        let name = call.name.map(|name| self.text(name)).unwrap_or_default();
        let name_at = call.name.map_or(at.clone(), |name| name.byte_range());
        let mut deed = deed(name, receiver.is_some(), call.arguments.len());
        // `new JSONArray().put(item)`.
        let is_list = receiver.as_ref().is_some_and(|receiver| matches!(receiver.what, What::List(_)));
        if is_list && matches!(name, "put" | "+=") && call.arguments.len() == 1 {
            deed = Deed::Append;
        }
        // Laravel and Lodash: `Arr::get($payload, 'messages.0.from')`.
        let helper = call.receiver.is_some_and(|receiver| matches!(self.text(receiver), "Arr" | "_" | "lodash"));
        if helper && deed == Deed::Read && call.arguments.len() > 1 {
            deed = Deed::ReadText;
        }
        // `Path.join(base, "messages")` of a module, and `[base, "messages"].join("/")` of a list.
        let is_path =
            |of: &str| matches!(of, "Path" | "path" | "posixpath" | "File" | "URI" | "path.posix" | "os.path");
        if matches!(name, "join" | "merge") && call.receiver.is_some_and(|receiver| is_path(self.text(receiver))) {
            deed = Deed::JoinPath;
        }
        // `requests.put(url, json=body)` gives nothing a property.
        if deed == Deed::Set && call.arguments.iter().any(|argument| argument.name.is_some()) {
            deed = if http_method(name).is_some() { Deed::Request } else { Deed::Other };
        }
        if deed == Deed::Each || self.fills(call) {
            return self.for_each(call, receiver.as_ref(), at);
        }
        // `messages.First(message => message.Type == "voice")`
        if let (Deed::First | Deed::Last, [Argument { value, .. }]) = (deed, call.arguments.as_slice())
            && matches!(self.role(*value), Role::Function(_))
        {
            return self.for_each(call, receiver.as_ref(), at);
        }
        let mut arguments: Vec<Value> = Vec::with_capacity(call.arguments.len());
        let mut inside = Vec::new();
        for Argument { value, .. } in &call.arguments {
            let before = self.uses.texts.len();
            arguments.push(self.value(*value));
            // What a handler has in it is not called with the method of its route.
            if let Some(What::Function(_)) = arguments.last().map(|value| value.what)
                && arguments.iter().any(|value| matches!(value.what, What::Text(_)))
            {
                inside.push(before..self.uses.texts.len());
            }
        }
        let is_inside = |text: usize| {
            let next = inside.partition_point(|inside| inside.end <= text);
            inside.get(next).is_some_and(|inside| inside.contains(&text))
        };
        let outside = (first_text..self.uses.texts.len()).filter(|text| !is_inside(*text));
        let texts: Vec<usize> = outside.collect();
        // `client.put('/v1/messages/…', body)` puts nothing under a key.
        let address =
            |value: &Value| matches!(value.what, What::Text(text) if self.texts[text].spelt.text.contains('/'));
        if deed == Deed::Set && http_method(name).is_some() && arguments.iter().any(address) {
            deed = Deed::Request;
        }
        let called = Called { name, receiver: receiver.as_ref(), arguments: &arguments, call, at: &at };
        let made = self.environment_gives(name, &arguments, &at).or_else(|| self.do_deed(deed, &called));
        let number = self.note_call(call, name, &name_at, &arguments);
        self.note_method(name, texts, number, &arguments, call);
        self.keep_address(name, call, &arguments);
        if let Some(made) = made {
            return made;
        }
        self.fates(deed, name, call, &arguments);
        if call.makes {
            return self.make(name, call, &arguments, at);
        }
        self.gives_back(name, receiver.as_ref(), &arguments, deed, at)
    }

    /// What the environment gives, where settings of the project say it: `os.getenv("WA_URL")`.
    fn environment_gives(&mut self, name: &str, arguments: &[Value], at: &Range<usize>) -> Option<Value> {
        if !ENVIRONMENT.contains(&plain(name).as_str()) {
            return None;
        }
        let Some(Constant::Text(asked)) = self.constant(arguments.first()?) else { return None };
        let wordy = asked.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b'_');
        let value = if wordy { self.elsewhere(&asked, at) } else { None }?;
        self.use_up(&arguments[0]);
        Some(value)
    }

    /// `curl_setopt($handle, CURLOPT_URL, $address)`: the handle stands for the address from then on.
    fn keep_address(&mut self, name: &str, call: &Call<'t>, arguments: &[Value]) {
        if let ("curl_setopt", [handle, option, _], [_, _, address]) = (name, call.arguments.as_slice(), arguments)
            && self.text(option.value) == "CURLOPT_URL"
            && matches!(address.what, What::Text(_))
        {
            self.bind(handle.value, address);
        }
    }

    fn note_call(&mut self, call: &Call<'t>, name: &str, name_at: &Range<usize>, arguments: &[Value]) -> u32 {
        let receiver = call.receiver.map(|receiver| self.text(receiver)).filter(|text| text.len() <= 120);
        let whole = receiver.map_or_else(|| name.to_owned(), |receiver| format!("{receiver}.{name}"));
        let arguments = call.arguments.iter().zip(arguments).map(|(argument, value)| {
            let truth = |what| match what {
                What::True => Some(true),
                What::False => Some(false),
                _ => None,
            };
            let keys = match value.what {
                What::Object(object) => self.objects[object].members.iter(),
                _ => [].iter(),
            };
            let keys = keys
                .map(|member| (Name { text: member.name.clone(), span: span(&member.key) }, truth(member.value.what)));
            uses::Argument {
                name: argument.name.map(str::to_owned),
                constant: self.constant(value),
                truth: truth(value.what),
                of: match value.what {
                    What::Step(step) => Some(Of::Step(step)),
                    What::Base(base) => Some(Of::Base(base)),
                    _ => None,
                },
                function: matches!(value.what, What::Function(_)),
                keys: keys.collect(),
                span: span(&argument.value.byte_range()),
            }
        });
        let call =
            uses::Call { name: whole, span: span(name_at), arguments: arguments.collect(), within: self.within() };
        self.uses.calls.push(call);
        crate::tree::offset(self.uses.calls.len() - 1)
    }

    /// Notes with which HTTP method the addresses in a call are called.
    fn note_method(
        &mut self,
        name: &str,
        mut noted: Vec<usize>,
        call_number: u32,
        arguments: &[Value],
        call: &Call<'t>,
    ) {
        let word = |value: &Value| match self.constant(value) {
            Some(Constant::Text(text)) => named_method(&text),
            _ => None,
        };
        let mut said = arguments.iter().find_map(word);
        // `method: "PUT"` in the options of a call, and constants such as `http.MethodPut`.
        for (argument, value) in call.arguments.iter().zip(arguments) {
            if let What::Object(object) = value.what {
                let object = &self.objects[object];
                let member = ["method", "type", "CURLOPT_CUSTOMREQUEST"].iter().find_map(|name| object.get(name));
                said = said.or_else(|| word(&member?.value));
                said = said.or_else(|| object.get("CURLOPT_POST").map(|_| "POST"));
            }
            if let What::Step(_) | What::Base(_) = value.what {
                let text = self.text(argument.value);
                let last = text.rsplit(['.', ':']).next().unwrap_or(text);
                let is_constant = last.starts_with(|c: char| c.is_ascii_uppercase());
                said = said.or_else(|| named_method(last).filter(|_| is_constant));
            }
        }
        // `client.post().uri("…")`: said before.
        let mut before = call.receiver;
        for _ in 0..LONGEST_CHAIN {
            let Some(Role::Call(outer)) = before.map(|receiver| self.role(receiver)).filter(|_| said.is_none()) else {
                break;
            };
            let word = outer.name.map(|name| self.text(name)).unwrap_or_default();
            said = http_method(word).filter(|_| outer.arguments.is_empty());
            before = outer.receiver;
        }
        let method = said.or_else(|| http_method(name));
        let method = method.or_else(|| (name == "fetch" && arguments.len() == 1).then_some("GET"));
        for value in arguments {
            match value.what {
                What::Text(text) => noted.extend(self.texts[text].noted),
                What::Object(object) => {
                    let texts = self.objects[object].members.iter().filter_map(|member| match member.value.what {
                        What::Text(text) => self.texts[text].noted,
                        _ => None,
                    });
                    noted.extend(texts);
                }
                _ => {}
            }
        }
        for text in noted {
            if let Some(text) = self.uses.texts.get_mut(text) {
                text.method = text.method.or(method);
                text.call = text.call.or(Some(call_number));
            }
        }
    }

    /// Notes what becomes of the arguments of a call.
    fn fates(&mut self, deed: Deed, name: &str, call: &Call<'t>, arguments: &[Value]) {
        // `http.put(url, body)`, which is no `map.put(key, value)`.
        let address = |value: &Value| matches!(self.constant(value), Some(Constant::Text(text)) if text.contains('/'));
        let puts = deed == Deed::Set && http_method(name).is_some() && arguments.first().is_some_and(address);
        let sends = deed == Deed::Request || puts;
        // `send(body)`, `this.send(address, body)`, `client.send(body)`: what libraries have is given an address first.
        let bare = call.receiver.is_none_or(|receiver| matches!(self.text(receiver), "self" | "this" | "$this"));
        let named =
            call.receiver.is_none_or(|receiver| matches!(self.role(receiver), Role::Name(_) | Role::Member { .. }));
        for (index, (argument, value)) in call.arguments.iter().zip(arguments).enumerate() {
            let body = argument.name.is_some_and(|name| BODIES.contains(&name));
            let own = bare || named && index == 0 && argument.name.is_none();
            let fate =
                if sends || body { Fate::Sent(own.then(|| name.to_owned())) } else { Fate::Passed(name.to_owned()) };
            self.fated(value, &fate);
            // `axios({ url, data: { … } })`: what is in the options is sent.
            if let (Fate::Sent(_), What::Object(object)) = (&fate, value.what) {
                let members: Vec<Value> =
                    self.objects[object].members.iter().map(|member| member.value.clone()).collect();
                for value in &members {
                    self.fated(value, &fate);
                }
            }
        }
    }

    /// A value that a constructor makes.
    fn make(&mut self, name: &str, call: &Call<'t>, arguments: &[Value], at: Range<usize>) -> Value {
        // What is given to anything but its fields is no value of them.
        let declared = self.type_called(name).is_some_and(|known| {
            let is_field = |given: &str| known.fields.iter().any(|field| field.name == given || field.wire == given);
            !known.fields.is_empty() && call.arguments.iter().filter_map(|one| one.name).all(is_field)
        });
        if !declared && !call.arguments.is_empty() {
            let base = self.base(name, false);
            return Value { what: What::Base(base), at };
        }
        let mut object = Object { at: at.clone(), depth: self.branches, open: !declared, ..Object::default() };
        for (argument, value) in call.arguments.iter().zip(arguments) {
            if let Some(given) = argument.name {
                let key = argument.value.byte_range();
                let wire = self.wire_name(name, given).unwrap_or_else(|| given.to_owned());
                self.use_up(value);
                object.set(Member { name: wire, key, value: value.clone() }, false);
            } else {
                object.open = true;
            }
        }
        if declared && let Some(in_order) = self.in_order(name, call, arguments) {
            object.members = in_order;
            object.open = false;
        }
        self.objects.push(object);
        Value { what: What::Object(self.objects.len() - 1), at }
    }

    /// The fields of a type that is given a value for each of them, in order.
    fn in_order(&mut self, name: &str, call: &Call<'t>, arguments: &[Value]) -> Option<Vec<Member>> {
        let fields = &self.type_called(name)?.fields;
        if fields.len() != arguments.len() || call.arguments.iter().any(|argument| argument.name.is_some()) {
            return None;
        }
        let wires: Vec<String> = fields.iter().map(|field| field.wire.clone()).collect();
        for value in arguments {
            self.use_up(value);
        }
        let member = |(name, value): (String, &Value)| Member { name, key: value.at.clone(), value: value.clone() };
        Some(wires.into_iter().zip(arguments).map(member).collect())
    }

    /// Notes the address that a function of the file calls with what it is given.
    fn call_helper(&mut self, name: &str, arguments: &[Value]) {
        let Some((index, before, method)) = self.known.get(name).and_then(|known| known.calls.clone()) else { return };
        let Some(argument) = arguments.get(index) else { return };
        let What::Text(text) = argument.what else { return };
        let mut whole = Spelt::default();
        whole.stand_in(&before, argument.at.clone());
        let rest = self.texts[text].spelt.clone();
        whole.append(&rest);
        let made = self.add_text(whole, argument.at.clone());
        self.use_up(&made);
        if let Some(noted) = self.uses.texts.last_mut() {
            let said = arguments.iter().find_map(|value| match value.what {
                What::Text(text) => named_method(&self.texts[text].spelt.text),
                _ => None,
            });
            noted.method = said.or(method);
        }
    }

    /// Notes what a function is given.
    pub(super) fn note_given(&mut self, name: &str, arguments: &[Value]) {
        if name.is_empty() {
            return;
        }
        let ways: Vec<_> = arguments.iter().map(|value| self.way(value)).collect();
        let known = self.known.entry(name.to_owned()).or_default();
        if known.given.is_empty() {
            known.given = ways;
            return;
        }
        for (index, given) in known.given.iter_mut().enumerate() {
            let fits = ways.get(index).and_then(Option::as_ref).zip(given.as_ref());
            if !fits.is_some_and(|(one, other)| one.1 == other.1) {
                *given = None;
            }
        }
    }

    /// What a call of a function of the file gives back, or of any other.
    fn gives_back(
        &mut self,
        name: &str,
        receiver: Option<&Value>,
        arguments: &[Value],
        deed: Deed,
        at: Range<usize>,
    ) -> Value {
        self.note_given(name, arguments);
        self.call_helper(name, arguments);
        if let Some(back) = self.back(name, arguments, at.clone()) {
            return back;
        }
        // `getenv("WA_URL", "https://…")`
        if matches!(plain(name).as_str(), "getenv" | "env" | "config")
            && let Some(address) = arguments.iter().skip(1).find(|value| self.is_address(value))
        {
            return address.clone();
        }
        let calls = self.known.get(name).is_some_and(|known| known.calls.is_some());
        let answer = deed == Deed::Request || calls;
        match receiver.map(|receiver| receiver.what) {
            Some(What::Step(step)) if !answer => self.step(Of::Step(step), StepKey::Call(name.to_owned()), at, true),
            Some(What::Base(base)) if !answer || self.uses.bases[base as usize].answer => {
                self.step(Of::Base(base), StepKey::Call(name.to_owned()), at, true)
            }
            _ => {
                let base = self.base(name, answer);
                Value { what: What::Base(base), at }
            }
        }
    }

    /// What a function of the file gives back, where that is known.
    pub(super) fn back(&mut self, name: &str, arguments: &[Value], at: Range<usize>) -> Option<Value> {
        match self.known.get(name)?.back.clone()? {
            Back::Way(index, keys) => {
                let (base, mut way) = self.way(arguments.get(index)?)?;
                way.extend(keys);
                Some(self.along((base, way), at))
            }
            Back::Own(way) => Some(self.along(way, at)),
            Back::Object(number) => {
                if !self.may_copy(self.objects[number].members.len() * 16) {
                    return None;
                }
                let copy = Object {
                    used: false,
                    depth: self.branches,
                    fate: Fate::Kept,
                    siblings: Vec::new(),
                    ..self.objects[number].clone()
                };
                // The function's own is looked at where it is used.
                self.known.entry(name.to_owned()).or_default().changed = true;
                self.objects.push(copy);
                Some(Value { what: What::Object(self.objects.len() - 1), at })
            }
            Back::Text(text) => {
                if !self.may_copy(self.texts[text].spelt.text.len()) {
                    return None;
                }
                let spelt = self.texts[text].spelt.clone();
                let value = self.add_text(spelt, at);
                self.use_up(&value);
                Some(value)
            }
        }
    }
}

//! The shape check: one pass over a value and the schema that judges it.
//!
//! What is only known at run time is never an error: holes and what hangs on them, and missing keys of open
//! objects.

use super::schema::{ArrayRules, NumberRules, ObjectRules, Scalar, Schema, TextRules, Types};
use super::{Facts, Keyword, SchemaId};
use crate::tree::{Kind, Node, NodeId, same};

/// A keyword that a value does not satisfy.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ShapeError {
    /// The value. For `additionalProperties` the value of the unknown member, for `required` the object.
    pub node: NodeId,
    /// The key of the unknown member, for `additionalProperties`.
    pub key: Option<NodeId>,
    /// The object that has the unknown member or lacks the property; the value itself for all else.
    pub object: NodeId,
    /// The keyword.
    pub keyword: Keyword,
    /// The schema it stands in.
    pub schema: SchemaId,
    /// The property that is missing, for `required`; the discriminating one, for `x-discriminator`.
    pub property: Option<&'static str>,
    /// The length or number of items, for limits.
    pub actual: usize,
}

/// The results of a shape check, reusable.
#[derive(Debug, Default)]
pub struct Shape {
    /// What is wrong, in document order but for missing properties, which come after what is in the object.
    pub errors: Vec<ShapeError>,
    /// The nodes whose content no schema describes yet.
    pub unjudged: Vec<NodeId>,
}

impl Shape {
    /// Forgets what was found, keeps the memory.
    pub fn clear(&mut self) {
        self.errors.clear();
        self.unjudged.clear();
    }

    /// Judges `node` by `schema` and adds what it finds.
    pub fn judge(&mut self, facts: &'static Facts, schema: SchemaId, node: Node<'_>) {
        Judge { facts, out: self, root: node }.value(schema, node);
    }
}

struct Judge<'s, 'n> {
    facts: &'static Facts,
    out: &'s mut Shape,
    root: Node<'n>,
}

impl Judge<'_, '_> {
    fn error(&mut self, schema: SchemaId, keyword: Keyword, node: Node<'_>, actual: usize) {
        self.out.errors.push(ShapeError {
            node: node.id(),
            object: node.id(),
            key: None,
            keyword,
            schema,
            property: None,
            actual,
        });
    }

    #[inline]
    fn value(&mut self, id: SchemaId, node: Node<'_>) {
        let schema = self.facts.schema(id);
        if !schema.is_free(node.kind()) {
            self.examine(id, schema, node.id());
        }
    }

    /// The same for a value of a kind of which something is asked.
    #[inline(never)]
    fn examine(&mut self, id: SchemaId, schema: &'static Schema, at: NodeId) {
        let node = self.root.sibling_of(at);
        let kind = node.kind();
        if kind == Kind::Hole {
            return;
        }
        if !schema.takes(kind) && !has_type(schema, kind, node) {
            if !node.is_hole() {
                self.error(id, Keyword::Type, node, 0);
            }
            return;
        }
        if let Some((keyword, allowed)) = &schema.allowed
            && !allowed.iter().any(|scalar| is(scalar, node))
            && !node.has_hole()
        {
            self.error(id, *keyword, node, 0);
            return;
        }
        match kind {
            Kind::String => {
                let known = |text: &[u8]| schema.known.iter().any(|known| same(known.as_bytes(), text));
                if !schema.known.is_empty() && !known(node.bytes()) && !node.has_hole() {
                    self.error(id, Keyword::Known, node, 0);
                }
                if let Some(rules) = &schema.text {
                    self.text(id, rules, node);
                }
            }
            Kind::Number => {
                if let Some(rules) = &schema.number {
                    self.number(id, rules, node);
                }
            }
            Kind::Array => {
                if let Some(rules) = &schema.array {
                    self.array(id, rules, node);
                }
            }
            Kind::Object => {
                if let Some(rules) = &schema.object {
                    self.object(id, rules, node);
                }
            }
            _ => {}
        }
        if schema.unjudged {
            self.out.unjudged.push(node.id());
        }
    }

    fn text(&mut self, id: SchemaId, rules: &TextRules, node: Node<'_>) {
        // Lengths in bytes tell most texts to be right: a text has at most as many characters as bytes.
        let bytes = node.bytes();
        let over = |limit: Option<u32>| limit.is_some_and(|limit| bytes.len() > limit as usize);
        let short = rules.min.is_some_and(|min| bytes.len() < 4 * min as usize);
        let formed = rules.pattern.as_ref().is_none_or(|pattern| pattern.is_match_of_class(bytes) == Some(true));
        if formed && !short && !over(rules.max) && !over(rules.soft_max) {
            return;
        }
        let text = node.text();
        let mut fault = None;
        // A text has at most as many characters as bytes, and at least a quarter as many.
        if rules.min.is_some_and(|min| text.len() < 4 * min as usize && text.chars().count() < min as usize) {
            fault = Some(Keyword::MinLength);
        } else if exceeds(text, rules.max) {
            fault = Some(Keyword::MaxLength);
        } else if exceeds(text, rules.soft_max) {
            fault = Some(Keyword::SoftMaxLength);
        } else if rules.pattern.as_ref().is_some_and(|pattern| !pattern.is_match(text)) {
            fault = Some(Keyword::Pattern);
        }
        if let Some(keyword) = fault
            && !node.has_hole()
        {
            self.error(id, keyword, node, text.chars().count());
        }
    }

    fn number(&mut self, id: SchemaId, rules: &NumberRules, node: Node<'_>) {
        let Some(value) = node.as_f64() else { return };
        if rules.min.is_some_and(|min| value < min) {
            self.error(id, Keyword::Minimum, node, 0);
        } else if rules.max.is_some_and(|max| value > max) {
            self.error(id, Keyword::Maximum, node, 0);
        }
    }

    fn array(&mut self, id: SchemaId, rules: &ArrayRules, node: Node<'_>) {
        let count = node.count();
        let over = |limit: Option<u32>| limit.is_some_and(|limit| count > limit as usize);
        if rules.min.is_some_and(|min| count < min as usize) && !node.is_open() {
            self.error(id, Keyword::MinItems, node, count);
        } else if over(rules.max) {
            self.error(id, Keyword::MaxItems, node, count);
        } else if over(rules.soft_max) {
            self.error(id, Keyword::SoftMaxItems, node, count);
        }
        if let Some(items) = rules.items {
            for item in node.items() {
                self.value(items, item);
            }
        }
    }

    fn object(&mut self, id: SchemaId, rules: &'static ObjectRules, node: Node<'_>) {
        let Some(discriminator) = &rules.discriminator else {
            return self.members(id, rules, node);
        };
        let variant = match node.get_signed(&discriminator.property, discriminator.signature) {
            None => discriminator.default,
            Some(value) => match text_of(value).map(|text| discriminator.variant(text)) {
                Some(Some(variant)) => Some(variant),
                _ if value.has_hole() => return,
                Some(None) if discriminator.open => return self.error(id, Keyword::Known, value, 0),
                Some(None) => {
                    self.out.errors.push(ShapeError {
                        node: value.id(),
                        object: value.id(),
                        key: None,
                        keyword: Keyword::Discriminator,
                        schema: id,
                        property: Some(&discriminator.property),
                        actual: 0,
                    });
                    return;
                }
                None => {
                    if let Some((_, Some(property))) = rules.properties.find(discriminator.property.as_bytes()) {
                        self.value(property, value);
                    }
                    return;
                }
            },
        };
        let Some(variant) = variant else {
            return self.without_discriminator(id, rules, node, &discriminator.property);
        };
        let schema = self.facts.schema(variant);
        if schema.unjudged {
            self.out.unjudged.push(node.id());
        } else if let Some(rules) = &schema.object {
            self.object(variant, rules, node);
        }
    }

    /// An object that does not say which variant it is. Where it must, that is the one fault, and what belongs to a
    /// variant is not judged; else the base tells.
    fn without_discriminator(
        &mut self,
        id: SchemaId,
        rules: &'static ObjectRules,
        node: Node<'_>,
        property: &'static str,
    ) {
        let bit = rules.properties.find(property.as_bytes()).map(|(bit, _)| bit);
        if bit.is_none_or(|bit| rules.required >> bit & 1 == 0) {
            return self.members(id, rules, node);
        }
        if !node.is_open() && node.members().all(|(key, _)| !key.has_hole()) {
            self.missing(id, node, property);
        }
    }

    fn missing(&mut self, id: SchemaId, object: Node<'_>, property: &'static str) {
        self.out.errors.push(ShapeError {
            node: object.id(),
            object: object.id(),
            key: None,
            keyword: Keyword::Required,
            schema: id,
            property: Some(property),
            actual: 0,
        });
    }

    /// A member that no property of the schema is named like; says whether its name is only known at run time.
    #[inline(never)]
    fn unknown(&mut self, id: SchemaId, rules: &ObjectRules, object: NodeId, key: NodeId) -> bool {
        if self.root.sibling_of(key).has_hole() {
            return true;
        }
        if rules.closed {
            self.out.errors.push(ShapeError {
                node: key.following(),
                object,
                key: Some(key),
                keyword: Keyword::AdditionalProperties,
                schema: id,
                property: None,
                actual: 0,
            });
        }
        false
    }

    fn members(&mut self, id: SchemaId, rules: &'static ObjectRules, node: Node<'_>) {
        let mut seen = 0_u64;
        let mut open = node.is_open();
        for (key, value) in node.members() {
            match rules.properties.find_signed(key.signature(), key.text_len(), || key.bytes()) {
                Some((bit, schema)) => {
                    seen |= 1 << bit;
                    if let Some(schema) = schema {
                        self.value(schema, value);
                    }
                }
                None => open |= self.unknown(id, rules, node.id(), key.id()),
            }
        }
        let mut missing = if open { 0 } else { rules.required & !seen };
        let (count, least) = (node.count(), rules.min.unwrap_or(0) as usize);
        // What is missing by name says more.
        if count < least && !open && missing == 0 {
            self.error(id, Keyword::MinProperties, node, count);
        }
        while missing != 0 {
            let bit = missing.trailing_zeros() as usize;
            missing &= missing - 1;
            self.missing(id, node, rules.properties.name(bit));
        }
    }
}

/// The bytes of a string.
fn text_of(node: Node<'_>) -> Option<&[u8]> {
    (node.kind() == Kind::String).then(|| node.bytes())
}

fn has_type(schema: &Schema, kind: Kind, node: Node<'_>) -> bool {
    let whole = kind == Kind::Number && schema.types.with(Types::NUMBER) != schema.types;
    schema.types.meets(Types::of_kind(kind)) && (!whole || is_whole(node.raw()))
}

/// Whether `text` has more Unicode scalar values than `limit`.
fn exceeds(text: &str, limit: Option<u32>) -> bool {
    limit.is_some_and(|limit| text.len() > limit as usize && text.chars().count() > limit as usize)
}

/// Whether the spelling of a number means a whole one, as JSON Schema sees it: `1.0` and `1e3` are.
fn is_whole(raw: &str) -> bool {
    raw.bytes().all(|b| b.is_ascii_digit() || b == b'-') || raw.parse::<f64>().is_ok_and(|value| value.fract() == 0.0)
}

fn is(scalar: &Scalar, node: Node<'_>) -> bool {
    match (scalar, node.kind()) {
        (Scalar::Null, Kind::Null) | (Scalar::Bool(true), Kind::True) | (Scalar::Bool(false), Kind::False) => true,
        (Scalar::Text(text), Kind::String) => same(text.as_bytes(), node.bytes()),
        (Scalar::Number(number), Kind::Number) => node.as_f64() == Some(*number),
        _ => false,
    }
}

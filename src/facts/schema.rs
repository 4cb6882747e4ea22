//! A schema compiled for judging: the small keyword set, nothing else.

use super::pattern::Pattern;
use crate::severity::{Confidence, Severity};
use crate::tree::{Kind, SHORT, mixed, same, signature};

/// The number of a compiled schema.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct SchemaId(pub(super) u32);

/// A keyword that a value can fail to satisfy.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[expect(missing_docs, reason = "the keywords of JSON Schema and of schemas/README.md")]
pub enum Keyword {
    Type,
    Const,
    Enum,
    Pattern,
    MinLength,
    MaxLength,
    Minimum,
    Maximum,
    MinItems,
    MinProperties,
    MaxItems,
    Required,
    AdditionalProperties,
    Discriminator,
    SoftMaxLength,
    SoftMaxItems,
    Known,
}

impl Keyword {
    pub(super) const ALL: [Self; 17] = [
        Self::Type,
        Self::Const,
        Self::Enum,
        Self::Pattern,
        Self::MinLength,
        Self::MaxLength,
        Self::Minimum,
        Self::Maximum,
        Self::MinItems,
        Self::MinProperties,
        Self::MaxItems,
        Self::Required,
        Self::AdditionalProperties,
        Self::Discriminator,
        Self::SoftMaxLength,
        Self::SoftMaxItems,
        Self::Known,
    ];

    /// How schemas spell it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Type => "type",
            Self::Const => "const",
            Self::Enum => "enum",
            Self::Pattern => "pattern",
            Self::MinLength => "minLength",
            Self::MaxLength => "maxLength",
            Self::Minimum => "minimum",
            Self::Maximum => "maximum",
            Self::MinItems => "minItems",
            Self::MinProperties => "minProperties",
            Self::MaxItems => "maxItems",
            Self::Required => "required",
            Self::AdditionalProperties => "additionalProperties",
            Self::Discriminator => "x-discriminator",
            Self::SoftMaxLength => "x-soft-maxLength",
            Self::SoftMaxItems => "x-soft-maxItems",
            Self::Known => "x-known",
        }
    }
}

/// A set of JSON types.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct Types(u8);

impl Types {
    pub(super) const NULL: Self = Self(1);
    pub(crate) const BOOLEAN: Self = Self(2);
    pub(super) const INTEGER: Self = Self(4);
    pub(crate) const NUMBER: Self = Self(8 | 4);
    pub(crate) const STRING: Self = Self(16);
    pub(crate) const ARRAY: Self = Self(32);
    pub(super) const OBJECT: Self = Self(64);

    pub(super) fn of(word: &str) -> Option<Self> {
        Some(match word {
            "null" => Self::NULL,
            "boolean" => Self::BOOLEAN,
            "integer" => Self::INTEGER,
            "number" => Self::NUMBER,
            "string" => Self::STRING,
            "array" => Self::ARRAY,
            "object" => Self::OBJECT,
            _ => return None,
        })
    }

    /// The type of what is written like this; a whole number is not told from others, and a hole has none.
    #[inline]
    pub(super) fn of_kind(kind: Kind) -> Self {
        match kind {
            Kind::Null => Self::NULL,
            Kind::True | Kind::False => Self::BOOLEAN,
            Kind::Number => Self::NUMBER,
            Kind::String => Self::STRING,
            Kind::Array => Self::ARRAY,
            Kind::Object => Self::OBJECT,
            Kind::Hole => Self::default(),
        }
    }

    pub(super) fn with(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Whether some type is in both.
    pub(crate) fn meets(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }

    pub(super) fn is_any(self) -> bool {
        self.0 == 0
    }

    /// The types in words: "a string or a number".
    #[must_use]
    pub fn describe(self) -> String {
        let mut words = Vec::new();
        for (types, word) in [
            (Self::STRING, "a string"),
            (Self(8), "a number"),
            (Self::INTEGER, "a whole number"),
            (Self::BOOLEAN, "`true` or `false`"),
            (Self::OBJECT, "an object"),
            (Self::ARRAY, "an array"),
            (Self::NULL, "null"),
        ] {
            if self.meets(types) && !(types == Self::INTEGER && self.meets(Self(8))) {
                words.push(word);
            }
        }
        words.join(" or ")
    }
}

/// A value that `const` or `enum` allows.
#[derive(Debug, PartialEq)]
pub(super) enum Scalar {
    Null,
    Bool(bool),
    Number(f64),
    Text(Box<str>),
}

#[derive(Debug, Default)]
pub(super) struct TextRules {
    pub min: Option<u32>,
    pub max: Option<u32>,
    pub soft_max: Option<u32>,
    pub pattern: Option<Pattern>,
}

#[derive(Debug, Default)]
pub(super) struct ArrayRules {
    pub min: Option<u32>,
    pub max: Option<u32>,
    pub soft_max: Option<u32>,
    pub items: Option<SchemaId>,
}

#[derive(Debug, Default)]
pub(super) struct NumberRules {
    pub min: Option<f64>,
    pub max: Option<f64>,
}

#[derive(Debug, Default)]
pub(super) struct ObjectRules {
    pub properties: Properties,
    /// Bits of the properties that must be there.
    pub required: u64,
    /// The fewest members.
    pub min: Option<u32>,
    pub closed: bool,
    pub discriminator: Option<Discriminator>,
}

#[derive(Debug)]
pub(super) struct Discriminator {
    pub property: Box<str>,
    /// That of the property.
    pub signature: u64,
    pub default: Option<SchemaId>,
    pub fold_case: bool,
    pub open: bool,
    pub variants: Vec<Variant>,
}

#[derive(Debug)]
pub(super) struct Variant {
    pub name: Box<str>,
    signature: u64,
    pub schema: SchemaId,
}

impl Variant {
    pub fn new(name: &str, schema: SchemaId) -> Self {
        Self { name: name.into(), signature: signature(name.as_bytes()), schema }
    }
}

impl Discriminator {
    #[inline]
    pub fn variant(&self, value: &[u8]) -> Option<SchemaId> {
        let wanted = signature(value);
        let is = |variant: &&Variant| variant.signature == wanted && same(variant.name.as_bytes(), value);
        let like = |variant: &&Variant| variant.name.as_bytes().eq_ignore_ascii_case(value);
        let found = self.variants.iter().find(is);
        let found = found.or_else(|| if self.fold_case { self.variants.iter().find(like) } else { None });
        found.map(|variant| variant.schema)
    }
}

/// The known properties of an object, found by their signatures.
#[derive(Debug, Default)]
pub(super) struct Properties {
    /// Sorted by length; the position is the property's bit.
    list: Vec<Property>,
    /// The bit of the property that belongs to a hash, or to one before it that was taken. A power of two in size and
    /// never half full.
    table: Vec<u8>,
}

#[derive(Debug)]
struct Property {
    signature: u64,
    name: Box<str>,
    schema: Option<SchemaId>,
}

/// `Properties::table`: no property.
const FREE: u8 = u8::MAX;

impl Properties {
    /// At most 64 properties.
    pub fn new(list: Vec<(Box<str>, Option<SchemaId>)>) -> Self {
        let mut list: Vec<Property> = list
            .into_iter()
            .map(|(name, schema)| Property { signature: signature(name.as_bytes()), name, schema })
            .collect();
        list.sort_by(|a, b| (a.name.len(), &a.name).cmp(&(b.name.len(), &b.name)));
        let mut table = vec![FREE; (4 * list.len()).next_power_of_two()];
        for (bit, property) in (0..FREE).zip(&list) {
            let mut slot = mixed(property.signature) as usize & (table.len() - 1);
            while table[slot] != FREE {
                slot = (slot + 1) & (table.len() - 1);
            }
            table[slot] = bit;
        }
        Self { list, table }
    }

    /// The bit and schema of the property `name`.
    #[inline]
    pub fn find(&self, name: &[u8]) -> Option<(usize, Option<SchemaId>)> {
        self.find_signed(signature(name), name.len(), || name)
    }

    /// The same for a name whose signature and length are known; most are told by them.
    #[inline]
    pub fn find_signed<'n>(
        &self,
        signature: u64,
        len: usize,
        name: impl Fn() -> &'n [u8],
    ) -> Option<(usize, Option<SchemaId>)> {
        let mut slot = mixed(signature) as usize;
        loop {
            slot &= self.table.len().wrapping_sub(1);
            let bit = usize::from(*self.table.get(slot)?);
            // No property has the number of a free slot.
            let property = self.list.get(bit)?;
            let alike = property.signature == signature && property.name.len() == len;
            if alike && (len <= SHORT || same(property.name.as_bytes(), name())) {
                return Some((bit, property.schema));
            }
            slot += 1;
        }
    }

    pub fn name(&self, bit: usize) -> &str {
        &self.list[bit].name
    }

    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.list.iter().map(|property| &*property.name)
    }
}

/// A compiled schema.
#[derive(Debug, Default)]
pub struct Schema {
    pub(super) types: Types,
    /// A bit for each kind that a value may have, but for numbers where whole ones are asked for.
    pub(super) kinds: u8,
    /// A bit for each kind of which every value is right.
    pub(super) free: u8,
    pub(super) allowed: Option<(Keyword, Vec<Scalar>)>,
    /// Texts that documentation lists where others may come.
    pub(super) known: Vec<Box<str>>,
    pub(super) text: Option<Box<TextRules>>,
    pub(super) number: Option<Box<NumberRules>>,
    pub(super) array: Option<Box<ArrayRules>>,
    pub(super) object: Option<Box<ObjectRules>>,
    /// The content is not judged yet.
    pub(super) unjudged: bool,
    /// Asked for when there is a finding.
    pub(super) marks: Box<Marks>,
}

/// Severity, confidence and source of each keyword of a schema.
#[derive(Debug, Default)]
pub(super) struct Marks {
    pub severity: Vec<(Keyword, Severity)>,
    pub confidence: Vec<(Keyword, Confidence)>,
    pub source: Vec<(Keyword, Box<str>)>,
}

fn look<T: Clone>(list: &[(Keyword, T)], keyword: Keyword) -> Option<T> {
    list.iter().find(|(known, _)| *known == keyword).map(|(_, value)| value.clone())
}

impl Schema {
    /// Whether every value of a kind is right.
    #[inline]
    pub(super) fn is_free(&self, kind: Kind) -> bool {
        self.free >> kind as u8 & 1 == 1
    }

    /// Whether a value of a kind has the right type for sure.
    #[inline]
    pub(super) fn takes(&self, kind: Kind) -> bool {
        self.kinds >> kind as u8 & 1 == 1
    }

    /// Notes what the kind of a value alone says.
    pub(super) fn note_kinds(&mut self) {
        let asked = [
            (Kind::Null, false),
            (Kind::True, false),
            (Kind::False, false),
            (Kind::Number, self.number.is_some()),
            (Kind::String, self.text.is_some() || !self.known.is_empty()),
            (Kind::Array, self.array.is_some()),
            (Kind::Object, self.object.is_some()),
        ];
        for (kind, asked) in asked {
            let typed = self.types.is_any() || self.types.with(Types::of_kind(kind)) == self.types;
            let free = typed && !asked && self.allowed.is_none() && !self.unjudged;
            self.kinds |= u8::from(typed) << kind as u8;
            self.free |= u8::from(free) << kind as u8;
        }
    }

    /// How bad it is not to satisfy `keyword`.
    #[must_use]
    pub fn severity(&self, keyword: Keyword) -> Severity {
        look(&self.marks.severity, keyword).unwrap_or(match keyword {
            Keyword::SoftMaxLength | Keyword::SoftMaxItems => Severity::Warning,
            Keyword::Known => Severity::Note,
            _ => Severity::Error,
        })
    }

    /// How sure `keyword` is.
    #[must_use]
    pub fn confidence(&self, keyword: Keyword) -> Confidence {
        look(&self.marks.confidence, keyword).unwrap_or(match keyword {
            Keyword::SoftMaxLength | Keyword::SoftMaxItems | Keyword::Known => Confidence::Medium,
            _ => Confidence::High,
        })
    }

    /// Where `keyword` is documented.
    #[must_use]
    pub fn source(&self, keyword: Keyword) -> Option<&str> {
        self.marks.source.iter().find(|(known, _)| *known == keyword).map(|(_, source)| &**source)
    }

    /// The types that are allowed; none named means any.
    #[must_use]
    pub fn types(&self) -> Types {
        self.types
    }

    /// The names of the known properties.
    pub fn properties(&self) -> impl Iterator<Item = &str> {
        self.object.iter().flat_map(|object| object.properties.names())
    }

    /// The texts that `const`, `enum` or a discriminator allows.
    #[must_use]
    pub fn allowed_texts(&self) -> Vec<&str> {
        let allowed = self.allowed.iter().flat_map(|(_, values)| values).filter_map(|value| match value {
            Scalar::Text(text) => Some(&**text),
            _ => None,
        });
        let discriminator = self.object.as_ref().and_then(|object| object.discriminator.as_ref());
        allowed.chain(discriminator.iter().flat_map(|it| it.variants.iter().map(|variant| &*variant.name))).collect()
    }

    /// The texts that documentation lists where others may come.
    #[must_use]
    pub fn known_texts(&self) -> &[Box<str>] {
        &self.known
    }

    /// The number that `keyword` sets as a limit.
    #[must_use]
    pub fn limit(&self, keyword: Keyword) -> Option<f64> {
        let whole = |limit: Option<u32>| limit.map(f64::from);
        match keyword {
            Keyword::MinLength => whole(self.text.as_ref()?.min),
            Keyword::MaxLength => whole(self.text.as_ref()?.max),
            Keyword::SoftMaxLength => whole(self.text.as_ref()?.soft_max),
            Keyword::MinItems => whole(self.array.as_ref()?.min),
            Keyword::MinProperties => whole(self.object.as_ref()?.min),
            Keyword::MaxItems => whole(self.array.as_ref()?.max),
            Keyword::SoftMaxItems => whole(self.array.as_ref()?.soft_max),
            Keyword::Minimum => self.number.as_ref()?.min,
            Keyword::Maximum => self.number.as_ref()?.max,
            _ => None,
        }
    }

    /// The pattern a text must match.
    #[must_use]
    pub fn pattern(&self) -> Option<&str> {
        self.text.as_ref()?.pattern.as_ref().map(Pattern::as_str)
    }
}

/// All compiled schemas.
#[derive(Debug, Default)]
pub(super) struct Schemas {
    pub list: Vec<Schema>,
}

impl Schemas {
    #[inline]
    pub fn get(&self, id: SchemaId) -> &Schema {
        &self.list[id.0 as usize]
    }
}

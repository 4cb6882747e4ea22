//! What is known about both APIs: `schemas/` compiled in and typed, and the shape check that judges a value
//! by a schema. Facts carry their source and how sure they are.

mod compile;
mod date;
mod error_codes;
mod export;
pub mod ids;
mod pattern;
mod schema;
mod shape;
pub mod tables;

pub use date::{Date, UnknownDate};
pub use error_codes::{CloudCode, CodeStatus, ErrorCode, ErrorCodes};
pub use export::{export, names};
pub use schema::{Keyword, Schema, SchemaId, Types};
pub use shape::{Shape, ShapeError};

use std::sync::OnceLock;

use schema::Schemas;

/// Everything in `schemas/`.
#[derive(Debug)]
pub struct Facts {
    schemas: Schemas,
    /// The error codes of both APIs.
    pub error_codes: ErrorCodes,
    /// Endpoints and hosts, Graph versions, media types.
    pub tables: tables::Tables,
    /// A message sent to Cloud API.
    pub message: SchemaId,
    /// A message of On-Premises API with the legacy template object.
    pub hsm_message: SchemaId,
    /// A read receipt or typing indicator sent to Cloud API.
    pub read_receipt: SchemaId,
    /// A webhook of Cloud API with its envelope.
    pub envelope: SchemaId,
    /// One item of `entry`.
    pub entry: SchemaId,
    /// One item of `changes`.
    pub change: SchemaId,
    /// The `value` of a change of the field `messages`.
    pub value: SchemaId,
    /// Cloud API's answer to a message that it took.
    pub send_response: SchemaId,
    /// Cloud API's answer to a request that it refused.
    pub error: SchemaId,
}

/// The files of `schemas/`, by their path in it.
const FILES: [(&str, &str); 14] = [
    ("cloud/message.json", include_str!("../../schemas/cloud/message.json")),
    ("cloud/read-receipt.json", include_str!("../../schemas/cloud/read-receipt.json")),
    ("cloud/webhook.json", include_str!("../../schemas/cloud/webhook.json")),
    ("cloud/send-response.json", include_str!("../../schemas/cloud/send-response.json")),
    ("onprem/hsm-message.json", include_str!("../../schemas/onprem/hsm-message.json")),
    ("cloud/error.json", include_str!("../../schemas/cloud/error.json")),
    ("onprem/message.json", include_str!("../../schemas/onprem/message.json")),
    ("onprem/webhook.json", include_str!("../../schemas/onprem/webhook.json")),
    ("onprem/send-response.json", include_str!("../../schemas/onprem/send-response.json")),
    ("onprem/error.json", include_str!("../../schemas/onprem/error.json")),
    ("onprem/contacts-check.json", include_str!("../../schemas/onprem/contacts-check.json")),
    ("onprem/read-receipt.json", include_str!("../../schemas/onprem/read-receipt.json")),
    ("onprem/sticker-pack.json", include_str!("../../schemas/onprem/sticker-pack.json")),
    ("onprem/media-upload.json", include_str!("../../schemas/onprem/media-upload.json")),
];

/// The facts. They are compiled once, at the first call.
///
/// # Panics
/// Never in a released build: a test compiles every file.
#[must_use]
pub fn facts() -> &'static Facts {
    static FACTS: OnceLock<Facts> = OnceLock::new();
    FACTS.get_or_init(|| match Facts::compile() {
        Ok(facts) => facts,
        Err(fault) => panic!("the built-in facts are faulty: {fault}"),
    })
}

impl Facts {
    fn compile() -> Result<Self, compile::Fault> {
        let judged = |(name, _): &&(&str, &str)| name.starts_with("cloud/") || *name == "onprem/hsm-message.json";
        let files: Vec<_> = FILES.iter().filter(judged).copied().collect();
        let mut compiler = compile::Compiler::new(&files)?;
        let mut root = |name: &str| compiler.reference(name);
        let hsm_message = root("onprem/hsm-message.json")?;
        let (message, read_receipt) = (root("cloud/message.json")?, root("cloud/read-receipt.json")?);
        let (envelope, entry) = (root("cloud/webhook.json#/$defs/envelope")?, root("cloud/webhook.json#/$defs/entry")?);
        let (change, value) = (root("cloud/webhook.json#/$defs/change")?, root("cloud/webhook.json#/$defs/value")?);
        let (send_response, error) = (root("cloud/send-response.json")?, root("cloud/error.json")?);
        Ok(Self {
            schemas: compiler.finish(),
            error_codes: ErrorCodes::parse(include_str!("../../schemas/tables/error-codes.json"))?,
            tables: tables::Tables::default(),
            message,
            hsm_message,
            read_receipt,
            envelope,
            entry,
            change,
            value,
            send_response,
            error,
        })
    }

    /// The schema of a message whose `type`, written or meant, is `name`.
    #[must_use]
    pub fn message_of_type(&self, name: &str) -> Option<SchemaId> {
        self.schema(self.message).object.as_ref()?.discriminator.as_ref()?.variant(name.as_bytes())
    }

    /// A compiled schema.
    #[must_use]
    pub fn schema(&self, id: SchemaId) -> &Schema {
        self.schemas.get(id)
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_built_in_facts_compile() {
        super::Facts::compile().expect("facts");
        let mut compiler = super::compile::Compiler::new(&super::FILES).expect("files");
        for (file, text) in super::FILES {
            compiler.reference(file).expect(file);
            let schema: serde_json::Value = serde_json::from_str(text).expect(file);
            for name in schema["$defs"].as_object().into_iter().flat_map(|defs| defs.keys()) {
                let place = format!("{file}#/$defs/{name}");
                compiler.reference(&place).expect(&place);
            }
        }
    }
}

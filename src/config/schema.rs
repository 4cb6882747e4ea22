//! The JSON Schema of `waport.toml`, for editors.

use serde_json::{Value, json};

use crate::form::Form;
use crate::rules::{Applies, RULES};

/// The schema of `waport.toml` in JSON Schema 2020-12, with the names of all rules and forms in it.
///
/// # Panics
/// Never: the schema is part of the program, and a test reads it.
#[must_use]
pub fn schema() -> Value {
    let mut schema: Value = serde_json::from_str(include_str!("waport.schema.json")).expect("the schema is JSON");
    let names = |suppressible: bool| {
        let rules = RULES.iter().filter(|rule| !suppressible || rule.applies != Applies::Run);
        rules.map(|rule| rule.name).collect::<Vec<_>>()
    };
    let forms: Vec<&str> = Form::all().map(Form::as_str).chain(["ignore"]).collect();
    schema["$defs"]["rule"] = json!({ "enum": names(false) });
    schema["$defs"]["suppressible"] = json!({ "enum": names(true) });
    schema["$defs"]["form"] = json!({ "enum": forms });
    schema
}

//! Checks WhatsApp payloads against Cloud API's rules.

pub mod check;
pub mod config;
pub mod diagnose;
pub mod facts;
pub mod finding;
pub mod fix;
pub mod form;
pub mod read;
pub mod rules;
pub mod tree;

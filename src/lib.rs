//! Checks WhatsApp payloads against Cloud API's rules.

pub mod check;
#[cfg(feature = "cli")]
pub mod cli;
pub mod config;
pub mod diagnose;
pub mod facts;
pub mod finding;
pub mod fix;
pub mod form;
pub mod read;
pub mod report;
pub mod rules;
#[cfg(feature = "cli")]
pub mod scan;
pub mod tree;
#[cfg(feature = "cli")]
pub mod walk;

//! Copying media to Cloud API, and what can be said about media before.

mod catalogue;
pub mod copy;
pub mod copy_report;
pub mod fit;
pub mod gather;
mod link;
pub mod links;
pub mod list;
pub mod map_file;
mod pace;
pub mod probe;
pub mod probe_report;
mod uses;

pub use catalogue::{Catalogue, IdUse, Kinds, Link, LinkUse, look};
pub(crate) use uses::{Named, Use, each_use};

//! Copying media to Cloud API, and what can be said about media before.

mod catalogue;
pub mod links;
pub mod list;
mod uses;

pub use catalogue::{Catalogue, IdUse, Kinds, Link, LinkUse, look};
pub(crate) use uses::{Named, Use, each_use};

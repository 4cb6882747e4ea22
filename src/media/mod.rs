//! Copying media to Cloud API, and what can be said about media before.

mod catalogue;
mod uses;

pub use catalogue::{Catalogue, IdUse, Kinds, Link, LinkUse};
pub(crate) use uses::{Named, Use, each_use};

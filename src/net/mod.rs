//! Talking to the two APIs: the only room that opens a socket to another machine.
//!
//! A request's failure says whether it can have reached the server, because what was not answered may have been done
//! all the same. No text that comes out of here holds a secret.

mod client;
mod error;
pub mod graph;
pub mod onprem;
pub mod secret;
#[cfg(test)]
mod tests;
mod tls;
pub mod visitor;

pub use client::{Answer, Body, Client, Failure, Patience, Served};
pub use error::{Api, ApiError};
pub use secret::{Redactor, SecretName, Secrets};
pub use tls::TrustError;
pub(crate) use tls::hexadecimal;

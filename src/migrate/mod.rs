//! The migration: the gate, the plan, the run and its journal, and the simulators that it is rehearsed against.
//!
//! Registering a number for use with Cloud API takes it away from On-Premises API, and there is no way back. So nothing
//! is sent twice unless it is proven that it did not take effect, everything is in the journal before it is done, and
//! a run that was stopped anywhere reads both APIs before it goes on.

mod ask;
pub mod claim;
pub mod gate;
pub mod journal;
pub mod keep;
mod kinds;
pub mod metadata;
pub mod plan;
pub mod preflight;
pub mod register;
pub mod rehearse;
pub mod requests;
pub mod run;
pub mod servers;
pub mod session;
pub mod simulate;
pub mod standing;
pub mod status;
pub mod steps;
pub mod ticket;
pub mod verify;

pub use kinds::{Direction, MessageKinds};

//! The migration: the gate, the plan, the run and its journal, and the simulators that it is rehearsed against.

pub mod gate;
mod kinds;

pub use kinds::{Direction, MessageKinds};

//! `waport media list`.

//! Copying media to Cloud API, and what can be said about media before.

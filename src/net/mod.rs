//! Talking to the two APIs: the only room that opens a socket.

package org.greydaemon.wire.words;

/// What the operator can have done by words; both may be called by any thread.
///
/// @param save saves soon
/// @param reload reads the white list anew
public record Operator(Runnable save, Runnable reload) {}

package org.greydaemon.wire.words;

import java.util.function.BooleanSupplier;

/// What the operator can have done by words; both may be called by any thread.
///
/// @param save saves soon
/// @param reload reads configuration and lists anew and says whether they are in force now
public record Operator(Runnable save, BooleanSupplier reload) {}

package org.greydaemon.wire.words;

import org.greydaemon.decision.Reason;
import org.greydaemon.gate.Ledger;

import java.util.function.BooleanSupplier;
import java.util.function.ToLongFunction;

/// What the operator can see and have done by words; all may be called by any thread.
///
/// @param ledger what is remembered
/// @param counts how many attempts were judged with a reason since the start
/// @param save saves soon
/// @param reload reads configuration and lists anew and says whether they are in force now
public record Operator(
        Ledger ledger, ToLongFunction<Reason> counts, Runnable save, BooleanSupplier reload) {}

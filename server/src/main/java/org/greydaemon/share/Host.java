package org.greydaemon.share;

import org.greydaemon.decision.Rules.Lifetimes;
import org.greydaemon.exempt.SharedAllowed;
import org.greydaemon.log.Lines;
import org.greydaemon.store.SharedStore;

import java.nio.file.Path;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/// What a host lends to sharing. All of it may be used by any thread.
///
/// @param name what it is called
/// @param version of the daemon
/// @param store what it remembers
/// @param allowed whom its operators allow
/// @param lifetimes how long that is worth keeping
/// @param now the store's time in seconds
/// @param wallOffsetSeconds what to add to it to get the wall clock's
/// @param wallMillis the wall clock, in milliseconds since 1970
/// @param steadyMillis a clock that nobody sets, in milliseconds since any time
/// @param saveFile beside it lies how far the host is with the others
/// @param log hears what an operator should know
/// @param onBug hears what no operator can mend
public record Host(
        String name,
        String version,
        SharedStore store,
        SharedAllowed allowed,
        Supplier<Lifetimes> lifetimes,
        LongSupplier now,
        LongSupplier wallOffsetSeconds,
        LongSupplier wallMillis,
        LongSupplier steadyMillis,
        Path saveFile,
        Lines log,
        Thread.UncaughtExceptionHandler onBug) {}

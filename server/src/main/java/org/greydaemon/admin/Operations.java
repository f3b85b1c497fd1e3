package org.greydaemon.admin;

import org.greydaemon.history.History;
import org.greydaemon.json.JsonLine;
import org.greydaemon.log.Lines;

import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/// What the operator can have done beyond the gate; all may be called by any thread.
///
/// @param figures how the daemon is
/// @param save saves at once and says whether it worked
/// @param reload reads configuration and white list anew and says what came of it
/// @param history the figures over time
/// @param exemptions who passes by the operator's word
/// @param log hears of what the operator changes
public record Operations(
        Supplier<JsonLine> figures,
        BooleanSupplier save,
        Supplier<Reloaded> reload,
        History history,
        ExemptionSources exemptions,
        Lines log) {}

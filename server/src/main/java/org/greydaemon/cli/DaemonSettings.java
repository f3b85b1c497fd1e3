package org.greydaemon.cli;

import org.greydaemon.decision.Rules;
import org.greydaemon.net.CidrSet;
import org.greydaemon.net.Endpoint;
import org.greydaemon.store.memory.Fsync;

import java.nio.file.Path;
import java.util.Optional;

/// What the command line says, checked.
///
/// @param listen where to listen
/// @param saveFile the save file
/// @param user whom to become after binding
/// @param whiteList the file of clients that always pass
/// @param debug whether to show what is loaded, and save after every answer
/// @param saveSeconds the time between saves, from 1 on
/// @param rules the rule set
/// @param originalLog whether the log has the original's lines; else logfmt
/// @param allowed who may ask
/// @param fsync when the journal is forced to the disk
/// @param entriesMax the most entries
public record DaemonSettings(
        Endpoint listen,
        Path saveFile,
        Optional<String> user,
        Optional<Path> whiteList,
        boolean debug,
        long saveSeconds,
        Rules rules,
        boolean originalLog,
        CidrSet allowed,
        Fsync fsync,
        long entriesMax) {}

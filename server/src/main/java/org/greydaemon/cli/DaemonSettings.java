package org.greydaemon.cli;

import org.greydaemon.decision.Rules;
import org.greydaemon.mail.ReplyText;
import org.greydaemon.net.CidrSet;
import org.greydaemon.net.Endpoint;
import org.greydaemon.server.StreamAddress;
import org.greydaemon.store.memory.Fsync;

import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.List;
import java.util.Optional;
import java.util.Set;

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
/// @param policy where Postfix's policy requests and greylistd's words are answered
/// @param milter where mail servers' milter connections are served
/// @param http where HTTP is answered, if anywhere
/// @param socketMode who may connect to unix sockets
/// @param reply what deferred clients are told
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
        long entriesMax,
        List<StreamAddress> policy,
        List<StreamAddress> milter,
        Optional<Endpoint> http,
        Set<PosixFilePermission> socketMode,
        ReplyText reply) {}

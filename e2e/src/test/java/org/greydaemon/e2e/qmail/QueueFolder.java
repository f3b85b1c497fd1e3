package org.greydaemon.e2e.qmail;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashMap;
import java.util.Map;

/// A folder of a test's own with a queue in it, and the greyqueues that fill this queue for the
/// client 192.0.2.1.
///
/// @param folder the folder
/// @param recorder the queue
record QueueFolder(Path folder, Recorder recorder) {
    /// Makes the queue in a new folder.
    static QueueFolder in(Path folder) throws IOException {
        return new QueueFolder(
                folder, new Recorder(Files.createDirectory(folder.resolve("queue"))));
    }

    /// What greyqueue finds in its environment, to be changed as the test likes.
    Map<String, String> environment(Peer peer) {
        Map<String, String> environment = new HashMap<>();
        environment.put("GREYIP", peer.greyip());
        environment.put("GREYQUEUE", Recorder.PROGRAM.toString());
        environment.put("RECORD", recorder.folder().toString());
        environment.put("TCPREMOTEIP", "192.0.2.1");
        return environment;
    }

    Queueing start(Peer peer) {
        return start(peer, Map.of());
    }

    /// Starts greyqueue with more or other variables in its environment.
    Queueing start(Peer peer, Map<String, String> more) {
        return start(peer, more, "exec " + Programs.greyqueue());
    }

    /// Starts a shell's command, which runs greyqueue in its own way.
    Queueing start(Peer peer, Map<String, String> more, String command) {
        Map<String, String> environment = environment(peer);
        environment.putAll(more);
        return Queueing.start(folder, environment, command);
    }

    /// A queue program for GREYQUEUE that does what a shell script says.
    Map<String, String> queueProgram(String script) throws IOException {
        return Map.of("GREYQUEUE", program(folder.resolve("queue-program"), script).toString());
    }

    /// A folder like /var/qmail, whose bin/qmail-queue is the recorder.
    Path qmailHome() throws IOException {
        Path bin = Files.createDirectories(folder.resolve("home/bin"));
        program(bin.resolve("qmail-queue"), "exec " + Recorder.PROGRAM);
        return folder.resolve("home");
    }

    private static Path program(Path path, String script) throws IOException {
        return Files.setPosixFilePermissions(
                Files.writeString(path, "#!/bin/sh\n" + script + "\n"),
                PosixFilePermissions.fromString("rwxr-xr-x"));
    }
}

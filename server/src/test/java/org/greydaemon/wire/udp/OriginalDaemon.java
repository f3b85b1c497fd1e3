package org.greydaemon.wire.udp;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import org.greydaemon.cli.DaemonCommand;
import org.greydaemon.config.DaemonSettings;
import org.greydaemon.decision.Key;
import org.greydaemon.exempt.ClientList;
import org.greydaemon.exempt.Exemptions;
import org.greydaemon.exempt.HostNames;
import org.greydaemon.gate.Gate;
import org.greydaemon.gate.SpfChecks;
import org.greydaemon.gate.Tally;
import org.greydaemon.log.OriginalLines;
import org.greydaemon.metrics.Metrics;
import org.greydaemon.mistake.MistakeException;
import org.greydaemon.net.IpAddress;
import org.greydaemon.server.DatagramHandler;
import org.greydaemon.server.LateAnswers;
import org.greydaemon.server.Peer;
import org.greydaemon.store.memory.MemoryStore;
import org.greydaemon.store.memory.StoreListener;
import org.greydaemon.store.memory.StoreSettings;
import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;

/// The daemon without its socket and its threads, on a clock that the test owns: command line,
/// white list, save file, packets in, answers and log lines out.
final class OriginalDaemon implements AutoCloseable {
    private static final IpAddress LOOPBACK = IpAddress.parse("127.0.0.1").orElseThrow();

    private final List<String> log = new ArrayList<>();
    private final DaemonSettings settings;
    private final MemoryStore store;
    private final UdpHandler handler;
    private final Peer peer = new Peer();
    private long now;

    /// A start that the daemon refuses.
    static final class Refused extends Exception {
        private static final long serialVersionUID = 1;

        Refused(String why) {
            super(why);
        }
    }

    OriginalDaemon(
            Path folder, long now, List<String> args, String whiteList, @Nullable String saveFile)
            throws Refused, IOException {
        this.now = now;
        Path save = folder.resolve("save");
        if (saveFile != null) {
            Files.writeString(save, saveFile, ISO_8859_1);
        }
        List<String> line = new ArrayList<>(args);
        line.addAll(List.of("127.0.0.1:21999", save.toString()));
        settings =
                DaemonCommand.parse(line.toArray(String[]::new))
                        .settings()
                        .orElseThrow(() -> new Refused("the command line"));
        store =
                new MemoryStore(
                        new StoreSettings(
                                save,
                                settings.fsync(),
                                settings.entriesMax(),
                                settings.rules().lifetimes()),
                        new Silent(),
                        new Random(1),
                        now,
                        () -> 0,
                        false);
        Gate gate =
                new Gate(
                        new Gate.Terms(
                                Exemptions.of(parse(whiteList)),
                                settings.rules(),
                                new OriginalLines((octets, length) ->
                                        log.add(new String(octets, 0, length, ISO_8859_1)))),
                        store,
                        new Tally(new Metrics(), System::nanoTime),
                        HostNames.NONE,
                        SpfChecks.NONE);
        handler = new UdpHandler(gate, () -> this.now, LateAnswers.NONE);
        peer.set(LOOPBACK.high(), LOOPBACK.low(), 4242);
    }

    private static ClientList parse(String whiteList) throws Refused {
        try {
            return ClientList.parse("greywhite", whiteList.lines().toList());
        } catch (MistakeException e) {
            throw new Refused(String.join("; ", e.problems()));
        }
    }

    /// The answer to a packet, both in hexadecimal; null for silence.
    @Nullable String ask(long time, String packetHex) {
        now = time;
        byte[] packet = Arrays.copyOf(HexFormat.of().parseHex(packetHex), 65_536);
        byte[] reply = new byte[DatagramHandler.REPLY_MAX];
        int length = Ask.answer(handler, packet, packetHex.length() / 2, peer, reply);
        handler.beforeReplies();
        return length == 0 ? null : HexFormat.of().formatHex(reply, 0, length);
    }

    /// The lines since this was asked last, with PEER for the asker.
    List<String> takeLog() {
        List<String> lines =
                log.stream().map(line -> line.replace("127.0.0.1:4242 ", "PEER ")).toList();
        log.clear();
        return lines;
    }

    /// The sorted lines of the save file, saved now.
    List<String> saved() throws IOException {
        if (!store.save(now)) {
            throw new IOException("not saved");
        }
        return Arrays.stream(Files.readString(settings.saveFile(), ISO_8859_1).split("\n", -1))
                .filter(line -> !line.isEmpty())
                .sorted()
                .toList();
    }

    @Override
    public void close() {
        store.close();
    }

    /// Hears what the store has to tell; these tests look at the save file instead.
    private static final class Silent implements StoreListener {
        @Override
        public void strangeLine(Path file, long lineNumber, String line) {}

        @Override
        public void loaded(Key key, long time) {}

        @Override
        public void full(long entriesMax) {}

        @Override
        public void kept(Path file, Path asItWas) {}

        @Override
        public void rewritten(Path file) {}

        @Override
        public void rescued(Path file) {}

        @Override
        public void saved(Path file, long entries) {}

        @Override
        public void inTrouble(Path file, IOException cause, boolean isJournaled) {}

        @Override
        public void failed(Path file, IOException cause) {}
    }
}

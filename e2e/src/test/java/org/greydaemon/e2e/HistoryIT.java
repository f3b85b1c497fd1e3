package org.greydaemon.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;

import org.greydaemon.history.History;
import org.greydaemon.history.Mark;
import org.greydaemon.metrics.Metrics;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;

/// The history of a real daemon, through a kill, a damaged file and a FIFO in its place.
@Timeout(120)
final class HistoryIT {
    @TempDir Path folder;

    private Path file() {
        return folder.resolve("state/save.history");
    }

    private JsonObject history() throws IOException {
        Path socket = folder.resolve("state/save.ctl");
        try (SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(socket))) {
            channel.write(
                    ByteBuffer.wrap(
                            "{\"command\":\"history\",\"span\":\"year\"}\n".getBytes(UTF_8)));
            channel.shutdownOutput();
            String answer = new String(Channels.newInputStream(channel).readAllBytes(), UTF_8);
            return JsonParser.parseString(answer).getAsJsonObject();
        }
    }

    private static long sum(JsonObject history, String series) {
        long sum = 0;
        for (JsonElement value : history.getAsJsonObject("series").getAsJsonArray(series)) {
            sum += value.isJsonNull() ? 0 : value.getAsLong();
        }
        return sum;
    }

    /// Whether the file has it, in whose middle the daemon may be writing.
    private boolean isNoted(Mark.Occasion occasion) throws IOException {
        Path copy = folder.resolve("copy.history");
        Files.copy(file(), copy, StandardCopyOption.REPLACE_EXISTING);
        try (History history =
                History.open(
                        copy,
                        new Metrics(),
                        () -> System.currentTimeMillis() / 1000,
                        new Unobserved())) {
            return history.marks(0).stream().anyMatch(mark -> mark.kind() == occasion);
        }
    }

    /// Of a copy that was made too early.
    private static final class Unobserved implements History.Observer {
        @Override
        public void damaged(Path file, String what) {}

        @Override
        public void failed(Path file, IOException cause, boolean isFirst) {}

        @Override
        public void works(Path file) {}
    }

    private static List<String> marks(JsonObject history) {
        return history.getAsJsonArray("marks").asList().stream()
                .map(mark -> mark.getAsJsonObject().get("kind").getAsString())
                .toList();
    }

    private String report(String... options) throws IOException {
        List<String> arguments = new ArrayList<>(List.of("report"));
        arguments.addAll(List.of(options));
        return Greyctl.run(folder.resolve("state/save.ctl"), arguments.toArray(String[]::new))
                .said();
    }

    private void ask(Daemon daemon, String client) {
        try (UdpPeer peer = new UdpPeer(daemon.listen())) {
            peer.send(UdpPeer.request(client, "a@example.org", "b@example.net"));
            assertThat(peer.receive(10_000)).isPresent();
        }
    }

    private JsonObject awaitNew(long count) throws IOException {
        JsonObject history = history();
        while (sum(history, "new") < count) {
            Daemon.pause(100);
            history = history();
        }
        return history;
    }

    @Test
    void aKillLeavesWhatWasWrittenAndAStopLosesNothing() throws IOException {
        Files.writeString(folder.resolve("white"), "198.51.100.1\n");
        try (Daemon daemon = Daemon.start(folder, "-w", "white")) {
            ask(daemon, "192.0.2.1");
            awaitNew(1);
            daemon.signal("HUP"); // A reload is noted in the file at once, with all before it.
            while (!isNoted(Mark.Occasion.RELOAD)) {
                Daemon.pause(50);
            }
            daemon.kill();
            daemon.restart();
            assertThat(sum(history(), "new")).isEqualTo(1);
            assertThat(marks(history())).containsExactly("start", "reload", "start");
            ask(daemon, "192.0.2.2");
            daemon.stop();
            daemon.restart();
            assertThat(sum(history(), "new")).isEqualTo(2);
            assertThat(marks(history())).endsWith("start", "stop", "start");
            assertThat(daemon.logLines()).noneMatch(line -> line.startsWith("history:"));
            assertThat(report("--day", "--mail", "root"))
                    .contains("To: root\n", "  configuration read again\n")
                    .containsPattern("\n    first attempts +2\n");
            assertThat(report("--month", "--html")).contains("<svg", "2 deferred");
        }
    }

    @Test
    void aDamagedFileCostsOnlyTheHistory() throws IOException {
        try (Daemon daemon = Daemon.start(folder)) {
            ask(daemon, "192.0.2.1");
            daemon.stop();
            Files.write(file(), new byte[100]);
            daemon.restart();
            assertThat(sum(history(), "new")).isZero();
            assertThat(daemon.logLines())
                    .filteredOn(line -> line.startsWith("history:"))
                    .singleElement()
                    .asString()
                    .contains("begins anew; mail is not concerned");
            ask(daemon, "192.0.2.2");
            awaitNew(1);
        }
    }

    @Test
    void aFifoInItsPlaceStopsNobody() throws Exception {
        try (Daemon daemon = Daemon.start(folder)) {
            daemon.stop();
            Files.delete(file());
            assertThat(new ProcessBuilder("mkfifo", file().toString()).start().waitFor()).isZero();
            daemon.restart();
            ask(daemon, "192.0.2.1");
            awaitNew(1);
            daemon.stop();
            assertThat(daemon.logLines())
                    .filteredOn(line -> line.startsWith("history:"))
                    .singleElement()
                    .asString()
                    .contains("is a FIFO");
        }
    }
}

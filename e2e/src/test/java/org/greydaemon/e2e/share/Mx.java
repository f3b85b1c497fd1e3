package org.greydaemon.e2e.share;

import static java.nio.charset.StandardCharsets.UTF_8;

import org.greydaemon.e2e.Daemon;
import org.greydaemon.e2e.Reply;
import org.greydaemon.e2e.Runs;

import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// A host with a daemon that shares what it remembers.
public final class Mx implements AutoCloseable {
    private static final Pattern SHARE = Pattern.compile("\"share\":\"([^\"]*)\"");

    private static final Pattern CLIENT = Pattern.compile("\"client\":\"([^\"]*)\"");

    /// What changes by itself.
    private static final Pattern PASSING =
            Pattern.compile("\"(state|age|retry_in|last_seen)\":[^,}]*,?");

    private static final Pattern FORGOTTEN = Pattern.compile("\"entries\":[1-9]");

    private final Path folder;
    private final Daemon daemon;

    /// @param share lines below `[share]`
    Mx(Path folder, String... share) {
        this(folder, List.of(), share);
    }

    /// @param listen lines below `[listen]`
    /// @param share lines below `[share]`
    public Mx(Path folder, List<String> listen, String... share) {
        this.folder = folder;
        write(listen, share);
        daemon = Daemon.startWith(folder, "greydaemon.toml");
    }

    /// The configuration: mail passes after two seconds.
    void write(List<String> listen, String... share) {
        List<String> lines = new ArrayList<>(List.of("[listen]", "udp = \"127.0.0.1:0\""));
        lines.addAll(listen);
        lines.addAll(
                List.of(
                        "[retry]",
                        "delay = \"2s\"",
                        "some-never-pass = true",
                        "[rules]",
                        "hosts = false",
                        "spf = false",
                        "[store]",
                        "save-file = \"state/save\"",
                        "[share]"));
        lines.addAll(List.of(share));
        try {
            Files.createDirectories(folder);
            Files.write(folder.resolve("greydaemon.toml"), lines);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    /// The line that names servers.
    public static String servers(String... places) {
        return "servers = [\"" + String.join("\", \"", places) + "\"]";
    }

    Daemon daemon() {
        return daemon;
    }

    /// The UDP port that it answers at.
    public int port() {
        return daemon.port();
    }

    /// Asks about mail to bob.
    public Reply ask(String client, String sender) {
        return daemon.ask(client, sender, "bob@example.net");
    }

    /// What greyctl says.
    List<String> greyctl(String... words) {
        List<String> command =
                new ArrayList<>(
                        List.of(
                                Daemon.root().resolve("greyctl").toString(),
                                words[0],
                                "--socket",
                                folder.resolve("state/save.ctl").toString()));
        command.addAll(List.of(words).subList(1, words.length));
        try {
            return Runs.in(folder, command).said();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    /// What greyctl is told, without the time that a process takes.
    ///
    /// @return the daemon's lines
    List<String> control(String command) {
        return say("{\"command\":\"" + command + "\"}");
    }

    /// Has the client forgotten.
    ///
    /// @return whether the daemon says that it knew it, and does no more
    boolean forgets(String client) {
        try {
            return FORGOTTEN
                    .matcher(
                            say("{\"command\":\"forget\",\"client\":\"" + client + "\"}")
                                    .toString())
                    .find();
        } catch (IllegalStateException e) {
            return false; // It was killed meanwhile.
        }
    }

    /// What the daemon answers to a line of the protocol.
    List<String> say(String line) {
        try (SocketChannel channel =
                SocketChannel.open(UnixDomainSocketAddress.of(folder.resolve("state/save.ctl")))) {
            channel.write(ByteBuffer.wrap((line + "\n").getBytes(UTF_8)));
            channel.shutdownOutput();
            return new String(Channels.newInputStream(channel).readAllBytes(), UTF_8)
                    .lines()
                    .toList();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    /// What `greyctl status` says about sharing.
    String status() {
        Matcher found = SHARE.matcher(control("status").toString());
        return found.find() ? found.group(1) : "";
    }

    /// What it remembers, with the times of triplets; those of proven clients may differ.
    public Set<String> remembers() {
        Set<String> all = new TreeSet<>();
        for (String line : control("list")) {
            if (line.contains("\"client\":") && !line.contains("\"state\":\"late\"")) {
                all.add(PASSING.matcher(line).replaceAll(""));
            }
        }
        return all;
    }

    /// What two hosts do not remember alike; empty if they do.
    public static String difference(Mx one, Mx other) {
        return difference(one.remembers(), other.remembers());
    }

    /// What is only in one of two sets; empty if nothing is.
    static String difference(Set<String> one, Set<String> other) {
        Set<String> all = new TreeSet<>(one);
        Set<String> others = new TreeSet<>(other);
        Set<String> both = new TreeSet<>(all);
        both.retainAll(others);
        all.removeAll(both);
        others.removeAll(both);
        return all.isEmpty() && others.isEmpty()
                ? ""
                : "only the first: " + all + ", only the other: " + others;
    }

    /// Whether it knows a proven client.
    boolean knows(String client) {
        return proven().contains(client);
    }

    /// The proven clients that it knows.
    Set<String> proven() {
        return clients(control("list").stream().filter(line -> line.contains("last_seen")));
    }

    /// The clients that it remembers something of.
    Set<String> clients() {
        return clients(control("list").stream());
    }

    private static Set<String> clients(Stream<String> lines) {
        return lines.flatMap(line -> CLIENT.matcher(line).results())
                .map(found -> found.group(1))
                .collect(Collectors.toSet());
    }

    /// Whether it has heard all that others have said.
    public boolean isUpToDate() {
        return status().contains("up to date");
    }

    @Override
    public void close() {
        daemon.close();
    }
}

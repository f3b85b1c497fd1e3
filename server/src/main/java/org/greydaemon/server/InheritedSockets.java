package org.greydaemon.server;

import org.greydaemon.net.Endpoint;
import org.greydaemon.net.IpAddress;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// Sockets that listen already, opened by whoever has started this process or by a daemon that it
/// takes over from: what was asked while nobody answered waits in them (docs/adr/0025). What each
/// is for is told by where it is bound, as the configuration says where to listen.
///
/// systemd passes those of a `.socket` unit and those that it keeps for the service
/// (sd_listen_fds(3), systemd.service(5) FileDescriptorStoreMax=): descriptors 3, 4 and so on,
/// `LISTEN_FDS` of them, if `LISTEN_PID` is this process; `LISTEN_FDNAMES` has a name for each.
///
/// Confined to `main`, which has taken or closed all of them before anybody makes a socket anew.
public final class InheritedSockets {
    /// The first that is passed.
    private static final int FIRST = 3;

    /// No more than these are looked at.
    private static final int MAX = 1024;

    /// What a daemon calls the sockets that it gives to its supervisor. A unit's have other names.
    private static final Pattern OURS = Pattern.compile("udp|http|(policy|milter)-[0-9]{1,9}");

    /// How long a supervisor may take to close what it is to forget, and a daemon that stops to
    /// end.
    private static final long FORGETTING_NANOS = 5_000_000_000L;

    private static final long AGAIN_NANOS = 20_000_000;

    /// A socket that nobody has taken yet.
    ///
    /// @param name by which the supervisor keeps it; empty if it does not
    /// @param isOurs whether a daemon like this one has made it
    private record Socket(int descriptor, String name, boolean isOurs) {
        @Override
        public String toString() {
            String place =
                    SocketDescriptors.place(descriptor)
                            .map(Object::toString)
                            .orElse("descriptor " + descriptor);
            return (SocketDescriptors.isDatagrams(descriptor) ? "udp " : "") + place;
        }
    }

    private final List<Socket> left = new ArrayList<>();
    private final List<String> oddities = new ArrayList<>();

    // Until then somebody may still have sockets that he is about to close.
    private long takenUntil = System.nanoTime();

    // Written by `main`, read by whoever makes a socket anew.
    private volatile Consumer<StreamAddress> hearsOfAnew = _ -> {};

    private InheritedSockets() {}

    /// None.
    public static InheritedSockets none() {
        return new InheritedSockets();
    }

    /// Those that the supervisor has passed.
    ///
    /// @param environment what the process was started with
    /// @param pid the number of this process
    public static InheritedSockets of(Map<String, String> environment, long pid) {
        InheritedSockets sockets = new InheritedSockets();
        if (!String.valueOf(pid).equals(environment.get("LISTEN_PID"))) {
            return sockets; // They were for a program before this one.
        }
        String[] names = environment.getOrDefault("LISTEN_FDNAMES", "").split(":", -1);
        int count = count(environment.getOrDefault("LISTEN_FDS", ""));
        for (int i = 0; i < count; i++) {
            String name = i < names.length ? names[i] : "";
            boolean isKept = OURS.matcher(name).matches();
            sockets.add(new Socket(FIRST + i, isKept ? name : "", isKept));
        }
        return sockets;
    }

    private static int count(String text) {
        try {
            return Math.clamp(Long.parseLong(text), 0, MAX);
        } catch (NumberFormatException e) {
            return 0;
        }
    }

    /// Those that a daemon has handed over.
    ///
    /// @param descriptors by what numbers the system knows them
    public static InheritedSockets of(List<Integer> descriptors) {
        InheritedSockets sockets = new InheritedSockets();
        descriptors.forEach(descriptor -> sockets.add(new Socket(descriptor, "", true)));
        return sockets;
    }

    private void add(Socket socket) {
        int descriptor = socket.descriptor();
        boolean isConnected = SocketDescriptors.peer(descriptor).isPresent();
        boolean isUsable =
                SocketDescriptors.isDatagrams(descriptor)
                        ? !isConnected
                        : SocketDescriptors.isListening(descriptor);
        if (isUsable) {
            SocketDescriptors.settle(descriptor);
            left.add(socket);
        } else if (SocketDescriptors.place(descriptor).isPresent()) {
            oddities.add(
                    socket
                            + (isConnected
                                    ? ": it is connected to one peer; pass one that is not"
                                    : ": nobody has called listen(2) for it; have whoever passes it"
                                            + " do so"));
            FileDescriptors.close(descriptor); // It would be in the way of a new one.
        }
    }

    /// Takes the socket for datagrams that is bound to an address.
    OptionalInt datagrams(Endpoint at) {
        return descriptor(
                take(
                        new StreamAddress.Tcp(at),
                        socket -> SocketDescriptors.isDatagrams(socket.descriptor())));
    }

    /// Takes the socket for connections that is bound to an address, unless nobody can connect to
    /// it any more. Whoever has made a unix socket that is not ours has decided who may connect to
    /// it, and looks when somebody does: so nobody tries whether its file leads to it.
    ///
    /// @param mode who may connect to one of ours
    OptionalInt connections(StreamAddress at, SocketMode mode) {
        Optional<Socket> taken =
                take(
                        at,
                        socket ->
                                SocketDescriptors.isListening(socket.descriptor())
                                        && (!(at instanceof StreamAddress.Unix(Path path))
                                                || mayBeReached(socket, path)));
        if (at instanceof StreamAddress.Unix(Path path)
                && taken.filter(Socket::isOurs).isPresent()) {
            new SocketFile(path).permit(mode).ifPresent(odd -> oddities.add(at + ": " + odd));
        }
        return descriptor(taken);
    }

    private static boolean mayBeReached(Socket socket, Path path) {
        return socket.isOurs()
                ? new SocketFile(path).leadsTo(socket.descriptor())
                : !Files.notExists(path, LinkOption.NOFOLLOW_LINKS);
    }

    private static OptionalInt descriptor(Optional<Socket> socket) {
        return socket.stream().mapToInt(Socket::descriptor).findAny();
    }

    private Optional<Socket> take(StreamAddress at, Predicate<Socket> isKind) {
        Optional<Socket> taken = Optional.empty();
        for (Iterator<Socket> all = left.iterator(); all.hasNext(); ) {
            Socket socket = all.next();
            boolean isThere =
                    SocketDescriptors.place(socket.descriptor())
                            .filter(place -> isWanted(at, place))
                            .isPresent();
            if (isThere && isKind.test(socket)) {
                all.remove();
                if (taken.isEmpty()) {
                    taken = Optional.of(socket);
                } else { // The supervisor and a unit of its own both had it.
                    FileDescriptors.close(socket.descriptor());
                    boolean isOurs = taken.get().isOurs() && socket.isOurs();
                    taken = Optional.of(new Socket(taken.get().descriptor(), "", isOurs));
                }
            }
        }
        return taken;
    }

    /// Port 0 is any.
    private static boolean isWanted(StreamAddress wanted, StreamAddress place) {
        boolean isAny = wanted instanceof StreamAddress.Tcp(Endpoint at) && at.port() == 0;
        return isAny ? host(wanted).equals(host(place)) : wanted.equals(place);
    }

    private static Optional<IpAddress> host(StreamAddress place) {
        return place instanceof StreamAddress.Tcp(Endpoint at)
                ? Optional.of(at.address())
                : Optional.empty();
    }

    /// By what number the system knows the socket of this process that takes connections at a
    /// place.
    ///
    /// @return empty if it could not be made anew and is closed
    /// @throws UncheckedIOException if the system does not tell
    public static OptionalInt descriptor(StreamAddress at) {
        try {
            return SocketDescriptors.listeningIfOpen(at);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// The same sockets once more: they outlive those who listen now.
    ///
    /// @param descriptors by what numbers the system knows them
    /// @throws UncheckedIOException if the system has no more to give
    public static List<Integer> duplicates(Collection<Integer> descriptors) {
        List<Integer> duplicates = new ArrayList<>();
        try {
            for (int descriptor : descriptors) {
                duplicates.add(SocketDescriptors.duplicate(descriptor));
            }
            return duplicates;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Closes those that are bound where nobody is to listen, before anybody listens: 127.0.0.1:25
    /// would be in the way of 0.0.0.0:25.
    ///
    /// @param datagrams where datagrams are wanted
    /// @param connections where connections are wanted
    /// @param forget hears the names of those that the supervisor need not keep any longer
    /// @return where they are bound, for the operator
    public List<String> closeUnwanted(
            Endpoint datagrams, Collection<StreamAddress> connections, Consumer<String> forget) {
        StreamAddress udp = new StreamAddress.Tcp(datagrams);
        return close(
                socket -> {
                    boolean isDatagrams = SocketDescriptors.isDatagrams(socket.descriptor());
                    Stream<StreamAddress> wanted =
                            isDatagrams ? Stream.of(udp) : connections.stream();
                    Optional<StreamAddress> place = SocketDescriptors.place(socket.descriptor());
                    return wanted.noneMatch(at -> place.filter(is -> isWanted(at, is)).isPresent());
                },
                forget);
    }

    /// Closes those that nobody has taken.
    ///
    /// @param forget hears the names of those that the supervisor need not keep any longer
    /// @return where they are bound, for the operator
    public List<String> closeOthers(Consumer<String> forget) {
        return close(_ -> true, forget);
    }

    private List<String> close(Predicate<Socket> isOver, Consumer<String> forget) {
        List<String> places = new ArrayList<>();
        for (Socket socket : left.stream().filter(isOver).toList()) {
            places.add(socket.toString());
            if (!socket.name().isEmpty()) {
                forget.accept(socket.name());
                takenUntil = System.nanoTime() + FORGETTING_NANOS;
            }
            FileDescriptors.close(socket.descriptor());
            left.remove(socket);
        }
        return places;
    }

    /// What is odd with sockets that were taken, for the operator.
    public List<String> oddities() {
        return List.copyOf(oddities);
    }

    /// Has somebody hear of each place whose socket is made anew from now on, so that the new one
    /// can outlive the process.
    public void whenMadeAnew(Consumer<StreamAddress> hears) {
        hearsOfAnew = hears;
    }

    void tellAnew(StreamAddress at) {
        hearsOfAnew.accept(at);
    }

    /// What listens somewhere.
    public interface Binding<T> {
        /// Listens.
        T bind() throws IOException;
    }

    /// A daemon that nobody could ask any more may still be about to end.
    public void awaitEndOfAnother() {
        takenUntil = System.nanoTime() + FORGETTING_NANOS;
    }

    /// Listens. A place that is taken may be that of a socket which the supervisor, who has just
    /// been told to forget it, has not closed yet, or a daemon that stops.
    ///
    /// @throws IOException if the system refuses
    public <T> T bound(Binding<T> binding) throws IOException {
        while (true) {
            try {
                return binding.bind();
            } catch (IOException e) {
                if (!SystemError.ADDRESS_TAKEN.isIn(e) || System.nanoTime() - takenUntil >= 0) {
                    throw e;
                }
                LockSupport.parkNanos(AGAIN_NANOS);
            }
        }
    }
}

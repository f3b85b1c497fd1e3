package org.greydaemon;

import com.google.errorprone.annotations.CanIgnoreReturnValue;

import org.greydaemon.admin.PageCommands;
import org.greydaemon.config.DaemonSettings;
import org.greydaemon.gate.DelayTokens;
import org.greydaemon.gate.Gate;
import org.greydaemon.gate.Replies;
import org.greydaemon.log.Event;
import org.greydaemon.log.FaultLog;
import org.greydaemon.log.Lines;
import org.greydaemon.mail.DelayHeader;
import org.greydaemon.metrics.Counter;
import org.greydaemon.metrics.Metric;
import org.greydaemon.metrics.Metrics;
import org.greydaemon.net.Endpoint;
import org.greydaemon.observe.Listeners;
import org.greydaemon.server.ConnectionBudget;
import org.greydaemon.server.ConnectionServer;
import org.greydaemon.server.DatagramServer;
import org.greydaemon.server.FileFault;
import org.greydaemon.server.OpenFiles;
import org.greydaemon.server.OwnName;
import org.greydaemon.server.Privileges;
import org.greydaemon.server.SocketMode;
import org.greydaemon.server.SteadyClock;
import org.greydaemon.server.StreamAddress;
import org.greydaemon.wire.http.Access;
import org.greydaemon.wire.http.CheckHandler;
import org.greydaemon.wire.http.Health;
import org.greydaemon.wire.http.HttpFrontEnd;
import org.greydaemon.wire.http.Token;
import org.greydaemon.wire.http.WhyPage;
import org.greydaemon.wire.milter.MilterHandler;
import org.greydaemon.wire.policy.PolicyHandler;
import org.greydaemon.wire.policy.SharedPort;
import org.greydaemon.wire.words.Operator;
import org.greydaemon.wire.words.WordsHandler;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.Supplier;

/// The front ends that speak over connections. Created, started and stopped by `main`.
final class FrontEnds implements AutoCloseable {
    /// Postfix keeps up to 100 connections an instance open; a thousand are ten big hosts, and cost
    /// some 20 MiB when all are busy. Mail servers connect when they have a question, and a milter
    /// tells of the client at once.
    private static final ConnectionServer.Limits LIMITS =
            new ConnectionServer.Limits(1000, 10, 60, 5);

    /// How the files of the tokens end, beside the save file.
    private static final String CHANGES = ".token";

    private static final String READS = ".token-read";

    /// The part of the other open files that the system allows which the connections of one front
    /// end may take: half of them is left for files, names, HTTP and operators.
    private static final int PART_OF_FILES = 4;

    /// The files that a daemon has open by itself, some 40: its program, journal and sockets.
    private static final int OWN_FILES = 48;

    /// A connection is not worth the process; a socket where nobody accepts any more is.
    static final ConnectionServer.OnBug ON_BUG =
            new ConnectionServer.OnBug(FrontEnds::bug, Main::bug);

    /// How long a stop waits, after the grace, for whom something else than DNS keeps from
    /// answering, as a disk does: with the grace as long as for those who ask over HTTP.
    private static final int LEFT_SECONDS = 2;

    /// Shows who listens at which port.
    private static final String TCP = "ss -ltnp";

    private final ConnectionBudget budget = ConnectionBudget.ofHeap();
    private final ConnectionServer policy;
    private final ConnectionServer milter;
    private final Access access;
    private Optional<HttpFrontEnd> http = Optional.empty();
    private Optional<PageCommands> page = Optional.empty();

    private final Lines log;
    private final Counter bouncesForgotten;
    private final FaultLog policyFaults;
    private final FaultLog milterFaults;
    private final FaultLog httpFaults;

    private final ReplyWords words;

    // Of `main`: the sockets are another daemon's until this one answers, and their files stay.
    private boolean takesOver;

    // Of `main`.
    private boolean stopped;

    // Of `main`: begins to answer.
    private Runnable answering = () -> {};

    private FrontEnds(DaemonSettings settings, Lines log, Metrics metrics) {
        this.log = log;
        bouncesForgotten = metrics.counter(Metric.BOUNCES_FORGOTTEN);
        words = new ReplyWords(settings);
        access =
                new Access(
                        hostName(),
                        settings.httpNames(),
                        settings.httpOpen()
                                && settings.http()
                                        .map(Endpoint::address)
                                        .filter(Access::isLoopback)
                                        .isPresent());
        policyFaults = new FaultLog(log);
        milterFaults = new FaultLog(log);
        httpFaults = new FaultLog(log);
        ConnectionServer.Limits limits = limits(OpenFiles.allowed());
        policy = new ConnectionServer("policy", settings.allowed(), limits, budget, ON_BUG);
        milter = new ConnectionServer("milter", settings.allowed(), limits, budget, ON_BUG);
    }

    /// @param openFiles how many files and sockets the process may have open
    static ConnectionServer.Limits limits(long openFiles) {
        return new ConnectionServer.Limits(
                Math.clamp((openFiles - OWN_FILES) / PART_OF_FILES, 1, LIMITS.connectionsMax()),
                LIMITS.firstSeconds(),
                LIMITS.idleSeconds(),
                LIMITS.graceSeconds());
    }

    /// What the connections of all may hold.
    ConnectionBudget budget() {
        return budget;
    }

    /// Listens everywhere, but does not answer yet.
    static FrontEnds listen(Basis basis) throws StartException {
        DaemonSettings settings = basis.settings();
        FrontEnds frontEnds = new FrontEnds(settings, basis.log(), basis.metrics());
        frontEnds.takesOver = basis.predecessor().isPresent();
        try {
            frontEnds.listen(basis, address -> !waitsForUser(address, settings));
            if (settings.http().isPresent()) {
                frontEnds.listen(settings.http().get(), basis);
            }
            return frontEnds;
        } catch (StartException e) {
            frontEnds.close();
            throw e;
        }
    }

    /// Listens where only the user that the daemon runs as should: to be called as that user.
    void listenAsUser(Basis basis) throws StartException {
        listen(basis, address -> waitsForUser(address, basis.settings()));
    }

    /// A socket is made by the user that the daemon becomes, if that user may: where others than
    /// root may rename and link, root had better make nothing.
    private static boolean waitsForUser(StreamAddress address, DaemonSettings settings) {
        return address instanceof StreamAddress.Unix(Path path)
                && settings.user()
                        .flatMap(Privileges::find)
                        .filter(user ->
                                user.mayMakeFilesIn(Objects.requireNonNull(path.getParent())))
                        .isPresent();
    }

    private void listen(Basis basis, Predicate<StreamAddress> now) throws StartException {
        DaemonSettings settings = basis.settings();
        listen(policy, settings.policy().stream().filter(now).toList(), basis);
        listen(milter, settings.milter().stream().filter(now).toList(), basis);
    }

    private static void listen(ConnectionServer server, List<StreamAddress> addresses, Basis basis)
            throws StartException {
        SocketMode mode = SocketMode.always(basis.settings().socketMode());
        for (StreamAddress address : addresses) {
            try {
                server.listen(address, basis.sockets(), mode);
            } catch (IOException e) {
                ListenFault fault = new ListenFault(basis);
                throw switch (address) {
                    case StreamAddress.Unix unix -> fault.at(unix, e);
                    case StreamAddress.Tcp(Endpoint at) -> fault.at(at, TCP, e);
                };
            }
        }
    }

    private void listen(Endpoint address, Basis basis) throws StartException {
        try {
            http =
                    Optional.of(
                            new HttpFrontEnd(
                                    address,
                                    basis.sockets(),
                                    basis.settings().allowed(),
                                    access,
                                    basis.metrics(),
                                    budget,
                                    ON_BUG));
        } catch (IOException e) {
            throw new ListenFault(basis).at(address, TCP, e);
        }
    }

    /// Begins to tell over HTTP how things are; nothing is judged yet.
    void tellHealth(Supplier<Health> health) {
        http.ifPresent(server -> server.start(health));
    }

    /// Reads the tokens that are there already, so that who has one is known while the save file is
    /// loaded.
    void readKnownTokens(Path saveFile) {
        if (http.isPresent()) {
            Token.known(tokenFile(saveFile, CHANGES)).ifPresent(access::token);
            Token.known(tokenFile(saveFile, READS)).ifPresent(access::readersToken);
        }
    }

    private static Path tokenFile(Path saveFile, String end) {
        return saveFile.resolveSibling(saveFile.getFileName() + end);
    }

    /// Reads the tokens of those who ask over HTTP, as the user that the daemon runs as. Without
    /// one mail is judged all the same, and nobody changes anything over HTTP.
    void readToken(Path saveFile, Lines log) {
        if (http.isEmpty()) {
            return;
        }
        readToken(
                saveFile,
                CHANGES,
                token -> {
                    access.token(token);
                    words.link(new DelayTokens(token));
                },
                log);
        readToken(saveFile, READS, access::readersToken, log);
    }

    private static void readToken(Path saveFile, String end, Consumer<String> receiver, Lines log) {
        Path file = tokenFile(saveFile, end);
        try {
            receiver.accept(Token.of(file));
        } catch (IOException e) {
            log.tell(Event.TOKEN, FileFault.words(file, e));
        }
    }

    /// Makes all that is needed to answer; nobody is answered yet.
    void prepare(Gate gate, SteadyClock clock, Operator operator) {
        String host = hostName();
        DelayHeader header = new DelayHeader(host);
        Replies replies = words.replies(clock);
        PolicyHandler policyHandler =
                new PolicyHandler(gate, clock, replies, header, policyFaults, bouncesForgotten);
        WordsHandler wordsHandler = new WordsHandler(gate, clock, operator, host, policyFaults);
        MilterHandler milterHandler =
                new MilterHandler(
                        gate, clock, new MilterHandler.Wording(replies, header), milterFaults);
        CheckHandler checkHandler = new CheckHandler(gate, clock, replies, header, httpFaults);
        WhyPage page = new WhyPage(host, text -> words.why(text, clock.wall()));
        answering =
                () -> {
                    policy.start(
                            () -> new SharedPort(policyHandler.inLoop(), wordsHandler.inLoop()));
                    milter.start(milterHandler::inLoop);
                    http.ifPresent(server -> server.judge(checkHandler));
                    http.ifPresent(server -> server.explain(page));
                };
    }

    /// Begins to answer.
    void start() {
        takesOver = false;
        answering.run();
    }

    /// Begins to answer what the dashboard asks.
    void show(PageCommands commands) {
        page = Optional.of(commands);
        http.ifPresent(server -> server.show(new DashboardCommands(commands)));
    }

    /// Changes what a reload can change.
    void change(DaemonSettings settings) {
        servers().forEach(server -> server.allow(settings.allowed()));
        words.change(settings);
    }

    /// The name of this host, for headers and syslog.
    static String hostName() {
        return OwnName.find().orElse("localhost");
    }

    /// Whether nobody who accepts or serves connections has died or does not get on. To be called
    /// by one thread.
    boolean move() {
        boolean move = true;
        for (ConnectionServer server : servers()) {
            move &= server.moves();
        }
        return move;
    }

    /// Says where it listens, one line each.
    void tell(Lines log) {
        for (ConnectionServer server : servers()) {
            server.addresses()
                    .forEach(
                            address -> log.tell(Event.LISTENING, server.name() + " on " + address));
        }
    }

    /// Where it listens, each by a name of its own.
    Map<String, StreamAddress> places() {
        Map<String, StreamAddress> places = new LinkedHashMap<>();
        for (ConnectionServer server : List.of(policy, milter)) {
            int number = 0;
            for (StreamAddress address : server.addresses()) {
                places.put(server.name() + "-" + ++number, address);
            }
        }
        http.ifPresent(server -> places.put("http", server.address()));
        return places;
    }

    /// Somebody else goes on with the sockets when this stops.
    void leaveSockets() {
        servers().forEach(ConnectionServer::leaveSockets);
    }

    /// Where they listened, and have ended without removing the socket's file.
    List<StreamAddress> left() {
        return servers().stream().flatMap(server -> server.left().stream()).toList();
    }

    /// All who listen, for who watches them.
    Listeners with(DatagramServer udp) {
        return new Listeners(udp, policy, policyFaults, milter, milterFaults, http);
    }

    private List<ConnectionServer> servers() {
        List<ConnectionServer> servers = new ArrayList<>(List.of(policy, milter));
        http.map(HttpFrontEnd::server).ifPresent(servers::add);
        return servers;
    }

    /// A bug costs the connection in which it came to light; Postfix asks once more, and then both
    /// do what they are told to do without an answer. Hosts that share try again.
    static void bug(Thread thread, Throwable bug) {
        System.err.println(
                "greydaemon: bug in thread " + thread.getName() + "; please report this:");
        bug.printStackTrace();
    }

    /// Answers what was asked, and no more. Nobody asks one for more while another one is waited
    /// for.
    ///
    /// @return how many requests over HTTP have not ended; 0 if this was called before
    @CanIgnoreReturnValue
    int stop() {
        if (stopped) {
            return 0;
        }
        stopped = true;
        policy.beginStop();
        milter.beginStop();
        http.ifPresent(HttpFrontEnd::beginStop);
        stop(policy);
        stop(milter);
        int left = http.map(HttpFrontEnd::stop).orElse(0);
        page.ifPresent(PageCommands::stop);
        return left;
    }

    private void stop(ConnectionServer server) {
        int left = server.stop(LEFT_SECONDS);
        if (left > 0) {
            log.tell(
                    Event.UNFINISHED,
                    left
                            + " requests over "
                            + server.name()
                            + " have not ended; the disk may not answer");
        }
    }

    @Override
    public void close() {
        if (takesOver) {
            leaveSockets();
        }
        stop();
    }
}

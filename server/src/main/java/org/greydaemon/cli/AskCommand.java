package org.greydaemon.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import org.greydaemon.mail.SmtpPath;
import org.greydaemon.mistake.MistakeException;
import org.greydaemon.net.Endpoint;
import org.greydaemon.net.IpAddress;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;

/// `greyctl ask`: asks as a mail server would, and says what the answer means.
@Command(
        name = "ask",
        sortOptions = false,
        description = {
            "Asks a running greydaemon over UDP, as a mail server would, and prints the verdict.",
            "The daemon remembers the question as an attempt to deliver."
        })
final class AskCommand implements Callable<Integer> {
    /// Exit status: accepted.
    static final int ACCEPT = 0;

    /// Exit status: deferred.
    static final int DEFER = 1;

    /// Exit status: no answer in time.
    static final int NO_ANSWER = 3;

    private static final int PORT = 1999;
    private static final double TIMEOUT_MAX_SECONDS = 3600;

    @Option(
            names = "--server",
            paramLabel = "ipaddr[:port]",
            description = "Where greydaemon listens (127.0.0.1:1999).")
    private String server = "127.0.0.1:1999";

    @Option(
            names = "--timeout",
            paramLabel = "seconds",
            description = "How long to wait for the answer (3).")
    private String timeout = "3";

    @Option(names = "--help", usageHelp = true, description = "Show this and exit.")
    @SuppressWarnings("UnusedVariable") // picocli reads it.
    private boolean help;

    @Mixin private ClientAndSender from = new ClientAndSender();

    @Parameters(
            index = "2..*",
            arity = "1..*",
            paramLabel = "recipient",
            description = "The recipients.")
    private List<String> recipients = new ArrayList<>();

    @Spec private CommandSpec spec = CommandSpec.create(); // picocli puts the real one in.

    @Override
    public Integer call() throws NoAnswerException {
        byte[] request = request();
        int timeoutMillis = timeoutMillis();
        UdpQuestion.UdpAnswer answer = UdpQuestion.ask(endpoint(), request, timeoutMillis);
        spec.commandLine().getOut().println(answer.words());
        return answer.accepts() ? ACCEPT : DEFER;
    }

    private byte[] request() {
        String client = from.client();
        if (IpAddress.parse(client).isEmpty()) {
            throw wrong("client: '" + client + "' is no IP address; give one such as 192.0.2.1");
        }
        ByteArrayOutputStream request = new ByteArrayOutputStream();
        request.writeBytes(("I" + client + "\0F").getBytes(UTF_8));
        request.writeBytes(address("sender", from.sender()));
        for (String recipient : recipients) {
            request.writeBytes("\0T".getBytes(UTF_8));
            request.writeBytes(address("recipient", recipient));
        }
        if (request.size() > UdpQuestion.LENGTH_MAX) {
            throw wrong(
                    "the question has "
                            + request.size()
                            + " octets, more than the "
                            + UdpQuestion.LENGTH_MAX
                            + " of a datagram; ask for fewer recipients");
        }
        return request.toByteArray();
    }

    /// Mail servers send addresses without angle brackets and the quotes of a local part.
    private byte[] address(String name, String text) {
        byte[] address = SmtpPath.shownAddress(text);
        if (new String(address, UTF_8).chars().anyMatch(Character::isISOControl)) {
            throw wrong(name + ": it has a control character; leave it out");
        }
        return address;
    }

    private Endpoint endpoint() {
        try {
            Endpoint endpoint = Endpoint.parse(server, PORT);
            if (endpoint.port() == 0) {
                throw wrong("--server: " + server + " has the port 0; give the daemon's");
            }
            return endpoint;
        } catch (MistakeException e) {
            throw wrong(e.at("--server").inOneLine());
        }
    }

    private int timeoutMillis() {
        double seconds;
        try {
            seconds = Double.parseDouble(timeout);
        } catch (NumberFormatException e) {
            throw wrong("--timeout: '" + timeout + "' is no number; give one, such as 3");
        }
        if (!(seconds >= 0.001 && seconds <= TIMEOUT_MAX_SECONDS)) {
            throw wrong(
                    "--timeout: "
                            + timeout
                            + " is not between 0.001 and 3600 seconds; give a number such as 3");
        }
        return (int) Math.ceil(seconds * 1000);
    }

    private ParameterException wrong(String message) {
        return new ParameterException(spec.commandLine(), message);
    }
}

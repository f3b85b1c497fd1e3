package org.greydaemon.cli;

import org.greydaemon.net.Endpoint;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.PortUnreachableException;
import java.net.SocketTimeoutException;

/// One question to a daemon, on a connected socket of its own: answers carry no number, and an
/// answer to an earlier question must not be taken for this one's.
final class UdpQuestion {
    /// The most octets of a datagram over IPv4.
    static final int LENGTH_MAX = 65_507;

    private static final int REPLY_LENGTH = 2;

    private UdpQuestion() {}

    /// The daemon's answer.
    ///
    /// @param accepts octet 0
    /// @param reason octet 1
    record UdpAnswer(boolean accepts, int reason) {
        /// Verdict, reason, what it means, and both octets, in one line.
        String words() {
            String meaning =
                    switch (reason) {
                        case 1 ->
                                accepts
                                        ? "exempt: the operator lets it pass"
                                        : "new: the triplet is not known; its waiting time begins"
                                                + " now";
                        case 2 ->
                                accepts
                                        ? "known: the client has proven itself before"
                                        : "early: the triplet has not waited long enough";
                        case 3 ->
                                accepts
                                        ? "passed: the retry came in time; the client is proven"
                                        : "late: the retry came too late; the waiting time begins"
                                                + " anew";
                        case 4 -> "bounce: the recipient looks like VERP and the sender is null";
                        default -> "for a reason that this greyctl does not know";
                    };
            String verdict = accepts ? "accept" : "defer";
            return verdict + ", " + meaning + " (reply " + (accepts ? 1 : 0) + " " + reason + ")";
        }
    }

    /// Asks and waits for the answer.
    ///
    /// @throws NoAnswerException if none comes, or one that no greydaemon gives
    static UdpAnswer ask(Endpoint server, byte[] request, int timeoutMillis)
            throws NoAnswerException {
        DatagramPacket reply = new DatagramPacket(new byte[16], 16);
        try (DatagramSocket socket = new DatagramSocket()) {
            InetAddress address = InetAddress.getByAddress(server.address().toBytes());
            socket.connect(new InetSocketAddress(address, server.port()));
            socket.setSoTimeout(timeoutMillis);
            socket.send(new DatagramPacket(request, request.length));
            socket.receive(reply);
        } catch (SocketTimeoutException e) {
            throw new NoAnswerException(
                    server
                            + ": no answer within "
                            + timeoutMillis / 1000.0
                            + " s; check in greydaemon's log that it runs, listens there and lets"
                            + " this host ask (--allow)");
        } catch (PortUnreachableException e) {
            throw new NoAnswerException(
                    server
                            + ": nothing listens there; check that greydaemon runs, and name its"
                            + " address with --server");
        } catch (IOException e) {
            throw new NoAnswerException(
                    server + ": " + e.getMessage() + "; check the address and the way to it");
        }
        return answer(server, reply.getData(), reply.getLength());
    }

    private static UdpAnswer answer(Endpoint server, byte[] reply, int length)
            throws NoAnswerException {
        if (length != REPLY_LENGTH || reply[0] < 0 || reply[0] > 1) {
            throw new NoAnswerException(
                    server
                            + ": the answer of "
                            + length
                            + " octets is not greydaemon's; check that --server names greydaemon");
        }
        return new UdpAnswer(reply[0] == 1, reply[1] & 0xff);
    }
}

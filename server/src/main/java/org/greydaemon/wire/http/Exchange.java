package org.greydaemon.wire.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import org.greydaemon.net.IpAddress;
import org.greydaemon.server.Connection;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/// A request and its answer. Confined to the thread that serves the connection.
final class Exchange {
    /// RFC 9110 5.6.7.
    private static final DateTimeFormatter DATE =
            DateTimeFormatter.ofPattern("EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.ROOT)
                    .withZone(ZoneOffset.UTC);

    /// So much of a body that nobody wanted is read all the same, so that the connection can go on.
    private static final int UNWANTED_MAX = 64 << 10;

    /// An answer that is longer than this counts for what it holds until its peer has taken it.
    private static final int USUAL = 4 << 10;

    /// How long the answer may take, from the end of the request on.
    private static final long ANSWER_SECONDS = 10;

    private final Connection connection;
    private final RequestHead head;
    private final RequestBody body;
    private final HttpFields answer = new HttpFields();
    private boolean goesOn;
    private boolean begun;

    /// @throws RequestFault if nobody knows where the request ends
    Exchange(Connection connection, RequestHead head, HttpReader reader) throws RequestFault {
        this.connection = connection;
        this.head = head;
        goesOn = head.keepsConnection();
        body =
                new RequestBody(
                        reader,
                        head.length(),
                        new RequestBody.BodyListener() {
                            @Override
                            public void begins() throws IOException {
                                if (head.waitsForContinue()) {
                                    write("HTTP/1.1 100 Continue\r\n\r\n".getBytes(ISO_8859_1));
                                }
                            }

                            @Override
                            public void ended() {
                                isWhole();
                            }
                        });
    }

    private void isWhole() {
        connection.asked();
        connection.within(ANSWER_SECONDS);
    }

    String method() {
        return head.method();
    }

    String path() {
        return head.path();
    }

    /// The fields of the request.
    HttpFields fields() {
        return head.fields();
    }

    InputStream body() {
        return body;
    }

    /// Who asks.
    IpAddress address() {
        return connection.peer().address();
    }

    /// From which port.
    int port() {
        return connection.peer().port();
    }

    /// The fields of the answer, but for those about its body.
    HttpFields answer() {
        return answer;
    }

    /// Sends an answer.
    void send(Answer said) throws IOException {
        byte[] text = said.body().getBytes(UTF_8);
        answer.set("Content-Type", said.contentType());
        answer.set("Content-Length", String.valueOf(text.length));
        byte[] before = begin(said);
        byte[] all = before;
        if (!head.method().equals("HEAD")) {
            all = new byte[before.length + text.length];
            System.arraycopy(before, 0, all, 0, before.length);
            System.arraycopy(text, 0, all, before.length, text.length);
        }
        write(all);
    }

    /// Begins an answer whose length nobody knows yet; it ends when this is closed.
    OutputStream stream(String contentType) throws IOException {
        answer.set("Content-Type", contentType);
        if (head.isOld()) {
            goesOn = false;
        } else {
            answer.set("Transfer-Encoding", "chunked");
        }
        write(begin(new Answer(Answer.OK, contentType, "")));
        return new AnswerStream(this::write, !head.isOld());
    }

    /// The head of an answer. A body that is too long to be skipped, or will not come because
    /// nobody has asked for it, ends the connection.
    private byte[] begin(Answer said) throws IOException {
        if (begun) {
            throw new IOException("another answer is under way");
        }
        begun = true;
        if (!body.hasEnded()) {
            isWhole();
            goesOn &=
                    body.mayEndWithin(UNWANTED_MAX)
                            && (body.hasBegun() || !head.waitsForContinue());
        }
        answer.set("Date", DATE.format(Instant.now()));
        if (!goesOn) {
            answer.set("Connection", "close");
        } else if (head.isOld()) {
            answer.set("Connection", "keep-alive");
        }
        StringBuilder text = new StringBuilder("HTTP/1.1 ");
        text.append(said.status()).append(' ').append(said.words()).append("\r\n");
        answer.each((name, value) -> text.append(name).append(": ").append(value).append("\r\n"));
        return text.append("\r\n").toString().getBytes(ISO_8859_1);
    }

    private void write(byte[] octets) throws IOException {
        if (!connection.hold(octets.length > USUAL ? octets.length : 0)) {
            throw new IOException("no memory is left for the answer");
        }
        connection.write(octets, 0, octets.length);
    }

    /// Whether the peer may ask again over this connection. To be called when it has been answered.
    boolean goesOn() throws IOException {
        try {
            return goesOn && body.skipRest(UNWANTED_MAX) && connection.hold(0);
        } catch (RequestFault e) {
            return false; // It has its answer, and would take another one for that to its next.
        }
    }
}

package org.greydaemon.wire.http;

import org.greydaemon.server.Connection;

import java.io.IOException;
import java.util.Optional;

/// One question after the other over a connection, each answered before the next is read (RFC 9112
/// 9.3). Confined to the thread that serves the connection.
///
/// @param connection over which it is held
/// @param answering answers them
record HttpConversation(Connection connection, Answering answering) {
    /// How long nobody may say anything, and how long a question may take from its first octet on.
    private static final long SECONDS = 10;

    /// Answers questions.
    interface Answering {
        /// Whether a peer that has begun a request is answered at all.
        boolean mayAsk(Connection peer);

        /// Answers one.
        void answer(Exchange exchange) throws IOException;

        /// What could not be read is answered.
        void refused(Answer answer);
    }

    /// Holds it to its end.
    void hold() throws IOException {
        connection.cutShort(); // Else who asks without end could keep all places.
        HttpReader reader = new HttpReader(connection);
        boolean goesOn = true;
        while (goesOn) {
            try {
                goesOn = answersNext(reader);
            } catch (RequestFault fault) {
                refuse(fault.answer(), reader);
                goesOn = false;
            }
        }
        connection.within(SECONDS);
        connection.finish();
    }

    private boolean answersNext(HttpReader reader) throws IOException {
        Optional<RequestHead> head = reader.head(SECONDS, SECONDS);
        if (head.isEmpty() || !answering.mayAsk(connection)) {
            return false;
        }
        Exchange exchange = new Exchange(connection, head.get(), reader);
        answering.answer(exchange);
        boolean goesOn = exchange.goesOn();
        connection.rests(goesOn); // Browsers and Prometheus keep it, and open another one later.
        return goesOn;
    }

    private void refuse(Answer answer, HttpReader reader) throws IOException {
        answering.refused(answer);
        new Exchange(connection, RequestHead.none(), reader).send(answer);
    }
}

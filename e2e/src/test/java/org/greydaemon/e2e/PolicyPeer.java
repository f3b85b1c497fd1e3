package org.greydaemon.e2e;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;

/// Asks over a unix socket as Postfix does.
final class PolicyPeer {
    private PolicyPeer() {}

    /// What it is told of a mail.
    ///
    /// @param socket where it asks
    static String answer(Path socket) throws IOException {
        try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            channel.connect(UnixDomainSocketAddress.of(socket));
            String question =
                    """
                    request=smtpd_access_policy
                    protocol_state=RCPT
                    client_address=192.0.2.1
                    sender=a@b.example
                    recipient=c@d.example

                    """;
            channel.write(ByteBuffer.wrap(question.getBytes(ISO_8859_1)));
            ByteBuffer answer = ByteBuffer.allocate(1000);
            channel.read(answer);
            return new String(answer.array(), 0, answer.position(), ISO_8859_1);
        }
    }
}

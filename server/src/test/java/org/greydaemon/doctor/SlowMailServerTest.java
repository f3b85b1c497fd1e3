package org.greydaemon.doctor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import org.greydaemon.mistake.MistakeException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;

/// A mail server that says a letter now and then does not hold `greyctl doctor` for long, wherever
/// it begins with that, and the operator hears what was waited for.
@Timeout(60)
final class SlowMailServerTest {
    private static final String RECIPIENT = "bob@example.net";

    /// Says when nothing more comes: the three seconds are over then.
    private final CountDownLatch silent = new CountDownLatch(1);

    /// Speaks SMTP until it hears a verb; then only a letter every ten milliseconds.
    private void serve(Socket client, String until, String mail) {
        try (client) {
            OutputStream out = client.getOutputStream();
            BufferedReader in =
                    new BufferedReader(new InputStreamReader(client.getInputStream(), ISO_8859_1));
            String verb = "GREETING";
            while (verb != null) {
                if (verb.startsWith(until)) {
                    dribble(out, new byte[0]);
                }
                String reply =
                        switch (verb.split("[ :]", 2)[0]) {
                            case "GREETING" -> "220 mx.example.net ESMTP";
                            case "EHLO" -> "250-mx.example.net\r\n250 STARTTLS";
                            case "STARTTLS" -> "220 go ahead";
                            case "MAIL" -> mail;
                            case "DATA" -> "354 go ahead";
                            case "RCPT" -> until.equals("drop") ? "550 go away" : "250 Ok";
                            default -> "250 Ok";
                        };
                out.write((reply + "\r\n").getBytes(ISO_8859_1));
                if (reply.startsWith("550")) {
                    return;
                }
                if (verb.equals("STARTTLS")) {
                    int _ = in.read(); // The client begins.
                    dribble(out, new byte[] {22, 3, 3, 0x3f, 0}); // A long record of a handshake.
                }
                verb = in.readLine();
            }
        } catch (IOException e) {
            // The client has gone.
        }
    }

    /// A reply's first line, or a record of TLS that has begun so, that comes to no end.
    private void dribble(OutputStream out, byte[] begun) throws IOException {
        out.write(begun);
        silent.countDown();
        while (true) {
            out.write('2');
            out.flush();
            try {
                Thread.sleep(10);
            } catch (InterruptedException e) {
                throw new IOException(e);
            }
        }
    }

    private Trials trials(String until, String mail) throws Exception {
        try (ServerSocket listening = new ServerSocket(0, 10, InetAddress.ofLiteral("127.0.0.1"))) {
            Thread.ofVirtual()
                    .start(() -> {
                        while (!listening.isClosed()) {
                            try {
                                Socket client = listening.accept();
                                Thread.ofVirtual().start(() -> serve(client, until, mail));
                            } catch (IOException e) {
                                return; // The test is over.
                            }
                        }
                    });
            return Trials.of(
                    "127.0.0.1",
                    listening.getLocalPort(),
                    "192.0.2.1",
                    RECIPIENT,
                    Optional.empty(),
                    "tag",
                    Duration.ofSeconds(3),
                    _ -> silent.await());
        }
    }

    @ParameterizedTest
    @CsvSource({
        "GREETING, 250 Ok, its greeting",
        "EHLO, 250 Ok, the reply to EHLO",
        "MAIL, 250 Ok, the reply to MAIL",
        "RCPT, 250 Ok, the reply to RCPT",
        "never, 530 TLS first, the beginning of TLS",
    })
    void isLeftWhenTheTimeIsOver(String until, String mail, String missed) {
        assertThatThrownBy(() -> trials(until, mail))
                .isInstanceOf(MistakeException.class)
                .hasMessageContaining("the mail server is too slow: after 3 s " + missed)
                .hasMessageContaining("was not there; its log may say what it waits for");
    }

    @Test
    void andWhoAnswersIsHeardToTheEnd() throws Exception {
        assertThat(trials("never", "250 Ok").bounce()).startsWith("354");
    }

    /// As Exim's `drop` and some greylisters do: what was said counts, and the others are tried.
    @Test
    void whoHangsUpBehindAReplyHasGivenIt() throws Exception {
        Trials trials = trials("drop", "250 Ok");
        assertThat(List.of(trials.local(), trials.unknown(), trials.bounce()))
                .containsOnly("550 go away");
    }

    @Test
    void nobodyThereIsNotCalledSlow() throws Exception {
        int port;
        try (ServerSocket gone = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"))) {
            port = gone.getLocalPort();
        }
        assertThatThrownBy(() ->
                        Trials.of(
                                "127.0.0.1", port, "192.0.2.1", RECIPIENT, Optional.empty(), "tag"))
                .isInstanceOf(MistakeException.class)
                .hasMessageContaining("takes no mail there: Connection refused; start it");
    }
}

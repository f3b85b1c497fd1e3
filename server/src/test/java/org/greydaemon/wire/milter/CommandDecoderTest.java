package org.greydaemon.wire.milter;

import static org.assertj.core.api.Assertions.assertThat;

import static java.nio.charset.StandardCharsets.US_ASCII;

import org.greydaemon.Seed;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;

final class CommandDecoderTest {
    private static final List<String> LETTERS =
            List.of("O", "D", "C", "H", "M", "R", "T", "L", "N", "B", "U", "E", "A", "Q", "K");

    private final CommandDecoder decoder = new CommandDecoder();

    private Command only(String frame) {
        return only(Wire.frame(frame));
    }

    private Command only(byte[] octets) {
        decoder.add(octets, octets.length);
        Command command = decoder.next().orElseThrow();
        assertThat(decoder.next()).isEmpty();
        return command;
    }

    @Test
    void whatPostfixOffersIsRead() {
        assertThat(only("O 00000006 000001ff 001fffff"))
                .isEqualTo(new Command.Negotiate(6, 0x1ff, 0x1fffff));
    }

    @Test
    void macrosAreReadByName() {
        assertThat(only("D 'M' \"{tls_version}\" \"TLSv1.3\" \"{auth_authen}\" \"bob\""))
                .isEqualTo(
                        new Command.Macros(
                                'M', Map.of("{tls_version}", "TLSv1.3", "{auth_authen}", "bob")));
        assertThat(only("D 'H'")).isEqualTo(new Command.Macros('H', Map.of()));
    }

    /// Of names that a peer chooses a frame holds thousands, all of one hash if it likes.
    @Test
    void macrosThatNobodyReadsAreNotKept() {
        StringBuilder macros = new StringBuilder("D 'M' \"i\" \"4BXYZ\" \"{auth_authen}\" \"bob\"");
        for (int i = 0; i < 1 << 10; i++) {
            String bits = Integer.toBinaryString(i | 1 << 10).substring(1);
            macros.append(" \"%s\" \"\"".formatted(bits.replace("0", "Aa").replace("1", "BB")));
        }
        assertThat(only(macros.toString()))
                .isEqualTo(new Command.Macros('M', Map.of("{auth_authen}", "bob")));
    }

    @ParameterizedTest
    @CsvSource({
        "Postfix with IPv4,      '4', 192.0.2.7,                   192.0.2.7",
        "Postfix with IPv6,      '6', 2001:db8::25,                2001:db8::25",
        "Sendmail with IPv6,     '6', IPv6:2001:DB8:0:0:0:0:0:25,  2001:DB8:0:0:0:0:0:25",
        "one Postfix does not know,'4', unknown,                  ''",
        "a unix socket,          'L', /run/smtp,                   ''",
        "IPv6 without the text,  '6', '',                          ''",
    })
    void clientsAddress(String what, char family, String address, String read) {
        assertThat(only("C \"mail.example.org\" '%c' :25 \"%s\"".formatted(family, address)))
                .as(what)
                .isEqualTo(new Command.Connect("mail.example.org", read));
    }

    @Test
    void clientThatTheMailServerDoesNotKnowHasNoAddress() {
        assertThat(only("C \"localhost\" 'U'")).isEqualTo(new Command.Connect("localhost", ""));
    }

    @Test
    void parametersOfMailAndRcptAreNoPartOfThePath() {
        assertThat(only("M \"<a@example.org>\" \"SIZE=1000\" \"BODY=8BITMIME\""))
                .isEqualTo(new Command.Mail("<a@example.org>", false));
        assertThat(only("M \"<a@example.org>\" \"SIZE=1000\" \"SmtpUtf8\""))
                .isEqualTo(new Command.Mail("<a@example.org>", true));
        assertThat(only("R \"<b@example.net>\" \"NOTIFY=NEVER\""))
                .isEqualTo(new Command.Recipient("<b@example.net>"));
    }

    @Test
    void whatTheClientCallsItself() {
        assertThat(only("H \"client.example.org\""))
                .isEqualTo(new Command.Helo("client.example.org"));
    }

    @Test
    void stepsThatGreylistingDoesNotLookAtNameTheirNoReplyBit() {
        assertThat(only("L \"Subject\" \"hello\"")).isEqualTo(new Command.Passing(0x80));
        assertThat(only("N")).isEqualTo(new Command.Passing(0x40000));
        assertThat(only("B 'x'")).isEqualTo(new Command.Passing(0x80000));
        assertThat(only("U \"WIZ\"")).isEqualTo(new Command.Passing(0x20000));
    }

    @Test
    void endOfMessageMayCarryTheLastOfTheBody() {
        assertThat(only("E")).isEqualTo(new Command.EndOfMessage());
        assertThat(only("E 'x' 'y'")).isEqualTo(new Command.EndOfMessage());
    }

    @ParameterizedTest
    @CsvSource({
        "O 00000006 000001ff,            a command 'O' ends within a field",
        "D,                              a command 'D' ends within a field",
        "D 'M' \"i\",                    a command 'D' ends within a field",
        "C \"host\",                     a command 'C' ends within a field",
        "C \"host\" '4' :25,             a command 'C' ends within a field",
        "M,                              a command 'M' ends within a field",
        "M '<' 'a',                      a command 'M' ends within a field",
        "R,                              a command 'R' ends within a field",
        "C \"host\" '5' :25 \"1.2.3.4\", a client's address is of no family '5'",
        "Z \"?\",                        there is no command 'Z'",
    })
    void malformedCommandSaysWhatIsWrong(String frame, String why) {
        assertThat(only(frame)).isEqualTo(new Command.Malformed(why));
    }

    @Test
    void frameWithoutOctetsIsMalformed() {
        assertThat(decoderAfter(0).next())
                .contains(new Command.Malformed("a frame of 0 octets is not within 1 to 131072"));
    }

    @Test
    void lengthIsRefusedBeforeTheFrameIsThere() {
        assertThat(decoderAfter(CommandDecoder.FRAME_MAX + 1).next().orElseThrow())
                .isInstanceOf(Command.Malformed.class);
        assertThat(decoderAfter(-1).next())
                .contains(
                        new Command.Malformed(
                                "a frame of 4294967295 octets is not within 1 to 131072"));
    }

    private static CommandDecoder decoderAfter(int length) {
        CommandDecoder decoder = new CommandDecoder();
        decoder.add(ByteBuffer.allocate(4).putInt(length).array(), 4);
        return decoder;
    }

    @Test
    void longestFrameIsRead() {
        byte[] body = new byte[CommandDecoder.FRAME_MAX];
        body[0] = 'B';
        assertThat(only(Wire.raw(body))).isEqualTo(new Command.Passing(0x80000));
        assertThat(only("T")).isEqualTo(new Command.Data());
    }

    @Test
    void framesAreTheSameHoweverTheNetworkSplitsThem() {
        byte[] octets =
                Wire.join(
                        Wire.frame("O 00000006 000001ff 001fffff"),
                        Wire.frame("D 'C' \"j\" \"mx.example.test\""),
                        Wire.frame("C \"mail.example.org\" '4' :55912 \"192.0.2.7\""),
                        Wire.frame("M \"<a@example.org>\" \"SIZE=10\""),
                        Wire.raw(("B" + "x".repeat(3000)).getBytes(US_ASCII)),
                        Wire.frame("Q"));
        List<Command> whole = decode(octets, new Random(0), octets.length);
        assertThat(whole).hasSize(6).last().isEqualTo(new Command.Quit());
        assertThat(decode(octets, new Random(0), 1)).isEqualTo(whole);
        long seed = Seed.next();
        Random random = new Random(seed);
        for (int i = 0; i < 200; i++) {
            assertThat(decode(octets, random, 1 + random.nextInt(600)))
                    .as("-Dseed=%d", seed)
                    .isEqualTo(whole);
        }
    }

    @Test
    void octetsFromAnywhereNeverThrow() {
        long seed = Seed.next();
        Random random = new Random(seed);
        for (int i = 0; i < 20_000; i++) {
            byte[] octets = frames(random);
            try {
                decode(octets, random, 1 + random.nextInt(octets.length + 1));
            } catch (RuntimeException e) {
                throw new AssertionError("-Dseed=" + seed + ", round " + i, e);
            }
        }
    }

    /// Frames with the protocol's letters and any payload, some octets of which are then changed.
    private static byte[] frames(Random random) {
        byte[] all = {};
        for (int i = random.nextInt(4); i >= 0; i--) {
            byte[] frame = new byte[1 + random.nextInt(40)];
            random.nextBytes(frame);
            frame[0] = (byte) LETTERS.get(random.nextInt(LETTERS.size())).charAt(0);
            for (int j = 1; j < frame.length; j++) {
                frame[j] = random.nextInt(4) == 0 ? 0 : frame[j];
            }
            all = Wire.join(all, Wire.raw(frame));
        }
        for (int i = random.nextInt(3); i > 0; i--) {
            all[random.nextInt(all.length)] = (byte) random.nextInt();
        }
        return all;
    }

    /// What comes out up to the first malformed command, pieces of `pieceMax` octets at most.
    private static List<Command> decode(byte[] octets, Random random, int pieceMax) {
        CommandDecoder decoder = new CommandDecoder();
        List<Command> commands = new ArrayList<>();
        for (int at = 0; at < octets.length; ) {
            int length = Math.min(octets.length - at, 1 + random.nextInt(pieceMax));
            byte[] piece = Arrays.copyOfRange(octets, at, at + length);
            at += length;
            decoder.add(piece, length);
            for (Optional<Command> next = decoder.next(); next.isPresent(); next = decoder.next()) {
                commands.add(next.get());
                if (next.get() instanceof Command.Malformed) {
                    return commands;
                }
            }
        }
        return commands;
    }
}

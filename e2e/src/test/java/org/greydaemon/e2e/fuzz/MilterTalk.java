package org.greydaemon.e2e.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/// Milter sessions from the negotiation to the end, with all frames that mail servers send, several
/// messages and clients; their fields, their lengths and their order may be wrong.
final class MilterTalk implements Talk {
    private static final String LETTERS = "ODCHMRTLNBUEAKQZ\0\377";
    private static final int ANSWER_MAX = 4_096;

    @Override
    public String says(Choices with) {
        List<String> frames = new ArrayList<>();
        frames.add(frame(negotiation(with)));
        for (int client = with.below(3); client >= 0; client--) {
            client(with, frames);
            for (int message = with.below(3); message >= 0; message--) {
                message(with, frames);
            }
            frames.add(frame(with.any(List.of("K", "A", "Q"))));
        }
        List<String> said = with.order(frames, () -> anyFrame(with));
        String all = String.join("", said);
        return with.isWrong() ? with.octets(all) : all;
    }

    private static String negotiation(Choices with) {
        int version = with.oneIn(6) ? with.below(9) : 6;
        int actions = with.oneIn(4) ? with.below(1 << 10) : 0x1ff;
        int steps = with.oneIn(4) ? with.below(1 << 22) : 0x1f_ffff;
        String right = "O" + int32(version) + int32(actions) + int32(steps);
        return with.value(right);
    }

    private static void client(Choices with, List<String> frames) {
        frames.add(frame("DC" + macros(with, "j", "{daemon_name}")));
        String address = with.client();
        String family = with.oneIn(8) ? with.any(List.of("U", "L", "5", "\0")) : family(address);
        frames.add(frame("C" + with.host() + "\0" + family + "\0\31" + address + "\0"));
        frames.add(frame("DH" + macros(with, "{tls_version}")));
        frames.add(frame("H" + with.host() + "\0"));
    }

    private static String family(String address) {
        return address.contains(":") ? "6" : "4";
    }

    private static void message(Choices with, List<String> frames) {
        String auth = with.oneIn(6) ? "{auth_authen}" : "{mail_host}";
        frames.add(frame("DM" + macros(with, "i", auth)));
        frames.add(frame("M" + path(with, true) + parameters(with)));
        int recipients = with.oneIn(20) ? 110 : with.below(4);
        for (int i = 0; i < recipients; i++) {
            frames.add(frame("DR" + macros(with, "{rcpt_addr}")));
            frames.add(frame("R" + path(with, false) + parameters(with)));
        }
        if (with.oneIn(5)) {
            return; // As address verification does.
        }
        frames.add(frame("T"));
        for (int i = with.below(3); i > 0; i--) {
            frames.add(frame("L" + with.value("Subject") + "\0" + with.value("hello") + "\0"));
        }
        frames.add(frame("N"));
        if (with.oneIn(3)) {
            frames.add(frame("B" + "x".repeat(with.oneIn(20) ? 65_535 : with.below(100))));
        }
        frames.add(frame("E"));
    }

    private static String path(Choices with, boolean sender) {
        return sender && with.oneIn(3) ? "<>\0" : "<" + with.address() + ">\0";
    }

    private static String parameters(Choices with) {
        return with.oneIn(4) ? with.value("SIZE=1000") + "\0" : "";
    }

    private static String macros(Choices with, String... names) {
        StringBuilder all = new StringBuilder();
        for (String name : names) {
            all.append(with.value(name)).append('\0');
            all.append(with.value("4BXYZ")).append('\0');
        }
        return all.toString();
    }

    private static String anyFrame(Choices with) {
        String letter = String.valueOf(LETTERS.charAt(with.below(LETTERS.length())));
        String payload = letter + with.value("a\0b\0") + (with.oneIn(2) ? "" : with.value("\0"));
        if (with.oneIn(3)) {
            int length = with.oneIn(2) ? with.bound() : payload.length() + with.below(5) - 2;
            return int32(with.oneIn(6) ? -length : length) + payload;
        }
        return frame(payload);
    }

    static String frame(String payload) {
        return int32(payload.length()) + payload;
    }

    private static String int32(int number) {
        return new String(ByteBuffer.allocate(Integer.BYTES).putInt(number).array(), ISO_8859_1);
    }

    /// Whole frames with the letters that a mail server expects, and an SMTP reply for `y`.
    @Override
    public void check(String heard) {
        ByteBuffer octets = ByteBuffer.wrap(heard.getBytes(ISO_8859_1));
        while (octets.hasRemaining()) {
            int length = octets.getInt();
            assertThat(length).isBetween(1, ANSWER_MAX);
            byte[] frame = new byte[length];
            octets.get(frame);
            String text = new String(frame, ISO_8859_1);
            switch (frame[0]) {
                case 'O' -> assertThat(length).isGreaterThanOrEqualTo(13);
                case 'c', 'a' -> assertThat(length).isEqualTo(1);
                case 'y' -> assertThat(text).matches("y451 4\\.7\\.1 [ -~]+\0");
                case 'h' -> assertThat(text).matches("hX-Greylist\0[ -~]+\0");
                default -> throw new AssertionError("a frame that begins with " + frame[0]);
            }
        }
    }
}

package org.greydaemon.e2e.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Requests over HTTP, with the token and without, several on one connection.
final class HttpTalk implements Talk {
    private static final String LOOK = "/v1/look";

    private static final List<String> PATHS =
            List.of(
                    "/v1/check",
                    "/v1/check",
                    "/v1/check",
                    LOOK,
                    LOOK,
                    "/why/AAAAAAAAAAAAAAAAAAAAAAAAAAAA",
                    "/healthz",
                    "/readyz",
                    "/metrics",
                    "/page/main.js",
                    "/");

    private static final Pattern STATUS = Pattern.compile("HTTP/1\\.1 (\\d{3}) [ -~]*\r\n");

    private final String token;

    HttpTalk(String token) {
        this.token = token;
    }

    @Override
    public String says(Choices with) {
        StringBuilder all = new StringBuilder();
        for (int i = 1 + with.below(3); i > 0; i--) {
            all.append(request(with));
        }
        return with.isWrong() ? with.octets(all.toString()) : all.toString();
    }

    private String request(Choices with) {
        String path = with.value(with.any(PATHS));
        String body = "";
        if (path.equals(LOOK)) {
            body = question(with);
        } else if (path.equals("/v1/check") || with.oneIn(5)) {
            body = body(with);
        }
        List<String> head = new ArrayList<>();
        String method = body.isEmpty() ? "GET" : "POST";
        head.add(with.value(method) + " " + path + " " + with.value("HTTP/1.1") + "\r\n");
        head.add("Host: " + with.value("127.0.0.1") + "\r\n");
        head.add("Authorization: Bearer " + with.value(token) + "\r\n");
        if (with.oneIn(5)) {
            head.add("Accept: " + with.value("application/openmetrics-text") + "\r\n");
        }
        if (with.oneIn(20)) {
            return String.join("", head) + chunked(with, body);
        }
        String length = with.value("" + body.length());
        head.add("Content-Length: " + length + "\r\n");
        String other = "X-" + with.value("Other") + ": " + with.value("a") + "\r\n";
        return String.join("", with.order(head, () -> other)) + "\r\n" + body;
    }

    private static String chunked(Choices with, String body) {
        // Of 32 bits with the sign, as a server may read it.
        String size = with.oneIn(5) ? "ffffffff" : with.value(Integer.toHexString(body.length()));
        return "Transfer-Encoding: chunked\r\n\r\n" + size + "\r\n" + body + "\r\n0\r\n\r\n";
    }

    /// What the dashboard asks.
    private static String question(Choices with) {
        List<String> members = new ArrayList<>();
        String command = with.any(List.of("search", "explain", "history", "exemptions"));
        members.add("\"command\":" + text(with, with.value(command)));
        members.add("\"text\":" + text(with, with.address()));
        members.add("\"span\":" + text(with, with.any(List.of("hour", "day", "year"))));
        members.add("\"client\":" + text(with, with.client()));
        members.add("\"sender\":" + text(with, with.address()));
        members.add("\"recipient\":" + text(with, with.address()));
        String other = "\"" + with.value("to") + "\":" + with.value("[[[{\"a\":null}]]]");
        String json = "{" + String.join(",", with.order(members, () -> other)) + "}";
        return with.isWrong() ? with.octets(json) : json;
    }

    private static String body(Choices with) {
        List<String> members = new ArrayList<>();
        members.add("\"client_address\":" + text(with, with.client()));
        members.add("\"sender\":" + text(with, with.oneIn(4) ? "" : with.address()));
        if (with.oneIn(3)) {
            List<String> all = new ArrayList<>();
            int recipients = with.oneIn(20) ? 1_001 : 1 + with.below(4);
            for (int i = 0; i < recipients; i++) {
                all.add(recipients > 5 ? "\"u" + i + "@d\"" : text(with, with.address()));
            }
            members.add("\"recipients\":[" + String.join(",", all) + "]");
        } else {
            members.add("\"recipient\":" + text(with, with.address()));
        }
        members.add("\"client_name\":" + text(with, with.host()));
        String other = "\"" + with.value("auth") + "\":" + with.value("[[[{\"a\":null}]]]");
        String json = "{" + String.join(",", with.order(members, () -> other)) + "}";
        return with.isWrong() ? with.octets(json) : json;
    }

    /// Escaped as JSON wants it, but not always.
    private static String text(Choices with, String value) {
        if (with.oneIn(4)) {
            return "\"" + value + "\"";
        }
        StringBuilder text = new StringBuilder("\"");
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            text.append(c < ' ' || c == '"' || c == '\\' ? "\\u%04x".formatted((int) c) : "" + c);
        }
        return text.append('"').toString();
    }

    @Override
    public void check(String heard) {
        assertThat(heard).doesNotContain("a bug; its trace");
        if (!heard.isEmpty()) {
            Matcher status = STATUS.matcher(heard);
            assertThat(status.lookingAt()).as("begins with a status line").isTrue();
            assertThat(status.group(1)).isNotEqualTo("500");
        }
    }
}

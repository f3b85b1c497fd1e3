package org.greydaemon.wire.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// The files of the dashboard, which lie in the jar. There is nothing secret in them. Stateless:
/// they are read when they are asked for, which happens rarely, and take no memory.
final class Page {
    private static final String HTML = "text/html; charset=utf-8";
    private static final String SCRIPT = "text/javascript; charset=utf-8";
    private static final String STYLE = "text/css; charset=utf-8";

    /// Where they are asked for: `/`, and below it, so that a page behind a proxy finds them under
    /// any prefix.
    private static final Map<String, File> FILES =
            Map.ofEntries(
                    Map.entry("/", new File("index.html", HTML)),
                    Map.entry("/page/icon.svg", new File("icon.svg", "image/svg+xml")),
                    Map.entry("/page/page.css", new File("page.css", STYLE)),
                    Map.entry("/page/uplot.css", new File("uplot.css", STYLE)),
                    Map.entry("/page/uplot.js", new File("uplot.js", SCRIPT)),
                    Map.entry("/page/main.js", new File("main.js", SCRIPT)),
                    Map.entry("/page/daemon.js", new File("daemon.js", SCRIPT)),
                    Map.entry("/page/text.js", new File("text.js", SCRIPT)),
                    Map.entry("/page/charts.js", new File("charts.js", SCRIPT)),
                    Map.entry("/page/lists.js", new File("lists.js", SCRIPT)),
                    Map.entry("/page/actions.js", new File("actions.js", SCRIPT)));

    private record File(String name, String contentType) {}

    private Page() {}

    /// All paths of the page.
    static Set<String> paths() {
        return FILES.keySet();
    }

    /// Whether this is a path of the page.
    static boolean has(String path) {
        return FILES.containsKey(path);
    }

    /// The answer to a question for one of the files.
    static Answer file(String path) throws IOException {
        File file = Optional.ofNullable(FILES.get(path)).orElseThrow();
        try (InputStream in = Page.class.getResourceAsStream("page/" + file.name())) {
            if (in == null) {
                throw new IllegalStateException(file.name() + " is not in the jar");
            }
            return new Answer(Answer.OK, file.contentType(), new String(in.readAllBytes(), UTF_8));
        }
    }
}

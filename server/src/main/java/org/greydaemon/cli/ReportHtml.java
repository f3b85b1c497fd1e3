package org.greydaemon.cli;

import java.time.Instant;
import java.util.List;
import java.util.Locale;

/// A report as a page that needs nothing else: no script, no network, and nothing in it is taken
/// for markup. Stateless.
final class ReportHtml {
    private static final int WIDTH = 720;
    private static final int HEIGHT = 200;

    /// Colours as in the figures of the dashboard; both schemes.
    private static final String STYLE =
            """
            :root{color-scheme:light dark;--in:#2a7f62;--out:#b06a00;--gone:#8a8f98}
            body{font:16px/1.5 system-ui,sans-serif;max-width:48em;margin:2em auto;padding:0 1em}
            h1{font-size:1.3em}h2{font-size:1.05em;margin:1.6em 0 .3em}
            table{border-collapse:collapse;width:100%}
            td{padding:.15em .8em .15em 0;vertical-align:top;overflow-wrap:anywhere}
            td.n{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}
            tr+tr td{border-top:1px solid color-mix(in srgb,currentColor 15%,transparent)}
            svg{width:100%;height:auto}.pre{white-space:pre-wrap}
            .in{fill:var(--in)}.out{fill:var(--out)}.gone{fill:var(--gone)}
            """;

    private ReportHtml() {}

    /// Draws it.
    static String of(ReportPage page) {
        StringBuilder html = new StringBuilder();
        html.append("<!DOCTYPE html>\n<html lang=\"en\">\n<meta charset=\"utf-8\">\n");
        html.append(
                "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none';"
                        + " style-src 'unsafe-inline'\">\n");
        html.append("<meta name=\"viewport\" content=\"width=device-width\">\n");
        html.append("<title>").append(escaped(page.title())).append("</title>\n");
        html.append("<style>\n").append(STYLE).append("</style>\n");
        html.append("<h1>").append(escaped(page.title())).append("</h1>\n");
        if (!page.remark().isEmpty()) {
            html.append("<p>").append(escaped(page.remark())).append("</p>\n");
        }
        bars(page.bars(), html);
        page.sections().forEach(section -> section(section, html));
        return html.append("</html>\n").toString();
    }

    private static void section(ReportPage.Section section, StringBuilder html) {
        html.append("<h2>").append(escaped(section.heading())).append("</h2>\n<table>\n");
        for (List<String> row : section.rows()) {
            html.append("<tr>");
            for (String cell : row) {
                html.append(ReportPage.isNumber(cell) ? "<td class=\"n\">" : "<td class=\"pre\">");
                html.append(escaped(cell)).append("</td>");
            }
            html.append("</tr>\n");
        }
        html.append("</table>\n");
    }

    /// Accepted above the line, deferred below it, and what never came back further below.
    private static void bars(List<ReportPage.Bar> bars, StringBuilder html) {
        long up = Math.max(1, bars.stream().mapToLong(ReportPage.Bar::accepted).max().orElse(1));
        long down =
                Math.max(
                        1,
                        bars.stream()
                                .mapToLong(bar -> Math.max(bar.deferred(), bar.neverCameBack()))
                                .max()
                                .orElse(1));
        double scale = (double) HEIGHT / (up + down);
        double zero = up * scale;
        double width = (double) WIDTH / Math.max(1, bars.size());
        html.append(
                "<svg viewBox=\"0 0 %d %d\" role=\"img\" aria-label=\"Accepted above, deferred below, grey: never came back\">\n"
                        .formatted(WIDTH, HEIGHT));
        for (int i = 0; i < bars.size(); i++) {
            ReportPage.Bar bar = bars.get(i);
            if (!bar.isKnown()) {
                continue;
            }
            html.append(
                    String.format(
                            Locale.ROOT,
                            "<g><title>%s: %,d accepted, %,d deferred, %,d never came back</title>",
                            Instant.ofEpochSecond(bar.from()),
                            bar.accepted(),
                            bar.deferred(),
                            bar.neverCameBack()));
            rectangle("in", i * width, zero - bar.accepted() * scale, width, zero, html);
            rectangle("out", i * width, zero, width, zero + bar.deferred() * scale, html);
            rectangle("gone", i * width, zero, width / 2, zero + bar.neverCameBack() * scale, html);
            html.append("</g>\n");
        }
        html.append("</svg>\n");
    }

    private static void rectangle(
            String kind, double x, double top, double width, double bottom, StringBuilder html) {
        html.append(
                String.format(
                        Locale.ROOT,
                        "<rect class=\"%s\" x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\"/>",
                        kind,
                        x,
                        top,
                        Math.max(1, width - 1),
                        bottom - top));
    }

    /// Text, and nothing but text.
    static String escaped(String text) {
        StringBuilder escaped = new StringBuilder();
        text.codePoints()
                .forEach(c -> {
                    switch (c) {
                        case '&' -> escaped.append("&amp;");
                        case '<' -> escaped.append("&lt;");
                        case '>' -> escaped.append("&gt;");
                        case '"' -> escaped.append("&quot;");
                        case '\'' -> escaped.append("&#39;");
                        default -> escaped.appendCodePoint(c);
                    }
                });
        return escaped.toString();
    }
}

package org.greydaemon.admin;

import static java.nio.charset.StandardCharsets.UTF_8;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;

/// A desk whose operator sits before the dashboard.
abstract class PageDesk {
    @TempDir Path folder;

    final Desk desk = new Desk();
    PageCommands page;

    @BeforeEach
    void open() {
        page = desk.page(folder.resolve("allowed"));
    }

    @AfterEach
    void close() {
        page.stop();
        desk.close();
    }

    final String look(String request) {
        return page.look(request.getBytes(UTF_8)).json();
    }
}

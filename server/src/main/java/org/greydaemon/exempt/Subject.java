package org.greydaemon.exempt;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/// What a condition of a line looks at. The names in lower case are the words of the file.
enum Subject {
    /// The client's address.
    CLIENT,
    /// A name of the client's host that was looked up and confirmed.
    HOST,
    /// What the client calls itself.
    HELO,
    /// The sender.
    SENDER,
    /// A recipient; others of the message are judged without it.
    RECIPIENT,
    /// Whether the client's host has a confirmed name.
    CONFIRMED,
    /// Whether the rules suspect the client.
    SUSPECT,
    /// What SPF says.
    SPF,
    /// Whether a list in DNS has the client.
    LISTED,
    /// Whether the client speaks TLS.
    TLS,
    /// The time of the day.
    TIME;

    private final String word = name().toLowerCase(Locale.ROOT);

    /// The word of the file.
    String word() {
        return word;
    }

    /// Whether it is a mail address; else it is the name of a host, or an IP address.
    boolean isMailbox() {
        return this == SENDER || this == RECIPIENT;
    }

    /// The subject with this word.
    static Optional<Subject> named(String word) {
        return Arrays.stream(values()).filter(subject -> subject.word.equals(word)).findFirst();
    }
}

package org.greydaemon.wire.http;

import java.io.IOException;

/// Says why a request cannot be read. Where the next one would begin is unknown then, so its
/// connection ends after the answer.
final class RequestFault extends IOException {
    private static final long serialVersionUID = 1;

    private final int status;

    /// @param status of the answer
    /// @param why in words for whoever asks
    RequestFault(int status, String why) {
        super(why);
        this.status = status;
    }

    /// What is answered.
    Answer answer() {
        return Answer.text(status, getMessage() + "\n");
    }
}

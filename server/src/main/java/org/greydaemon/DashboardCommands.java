package org.greydaemon;

import org.greydaemon.admin.PageCommands;
import org.greydaemon.wire.http.Commands;

/// The operator's commands behind the door of HTTP.
///
/// @param commands what they are
record DashboardCommands(PageCommands commands) implements Commands {
    @Override
    public String now() {
        return commands.now();
    }

    @Override
    public String entries() {
        return commands.entries();
    }

    @Override
    public Answered look(byte[] request) {
        return answered(commands.look(request));
    }

    @Override
    public Answered change(byte[] request, String who) {
        return answered(commands.change(request, who));
    }

    private static Answered answered(PageCommands.PageAnswer answer) {
        return new Answered(
                switch (answer.outcome()) {
                    case DONE -> Outcome.DONE;
                    case WRONG -> Outcome.WRONG;
                    case NOT_THERE -> Outcome.NOT_THERE;
                    case TOO_OFTEN -> Outcome.TOO_OFTEN;
                    case NOT_NOW -> Outcome.NOT_NOW;
                },
                answer.json());
    }
}

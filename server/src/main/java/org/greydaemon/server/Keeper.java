package org.greydaemon.server;

import org.greydaemon.system.SystemCall;

import java.lang.foreign.Arena;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/// The shell between supervise and the daemon (packaging/daemontools/keep), as the daemon sees it.
/// KILL ends the shell alone: if supervise starts another one, the daemon of that takes over from
/// this one; if it does not, as after `svc -dk`, nobody could tell this one to stop any more, and
/// it would answer for ever. So it ends by itself then. Confined to one thread.
public final class Keeper {
    /// By what the shell tells its number.
    private static final String VARIABLE = "GREYDAEMON_KEEPER";

    /// For how many looks, one a second, it waits for another shell's daemon. supervise starts a
    /// shell at once, and a daemon needs some tenths of a second until it asks to take over.
    static final int LOOKS = 20;

    private static final SystemCall GETPPID = new SystemCall("getppid");

    /// Who becomes the parent of those whose parent has ended.
    private static final long INIT = 1;

    private final long keeper;
    private final LongSupplier parent;
    private final BooleanSupplier isFollowed;
    private final Consumer<String> tell;
    private final Runnable end;
    private boolean wasParent;
    private int looks;
    private boolean hasEnded;

    /// @param isFollowed whether another daemon is about to take over, however long it reads
    /// @param tell hears why the daemon is about to end
    /// @param end ends it
    public Keeper(
            Map<String, String> environment,
            BooleanSupplier isFollowed,
            Consumer<String> tell,
            Runnable end) {
        this(environment, Keeper::parent, isFollowed, tell, end);
    }

    /// @param parent the number of the process that is the parent now
    Keeper(
            Map<String, String> environment,
            LongSupplier parent,
            BooleanSupplier isFollowed,
            Consumer<String> tell,
            Runnable end) {
        String number = environment.getOrDefault(VARIABLE, "");
        keeper = number.matches("[0-9]{1,10}") ? Long.parseLong(number) : 0;
        this.parent = parent;
        this.isFollowed = isFollowed;
        this.tell = tell;
        this.end = end;
    }

    private static long parent() {
        try (Arena arena = Arena.ofConfined()) {
            return GETPPID.call(SystemCall.errnoState(arena));
        }
    }

    /// Looks whether it is there.
    public void everySecond() {
        if (keeper == 0) {
            return;
        }
        long now = parent.getAsLong();
        wasParent |= now == keeper;
        // Who was started through something else is no child of the shell's, ever.
        boolean isGone = wasParent ? now != keeper : now == INIT;
        looks = isGone ? looks + 1 : 0;
        if (looks == 1) {
            tell.accept(
                    "the shell that kept this daemon was killed; the daemon ends in "
                            + LOOKS
                            + " s unless another one takes over");
        } else if (looks >= LOOKS && !hasEnded && !isFollowed.getAsBoolean()) {
            hasEnded = true;
            end.run();
        }
    }
}

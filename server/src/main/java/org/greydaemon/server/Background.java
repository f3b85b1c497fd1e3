package org.greydaemon.server;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import org.greydaemon.system.SystemCalls;

import java.lang.foreign.Arena;
import java.lang.invoke.MethodHandle;

/// Lets a thread give way to those that answer mail servers. Linux only: there a thread has a nice
/// value of its own (setpriority(2), "C library/kernel differences").
public final class Background {
    private static final int PRIO_PROCESS = 0;
    private static final int THIS_THREAD = 0;

    /// A tenth of what another thread gets when both want the same processor.
    private static final int NICE = 10;

    private Background() {}

    /// Makes the calling thread a background one, for good. Where the system refuses, nothing
    /// changes: answers are then a little later while a save is running.
    public static void giveWay() {
        MethodHandle setpriority =
                SystemCalls.intFunction("setpriority", JAVA_INT, JAVA_INT, JAVA_INT);
        try (Arena arena = Arena.ofConfined()) {
            int _ =
                    (int)
                            setpriority.invokeExact(
                                    SystemCalls.errnoState(arena), PRIO_PROCESS, THIS_THREAD, NICE);
        } catch (Throwable e) {
            throw SystemCalls.bug(e);
        }
    }
}

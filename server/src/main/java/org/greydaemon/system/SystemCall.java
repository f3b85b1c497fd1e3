package org.greydaemon.system;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/// A function of the C library that takes up to six integers or addresses, returns one and may set
/// errno (JEP 454). Immutable; safe for use by several threads.
///
/// All are called by the same handle, with six 64-bit arguments: where Java runs on a 64-bit Linux
/// they are passed in registers, or above everything that the function reads, and what it does not
/// read does no harm. The JVM would make some seven classes for each shape of arguments, which took
/// memory ([ADR 22](docs/adr/0022-idle-memory.md)). An int is passed with its sign extended, as all
/// these machines want it, and of a result that is an int the upper half is dropped.
///
/// Memory is passed by its address: whoever calls keeps it alive until the call returns.
@SuppressWarnings("restricted") // Calling C is what this class is for.
public final class SystemCall {
    private static final Linker LINKER = Linker.nativeLinker();
    private static final long ERRNO =
            Linker.Option.captureStateLayout()
                    .byteOffset(MemoryLayout.PathElement.groupElement("errno"));

    private static final MethodHandle SIX =
            LINKER.downcallHandle(
                    FunctionDescriptor.of(
                            JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG,
                            JAVA_LONG),
                    Linker.Option.captureCallState("errno"));

    private final MemorySegment function;

    /// @throws IllegalStateException if the C library has no such function
    public SystemCall(String name) {
        function = symbol(name);
    }

    /// Where a function is.
    ///
    /// @throws IllegalStateException if the C library has no such function
    public static MemorySegment symbol(String name) {
        return LINKER.defaultLookup()
                .find(name)
                .orElseThrow(() -> new IllegalStateException("the C library has no " + name));
    }

    /// Calls it.
    ///
    /// @param errno receives the error, see {@link #errnoState}
    /// @return all 64 bits of the result
    public long callLong(MemorySegment errno, long a, long b, long c, long d, long e, long f) {
        try {
            return (long) SIX.invokeExact(function, errno, a, b, c, d, e, f);
        } catch (Throwable impossible) { // C throws nothing.
            throw new IllegalStateException("a system call could not be made", impossible);
        }
    }

    /// The same of a function that takes four and returns a long.
    public long callLong(MemorySegment errno, long a, long b, long c, long d) {
        return callLong(errno, a, b, c, d, 0, 0);
    }

    /// Calls a function that returns an int.
    ///
    /// @param errno receives the error, see {@link #errnoState}
    public int call(MemorySegment errno, long a, long b, long c, long d, long e) {
        return (int) callLong(errno, a, b, c, d, e, 0);
    }

    /// The same of a function that takes four.
    public int call(MemorySegment errno, long a, long b, long c, long d) {
        return call(errno, a, b, c, d, 0);
    }

    /// The same of a function that takes three.
    public int call(MemorySegment errno, long a, long b, long c) {
        return call(errno, a, b, c, 0, 0);
    }

    /// The same of a function that takes two.
    public int call(MemorySegment errno, long a, long b) {
        return call(errno, a, b, 0, 0, 0);
    }

    /// The same of a function that takes one.
    public int call(MemorySegment errno, long a) {
        return call(errno, a, 0, 0, 0, 0);
    }

    /// The same of a function that takes none.
    public int call(MemorySegment errno) {
        return call(errno, 0, 0, 0, 0, 0);
    }

    /// Memory that receives errno.
    public static MemorySegment errnoState(Arena arena) {
        return arena.allocate(Linker.Option.captureStateLayout());
    }

    /// The error of the last call that was given this memory.
    public static int errno(MemorySegment state) {
        return state.get(ValueLayout.JAVA_INT, ERRNO);
    }

    /// The system's words for an error.
    public static String message(int errno) {
        try (Arena arena = Arena.ofConfined()) {
            long text = new SystemCall("strerror").callLong(errnoState(arena), errno, 0, 0, 0);
            return MemorySegment.ofAddress(text).reinterpret(1024).getString(0);
        }
    }
}

package org.greydaemon.system;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;
import java.util.Arrays;

/// How functions of the C library are called (JEP 454). Immutable.
@SuppressWarnings("restricted") // Calling C is what this class is for.
public final class SystemCalls {
    private static final Linker LINKER = Linker.nativeLinker();
    private static final VarHandle ERRNO =
            Linker.Option.captureStateLayout()
                    .varHandle(MemoryLayout.PathElement.groupElement("errno"));

    private SystemCalls() {}

    /// A function that sets errno; its first argument is the memory that receives it.
    ///
    /// @throws IllegalStateException if the C library has no such function
    public static MethodHandle function(String name, ValueLayout result, ValueLayout... arguments) {
        return LINKER.downcallHandle(
                symbol(name),
                FunctionDescriptor.of(result, Arrays.copyOf(arguments, arguments.length)),
                Linker.Option.captureCallState("errno"));
    }

    /// Where a function is.
    ///
    /// @throws IllegalStateException if the C library has no such function
    public static MemorySegment symbol(String name) {
        return LINKER.defaultLookup()
                .find(name)
                .orElseThrow(() -> new IllegalStateException("the C library has no " + name));
    }

    /// A function that returns an int.
    public static MethodHandle intFunction(String name, ValueLayout... arguments) {
        return function(name, JAVA_INT, arguments);
    }

    /// Memory that receives errno.
    public static MemorySegment errnoState(Arena arena) {
        return arena.allocate(Linker.Option.captureStateLayout());
    }

    /// The error of the last call that was given this memory.
    public static int errno(MemorySegment state) {
        return (int) ERRNO.get(state, 0L);
    }

    /// The system's words for an error.
    public static String message(int errno) {
        try (Arena arena = Arena.ofConfined()) {
            MethodHandle strerror = function("strerror", ADDRESS, JAVA_INT);
            MemorySegment text = (MemorySegment) strerror.invokeExact(errnoState(arena), errno);
            return text.reinterpret(1024).getString(0);
        } catch (Throwable e) {
            throw bug(e);
        }
    }

    /// What a call can throw only if its signature here is wrong.
    public static IllegalStateException bug(Throwable cause) {
        return new IllegalStateException("a system call could not be made", cause);
    }
}

package org.greydaemon.server;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/// What an error of a file means to the operator.
public final class FileFault {
    private FileFault() {}

    /// What is wrong and what to do, without the words that only Java knows.
    public static String words(Path file, IOException cause) {
        String named =
                cause instanceof FileSystemException system && system.getFile() != null
                        ? system.getFile()
                        : file.toString();
        return switch (cause) {
            case NoSuchFileException e -> named + ": no such file or folder; create the folder";
            case AccessDeniedException e ->
                    named
                            + ": this user may not use it; give it and its folder to the user"
                            + " that the daemon runs as";
            case DirectoryNotEmptyException _ ->
                    named + ": is a folder with something in it; move it away";
            case FileAlreadyExistsException e when e.getReason() == null ->
                    named + ": no folder, but a file; name another place";
            case FileSystemException e
                    when e.getOtherFile() != null && SystemError.IS_A_FOLDER.isIn(e) ->
                    e.getOtherFile()
                            + ": is a folder, so no file can take that name; move it away, or name"
                            + " another place";
            case FileSystemException e when e.getReason() != null ->
                    named + ": " + e.getReason() + remedy(e);
            default -> {
                String message = String.valueOf(cause.getMessage());
                yield (message.startsWith(named) ? message : named + ": " + message)
                        + remedy(cause);
            }
        };
    }

    private static String remedy(IOException cause) {
        if (SystemError.NO_SPACE.isIn(cause)) {
            return "; make room";
        }
        if (SystemError.READ_ONLY.isIn(cause)) {
            return "; name a place that can be written, or under systemd allow this one:"
                    + " ReadWritePaths= (and ProtectHome=no below /home)";
        }
        return staysWrong(cause) ? "; name another place" : "";
    }

    /// Whether it stays until the operator does something. A full disk, or another daemon that has
    /// not quite ended, may be gone at the next try.
    public static boolean stays(IOException cause) {
        return cause instanceof NoSuchFileException
                || cause instanceof AccessDeniedException
                || cause instanceof FileAlreadyExistsException
                || SystemError.READ_ONLY.isIn(cause)
                || staysWrong(cause);
    }

    private static boolean staysWrong(IOException cause) {
        return SystemError.NOT_A_FOLDER.isIn(cause)
                || SystemError.IS_A_FOLDER.isIn(cause)
                || SystemError.NAME_TOO_LONG.isIn(cause);
    }
}

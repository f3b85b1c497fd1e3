package org.greydaemon.cli;

import java.io.IOException;
import java.io.InputStream;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;

/// A file that gzip has packed, all of its members. Java's own reader takes whatever follows one
/// and is none for the end of the file, without a word (`GZIPInputStream.readTrailer`): the rest of
/// a log would be missing. Zeros may follow, as on a tape. Confined to one thread.
final class WholeGzip extends GZIPInputStream {
    /// Checksum and length, which stand behind a member (RFC 1952, 2.3).
    private static final int TRAILER = 8;

    WholeGzip(InputStream packed) throws IOException {
        super(packed);
    }

    @Override
    public int read(byte[] to, int from, int length) throws IOException {
        int read = super.read(to, from, length);
        if (read < 0) {
            requireEnd();
        }
        return read;
    }

    private void requireEnd() throws IOException {
        for (int i = len - Math.max(0, inf.getRemaining() - TRAILER); i < len; i++) {
            requireZero(buf[i]);
        }
        for (int next = in.read(); next >= 0; next = in.read()) {
            requireZero(next);
        }
    }

    private static void requireZero(int octet) throws ZipException {
        if (octet != 0) {
            throw new ZipException("what follows is no part of it");
        }
    }
}

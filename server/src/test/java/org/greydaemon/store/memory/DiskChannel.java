package org.greydaemon.store.memory;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.WritableByteChannel;

/// An open file of a {@link Disk}.
final class DiskChannel extends FileChannel {
    private final FileChannel real;
    private final Disk disk;
    private final String name;
    private final String key;

    /// @param name the name with which it was opened; empty for a folder
    /// @param key tells the file from others that had the name
    DiskChannel(FileChannel real, Disk disk, String name, String key) {
        this.real = real;
        this.disk = disk;
        this.name = name;
        this.key = key;
    }

    @Override
    public int write(ByteBuffer octets) throws IOException {
        disk.watcher.before("write", name, "");
        int takes = Math.min(octets.remaining(), disk.watcher.takes(name, octets.remaining()));
        int limit = octets.limit();
        octets.limit(octets.position() + takes);
        int written = real.write(octets);
        octets.limit(limit);
        disk.watcher.after("write", name, "");
        return written;
    }

    @Override
    public FileChannel truncate(long size) throws IOException {
        if (size < real.size()) {
            disk.watcher.before("truncate", name, "");
            real.truncate(size);
            disk.watcher.after("truncate", name, "");
        }
        return this;
    }

    @Override
    public void force(boolean metaData) throws IOException {
        String what = name.isEmpty() ? "force folder" : "force";
        disk.watcher.before(what, name, key);
        real.force(metaData);
        disk.watcher.after(what, name, key);
    }

    @Override
    protected void implCloseChannel() throws IOException {
        real.close();
    }

    @Override
    public int read(ByteBuffer to) throws IOException {
        return real.read(to);
    }

    @Override
    public long position() throws IOException {
        return real.position();
    }

    @Override
    public FileChannel position(long position) throws IOException {
        real.position(position);
        return this;
    }

    @Override
    public long size() throws IOException {
        return real.size();
    }

    @Override
    public FileLock tryLock(long position, long size, boolean isShared) throws IOException {
        return real.tryLock(position, size, isShared);
    }

    @Override
    public long read(ByteBuffer[] to, int offset, int length) {
        throw new UnsupportedOperationException();
    }

    @Override
    public long write(ByteBuffer[] from, int offset, int length) {
        throw new UnsupportedOperationException();
    }

    @Override
    public long transferTo(long position, long count, WritableByteChannel to) {
        throw new UnsupportedOperationException();
    }

    @Override
    public long transferFrom(ReadableByteChannel from, long position, long count) {
        throw new UnsupportedOperationException();
    }

    @Override
    public int read(ByteBuffer to, long position) {
        throw new UnsupportedOperationException();
    }

    @Override
    public int write(ByteBuffer from, long position) {
        throw new UnsupportedOperationException();
    }

    @Override
    public MappedByteBuffer map(MapMode mode, long position, long size) {
        throw new UnsupportedOperationException();
    }

    @Override
    public FileLock lock(long position, long size, boolean isShared) {
        throw new UnsupportedOperationException();
    }
}

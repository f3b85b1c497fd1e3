package org.greydaemon;

import org.greydaemon.config.DaemonSettings;
import org.greydaemon.log.LineLog;
import org.greydaemon.log.LogFormat;
import org.greydaemon.log.SyslogSink;
import org.greydaemon.net.Endpoint;
import org.greydaemon.server.SteadyClock;
import org.greydaemon.server.SyslogAddress;
import org.greydaemon.server.UnixDatagrams;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.PortUnreachableException;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.time.ZoneId;

/// Where the log goes: to standard output, or to syslog.
final class LogOutput {
    private LogOutput() {}

    static LineLog open(DaemonSettings settings, SteadyClock clock) {
        boolean asJson = settings.logFormat() == LogFormat.JSON;
        return settings.syslog().isPresent()
                ? new LineLog(syslog(settings.syslog().get()), asJson, clock)
                : new LineLog(new FileOutputStream(FileDescriptor.out), asJson, clock);
    }

    private static SyslogSink syslog(SyslogAddress at) {
        return new SyslogSink(
                switch (at) {
                    case SyslogAddress.Local _ -> SyslogSink.Heading.LOCAL;
                    case SyslogAddress.Network _ -> SyslogSink.Heading.NETWORK;
                },
                new SyslogSink.Sender(
                        FrontEnds.hostName(),
                        ProcessHandle.current().pid(),
                        ZoneId.systemDefault()),
                () ->
                        switch (at) {
                            case SyslogAddress.Local(String path) ->
                                    new ToSocket(new UnixDatagrams(path));
                            case SyslogAddress.Network(Endpoint endpoint) ->
                                    ToNetwork.open(endpoint);
                        },
                System::currentTimeMillis,
                trouble -> System.err.println("greydaemon: " + trouble));
    }

    /// To a socket of this host.
    private record ToSocket(UnixDatagrams socket) implements SyslogSink.Datagrams {
        @Override
        public boolean send(byte[] octets, int length) throws IOException {
            return socket.send(octets, length);
        }

        @Override
        public void close() {
            socket.close();
        }
    }

    /// Over UDP.
    private record ToNetwork(Endpoint to, DatagramChannel channel) implements SyslogSink.Datagrams {
        static ToNetwork open(Endpoint to) throws IOException {
            DatagramChannel channel = DatagramChannel.open();
            try {
                channel.configureBlocking(false);
                channel.connect(
                        new InetSocketAddress(
                                InetAddress.ofLiteral(to.address().toString()), to.port()));
                return new ToNetwork(to, channel);
            } catch (IOException e) {
                channel.close(); // It is tried again with each line.
                throw e;
            }
        }

        @Override
        public boolean send(byte[] octets, int length) throws IOException {
            try {
                return channel.write(ByteBuffer.wrap(octets, 0, length)) == length;
            } catch (PortUnreachableException e) {
                throw new IOException(SyslogAddress.UDP + to + ": nobody reads there", e);
            }
        }

        @Override
        public void close() {
            try {
                channel.close();
            } catch (IOException e) {
                // Nothing waits in it.
            }
        }
    }
}

package org.greydaemon.share;

import java.io.Closeable;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketException;

import javax.net.ssl.HandshakeCompletedListener;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSession;
import javax.net.ssl.SSLSocket;

/// A connection to an engine whose answers are {@link BoundedReplies}, with TLS or without. It
/// claims to be of TLS, as the client library takes other connections than its own only of that
/// kind; what is asked of TLS, its handshake has settled.
final class BoundedSocket extends SSLSocket {
    private static final String[] NONE = {};

    private final Socket socket;
    private final BoundedReplies replies;
    private final AnswerDeadline deadline;
    private final Closeable wire;

    /// @param socket connected
    /// @param wire what carries it, which `deadline` knows
    BoundedSocket(Socket socket, Closeable wire, AnswerDeadline deadline) throws IOException {
        this.socket = socket;
        this.wire = wire;
        this.deadline = deadline;
        replies = new BoundedReplies(socket.getInputStream(), deadline);
    }

    @Override
    public InputStream getInputStream() {
        return replies;
    }

    @Override
    public OutputStream getOutputStream() throws IOException {
        return new FilterOutputStream(socket.getOutputStream()) {
            @Override
            public void write(byte[] octets, int from, int length) throws IOException {
                replies.begin();
                out.write(octets, from, length);
            }
        };
    }

    @Override
    public void close() throws IOException {
        deadline.remove(wire);
        socket.close();
    }

    @Override
    public boolean isClosed() {
        return socket.isClosed();
    }

    @Override
    public boolean isConnected() {
        return socket.isConnected();
    }

    @Override
    public boolean isBound() {
        return socket.isBound();
    }

    @Override
    public boolean isInputShutdown() {
        return socket.isInputShutdown();
    }

    @Override
    public boolean isOutputShutdown() {
        return socket.isOutputShutdown();
    }

    @Override
    public void setSoTimeout(int millis) throws SocketException {
        socket.setSoTimeout(millis);
    }

    @Override
    public int getSoTimeout() throws SocketException {
        return socket.getSoTimeout();
    }

    @Override
    public SocketAddress getRemoteSocketAddress() {
        return socket.getRemoteSocketAddress();
    }

    @Override
    public SocketAddress getLocalSocketAddress() {
        return socket.getLocalSocketAddress();
    }

    @Override
    public void setSSLParameters(SSLParameters parameters) {}

    @Override
    public String[] getSupportedCipherSuites() {
        return NONE.clone();
    }

    @Override
    public String[] getEnabledCipherSuites() {
        return NONE.clone();
    }

    @Override
    public void setEnabledCipherSuites(String[] suites) {}

    @Override
    public String[] getSupportedProtocols() {
        return NONE.clone();
    }

    @Override
    public String[] getEnabledProtocols() {
        return NONE.clone();
    }

    @Override
    public void setEnabledProtocols(String[] protocols) {}

    @Override
    public SSLSession getSession() {
        throw new UnsupportedOperationException();
    }

    @Override
    public void addHandshakeCompletedListener(HandshakeCompletedListener listener) {}

    @Override
    public void removeHandshakeCompletedListener(HandshakeCompletedListener listener) {}

    @Override
    public void startHandshake() {}

    @Override
    public void setUseClientMode(boolean mode) {}

    @Override
    public boolean getUseClientMode() {
        return true;
    }

    @Override
    public void setNeedClientAuth(boolean need) {}

    @Override
    public boolean getNeedClientAuth() {
        return false;
    }

    @Override
    public void setWantClientAuth(boolean want) {}

    @Override
    public boolean getWantClientAuth() {
        return false;
    }

    @Override
    public void setEnableSessionCreation(boolean flag) {}

    @Override
    public boolean getEnableSessionCreation() {
        return false;
    }
}

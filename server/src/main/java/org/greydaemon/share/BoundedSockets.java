package org.greydaemon.share;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.util.Optional;

import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;

/// Makes each connection to an engine a {@link BoundedSocket}, those to the nodes of a Cluster and
/// to Sentinels too. Stateless.
final class BoundedSockets extends SSLSocketFactory {
    private final Optional<SSLContext> tls;
    private final AnswerDeadline deadline;

    /// @param tls empty for connections without
    /// @param deadline how long a question may take, from here on
    BoundedSockets(Optional<SSLContext> tls, AnswerDeadline deadline) {
        this.tls = tls;
        this.deadline = deadline;
    }

    @Override
    public Socket createSocket(Socket socket, String host, int port, boolean autoClose)
            throws IOException {
        deadline.add(socket);
        try {
            return new BoundedSocket(
                    tls.isEmpty() ? socket : secured(socket, host, port, autoClose),
                    socket,
                    deadline);
        } catch (IOException | RuntimeException e) {
            deadline.remove(socket);
            throw e;
        }
    }

    private SSLSocket secured(Socket socket, String host, int port, boolean autoClose)
            throws IOException {
        SSLSocket secured =
                (SSLSocket)
                        tls.orElseThrow()
                                .getSocketFactory()
                                .createSocket(socket, host, port, autoClose);
        SSLParameters parameters = secured.getSSLParameters();
        // The certificate must be for the name that was asked for (RFC 2818 3.1).
        parameters.setEndpointIdentificationAlgorithm("HTTPS");
        secured.setSSLParameters(parameters);
        secured.startHandshake();
        return secured;
    }

    @Override
    public Socket createSocket(String host, int port) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Socket createSocket(String host, int port, InetAddress local, int localPort) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Socket createSocket(InetAddress host, int port) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Socket createSocket(InetAddress host, int port, InetAddress local, int localPort) {
        throw new UnsupportedOperationException();
    }

    @Override
    public String[] getDefaultCipherSuites() {
        return new String[0];
    }

    @Override
    public String[] getSupportedCipherSuites() {
        return new String[0];
    }
}

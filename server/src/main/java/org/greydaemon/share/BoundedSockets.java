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

    /// @param tls empty for connections without
    BoundedSockets(Optional<SSLContext> tls) {
        this.tls = tls;
    }

    @Override
    public Socket createSocket(Socket socket, String host, int port, boolean autoClose)
            throws IOException {
        if (tls.isEmpty()) {
            return new BoundedSocket(socket);
        }
        SSLSocket secured =
                (SSLSocket)
                        tls.get().getSocketFactory().createSocket(socket, host, port, autoClose);
        SSLParameters parameters = secured.getSSLParameters();
        // The certificate must be for the name that was asked for (RFC 2818 3.1).
        parameters.setEndpointIdentificationAlgorithm("HTTPS");
        secured.setSSLParameters(parameters);
        secured.startHandshake();
        return new BoundedSocket(secured);
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

package org.greydaemon.doctor;

import java.io.IOException;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;

import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;

/// TLS in an SMTP session (RFC 3207). Stateless.
///
/// A mail server of this host may show any certificate: nobody stands between, and most are
/// self-signed. Elsewhere it has to be one that the system trusts, for that host.
final class StartTls {
    private StartTls() {}

    /// What has come of it.
    ///
    /// @param words the version, and whether the certificate was looked at
    record Session(Socket socket, String words) {}

    /// Begins TLS on a connection whose mail server is ready for it.
    ///
    /// @throws IOException if that does not work; the message is for the operator
    static Session begin(Socket plain, String host) throws IOException {
        boolean isOurs = isOurs(plain.getInetAddress());
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(
                    null, isOurs ? new TrustManager[] {new Anybody()} : null, new SecureRandom());
            SSLSocket socket =
                    (SSLSocket)
                            context.getSocketFactory()
                                    .createSocket(plain, host, plain.getPort(), true);
            if (!isOurs) {
                SSLParameters parameters = socket.getSSLParameters();
                parameters.setEndpointIdentificationAlgorithm("HTTPS");
                socket.setSSLParameters(parameters);
            }
            socket.startHandshake();
            String looked = isOurs ? "this host's certificate was not checked" : "checked";
            return new Session(socket, socket.getSession().getProtocol() + ", " + looked);
        } catch (GeneralSecurityException e) {
            throw new IOException("TLS is not there: " + e.getMessage(), e);
        } catch (IOException e) {
            throw new IOException("STARTTLS did not work: " + e.getMessage(), e);
        }
    }

    private static boolean isOurs(InetAddress address) throws IOException {
        return address.isLoopbackAddress() || NetworkInterface.getByInetAddress(address) != null;
    }

    /// Trusts whoever it is.
    private static final class Anybody extends X509ExtendedTrustManager {
        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}

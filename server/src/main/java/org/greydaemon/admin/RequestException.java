package org.greydaemon.admin;

/// A request that cannot be answered; the message is for the operator: `what is wrong; what to do`.
final class RequestException extends Exception {
    private static final long serialVersionUID = 1;

    RequestException(String message) {
        super(message, null, false, false);
    }
}

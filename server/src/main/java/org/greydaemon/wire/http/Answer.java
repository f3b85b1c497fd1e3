package org.greydaemon.wire.http;

import org.greydaemon.json.Json;

/// What is answered to a request.
///
/// @param status the status code
/// @param contentType the media type of the body
/// @param body the text
record Answer(int status, String contentType, String body) {
    static final int OK = 200;
    static final int BAD_REQUEST = 400;
    static final int UNAUTHORIZED = 401;
    static final int FORBIDDEN = 403;
    static final int NOT_FOUND = 404;
    static final int WRONG_METHOD = 405;
    static final int TOO_LARGE = 413;
    static final int MISDIRECTED = 421;
    static final int TOO_MANY = 429;
    static final int HEAD_TOO_LARGE = 431;
    static final int BUG = 500;
    static final int NOT_IMPLEMENTED = 501;
    static final int UNAVAILABLE = 503;

    /// The words of a status (RFC 9110 15, RFC 6585 5); nobody reads them but people.
    String words() {
        return switch (status) {
            case OK -> "OK";
            case BAD_REQUEST -> "Bad Request";
            case UNAUTHORIZED -> "Unauthorized";
            case FORBIDDEN -> "Forbidden";
            case NOT_FOUND -> "Not Found";
            case WRONG_METHOD -> "Method Not Allowed";
            case TOO_LARGE -> "Content Too Large";
            case MISDIRECTED -> "Misdirected Request";
            case TOO_MANY -> "Too Many Requests";
            case HEAD_TOO_LARGE -> "Request Header Fields Too Large";
            case BUG -> "Internal Server Error";
            case NOT_IMPLEMENTED -> "Not Implemented";
            case UNAVAILABLE -> "Service Unavailable";
            default -> "Status";
        };
    }

    /// Words for people.
    static Answer text(int status, String body) {
        return new Answer(status, "text/plain; charset=utf-8", body);
    }

    /// An object for programs.
    static Answer json(int status, String body) {
        return new Answer(status, "application/json", body + "\n");
    }

    /// Says to a program what is wrong.
    static Answer error(int status, String why) {
        StringBuilder body = new StringBuilder("{\"error\":");
        Json.quote(why, body);
        return json(status, body.append('}').toString());
    }
}

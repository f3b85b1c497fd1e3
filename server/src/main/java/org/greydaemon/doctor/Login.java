package org.greydaemon.doctor;

/// How a user of the mail server shows who it is. Immutable.
///
/// @param password is shown to nobody but the mail server
public record Login(String user, String password) {
    @Override
    public String toString() {
        return user;
    }
}

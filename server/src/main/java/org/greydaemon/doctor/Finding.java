package org.greydaemon.doctor;

/// Something that is not as it should be.
///
/// @param what is wrong, with the value
/// @param remedy what to do
public record Finding(String what, String remedy) {
    @Override
    public String toString() {
        return what + "; " + remedy;
    }
}

package org.greydaemon.doctor;

/// Something that is not as it should be, or that could not be judged.
///
/// @param isProblem whether something is wrong; else it is only that nobody knows
/// @param what is wrong, with the value
/// @param remedy what to do
public record Finding(boolean isProblem, String what, String remedy) {
    /// Something that is wrong.
    public Finding(String what, String remedy) {
        this(true, what, remedy);
    }

    /// Something that could not be judged, so that it may be wrong.
    public static Finding unjudged(String what, String remedy) {
        return new Finding(false, what, remedy);
    }

    @Override
    public String toString() {
        return what + "; " + remedy;
    }
}

package org.greydaemon.exchange;

import org.greydaemon.net.CidrBlock;

/// What a line of another greylister's database turned out to be.
public sealed interface Found permits FoundEntry, Found.Left, Found.Malformed, Found.Part {
    /// An entry that serves for nothing here.
    record Left(Why why) implements Found {}

    /// No line of this form.
    ///
    /// @param what what is wrong, with the value, safe to print
    record Malformed(String what) implements Found {}

    /// A line of this form that is no entry of its own, such as a heading.
    enum Part implements Found {
        /// The only one.
        PART
    }

    /// Why an entry serves for nothing here. Nothing is lost with it but time: what is not brought
    /// in waits once more.
    enum Why {
        /// Nobody knows which of its addresses would retry.
        NETWORK("triplets of a network, they wait once more"),
        /// The sender that will retry is another text.
        SHORTENED("triplets with a shortened sender, they wait once more"),
        /// It has not retried yet, and what it wanted is not said.
        UNPROVEN("clients that have not retried"),
        /// A trap or a black list.
        BLACK("spam traps and blacklisted entries, greydaemon has none"),
        /// It does not say whose it is.
        HASHED("entries of which there is but a hash"),
        /// Nothing says since when, or whether it has passed.
        STATELESS("triplets without a state, they wait once more"),
        /// A choice of recipients.
        RECIPIENTS("recipients that opted in or out"),
        /// There is no room to remember them until the other half comes.
        TOO_MANY("entries beyond the first 400000, they wait once more");

        private final String text;

        Why(String text) {
            this.text = text;
        }

        /// What they are, in the plural.
        public String text() {
            return text;
        }
    }

    /// One or all addresses of a block have proven themselves.
    static FoundEntry proven(CidrBlock block, long lastSeen) {
        return ClientText.isSingle(block)
                ? new FoundEntry.ProvenClient(block.address().toString(), lastSeen)
                : new FoundEntry.ProvenNetwork(block, lastSeen);
    }

    /// A triplet whose waiting time runs.
    ///
    /// @param sender the octets of the address, a character each; empty for the null sender
    /// @param recipient the same
    static Found waiting(CidrBlock block, String sender, String recipient, long firstSeen) {
        return ClientText.isSingle(block)
                ? new FoundEntry.Triplet(
                        block.address().toString(),
                        FieldText.escaped(sender),
                        FieldText.escaped(recipient),
                        firstSeen)
                : new Left(Why.NETWORK);
    }

    /// A line whose client is none.
    static Malformed noClient(String text) {
        return new Malformed("the client " + FieldText.shown(text) + " is no IP address");
    }

    /// A line whose time is none.
    static Malformed noTime(String text) {
        return new Malformed(
                "the time " + FieldText.shown(text) + " is no number of seconds since 1970");
    }
}

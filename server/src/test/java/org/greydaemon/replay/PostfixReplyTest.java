package org.greydaemon.replay;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class PostfixReplyTest {
    /// What stands in an address is nobody's word.
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    450 4.7.1 <b@example.net>: Recipient address rejected: Greylisted    | true  | true
                    450 4.7.1 <b@example.net>: Recipient address rejected: GrayListed    | true  | true
                    450 4.7.1 <b@example.net>: Recipient address rejected: come again    | false | true
                    450 4.7.1 <greylist@example.net>: Recipient address rejected: wait   | false | true
                    450 4.1.1 <greylist@example.net>: User unknown in local table        | false | false
                    450 <a@b.test> <greylist@c.test>: unverified address: timeout        | false | false
                    450 <user unknown@b.test>: rejected, <tls@c.test> too: wait          | false | true
                    450 4.7.1 <: Greylisted                                              | true  | true
                    450 4.7.1 > <b@example.net: Greylisting in action                    | true  | true
                    450 4.7.1 <>: Sender address rejected: Domain not found              | false | false
                    450 4.7.1 <b@example.net>                                            | false | true
                    550 4.7.1 <b@example.net>: Recipient address rejected: Greylisted    | false | false
                    """)
    void whatAReplySays(String text, boolean saysSo, boolean isGreylisting) {
        PostfixReply reply = new PostfixReply(text, "a@example.org", "b@example.net", "", false);
        assertThat(reply.isGreylistingBySaying()).isEqualTo(saysSo);
        assertThat(reply.isGreylisting()).isEqualTo(isGreylisting);
    }
}

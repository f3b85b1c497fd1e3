package org.greydaemon.cli;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;

/// A question to the operator, whose answer is no unless it is yes.
final class Question {
    private Question() {}

    /// Asks.
    ///
    /// @param question without what may be answered
    static boolean isYes(String question, PrintWriter terminal) {
        terminal.print(question + " [y/N] ");
        terminal.flush();
        try {
            BufferedReader in =
                    new BufferedReader(new InputStreamReader(System.in, System.out.charset()));
            String answer = in.readLine();
            return answer != null && answer.strip().matches("[yY]([eE][sS])?");
        } catch (IOException e) {
            return false;
        }
    }
}

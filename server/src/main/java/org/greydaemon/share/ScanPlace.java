package org.greydaemon.share;

import redis.clients.jedis.params.ScanParams;
import redis.clients.jedis.resps.ScanResult;
import redis.clients.jedis.resps.Tuple;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Where a reading of names has come to, which an engine gives page by page for as long as it says
/// that there are more.
///
/// @param cursor the engine's word for it
/// @param pages how many have been read
record ScanPlace(String cursor, int pages) {
    /// The most pages of a shard, some 16 million names: what does not end by then never would.
    static final int PAGES_MAX = 1 << 16;

    /// Before the first page.
    static final ScanPlace FIRST =
            new ScanPlace(EngineConnection.text(ScanParams.SCAN_POINTER_START_BINARY), 0);

    /// The page that was read from here.
    ///
    /// @throws EngineException if it leads nowhere
    Engine.NamePage page(ScanResult<Tuple> found) throws EngineException {
        List<Timed> names = new ArrayList<>(found.getResult().size());
        for (Tuple one : found.getResult()) {
            String text = EngineConnection.text(one.getBinaryElement());
            names.add(Timed.of(text, one.getScore()));
        }
        return new Engine.NamePage(
                names,
                found.isCompleteIteration()
                        ? Optional.empty()
                        : Optional.of(next(EngineConnection.text(found.getCursorAsBytes()))));
    }

    private ScanPlace next(String its) throws EngineException {
        if (its.equals(cursor) || pages == PAGES_MAX) {
            throw EngineFault.endless();
        }
        return new ScanPlace(its, pages + 1);
    }
}

/// The embedded store: entries in flat memory, a journal that is written before an answer is sent,
/// and a save file in the original's format, written in the background (docs/adr/0001 to 0003).
///
/// ```
/// step ──> MemoryStore ──> AllShards ──> Shard (64) ──> Index ──> Records  one short lock per shard
///                                          └──────────> JournalBuffer      appended inside that lock
///                          commit ──> Journal                    written before an answer leaves
/// Saver ──> ShardWalks of each ──> SaveFile                      removes expired entries on its way
/// Recovery ──> the files ──> AllShards                           at start
/// ```
///
/// *Threads:* front ends call {@link org.greydaemon.store.memory.MemoryStore#step}; `save` runs
/// {@link org.greydaemon.store.memory.Saver}; `journal` synchronises the journal to disk.
@NullMarked
package org.greydaemon.store.memory;

import org.jspecify.annotations.NullMarked;

package org.greydaemon.exempt;

import org.greydaemon.net.CidrBlock;
import org.greydaemon.net.CidrSet;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// Finds the exemption of a client by its address, without allocating. Immutable.
final class ClientIndex {
    private final List<CidrBlock> blockList;
    private final CidrSet blocks;
    private final int[] exemptionOfBlock;
    private final List<Exemption> exemptions;

    private ClientIndex(Builder builder) {
        blockList = List.copyOf(builder.blocks);
        blocks = CidrSet.of(blockList);
        exemptionOfBlock = Arrays.copyOf(builder.exemptionOfBlock, builder.blocks.size());
        exemptions = List.copyOf(builder.exemptions);
    }

    /// The exemption whose block is narrowest, of equally narrow ones the first; {@link
    /// Exemption#NONE} if there is none.
    Exemption find(long high, long low) {
        int block = blocks.find(high, low);
        return block == CidrSet.NONE ? Exemption.NONE : exemptions.get(exemptionOfBlock[block]);
    }

    /// Whether every address of the block is exempt.
    boolean covers(CidrBlock block) {
        return blocks.covers(block);
    }

    /// The blocks in the order in which they were added.
    List<CidrBlock> blocks() {
        return blockList;
    }

    /// The exemption of the block with this index in {@link #blocks}.
    Exemption exemption(int block) {
        return exemptions.get(exemptionOfBlock[block]);
    }

    /// The exemptions in the order in which they were added.
    List<Exemption> exemptions() {
        return exemptions;
    }

    /// Collects exemptions.
    static final class Builder {
        private final List<CidrBlock> blocks = new ArrayList<>();
        private final List<Exemption> exemptions = new ArrayList<>();
        private int[] exemptionOfBlock = new int[16];

        /// How many blocks there are.
        int size() {
            return blocks.size();
        }

        void add(Exemption exemption, List<CidrBlock> its) {
            int first = blocks.size();
            blocks.addAll(its);
            if (blocks.size() > exemptionOfBlock.length) {
                exemptionOfBlock = Arrays.copyOf(exemptionOfBlock, 2 * blocks.size());
            }
            Arrays.fill(exemptionOfBlock, first, blocks.size(), exemptions.size());
            exemptions.add(exemption);
        }

        ClientIndex build() {
            return new ClientIndex(this);
        }
    }
}

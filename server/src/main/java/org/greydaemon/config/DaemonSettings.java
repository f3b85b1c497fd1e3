package org.greydaemon.config;

import org.greydaemon.decision.OriginalRules;
import org.greydaemon.decision.Retention;
import org.greydaemon.decision.RetryWindow;
import org.greydaemon.decision.Rules;
import org.greydaemon.exempt.ExemptionLists;
import org.greydaemon.log.LogFormat;
import org.greydaemon.mail.ReplyText;
import org.greydaemon.mistake.Mistake;
import org.greydaemon.mistake.MistakeException;
import org.greydaemon.net.CidrBlock;
import org.greydaemon.net.CidrSet;
import org.greydaemon.net.Endpoint;
import org.greydaemon.net.IpAddress;
import org.greydaemon.server.StreamAddress;
import org.greydaemon.server.SyslogAddress;
import org.greydaemon.share.ShareSettings;
import org.greydaemon.store.memory.Fsync;

import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/// What to run with, checked.
///
/// @param listen where to listen
/// @param saveFile the save file
/// @param user whom to become after binding
/// @param exempt who passes by the operator's word
/// @param debug whether to show what is loaded, and save after every round of answers
/// @param saveSeconds the time between saves, from 1 on
/// @param rules the rule set
/// @param observe whether all mail passes, and what the rules say is only told
/// @param logFormat the form of the log
/// @param syslog where the log goes; empty for standard output
/// @param allowed who may ask
/// @param fsync when the journal is forced to the disk
/// @param stopWaitSeconds for how long a stop tries to save
/// @param rescue where a stop saves if it cannot save otherwise
/// @param entriesMax the most entries
/// @param policy where Postfix's policy requests and greylistd's words are answered
/// @param milter where mail servers' milter connections are served
/// @param http where HTTP is answered, if anywhere
/// @param httpNames under which names a browser reaches the dashboard, besides the host's
/// @param httpOpen whether the dashboard may be looked at without a token on loopback
/// @param control where greyctl is answered
/// @param socketMode who may connect to unix sockets
/// @param reply what deferred clients are told
/// @param replyLink what links in replies begin with
/// @param share through what it remembers together with other hosts, if it does
public record DaemonSettings(
        Endpoint listen,
        Path saveFile,
        Optional<String> user,
        ExemptSettings exempt,
        boolean debug,
        long saveSeconds,
        Rules rules,
        boolean observe,
        LogFormat logFormat,
        Optional<SyslogAddress> syslog,
        CidrSet allowed,
        Fsync fsync,
        long stopWaitSeconds,
        Optional<Path> rescue,
        long entriesMax,
        List<StreamAddress> policy,
        List<StreamAddress> milter,
        Optional<Endpoint> http,
        List<String> httpNames,
        boolean httpOpen,
        Path control,
        Set<PosixFilePermission> socketMode,
        ReplyText reply,
        Optional<String> replyLink,
        Optional<ShareSettings> share) {
    private static final List<CidrBlock> LOOPBACK =
            List.of(
                    CidrBlock.around(IpAddress.ipv4(0x7f00_0000), 8),
                    CidrBlock.of(new IpAddress(0, 1)));

    /// RFC 1918 and RFC 4193.
    private static final List<CidrBlock> PRIVATE_NETWORKS =
            List.of(
                    CidrBlock.around(IpAddress.ipv4(0x0a00_0000), 8),
                    CidrBlock.around(IpAddress.ipv4(0xac10_0000), 12),
                    CidrBlock.around(IpAddress.ipv4(0xc0a8_0000), 16),
                    CidrBlock.around(new IpAddress(0xfc00_0000_0000_0000L, 0), 7));

    /// Where connections are taken.
    public List<StreamAddress> connections() {
        Stream<StreamAddress> page = http.stream().map(StreamAddress.Tcp::new);
        return Stream.of(policy.stream(), milter.stream(), page).flatMap(all -> all).toList();
    }

    /// Reads white list and exemption files.
    ///
    /// @throws MistakeException if one of them cannot be used with these settings; it has the
    ///   problems of all
    public ExemptionLists exemptionLists() throws MistakeException {
        ExemptionLists lists = exempt.lists();
        List<Mistake> mistakes = new ArrayList<>(lists.shut(rules.window()));
        if (replyLink.isEmpty()) {
            mistakes.addAll(lists.withLink());
        }
        if (!mistakes.isEmpty()) {
            throw new MistakeException(mistakes);
        }
        return lists;
    }

    /// What checked values mean.
    static DaemonSettings of(Values values) {
        return new DaemonSettings(
                values.get(ListenOptions.UDP),
                values.get(StoreOptions.SAVE_FILE),
                values.get(ListenOptions.USER),
                ExemptSettings.of(values),
                values.get(OutputOptions.DEBUG),
                values.get(StoreOptions.SAVE_INTERVAL).toSeconds(),
                rules(values),
                values.get(RuleOptions.OBSERVE),
                values.get(OutputOptions.LOG_FORMAT),
                values.get(OutputOptions.SYSLOG),
                allowed(values.get(ListenOptions.UDP).address(), values.get(ListenOptions.ALLOW)),
                values.get(StoreOptions.FSYNC),
                values.get(StoreOptions.STOP_WAIT).toSeconds(),
                values.get(StoreOptions.RESCUE)
                        .map(folder ->
                                folder.resolve(values.get(StoreOptions.SAVE_FILE).getFileName())),
                values.get(StoreOptions.MAX_ENTRIES),
                values.get(ListenOptions.POLICY),
                values.get(ListenOptions.MILTER),
                values.get(ListenOptions.HTTP),
                values.get(ListenOptions.HTTP_NAMES),
                values.get(ListenOptions.HTTP_OPEN),
                control(values),
                values.get(ListenOptions.SOCKET_MODE),
                values.get(OutputOptions.REPLY),
                values.get(OutputOptions.REPLY_LINK),
                ShareOptions.settings(values));
    }

    /// The file of clients that always pass.
    public Optional<Path> whiteList() {
        return exempt.whiteList();
    }

    private static Path control(Values values) {
        Path saveFile = values.get(StoreOptions.SAVE_FILE);
        return values.get(OutputOptions.CONTROL)
                .orElse(saveFile.resolveSibling(saveFile.getFileName() + ".ctl"));
    }

    private static Rules rules(Values values) {
        RetryWindow window =
                new RetryWindow(
                        values.get(RuleOptions.DELAY).toSeconds(),
                        values.get(RuleOptions.WINDOW).toSeconds());
        Retention retention = new Retention(values.get(RuleOptions.RETENTION).toSeconds());
        return switch (values.get(RuleOptions.RULES)) {
            case ORIGINAL -> new OriginalRules(window, retention);
            case MODERN -> ModernSettings.rules(values, window, retention);
        };
    }

    /// Whether an address is on loopback.
    static boolean isLoopback(IpAddress address) {
        return CidrSet.of(LOOPBACK).contains(address.high(), address.low());
    }

    /// The default is loopback, and the private networks when UDP is listened for on one; nobody
    /// else unless told to. It is one set for all protocols.
    private static CidrSet allowed(IpAddress udp, List<CidrBlock> more) {
        List<CidrBlock> blocks = new ArrayList<>(LOOPBACK);
        if (isForPrivateNetworks(udp)) {
            blocks.addAll(PRIVATE_NETWORKS);
        }
        blocks.addAll(more);
        return CidrSet.of(blocks);
    }

    /// Whether other hosts than this one may ask.
    static boolean mayOthersAsk(Values values) {
        return isForPrivateNetworks(values.get(ListenOptions.UDP).address())
                || !values.get(ListenOptions.ALLOW).isEmpty();
    }

    private static boolean isForPrivateNetworks(IpAddress udp) {
        return udp.equals(IpAddress.ipv4(0))
                || udp.equals(new IpAddress(0, 0))
                || CidrSet.of(PRIVATE_NETWORKS).contains(udp.high(), udp.low());
    }
}

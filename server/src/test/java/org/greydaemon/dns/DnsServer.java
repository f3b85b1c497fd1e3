package org.greydaemon.dns;

import org.greydaemon.net.Endpoint;
import org.greydaemon.net.IpAddress;
import org.xbill.DNS.CNAMERecord;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/// A DNS server on loopback that knows a few records, for tests.
final class DnsServer implements AutoCloseable {
    private final DatagramSocket socket;
    private final List<Record> records = new CopyOnWriteArrayList<>();
    private final List<Name> silentZones = new CopyOnWriteArrayList<>();
    private final List<Name> asked = new CopyOnWriteArrayList<>();
    private final AtomicInteger queries = new AtomicInteger();
    private volatile int rcode = Rcode.NXDOMAIN;
    private volatile boolean silent;

    /// Has the JVM load what looks names up, which takes longer on a busy machine than anybody
    /// waits for a name; a daemon's first questions wait for it, too, and go on without.
    static void loadWhatAsks() throws IOException {
        try (DnsServer any = new DnsServer()) {
            Lookups lookups = new Lookups(any.endpoint(), () -> {});
            lookups.confirmed(IpAddress.ipv4(0x7f00_0001)).join();
        }
    }

    DnsServer() throws IOException {
        socket = new DatagramSocket(0, InetAddress.getByAddress(new byte[] {127, 0, 0, 1}));
        Thread.ofPlatform().name("dns-server").daemon().start(this::run);
    }

    Endpoint endpoint() {
        return new Endpoint(IpAddress.ipv4(0x7f00_0001), socket.getLocalPort());
    }

    /// Adds a record as a zone file has it: `mx.example.org. A 192.0.2.7`.
    DnsServer knows(String name, int type, String data) throws IOException {
        Name owner = Name.fromString(name);
        records.add(Record.fromString(owner, type, DClass.IN, 300, data, Name.root));
        return this;
    }

    /// Answers everything it does not know with this code, `SERVFAIL` for example.
    DnsServer says(int code) {
        rcode = code;
        return this;
    }

    /// Answers nothing any more.
    DnsServer silent() {
        silent = true;
        return this;
    }

    /// Answers nothing about what is below a name.
    DnsServer silentBelow(String name) throws IOException {
        silentZones.add(Name.fromString(name));
        return this;
    }

    boolean wasAsked(String name) throws IOException {
        return asked.contains(Name.fromString(name));
    }

    int queries() {
        return queries.get();
    }

    private void run() {
        byte[] octets = new byte[512];
        while (true) {
            try {
                DatagramPacket packet = new DatagramPacket(octets, octets.length);
                socket.receive(packet);
                queries.incrementAndGet();
                byte[] query = new byte[packet.getLength()];
                System.arraycopy(octets, 0, query, 0, query.length);
                Message question = new Message(query);
                Name name = question.getQuestion().getName();
                asked.add(name);
                if (!silent && silentZones.stream().noneMatch(name::subdomain)) {
                    byte[] answer = answer(question).toWire();
                    socket.send(
                            new DatagramPacket(answer, answer.length, packet.getSocketAddress()));
                }
            } catch (IOException e) {
                return; // Closed.
            }
        }
    }

    private Message answer(Message query) {
        Message answer = new Message(query.getHeader().getID());
        answer.getHeader().setFlag(Flags.QR);
        answer.getHeader().setFlag(Flags.RA);
        answer.addRecord(query.getQuestion(), Section.QUESTION);
        List<Record> found = find(query.getQuestion().getName(), query.getQuestion().getType());
        found.forEach(record -> answer.addRecord(record, Section.ANSWER));
        if (found.isEmpty()) {
            answer.getHeader().setRcode(rcode);
        }
        return answer;
    }

    /// Follows aliases, as resolvers do.
    private List<Record> find(Name name, int type) {
        List<Record> found = new ArrayList<>();
        for (Record record : records) {
            if (record.getName().equals(name) && record.getType() == type) {
                found.add(record);
            } else if (record.getName().equals(name) && record.getType() == Type.CNAME) {
                found.add(record);
                found.addAll(find(((CNAMERecord) record).getTarget(), type));
            }
        }
        return found;
    }

    @Override
    public void close() {
        socket.close();
    }
}

/// Addresses as values: {@link org.greydaemon.net.IpAddress}, {@link org.greydaemon.net.CidrBlock},
/// {@link org.greydaemon.net.CidrSet} and {@link org.greydaemon.net.Endpoint}, and the same on
/// bytes and pairs of longs for the datagram path, which allocates nothing. No sockets, no files,
/// no names: nothing here ever asks the DNS.
///
/// An address is 128 bits, `high` and `low`; IPv4 is kept as IPv4-mapped IPv6 (RFC 4291 2.5.5.2),
/// so `::ffff:192.0.2.1` and `192.0.2.1` are one address, which is printed as `192.0.2.1`.
///
/// *Threads:* everything is immutable, except {@link org.greydaemon.net.AddressParser}, which is
/// confined to its thread.
@NullMarked
package org.greydaemon.net;

import org.jspecify.annotations.NullMarked;

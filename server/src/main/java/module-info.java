/// The greylisting server. Exports nothing: programs talk to it over sockets. The list of modules
/// is short on purpose, it is also what a jlink image has to hold.
@SuppressWarnings("requires-automatic") // tomlj has a name but no descriptor.
module org.greydaemon {
    requires info.picocli;
    requires jdk.net; // TCP_QUICKACK and SO_PEERCRED.
    requires org.apache.commons.pool2; // Of jedis.
    requires org.dnsjava; // Loaded when an exemption asks for the name of a host.
    requires redis.clients.jedis; // Loaded when hosts share what they remember.
    requires org.tomlj; // Loaded for a configuration file only.
    requires jdk.unsupported; // sun.misc.Signal: HUP, ALRM and USR1 have no other door.
    requires static org.jspecify;
    requires static com.google.errorprone.annotations;

    // picocli reads the annotated fields of the commands by reflection.
    opens org.greydaemon.cli to
            info.picocli;
}

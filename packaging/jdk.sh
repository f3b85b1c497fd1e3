# Sourced by ./greydaemon, ./greyctl and ./check: finds a JDK 25 and builds the jar when it is missing.
# Needs $here, the folder of the sources or of the installation.

is_java25() {
  [ -x "$1/bin/java" ] && grep -q '^JAVA_VERSION="25' "$1/release" 2>/dev/null
}

# Sets JAVA_HOME to a JDK 25: the one already named there, else the first below /usr/lib/jvm, else the one in PATH.
find_java() {
  if [ -n "${JAVA_HOME:-}" ] && is_java25 "$JAVA_HOME"; then return 0; fi
  for JAVA_HOME in /usr/lib/jvm/*25*; do
    if is_java25 "$JAVA_HOME"; then export JAVA_HOME; return 0; fi
  done
  if java=$(command -v java); then
    JAVA_HOME=$(dirname "$(dirname "$(readlink -f "$java")")")
    if is_java25 "$JAVA_HOME"; then export JAVA_HOME; return 0; fi
  fi
  echo "${0##*/}: no JDK 25 in JAVA_HOME, below /usr/lib/jvm or in PATH; install one (for example temurin-25-jdk or openjdk-25-jdk) or set JAVA_HOME to it" >&2
  exit 1
}

jar() { printf '%s\n' "$here/server/target/greydaemon.jar"; }

# Builds once. A half-finished build leaves no jar behind it, so that the next start tries again.
build_if_missing() {
  [ -e "$(jar)" ] && return 0
  command -v mvn >/dev/null || { echo "${0##*/}: $(jar) is not built and there is no mvn to build it; install Maven 3.8 or later" >&2; exit 1; }
  echo "${0##*/}: building server/target/greydaemon.jar, once; this takes a minute" >&2
  (cd "$here" && MAVEN_OPTS=--sun-misc-unsafe-memory-access=allow mvn -q -pl server package -DskipTests) >&2 || { rm -f "$(jar)"; echo "${0##*/}: the build stopped with the error above" >&2; exit 1; }
}

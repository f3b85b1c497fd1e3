# shellcheck shell=sh
# Sourced by ./greydaemon, ./greyctl, ./check and packaging/archive: finds a JDK 25, builds the jar
# when it is missing, and runs it. Needs $here, the folder of the sources.
. "$here/packaging/jvm.sh"

is_java25() {
  [ -x "$1/bin/java" ] && grep -q '^JAVA_VERSION="25' "$1/release" 2>/dev/null
}

say() { echo "${0##*/}: $*" >&2; }

# Sets JAVA_HOME to a JDK 25: the one already named there, else the first below /usr/lib/jvm, else the one in PATH.
find_java() {
  named=${JAVA_HOME:-}
  if [ -n "${JAVA_HOME:-}" ] && is_java25 "$JAVA_HOME"; then return 0; fi
  for JAVA_HOME in /usr/lib/jvm/*25*; do
    if is_java25 "$JAVA_HOME"; then export JAVA_HOME; return 0; fi
  done
  if java=$(command -v java); then
    JAVA_HOME=$(dirname "$(dirname "$(readlink -f "$java")")")
    if is_java25 "$JAVA_HOME"; then export JAVA_HOME; return 0; fi
  fi
  has=$(sed -n 's/^JAVA_VERSION="\(.*\)"/ Java \1/p' "$named/release" 2>/dev/null)
  say "no JDK 25 in JAVA_HOME${named:+ ($named:${has:- no JDK})}, below /usr/lib/jvm or in PATH; install one (for example temurin-25-jdk or openjdk-25-jdk) or set JAVA_HOME to it"
  exit 78
}

find_mvn() {
  command -v mvn >/dev/null || { say "no mvn in PATH to build with; install Maven 3.8 or later"; exit 1; }
  # Silences what Maven's own Guava makes the JVM say.
  MAVEN_OPTS="--sun-misc-unsafe-memory-access=allow ${MAVEN_OPTS:-}"; export MAVEN_OPTS
}

# shellcheck disable=SC2154 # Who sources this has set it.
is_built() { [ -e "$here/server/target/greydaemon.jar" ] && [ -d "$here/server/target/lib" ]; }

# Builds once; a second start waits for the first one's build. What an interrupted build leaves is not taken for a jar.
build_if_missing() {
  is_built && return 0
  find_mvn
  [ -x "$JAVA_HOME/bin/javac" ] || { say "$JAVA_HOME has no javac to build with; install the whole JDK 25"; exit 1; }
  (
    if command -v flock >/dev/null; then flock 9; fi
    is_built && exit 0
    say "building server/target/greydaemon.jar, once; this takes a minute"
    rm -f "$here/server/target/greydaemon.jar"
    # Maven colours even what it does not say; its words are for the case that something goes wrong.
    words=$(mktemp) || exit 1
    (cd "$here" && mvn -q -pl server package -DskipTests) >"$words" 2>&1 9<&-
    status=$?
    [ $status = 0 ] || cat "$words" >&2
    rm -f "$words"
    exit $status
  ) 9<"$here/pom.xml" || { rm -f "$here/server/target/greydaemon.jar"; say "the build stopped with the error above"; exit 1; }
}

# The archive of loaded classes, one for each JDK: a JVM that cannot use the one it is given uses none at all.
archive() {
  version=$(sed -n 's/^JAVA_RUNTIME_VERSION="\(.*\)"/\1/p' "$JAVA_HOME/release")
  printf '%s\n' "$here/server/target/greydaemon-$version.jsa"
}

# The archive goes with the place of its jar, which its name with .place tells: in a tree that was moved or copied the JVM
# takes it, and then refuses each class that it loads from the jar into a package that the archive has sealed.
is_archive_of_here() {
  place=
  { IFS= read -r place <"$archive.place"; } 2>/dev/null
  [ "$place" = "$here" ]
}

# Becomes the JVM that runs a class of what was built here.
run_class() {
  java=$JAVA_HOME/bin/java modules=$here/server/target/greydaemon.jar:$here/server/target/lib archive=$(archive)
  is_archive_of_here || archive=
  become_jvm "$@"
}

# Sourced by bench/run: the JMH benchmarks as a table; fails if a step of an answer makes garbage.
# Needs $here, $bin and JAVA_HOME.

if ! [ -d "$bin/lib" ]; then
  command -v mvn >/dev/null || fail "no mvn to build the benchmarks; install Maven 3.8 or later"
  say "building the benchmarks, once; this takes a minute"
  (cd "$here" && MAVEN_OPTS=--sun-misc-unsafe-memory-access=allow mvn -q -pl server,bench package -DskipTests) >&2 ||
    fail "the build stopped with the error above"
fi
say "JMH, in about three minutes"
# The class path, because the server's module exports nothing to anybody.
"$JAVA_HOME/bin/java" -XX:+UseSerialGC -XX:+UseCompactObjectHeaders --enable-native-access=ALL-UNNAMED \
  -cp "$bin/classes:$bin/lib/*" org.openjdk.jmh.Main -jvmArgs "-Xmx256m" -foe true \
  -f 1 -wi 5 -i 10 -w 500ms -r 500ms -bm avgt -tu ns -prof gc -rf csv -rff "$run/jmh.csv" >"$run/jmh.log" 2>&1 ||
  { cat "$run/jmh.log" >&2; fail "JMH stopped; its own words are above"; }
echo "$(date +%F), \`bench/run --jmh\`: $machine."
echo
echo "| step | ns | + - | garbage in octets |"
echo "|---|---|---|---|"
# 10^-4 octets are the profiler's own; a real object has at least 8.
tr -d '"' <"$run/jmh.csv" | awk -F, '
  { kind = $8 == "" || NR == 1 ? "" : " " $8 }
  $1 ~ /norm$/ { split($1, name, ":"); garbage[name[1] kind] = $5 }
  $1 !~ /:/ && NR > 1 { score[$1 kind] = $5; error[$1 kind] = $6 }
  END {
    for (b in score) {
      n = split(b, part, ".")
      printf "| %s %s | %.0f | %.0f | %.2f |\n", part[n - 1], part[n], score[b], error[b], garbage[b] | "sort"
      # What exemptions say of names and addresses is looked up in strings.
      bad += garbage[b] >= 1 && part[n - 1] !~ /^(Exemptions|Terms)Bench$/
    }
    close("sort")
    if (bad) print "bench: a step makes garbage" > "/dev/stderr"
    exit bad > 0
  }'

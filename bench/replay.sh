# shellcheck shell=sh disable=SC2154 # bench/run has set what is used here.
# Sourced by bench/run: how fast `greyctl replay` plays the log of a mail server (docs/replay.md).

# replay FILE: plays it once; prints attempts a second, processor time and time, in seconds.
replay() {
  begun=$(nanoseconds)
  # shellcheck disable=SC2016 # The inner shell's: its times are those of its only child.
  TZ=UTC sh -c '"$@" >"$0" && times' "$run/figures" "$here/greyctl" replay --json --config "$run/replay.toml" "$1" >"$run/times" ||
    fail "greyctl replay stopped"
  awk -v took="$(awk -v b="$begun" -v e="$(nanoseconds)" 'BEGIN {print (e - b) / 1e9}')" \
    -v rate="$(sed -n 's/.*"attempts_per_second":\([0-9]*\).*/\1/p' "$run/figures")" \
    'NR == 2 {split($1 "m" $2, t, /[ms]+/); printf "%s %.1f %.1f\n", rate, 60 * t[1] + t[2] + 60 * t[3] + t[4], took}' "$run/times"
}

# middle COLUMN: of all plays of a log, the middle, the least and the greatest.
middle() { awk -v column="$1" '{print $column}' "$run/plays" | median; }

replaying() {
  attempts=$((million / 2))
  echo 'rules.set = "modern"' >"$run/replay.toml"
  echo "### Playing a log of $attempts attempts"
  echo
  echo "The middle one of $rounds plays, each by a process of its own, whose start and compiling count; attempts a second are those that it prints:"
  echo
  echo "| log | lines | attempts/s | least - most | processor time, s | time, s |"
  echo "|---|---|---|---|---|---|"
  for form in logfmt postfix exim; do
    say "replaying $form"
    "$bin/maillog" $form "$attempts" >"$run/mail.log" || fail "the log could not be written"
    : >"$run/plays"
    for _ in $(seq "$rounds"); do replay "$run/mail.log" >>"$run/plays"; done
    rate=$(middle 1)
    processor=$(middle 2)
    took=$(middle 3)
    echo "| $form | $(wc -l <"$run/mail.log") | **${rate%% *}** | $(echo "${rate#* }" | sed 's/ / - /')" \
      "| ${processor%% *} | ${took%% *} |"
  done
  echo
}

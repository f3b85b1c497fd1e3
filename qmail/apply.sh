#!/bin/sh
# Puts greylisting into an unpacked qmail source tree: netqmail 1.05 and 1.06, notqmail and their
# relatives, patched or not.
#
#   apply.sh SRCDIR          edits the tree; running it again changes nothing, or updates an older edit
#   apply.sh --undo SRCDIR   takes the edit out again, byte for byte
#
# It is the last patch: a patch that comes later expects the lines without it, so undo it before and
# run it again behind.
#
# What it edits:
#   qmail-smtpd.c    in smtp_data, behind "seenmail = 0;": the question, unless relayclient is set
#   Makefile         a rule for grey.o at the end, and grey.o in the line that loads qmail-smtpd
#   TARGETS          grey.o, for "make clean" (a tree without this file is fine)
#   qmail-smtpd.8    a section GREYLISTING (or qmail-smtpd.9, where the page is made from it); it may
#                    lie in man, man/8 or man/man8 (a tree without the page is fine)
#   grey.c, grey.h   are new; a grey.h that differs from ours stays, as its constants may be yours
#
# All or nothing: every edited file is made beside the tree's files first, and its undoing compared
# with the original; only when all are good do they take their places. When a place is missing, the
# script names it, changes nothing and exits 1. Exit 2 is wrong usage.
LC_ALL=C; export LC_ALL
here=$(cd "$(dirname "$0")" && pwd) || exit 1

undo=
[ "$1" = --undo ] && { undo=yes; shift; }
case $# in
  1) src=$1 ;;
  *) echo "usage: apply.sh [--undo] SRCDIR" >&2; exit 2 ;;
esac
[ -d "$src" ] || { echo "apply.sh: $src is not a folder" >&2; exit 2; }

missing=
lacks() { echo "apply.sh: $src/$1: $2" >&2; missing=yes; }

# ---- the edits: each reads a file without our lines and writes it with them, or says what is missing

edit_smtpd() {
  awk '
    /^([A-Za-z_].*[ \t*])?smtp_data[ \t]*\(/ && !/\)[ \t]*;/ { inside = 1; found = 1 }
    inside && /^}/ { inside = 0 }
    { print }
    inside && /^[ \t]*seenmail = 0;[ \t]*$/ {
      places++
      print "  /* greydaemon: begin */"
      print "  if (!relayclient) {"
      print "    extern char *grey_check(const char *,const char *,const char *,unsigned int);"
      print "    char *greyreply = grey_check(remoteip,mailfrom.s,rcptto.s,rcptto.len);"
      print "    if (greyreply) { out(greyreply); out(\"\\r\\n\"); return; }"
      print "  }"
      print "  /* greydaemon: end */"
    }
    END {
      if (!found) { print "no function smtp_data" > "/dev/stderr"; exit 1 }
      if (places != 1) {
        print places + 0 " lines \"seenmail = 0;\" in smtp_data, not 1" > "/dev/stderr"; exit 1
      }
    }'
}

edit_makefile() {
  awk '
    /^qmail-smtpd[ \t]*:/ { inside = 1; rule = 1 }
    inside && !/^qmail-smtpd[ \t]*:/ && !/^\t/ && !continued { inside = 0 }
    { continued = /\\$/ }
    inside && /^\t.*[ \t]qmail-smtpd[ \t]/ {
      loads++
      sub(/[ \t]qmail-smtpd[ \t]/,"&grey.o ")
    }
    { print }
    END {
      print "# greydaemon: begin"
      print "grey.o: \\"
      print "compile grey.c grey.h"
      print "\t./compile grey.c"
      print ""
      print "qmail-smtpd: grey.o"
      print "# greydaemon: end"
      if (!rule) { print "no rule for qmail-smtpd" > "/dev/stderr"; exit 1 }
      if (loads != 1) {
        print loads + 0 " lines that load qmail-smtpd in its rule, not 1" > "/dev/stderr"; exit 1
      }
    }'
}

edit_targets() {
  awk '{ print } /^qmail-smtpd$/ && !done { print "grey.o"; done = 1 }
    END { if (!done) { print "no line qmail-smtpd" > "/dev/stderr"; exit 1 } }'
}

edit_page() {
  awk -v section="$here/smtpd-greylisting.man" '
    /^\.SH "?(CONTROL FILES|SEE ALSO)"?/ && !done {
      print ".\\\" greydaemon: begin"
      while ((getline text < section) > 0) print text
      print ".\\\" greydaemon: end"
      done = 1
    }
    { print }
    END { if (!done) { print "no section CONTROL FILES or SEE ALSO" > "/dev/stderr"; exit 1 } }'
}

# Takes our lines and words out of any of the files.
strip_edit() {
  awk -v file="$1" '
    /greydaemon: begin/ { ours = 1 }
    file == "TARGETS" && /^grey\.o$/ { next }
    file == "Makefile" && match($0,/[ \t]qmail-smtpd[ \t]grey\.o /) {
      $0 = substr($0,1,RSTART + RLENGTH - 8) substr($0,RSTART + RLENGTH)
    }
    !ours { print }
    /greydaemon: end/ { ours = 0 }
    END { if (ours) { print "greydaemon: begin without its end" > "/dev/stderr"; exit 1 } }'
}

# ---- one file after the other, into the work folder

is_edited() {
  case $1 in
    TARGETS) grep -q '^grey\.o$' "$src/$1" ;;
    *) grep -q 'greydaemon: begin' "$src/$1" ;;
  esac
}

# prepare FILE EDIT makes FILE's new text, and notes FILE in $changed if that differs.
prepare() {
  if [ ! -f "$src/$1" ] || [ -h "$src/$1" ]; then lacks "$1" "not there, or not a plain file"; return; fi
  if [ -n "$undo" ] && ! is_edited "$1"; then return; fi
  strip_edit "$1" <"$src/$1" >"$work/base" 2>"$work/why" || { lacks "$1" "$(cat "$work/why")"; return; }
  is_edited "$1" || cmp -s "$src/$1" "$work/base" || { lacks "$1" "no line feed at its end"; return; }
  cp -p "$src/$1" "$work/$1" || exit 1
  if [ -n "$undo" ]; then
    cat "$work/base" >"$work/$1" || exit 1
  else
    "$2" <"$work/base" >"$work/$1" 2>"$work/why" || { lacks "$1" "$(cat "$work/why")"; return; }
    strip_edit "$1" <"$work/$1" | cmp -s - "$work/base" || { lacks "$1" "--undo could not restore it"; return; }
  fi
  cmp -s "$work/$1" "$src/$1" || changed="$changed $1"
}

# prepare_new FILE WORDS: a file of ours, known by WORDS; a stranger's file of that name stops us.
prepare_new() {
  if [ -e "$src/$1" ]; then
    grep -q "$2" "$src/$1" || { lacks "$1" "is there already and is not ours; is another greylisting patch in?"; return; }
    if [ "$1" = grey.h ] && ! cmp -s "$here/$1" "$src/$1"; then kept=$src/$1; return; fi
    [ -n "$undo" ] && { removed="$removed $1"; return; }
  elif [ -n "$undo" ]; then
    return
  fi
  cp "$here/$1" "$work/$1" || exit 1
  cmp -s "$work/$1" "$src/$1" || changed="$changed $1"
}

work=$src/.greydaemon.$$
mkdir "$work" || { echo "apply.sh: cannot write in $src" >&2; exit 1; }
trap 'rm -rf "$work"' EXIT
trap 'exit 1' HUP INT TERM

changed=
removed=
kept=
page=
for f in qmail-smtpd.9 qmail-smtpd.8 man/qmail-smtpd.8 man/8/qmail-smtpd.8 man/man8/qmail-smtpd.8; do
  [ -e "$src/$f" ] && { page=$f; break; }
done
mkdir -p "$work/${page%qmail-smtpd.*}" || exit 1
prepare qmail-smtpd.c edit_smtpd
prepare Makefile edit_makefile
[ -e "$src/TARGETS" ] && prepare TARGETS edit_targets
[ -z "$page" ] || prepare "$page" edit_page
prepare_new grey.c "greydaemon's client for qmail"
prepare_new grey.h 'asks greydaemon about one envelope'
if [ -z "$undo" ] && [ -f "$src/qmail-smtpd.c" ]; then
  for word in relayclient remoteip mailfrom.s rcptto.s rcptto.len 'out('; do
    grep -Fq "$word" "$src/qmail-smtpd.c" || lacks qmail-smtpd.c "no $word"
  done
  grep -Fq './compile ' "$src/Makefile" 2>/dev/null || lacks Makefile "no ./compile"
fi
[ -z "$missing" ] || { echo "apply.sh: nothing is changed" >&2; exit 1; }

# ---- all of them take their places, or none

put_back() {
  for f in $done; do
    if [ -e "$work/$f.old" ]; then mv -f "$work/$f.old" "$src/$f"; else rm -f "$src/$f"; fi
  done
  echo "apply.sh: $src cannot be written; nothing is changed" >&2
  exit 1
}

trap '' HUP INT TERM
for f in $changed; do
  [ ! -e "$src/$f" ] || cp -p "$src/$f" "$work/$f.old" || { echo "apply.sh: nothing is changed" >&2; exit 1; }
done
done=
for f in $changed; do
  done="$done $f"
  mv -f "$work/$f" "$src/$f" || put_back
done
for f in $removed; do rm -f "$src/$f"; done
[ -z "$undo" ] || rm -f "$src/grey.o"

[ -z "$kept" ] || echo "apply.sh: $kept differs from $here/grey.h and stays; without it, the next run puts in ours"
case $undo:$changed$removed in
  yes:) echo "apply.sh: no greylisting in $src, nothing is changed" ;;
  yes:*) echo "apply.sh: greylisting is out of $src; make it again" ;;
  :) echo "apply.sh: greylisting is in $src already, nothing is changed" ;;
  :*) echo "apply.sh: greylisting is in $src; make and install it as before" ;;
esac

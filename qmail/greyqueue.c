/*
 * greyqueue: greylisting for a qmail-smtpd that is not recompiled.
 *
 * qmail-smtpd runs it in place of bin/qmail-queue when QMAILQUEUE names it, and gives it what
 * qmail-queue gets: the message on descriptor 0, then the envelope on descriptor 1
 * (F<sender> NUL, T<recipient> NUL for each, NUL). greyqueue runs the real queue program and
 * streams the message into it, but holds the envelope back until the daemon has answered:
 *   accept  the envelope is passed on; greyqueue exits as the queue program does
 *   defer   the envelope stays empty; the queue program sees it cut off, removes what it has
 *           stored and exits; greyqueue exits 71 (temporary refusal)
 * Nothing of the envelope is shown before the verdict, because a scanner in between may act on
 * a part of it.
 *
 * GREYIP, GREYSTRICT  as in grey.c. Empty or missing GREYIP: no question, see below
 * GREYQUEUE           the real queue program, a path (default bin/qmail-queue, qmail's own)
 * RELAYCLIENT         set: no question; nor if the client has authenticated itself, see grey_relays
 * TCPREMOTEIP         the client's address; missing or "unknown": no question
 * Without a question greyqueue becomes the queue program at once, by exec. GREYIP and GREYQUEUE
 * are not passed on: an envelope is asked about once, whatever the queue program runs.
 *
 * One mail, one fate: only the queue program's exit code 0 makes greyqueue exit 0. When the
 * queue program ends before it has taken all, its own exit code is passed on, or 53 if it
 * claimed success. When the message or the envelope breaks off, its opinion of the rest does not
 * count. If greyqueue is killed before the verdict, the queue program sees a cut
 * envelope. Once it passes the envelope on, signals are held off until the queue program's
 * word is known; only kill -9 in that moment leaves a mail queued that the client was not told of,
 * as it does in qmail-queue itself.
 *
 * Exit codes of its own: 51 no process or pipe, 53 see above, 54 message or envelope cannot be
 * read, 71 deferred, 81 the queue program crashed, 120 it cannot be run.
 */
#define _POSIX_C_SOURCE 200112L
#include <sys/types.h>
#include <sys/wait.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "grey.h"

extern char **environ;

#define DEFAULTQUEUE "bin/qmail-queue"

#define RESOURCES 51
#define WRITE_ERROR 53
#define READ_ERROR 54
#define DEFERRED 71
#define CRASHED 81
#define CANNOT_RUN 120

static char buf[8192];

/* The envelope, or its beginning: a sender of any sense and more than a query can hold; and a NUL
   behind it. */
static char held[8 * GREYCUTSIZE + 1];
static size_t heldlen;
static int ended; /* the whole envelope has been read */

static struct sigaction oldpipe; /* what SIGPIPE did before */
static int message; /* the pipe that is the queue program's descriptor 0 */
static int envelope; /* and the one that is its descriptor 1 */
static pid_t queue;

/* ---- descriptors ---- */

static ssize_t get(int fd,char *s,size_t len)
{
  ssize_t r;

  do r = read(fd,s,len);
  while (r == -1 && errno == EINTR);
  return r;
}

/* Writes all of s. 0: could not. */
static int put(int fd,const char *s,size_t len)
{
  ssize_t w;

  while (len) {
    w = write(fd,s,len);
    if (w == -1 && errno == EINTR) continue;
    if (w <= 0) return 0;
    s += w;
    len -= (size_t) w;
  }
  return 1;
}

/* A pipe of which the queue program inherits nothing by accident. */
static void make_pipe(int p[2])
{
  if (pipe(p) == -1) _exit(RESOURCES);
  if (fcntl(p[0],F_SETFD,FD_CLOEXEC) == -1) _exit(RESOURCES);
  if (fcntl(p[1],F_SETFD,FD_CLOEXEC) == -1) _exit(RESOURCES);
}

/* A pipe must not get the number 0 or 1. It may get a closed 2: no log line is ever written to it,
   because both the pipe's end and the socket are closed again by then. */
static void check_descriptors(void)
{
  if (fcntl(0,F_GETFD) == -1 || fcntl(1,F_GETFD) == -1) _exit(READ_ERROR);
}

/* ---- the queue program ---- */

/* Takes a variable, given with its '=', out of the environment; pointers into it stay good. */
static void forget(const char *name)
{
  char **from;
  char **to = environ;

  for (from = environ;*from;++from)
    if (strncmp(*from,name,strlen(name))) *to++ = *from;
  *to = 0;
}

static void run_queue(void)
{
  char *args[2];

  args[0] = getenv("GREYQUEUE");
  if (!args[0] || !*args[0]) args[0] = DEFAULTQUEUE;
  args[1] = 0;
  forget("GREYQUEUE=");
  forget("GREYIP=");
  execv(args[0],args);
  _exit(CANNOT_RUN);
}

static void start_queue(void)
{
  int m[2];
  int e[2];

  make_pipe(m);
  make_pipe(e);
  queue = fork();
  if (queue == -1) _exit(RESOURCES);
  if (queue == 0) {
    if (dup2(m[0],0) == -1 || dup2(e[0],1) == -1) _exit(CANNOT_RUN);
    sigaction(SIGPIPE,&oldpipe,0);
    run_queue();
  }
  close(m[0]);
  close(e[0]);
  message = m[1];
  envelope = e[1];
}

/* The queue program's exit code, once it has ended. */
static int end_queue(void)
{
  int status;
  pid_t r;

  do r = waitpid(queue,&status,0);
  while (r == -1 && errno == EINTR);
  if (r == -1 || !WIFEXITED(status)) return CRASHED;
  return WEXITSTATUS(status);
}

/* ---- message and envelope ---- */

/* Streams the message. Returns 0 or an exit code. */
static int pass_message(void)
{
  ssize_t r;

  for (;;) {
    r = get(0,buf,sizeof buf);
    if (r == -1) return READ_ERROR;
    if (r == 0) return 0;
    if (!put(message,buf,(size_t) r)) return WRITE_ERROR;
  }
}

/* Reads some of the envelope and notes its end, an item without a byte. 0: cut off, or an error. */
static size_t get_envelope(char *s,size_t len)
{
  static char last; /* the byte before; the envelope begins as if an item had just ended */
  ssize_t r = get(1,s,len);
  ssize_t i;

  if (r <= 0) return 0;
  for (i = 0;i < r && !ended;++i) {
    ended = !s[i] && !last;
    last = s[i];
  }
  return (size_t) r;
}

/* Reads the envelope until it ends or as much is held as can be. */
static int hold_envelope(void)
{
  size_t r;

  while (!ended && heldlen < sizeof held - 1) {
    r = get_envelope(held + heldlen,sizeof held - 1 - heldlen);
    if (!r) return READ_ERROR;
    heldlen += r;
  }
  return 0;
}

/* Whether the daemon defers the held envelope. One that is not well formed is not ours to judge. */
static int deferred(void)
{
  const char *sender = held + 1;
  const char *recipients = "T"; /* out of reach: one of which nothing is known */
  size_t from;
  size_t len = 1;

  if (held[0] != 'F') return 0;
  from = 1 + strlen(sender) + 1;
  if (from < heldlen) {
    recipients = held + from;
    len = heldlen - from;
  }
  return grey_check(getenv("TCPREMOTEIP"),sender,recipients,(unsigned int) len) != 0;
}

static int pass_envelope(void)
{
  size_t r;

  if (!put(envelope,held,heldlen)) return WRITE_ERROR;
  while (!ended) {
    r = get_envelope(buf,sizeof buf);
    if (!r) return READ_ERROR;
    if (!put(envelope,buf,r)) return WRITE_ERROR;
  }
  return 0;
}

/* Takes the rest of a deferred envelope, so that its writer need not mind a broken pipe. */
static void skip_envelope(void)
{
  while (!ended && get_envelope(buf,sizeof buf)) ;
}

/* ---- main ---- */

static int is_set(const char *name)
{
  const char *x = getenv(name);

  return x && *x;
}

/* Whether there is a question to ask at all. */
static int asks(void)
{
  if (!is_set("GREYIP") || grey_relays()) return 0;
  return is_set("TCPREMOTEIP") && strcmp(getenv("TCPREMOTEIP"),"unknown");
}

/* A broken pipe is an error of write; SIGCHLD must not be ignored, or exit codes get lost. */
static void set_signals(void)
{
  struct sigaction act;

  memset(&act,0,sizeof act);
  sigemptyset(&act.sa_mask);
  act.sa_handler = SIG_DFL;
  sigaction(SIGCHLD,&act,0);
  act.sa_handler = SIG_IGN;
  sigaction(SIGPIPE,&act,&oldpipe);
}

static void hold_signals(void)
{
  sigset_t all;

  sigfillset(&all);
  sigprocmask(SIG_BLOCK,&all,0);
}

int main(void)
{
  int code;
  int result;

  grey_program = "greyqueue";
  if (!asks()) run_queue();
  check_descriptors();
  set_signals();
  start_queue();

  code = pass_message();
  close(message);
  if (!code) code = hold_envelope();
  if (!code && deferred()) code = DEFERRED;
  if (!code) {
    hold_signals();
    code = pass_envelope();
  }
  close(envelope);
  if (code == DEFERRED) skip_envelope();
  result = end_queue();
  if (code == DEFERRED || code == READ_ERROR) return code;
  return result ? result : code;
}

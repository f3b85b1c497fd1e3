/*
 * grey.c: greydaemon's client for qmail.
 *
 * A query is one UDP datagram of at most MAXGREYDATASIZE bytes:
 *   I<client> NUL F<sender> NUL T<recipient> NUL T<recipient> NUL ...
 * Recipients that do not fit whole are left out: half an address would be another triplet. Of an
 * address that no query can hold beside another one, its first ADDRESS bytes are asked about. A
 * query with anything left out is filled up to GREYCUTSIZE bytes with NULs: greydaemon knows by
 * the size that there is more than it sees, and exempts no recipient then; the original drops the
 * NULs.
 * The answer's first byte is 0 to defer and anything else to accept; the rest is not looked at.
 *
 * A datagram may get lost, so a query without an answer is sent once more, the same bytes from the
 * same socket, after GREYREPEAT seconds; the first answer counts, to whichever. That is safe, since
 * the second verdict follows from the first: after "new", "late" or "early" comes "early", and all
 * defer; after "passed" or "known" comes "known" or "passed", and all accept. Only the original's
 * "one recipient passed, another is new" defers at first and accepts then, as the next message.
 *
 * Each query has a fresh, connected socket. The protocol has no request number, so a late answer
 * to one query must find no socket to come to, and connect() keeps strangers' datagrams out.
 *
 * GREYIP     where the daemon is: "" (no greylisting) ":" "ip" "ip:" ":port" "ip:port", the same
 *            with '@' in place of ':', "[v6]:port" or a bare IPv6 address. Numbers only, no DNS.
 *            Missing parts are DEFAULTGREYIP and DEFAULTGREYPORT.
 * GREYSTRICT set and neither empty nor "0": defer when the daemon gives no answer, and when it
 *            accepts an envelope of which an address was too long to ask about.
 * GREYAUTH   names a variable that is set for authenticated clients, see grey_relays.
 *
 * Failure policy: no answer in GREYTIMEOUT seconds (monotonic clock), a refusal, any socket
 * error, an empty answer and a GREYIP that cannot be read accept the message, or defer it under
 * GREYSTRICT. A client without an address and an envelope without a recipient are accepted and not
 * asked about. Each of these leaves a line in the log.
 *
 * Log lines have qmail-logmsg's form, one write(2) each, on descriptor 2:
 *   qmail-smtpd: pid N from IP: Greylisted <sender> to <first recipient>...
 * Bytes of the envelope that could forge a line or a field are replaced as qmail-logmsg does.
 * Nothing is written when descriptor 2 is the client's own connection (inetd, tcp-env): the
 * line would become part of the SMTP dialogue.
 *
 * No allocation, no stdio: static buffers of 4 kB in all. Restarts after signals.
 */
#define _POSIX_C_SOURCE 200112L
#include <sys/types.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <netinet/in.h>
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include "grey.h"

#ifndef GREYCUTSIZE /* a grey.h of an older release */
#define GREYCUTSIZE 2000
#endif
#ifndef GREYREPEAT
#define GREYREPEAT 1
#endif
#if MAXGREYDATASIZE < GREYCUTSIZE
#define WHOLE MAXGREYDATASIZE
#else
#define WHOLE (GREYCUTSIZE - 1)
#endif
#define ADDRESS ((WHOLE - 64) / 2) /* so that a client, a sender and a recipient always fit */

#define LINE 2048 /* below PIPE_BUF, so that lines of several processes do not mix */
#define WORDS 900 /* of an address go into a line; qmail takes no longer ones */

const char *grey_program = "qmail-smtpd";
const char *grey_problem = "";

static char reply[] = GREYREPLY;
static char replystrict[] = GREYREPLYSTRICT;

/* ---- where the daemon is ---- */

/* A decimal port, 1 to 65535; an empty text is the default; -1 is none. */
static long scan_port(const char *s)
{
  long port = 0;

  if (!*s) return DEFAULTGREYPORT;
  for (;*s;++s) {
    if (*s < '0' || *s > '9') return -1;
    port = port * 10 + (*s - '0');
    if (port > 65535) return -1;
  }
  return port ? port : -1;
}

/* Splits s into an address of hostlen bytes at *host and the text of a port. 0: cannot. */
static int split(const char *s,const char **host,size_t *hostlen,const char **port)
{
  const char *end;

  *host = s;
  if (*s == '[') {
    end = strchr(s,']');
    if (!end || (end[1] && end[1] != ':' && end[1] != '@')) return 0;
    *host = s + 1;
    *hostlen = (size_t) (end - s) - 1;
    *port = end[1] ? end + 2 : "";
    return *hostlen > 0;
  }
  end = strchr(s,'@');
  if (!end) {
    end = strchr(s,':');
    if (end && strchr(end + 1,':')) end = 0; /* a bare IPv6 address */
  }
  *hostlen = end ? (size_t) (end - s) : strlen(s);
  *port = end ? end + 1 : "";
  return 1;
}

/* The socket address of a GREYIP, its size in *salen. 0: not an address and port. */
static int scan_greyip(const char *s,struct sockaddr_storage *sa,socklen_t *salen)
{
  char text[INET6_ADDRSTRLEN];
  struct sockaddr_in *v4 = (struct sockaddr_in *) sa;
  struct sockaddr_in6 *v6 = (struct sockaddr_in6 *) sa;
  const char *host;
  const char *portname;
  size_t hostlen;
  long port;

  if (!split(s,&host,&hostlen,&portname)) return 0;
  if (!hostlen) { host = DEFAULTGREYIP; hostlen = strlen(host); }
  if (hostlen >= sizeof text) return 0;
  memcpy(text,host,hostlen);
  text[hostlen] = 0;
  port = scan_port(portname);
  if (port == -1) return 0;

  memset(sa,0,sizeof *sa);
  if (inet_pton(AF_INET,text,&v4->sin_addr) == 1) {
    v4->sin_family = AF_INET;
    v4->sin_port = htons((unsigned short) port);
    *salen = sizeof *v4;
    return 1;
  }
  if (inet_pton(AF_INET6,text,&v6->sin6_addr) != 1) return 0;
  v6->sin6_family = AF_INET6;
  v6->sin6_port = htons((unsigned short) port);
  *salen = sizeof *v6;
  return 1;
}

/* ---- the query ---- */

static char packet[GREYCUTSIZE];
static size_t packetlen;
static int left_out; /* the packet does not hold the whole envelope */
static int shortened; /* not even a whole address */

/* Adds a field with its letter and its NUL if it fits whole. */
static int add(char letter,const char *s,size_t len)
{
  if (len > WHOLE || packetlen + 1 + len + 1 > WHOLE) return 0;
  packet[packetlen++] = letter;
  memcpy(packet + packetlen,s,len);
  packetlen += len;
  packet[packetlen++] = 0;
  return 1;
}

/* Adds an address, or as much of it as ever fits, if there is room. */
static int add_address(char letter,const char *s,size_t len)
{
  if (len <= ADDRESS) return add(letter,s,len);
  if (!add(letter,s,ADDRESS)) return 0;
  left_out = shortened = 1;
  return 1;
}

/* Adds the client's address, an IPv4-mapped one as IPv4. 0: ip is not an address. */
static int add_client(const char *ip)
{
  char text[INET_ADDRSTRLEN];
  struct in_addr v4;
  struct in6_addr v6;

  if (!ip) return 0;
  if (inet_pton(AF_INET,ip,&v4) == 1) return add('I',ip,strlen(ip));
  if (inet_pton(AF_INET6,ip,&v6) != 1) return 0;
  if (!IN6_IS_ADDR_V4MAPPED(&v6)) return add('I',ip,strlen(ip));
  if (!inet_ntop(AF_INET,v6.s6_addr + 12,text,sizeof text)) return 0;
  return add('I',text,strlen(text));
}

/* Adds the recipients that fit whole; the first one always does. 0: there is none. */
static int add_recipients(const char *recipients,size_t len)
{
  size_t before = packetlen;
  const char *end;

  while (len && *recipients == 'T') {
    end = memchr(recipients,0,len);
    if (!end && packetlen > before) break;
    if (!end) { left_out = shortened = 1; end = recipients + len; }
    if (!add_address('T',recipients + 1,(size_t) (end - recipients) - 1)) break;
    if ((size_t) (end - recipients) == len) return 1;
    len -= (size_t) (end + 1 - recipients);
    recipients = end + 1;
  }
  if (len > 1 || (len && *recipients)) left_out = 1; /* one NUL is the end of an envelope */
  return packetlen > before;
}

/* Makes the packet. 0: there is nothing to ask, grey_problem says why. */
static int build(const char *ip,const char *sender,const char *recipients,size_t len)
{
  packetlen = 0;
  left_out = shortened = 0;
  grey_problem = "no client address";
  if (!add_client(ip)) return 0;
  add_address('F',sender,strlen(sender));
  grey_problem = "no recipient";
  if (!add_recipients(recipients,len)) return 0;
  if (left_out) {
    memset(packet + packetlen,0,sizeof packet - packetlen);
    packetlen = sizeof packet;
  }
  return 1;
}

/* ---- the exchange ---- */

/* Milliseconds until so many seconds have passed since start, at least 0. */
static int left(const struct timespec *start,long seconds)
{
  struct timespec now;
  long passed;

  if (clock_gettime(CLOCK_MONOTONIC,&now) == -1) return 0;
  if (now.tv_sec - start->tv_sec > seconds) return 0;
  passed = (long) (now.tv_sec - start->tv_sec) * 1000
    + (now.tv_nsec - start->tv_nsec) / 1000000;
  return passed < seconds * 1000 ? (int) (seconds * 1000 - passed) : 0;
}

static int nothing(const char *why)
{
  grey_problem = why;
  return GREY_NOANSWER;
}

static int verdict(char answer)
{
  grey_problem = shortened ? "an address is too long for a query"
    : left_out ? "more than a query holds" : "";
  return answer ? GREY_ACCEPT : GREY_DEFER;
}

/* Whether an error of the socket is none of the daemon: a signal, a datagram that the kernel has
   dropped since for its checksum, or one too long for the path, which the kernel knows by now. */
static int passes(int error)
{
  return error == EINTR || error == EAGAIN || error == EWOULDBLOCK || error == EMSGSIZE;
}

/* Sends the packet on the connected socket. 0: could not. */
static int transmit(int fd)
{
  ssize_t r;

  do r = send(fd,packet,packetlen,0);
  while (r == -1 && errno == EINTR);
  return r != -1 || passes(errno);
}

/* Sends the packet, and once more, and waits for an answer. */
static int exchange(int fd,const struct sockaddr *sa,socklen_t salen)
{
  struct timespec start;
  struct pollfd pfd;
  char answer[2];
  int repeated = GREYREPEAT >= GREYTIMEOUT;
  ssize_t r;

  if (fcntl(fd,F_SETFL,O_NONBLOCK) == -1) return nothing(strerror(errno));
  if (connect(fd,sa,salen) == -1) return nothing(strerror(errno));
  if (clock_gettime(CLOCK_MONOTONIC,&start) == -1) return nothing(strerror(errno));
  if (!transmit(fd)) return nothing(strerror(errno));
  pfd.fd = fd;
  pfd.events = POLLIN;
  for (;;) {
    r = poll(&pfd,1,left(&start,repeated ? GREYTIMEOUT : GREYREPEAT));
    if (r == 0) {
      if (repeated) return nothing("no answer in time");
      repeated = 1;
      if (!transmit(fd)) return nothing(strerror(errno));
      continue;
    }
    if (r == -1 && errno != EINTR) return nothing(strerror(errno));
    r = recv(fd,answer,sizeof answer,0);
    if (r == 0) return nothing("empty answer");
    if (r > 0) return verdict(answer[0]);
    if (!passes(errno)) return nothing(strerror(errno));
  }
}

int grey_ask(const char *greyip,const char *ip,const char *sender,
  const char *recipients,unsigned int len)
{
  struct sockaddr_storage sa;
  socklen_t salen;
  int fd;
  int result;

  if (!build(ip,sender,recipients,len)) return GREY_NOTASKED;
  if (!scan_greyip(greyip,&sa,&salen)) return nothing("GREYIP is not an address and port");
  fd = socket(sa.ss_family,SOCK_DGRAM,0);
  if (fd == -1) return nothing(strerror(errno));
  result = exchange(fd,(struct sockaddr *) &sa,salen);
  close(fd);
  return result;
}

/* ---- the log ---- */

static char line[LINE];
static size_t linelen;

/* Our own words; a line that is full is cut. */
static void say(const char *s)
{
  while (*s && linelen < sizeof line - 1) line[linelen++] = *s++;
}

/* Words from outside, with the bytes replaced that could forge a field or a line. */
static void say_safe(const char *s,const char *forbidden)
{
  size_t end = linelen + WORDS < sizeof line - 1 ? linelen + WORDS : sizeof line - 1;

  for (;*s && linelen < end;++s)
    if (*s == '\n') line[linelen++] = '/';
    else line[linelen++] = *s < 32 || *s > 126 || strchr(forbidden,*s) ? '_' : *s;
}

static void say_number(unsigned long n)
{
  char digits[24];
  char *s = digits + sizeof digits - 1;

  *s = 0;
  do *--s = (char) ('0' + n % 10); while (n /= 10);
  say(s);
}

/* Whether descriptor 2 is closed or leads to the SMTP client instead of a log. */
static int unloggable(void)
{
  struct stat err;
  struct stat in;
  struct sockaddr_storage sa;
  socklen_t salen = sizeof sa;

  if (fstat(2,&err) == -1) return 1;
  if (!S_ISSOCK(err.st_mode)) return 0;
  if (fstat(0,&in) == 0 && in.st_dev == err.st_dev && in.st_ino == err.st_ino) return 1;
  if (getsockname(2,(struct sockaddr *) &sa,&salen) == -1) return 1;
  return sa.ss_family == AF_INET || sa.ss_family == AF_INET6; /* a unix socket is a logger's */
}

static void put_line(void)
{
  ssize_t r;

  line[linelen++] = '\n';
  do r = write(2,line,linelen);
  while (r == -1 && errno == EINTR);
}

/* One line: what was done with the envelope, and for a failure the problem. */
static void report(const char *event,const char *ip,const char *sender,
  const char *recipients,size_t len)
{
  const char *end = len && *recipients ? memchr(recipients,0,len) : 0;

  if (unloggable()) return;
  linelen = 0;
  say(grey_program);
  say(": pid ");
  say_number((unsigned long) getpid());
  say(" from ");
  say_safe(ip ? ip : "unknown"," <>");
  say(": ");
  say(event);
  say(" <");
  say_safe(sender,":<>");
  say("> to <");
  if (end) say_safe(recipients + 1,":<>");
  /* What follows the last recipient of an envelope is a NUL. */
  say(end && (size_t) (end + 1 - recipients) < len && end[1] ? ">..." : ">");
  if (*grey_problem) {
    say(", ");
    say(grey_problem);
    say(", GREYIP=");
    say_safe(getenv("GREYIP")," <>");
  }
  put_line();
}

/* ---- the policy ---- */

static int is_set(const char *name)
{
  const char *x = getenv(name);

  return x && *x;
}

static int strict(void)
{
  return is_set("GREYSTRICT") && strcmp(getenv("GREYSTRICT"),"0");
}

int grey_relays(void)
{
  if (getenv("RELAYCLIENT") || is_set("SMTP_AUTH_USER") || is_set("AUTHPROTOCOL")) return 1;
  return is_set("GREYAUTH") && is_set(getenv("GREYAUTH"));
}

char *grey_check(const char *ip,const char *sender,const char *recipients,unsigned int len)
{
  if (!is_set("GREYIP")) return 0;
  switch (grey_ask(getenv("GREYIP"),ip,sender,recipients,len)) {
    case GREY_ACCEPT:
      if (!shortened || !strict()) return 0;
      report("Deferred without greylisting",ip,sender,recipients,len);
      return replystrict;
    case GREY_DEFER:
      report("Greylisted",ip,sender,recipients,len);
      return reply;
    case GREY_NOANSWER:
      if (!strict()) break;
      report("Deferred without greylisting",ip,sender,recipients,len);
      return replystrict;
  }
  report("Accepted without greylisting",ip,sender,recipients,len);
  return 0;
}

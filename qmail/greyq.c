/*
 * greyq: asks greydaemon from the command line, from qmail-spp and in front of rblsmtpd.
 *
 * greyq check IP FROM TO...  asks about one envelope and prints the answer. An empty FROM, or <>,
 *   is the null sender. GREYIP says where the daemon is; empty or missing it means the default
 *   address. Exits 0 accept, 1 defer, 2 usage, 3 no answer.
 *
 * greyq doctor  says what keeps mail from being asked about where it is run: in place of
 *   qmail-smtpd, with the environment that qmail-smtpd would have. Exits 0 if nothing does, else 1.
 *
 * greyq spp mail|rcpt|data  is a plugin for the sections of the same names in qmail-spp's
 *   control/smtpplugins. mail forgets the recipients in the variable GREYTO, rcpt adds
 *   SMTPRCPTTO to it unless SMTPRCPTHOSTSOK is 0, data asks about SMTPMAILFROM and GREYTO and
 *   prints the error line that defers. Exits 0, but 2 on usage.
 *
 * greyq conn PROG...  asks about the client's address alone, with a made-up sender and recipient,
 *   and runs PROG. When the daemon defers, RBLSMTPD is set, so that rblsmtpd answers 451.
 *   RBLSMTPD in the environment already: no question. Exits 111 when PROG cannot be run.
 *
 * spp and conn take the client's address from TCPREMOTEIP, ask only when GREYIP is set and not
 * empty and the client may not relay (grey_relays), and follow grey.c in failures, GREYSTRICT and
 * the log.
 *
 * No allocation of its own, no stdio.
 */
#define _POSIX_C_SOURCE 200112L
#include <sys/types.h>
#include <arpa/inet.h>
#include <netinet/in.h>
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "grey.h"

#define ACCEPT 0
#define DEFER 1
#define USAGE 2
#define NO_ANSWER 3
#define CANNOT_RUN 111

#define NOBODY "conn@greyq.invalid" /* not empty: the save file cannot keep an empty address */
#define SEPARATOR "\001" /* between the recipients in GREYTO */

/* The recipients as grey.h wants them: more of them, or of one, than a query can hold. */
static char recipients[2 * GREYCUTSIZE];
static unsigned int recipientslen;

static void print(int fd,const char *s)
{
  size_t len = strlen(s);
  ssize_t w;

  while (len) {
    w = write(fd,s,len);
    if (w == -1 && errno == EINTR) continue;
    if (w <= 0) return;
    s += w;
    len -= (size_t) w;
  }
}

/* A line of ours to fd, in one write: b and c, which may be 0, come from outside. */
static void print_line(int fd,const char *a,const char *b,const char *c)
{
  static char line[1024]; /* below PIPE_BUF, so that lines of several processes do not mix */
  const char *parts[4];
  size_t len = 0;
  int i;

  parts[0] = "greyq: ";
  parts[1] = a;
  parts[2] = b;
  parts[3] = c;
  for (i = 0;i < 4;++i) {
    const char *s = parts[i];
    for (;s && *s && len < sizeof line - 2;++s)
      line[len++] = *s >= 32 && *s <= 126 ? *s : '_';
  }
  line[len++] = '\n';
  line[len] = 0;
  print(fd,line);
}

static int usage(void)
{
  print_line(2,"usage: greyq check ip from to... | greyq doctor | greyq spp mail|rcpt|data"
    " | greyq conn prog...",0,0);
  return USAGE;
}

static void add_recipient(const char *s,size_t len)
{
  if (recipientslen > GREYCUTSIZE) return;
  if (len > GREYCUTSIZE - 3) len = GREYCUTSIZE - 3;
  recipients[recipientslen++] = 'T';
  memcpy(recipients + recipientslen,s,len);
  recipientslen += (unsigned int) len;
  recipients[recipientslen++] = 0;
}

/* The SMTP reply that defers the client's envelope, or 0. */
static char *check(const char *sender)
{
  if (grey_relays()) return 0;
  return grey_check(getenv("TCPREMOTEIP"),sender,recipients,recipientslen);
}

/* ---- greyq check ---- */

static int is_address(const char *ip)
{
  struct in6_addr any;

  return inet_pton(AF_INET,ip,&any) == 1 || inet_pton(AF_INET6,ip,&any) == 1;
}

static int no_answer(const char *greyip)
{
  char problem[128] = ": ";

  strncat(problem,grey_problem,sizeof problem - 3);
  print_line(2,"no answer from ",greyip,problem);
  return NO_ANSWER;
}

static int do_check(char **args)
{
  const char *greyip = getenv("GREYIP");
  const char *sender;
  char **to;

  if (!args[0] || !args[1] || !args[2] || !is_address(args[0])) return usage();
  sender = strcmp(args[1],"<>") ? args[1] : "";
  for (to = args + 2;*to;++to) add_recipient(*to,strlen(*to));
  if (!greyip || !*greyip) greyip = DEFAULTGREYIP;
  switch (grey_ask(greyip,args[0],sender,recipients,recipientslen)) {
    case GREY_ACCEPT:
      print(1,"accept\n");
      return ACCEPT;
    case GREY_DEFER:
      print(1,"defer\n");
      return DEFER;
  }
  return no_answer(greyip);
}

/* ---- greyq doctor ---- */

static int ill; /* something keeps mail from being asked about */

static void finding(const char *a,const char *b,const char *c)
{
  print_line(1,a,b,c);
  ill = 1;
}

static int do_doctor(void)
{
  const char *greyip = getenv("GREYIP");
  const char *ip = getenv("TCPREMOTEIP");

  if (!greyip || !*greyip) {
    finding("GREYIP is empty or not set, so nobody is asked about; set it in tcpserver's rules",
      0,0);
    greyip = DEFAULTGREYIP;
  }
  if (getenv("RELAYCLIENT"))
    finding("RELAYCLIENT is set, so this client is never asked about; if it is a stranger, a rule of"
      " tcpserver is too wide, or spamdyke sets it (smtp-auth-level)",0,0);
  else if (grey_relays())
    finding("the client has authenticated itself, so it is never asked about; see greyqueue(8)",
      0,0);
  if (!ip || !is_address(ip))
    finding("TCPREMOTEIP is ",ip ? ip : "not set",
      ", so this client is never asked about; run under tcpserver");
  add_recipient(NOBODY,strlen(NOBODY));
  if (grey_ask(greyip,"192.0.2.1",NOBODY,recipients,recipientslen) == GREY_NOANSWER) {
    no_answer(greyip);
    ill = 1;
  }
  if (!ill) print_line(1,"mail of this client is asked about, and ",greyip," answers");
  return ill;
}

/* ---- greyq spp ---- */

/* Adds a recipient to GREYTO until it is more than a query can hold. */
static void spp_rcpt(void)
{
  static char line[2 * GREYCUTSIZE + 16] = "SGREYTO=";
  const char *hostsok = getenv("SMTPRCPTHOSTSOK");
  const char *to = getenv("SMTPRCPTTO");
  const char *before = getenv("GREYTO");
  char *end;

  if (!to || (hostsok && !strcmp(hostsok,"0"))) return;
  if (before && strlen(before) >= GREYCUTSIZE) return;
  if (before) {
    strcat(line,before);
    strcat(line,SEPARATOR);
  }
  end = line + strlen(line);
  strncat(end,to,GREYCUTSIZE);
  for (;*end;++end) if (*end == '\n') *end = '_'; /* it would be a command of its own */
  strcat(end,"\n");
  print(1,line);
}

static void spp_data(void)
{
  const char *sender = getenv("SMTPMAILFROM");
  const char *to = getenv("GREYTO");
  const char *error;
  size_t len;

  while (to) {
    len = strcspn(to,SEPARATOR);
    add_recipient(to,len);
    to = to[len] ? to + len + 1 : 0;
  }
  error = check(sender ? sender : "");
  if (!error) return;
  print(1,"E");
  print(1,error);
  print(1,"\n");
}

static int do_spp(char **args)
{
  if (!args[0] || args[1]) return usage();
  if (!strcmp(args[0],"mail")) print(1,"UGREYTO\n");
  else if (!strcmp(args[0],"rcpt")) spp_rcpt();
  else if (!strcmp(args[0],"data")) spp_data();
  else return usage();
  return 0;
}

/* ---- greyq conn ---- */

static int do_conn(char **args,void (*oldpipe)(int))
{
  const char *error = 0;

  if (!args[0]) return usage();
  add_recipient(NOBODY,strlen(NOBODY));
  if (!getenv("RBLSMTPD")) error = check(NOBODY);
  if (error && setenv("RBLSMTPD",error + 4,1) == -1) return CANNOT_RUN; /* without its 451 */
  signal(SIGPIPE,oldpipe);
  execvp(args[0],args);
  print_line(2,"cannot run ",args[0],0);
  return CANNOT_RUN;
}

int main(int argc,char **argv)
{
  void (*oldpipe)(int) = signal(SIGPIPE,SIG_IGN); /* a log that is gone must not end a session */

  grey_program = "greyq";
  if (argc < 2) return usage();
  if (!strcmp(argv[1],"check")) return do_check(argv + 2);
  if (!strcmp(argv[1],"doctor") && argc == 2) return do_doctor();
  if (!strcmp(argv[1],"spp")) return do_spp(argv + 2);
  if (!strcmp(argv[1],"conn")) return do_conn(argv + 2,oldpipe);
  return usage();
}

/*
 * greyq: asks greydaemon from the command line, from qmail-spp and in front of rblsmtpd.
 *
 * greyq check IP FROM TO...  asks about one envelope and prints the answer. An empty FROM, or <>,
 *   is the null sender. GREYIP says where the daemon is; empty or missing it means the default
 *   address. Exits 0 accept, 1 defer, 2 usage, 3 no answer.
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
 * empty and RELAYCLIENT is not set, and follow grey.c in failures, GREYSTRICT and the log.
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

/* The recipients as grey.h wants them, as many as a query can hold. */
static char recipients[MAXGREYDATASIZE];
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

static int usage(void)
{
  print(2,"greyq: usage: greyq check ip from to... | greyq spp mail|rcpt|data"
    " | greyq conn prog...\n");
  return USAGE;
}

static void add_recipient(const char *s,size_t len)
{
  if (len + 2 > sizeof recipients - recipientslen) return;
  recipients[recipientslen++] = 'T';
  memcpy(recipients + recipientslen,s,len);
  recipientslen += (unsigned int) len;
  recipients[recipientslen++] = 0;
}

/* The SMTP reply that defers the client's envelope, or 0. */
static char *check(const char *sender)
{
  if (getenv("RELAYCLIENT")) return 0;
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
  print(2,"greyq: no answer from ");
  print(2,greyip);
  print(2,": ");
  print(2,grey_problem);
  print(2,"\n");
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
    case GREY_NOANSWER:
      return no_answer(greyip);
  }
  print(2,"greyq: the addresses are too long for a query\n");
  return USAGE;
}

/* ---- greyq spp ---- */

/* Adds a recipient to GREYTO while a query can hold it. A line feed would be a command of its own. */
static void spp_rcpt(void)
{
  const char *hostsok = getenv("SMTPRCPTHOSTSOK");
  const char *to = getenv("SMTPRCPTTO");
  const char *before = getenv("GREYTO");

  if (!to || strchr(to,'\n') || (hostsok && !strcmp(hostsok,"0"))) return;
  if (before && strlen(before) + strlen(to) >= sizeof recipients) return;
  print(1,"SGREYTO=");
  if (before) {
    print(1,before);
    print(1,SEPARATOR);
  }
  print(1,to);
  print(1,"\n");
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
  print(2,"greyq: cannot run ");
  print(2,args[0]);
  print(2,"\n");
  return CANNOT_RUN;
}

int main(int argc,char **argv)
{
  void (*oldpipe)(int) = signal(SIGPIPE,SIG_IGN); /* a log that is gone must not end a session */

  grey_program = "greyq";
  if (argc < 2) return usage();
  if (!strcmp(argv[1],"check")) return do_check(argv + 2);
  if (!strcmp(argv[1],"spp")) return do_spp(argv + 2);
  if (!strcmp(argv[1],"conn")) return do_conn(argv + 2,oldpipe);
  return usage();
}

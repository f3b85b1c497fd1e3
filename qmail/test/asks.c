/*
 * asks: lets the tests call grey.c, several times in one process and under the sanitizers.
 *
 * Reads lines of four fields with a TAB between: the function, "ask" or "check"; the client's
 * address; the sender; the recipients as grey.h wants them. %XX is the byte XX; "-" as the
 * address is a null pointer. Prints a line for each: the verdict and the problem of grey_ask,
 * or what grey_check returned, "-" for 0. SIGUSR1 interrupts, and nothing else.
 */
#define _POSIX_C_SOURCE 200112L
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "grey.h"

static const char *verdicts[] = {"accept","defer","noanswer","notasked"};

static int hex(char c)
{
  return c <= '9' ? c - '0' : c - 'A' + 10;
}

/* Takes the next field into memory of exactly its size, so that a read past it is caught. */
static char *field(char **s,unsigned int *len)
{
  char *value = malloc(strcspn(*s,"\t\n") + 1);

  for (*len = 0;**s && **s != '\t' && **s != '\n';++*s) {
    value[*len] = **s;
    if (**s == '%') {
      value[*len] = (char) (hex((*s)[1]) * 16 + hex((*s)[2]));
      *s += 2;
    }
    ++*len;
  }
  if (**s) ++*s;
  return realloc(value,*len ? *len : 1);
}

static char *text(char **s)
{
  unsigned int len;
  char *value = field(s,&len);

  value = realloc(value,len + 1);
  value[len] = 0;
  return value;
}

static void interrupt(int sig)
{
  (void) sig;
}

int main(void)
{
  static char line[200000];
  struct sigaction act;

  memset(&act,0,sizeof act);
  act.sa_handler = interrupt;
  sigaction(SIGUSR1,&act,0);
  setvbuf(stdout,0,_IOLBF,0);
  while (fgets(line,sizeof line,stdin)) {
    char *s = line;
    char *function = text(&s);
    char *ip = text(&s);
    char *sender = text(&s);
    unsigned int len;
    char *recipients = field(&s,&len);
    const char *client = strcmp(ip,"-") ? ip : 0;

    if (!strcmp(function,"ask")) {
      int verdict = grey_ask(getenv("GREYIP"),client,sender,recipients,len);
      printf("%s %s\n",verdicts[verdict],grey_problem);
    }
    else {
      char *reply = grey_check(client,sender,recipients,len);
      printf("%s\n",reply ? reply : "-");
    }
    free(function);
    free(ip);
    free(sender);
    free(recipients);
  }
  return 0;
}

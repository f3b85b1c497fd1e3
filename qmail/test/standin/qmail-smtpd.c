/* Stands in for qmail-smtpd; see README. */
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/wait.h>
#include "readwrite.h"
#include "stralloc.h"
#include "exit.h"

extern int fork();
extern int pipe();
extern int close();
extern int dup2();
extern int execl(const char *,const char *,...);
extern int chdir();

char *remoteip;
char *relayclient;
int seenmail = 0;
stralloc addr = {0};
stralloc mailfrom = {0};
stralloc rcptto = {0};

/* ---- input and output: what has been said is sent before more is read ---- */

char outbuf[512];
int outlen = 0;

void flush()
{
  if (outlen && write(1,outbuf,outlen) != outlen) _exit(1);
  outlen = 0;
}

void out(s) char *s;
{
  for (;*s;++s) {
    if (outlen == sizeof outbuf) flush();
    outbuf[outlen++] = *s;
  }
}

char inbuf[1024];
int inlen = 0;
int inpos = 0;

char get()
{
  if (inpos == inlen) {
    flush();
    inpos = 0;
    inlen = read(0,inbuf,sizeof inbuf);
    if (inlen <= 0) _exit(1);
  }
  return inbuf[inpos++];
}

void die_nomem() { out("421 out of memory (#4.3.0)\r\n"); flush(); _exit(1); }

/* ---- the queue program ---- */

int qqmessage;
int qqenvelope;
int qqpid;

int qmail_open()
{
  int m[2];
  int e[2];
  char *program = getenv("QMAILQUEUE");

  if (!program) program = "bin/qmail-queue";
  if (pipe(m) == -1 || pipe(e) == -1) return -1;
  qqpid = fork();
  if (qqpid == -1) return -1;
  if (qqpid == 0) {
    close(m[1]);
    close(e[1]);
    if (dup2(m[0],0) == -1 || dup2(e[0],1) == -1) _exit(120);
    close(m[0]);
    close(e[0]);
    execl(program,program,(char *) 0);
    _exit(120);
  }
  close(m[0]);
  close(e[0]);
  qqmessage = m[1];
  qqenvelope = e[1];
  return 0;
}

/* Returns "" or the reply without its number, which is 554 after a D and 451 after a Z. */
char *qmail_close()
{
  int status;
  int exitcode;
  int failed;

  failed = write(qqenvelope,"F",1) != 1;
  if (write(qqenvelope,mailfrom.s,mailfrom.len) != mailfrom.len) failed = 1;
  if (write(qqenvelope,rcptto.s,rcptto.len) != rcptto.len) failed = 1;
  if (write(qqenvelope,"",1) != 1) failed = 1;
  close(qqenvelope);
  if (waitpid(qqpid,&status,0) != qqpid) return "Zqq waitpid surprise (#4.3.0)";
  if (!WIFEXITED(status)) return "Zqq crashed (#4.3.0)";
  exitcode = WEXITSTATUS(status);
  if (exitcode == 0 && !failed) return "";
  if (exitcode == 53) return "Zqq write error or disk full (#4.3.0)";
  if (exitcode == 71) return "Zmail server temporarily rejected message (#4.3.0)";
  if (exitcode >= 11 && exitcode <= 40) return "Dqq permanent problem (#5.3.0)";
  return "Zqq temporary problem (#4.3.0)";
}

/* ---- the dialogue ---- */

/* The address in arg to addr, without quotes and NUL-terminated. */
void addrparse(arg) char *arg;
{
  int quoted = 0;

  while (*arg && *arg != '<') ++arg;
  if (*arg) ++arg;
  if (!stralloc_copys(&addr,"")) die_nomem();
  for (;*arg && (quoted || *arg != '>');++arg) {
    if (*arg == '"') { quoted = !quoted; continue; }
    if (*arg == '\\' && arg[1]) ++arg;
    if (!stralloc_append(&addr,arg)) die_nomem();
  }
  if (!stralloc_0(&addr)) die_nomem();
}

void smtp_quit(arg) char *arg;
{
  out("221 standin.example\r\n");
  flush();
  _exit(0);
}
void smtp_helo(arg) char *arg;
{
  out("250-standin.example\r\n250-PIPELINING\r\n250-AUTH PLAIN\r\n250 8BITMIME\r\n");
  seenmail = 0;
}
void smtp_auth(arg) char *arg;
{
  relayclient = "";
  setenv("RELAYCLIENT","",1);
  out("235 ok, go ahead (#2.0.0)\r\n");
}
void smtp_rset(arg) char *arg;
{
  seenmail = 0;
  out("250 flushed\r\n");
}
void smtp_mail(arg) char *arg;
{
  addrparse(arg);
  seenmail = 1;
  if (!stralloc_copys(&rcptto,"")) die_nomem();
  if (!stralloc_copys(&mailfrom,addr.s)) die_nomem();
  if (!stralloc_0(&mailfrom)) die_nomem();
  out("250 ok\r\n");
}
void smtp_rcpt(arg) char *arg;
{
  if (!seenmail) { out("503 MAIL first (#5.5.1)\r\n"); return; }
  addrparse(arg);
  if (!relayclient && strstr(addr.s,"@example.invalid")) {
    out("553 sorry, that domain isn't in my list of allowed rcpthosts (#5.7.1)\r\n");
    return;
  }
  if (!stralloc_cats(&rcptto,"T")) die_nomem();
  if (!stralloc_cats(&rcptto,addr.s)) die_nomem();
  if (!stralloc_0(&rcptto)) die_nomem();
  out("250 ok\r\n");
}

/* Hands the message to the queue program as lines that end in LF, without SMTP's dots. */
void blast()
{
  char ch;
  int start = 1;

  for (;;) {
    ch = get();
    if (start && ch == '.') {
      ch = get();
      if (ch == '\r' && (ch = get()) == '\n') return;
    }
    start = ch == '\n';
    if (ch != '\r') write(qqmessage,&ch,1);
  }
}

void smtp_data(arg) char *arg; {
  char *qqx;

  if (!seenmail) { out("503 MAIL first (#5.5.1)\r\n"); return; }
  if (!rcptto.len) { out("503 RCPT first (#5.5.1)\r\n"); return; }
  seenmail = 0;
  if (qmail_open() == -1) { out("451 qqt failure (#4.3.0)\r\n"); return; }
  out("354 go ahead\r\n");
  blast();
  close(qqmessage);
  qqx = qmail_close();
  if (!*qqx) { out("250 ok\r\n"); return; }
  if (*qqx == 'D') out("554 "); else out("451 ");
  out(qqx + 1);
  out("\r\n");
}

struct { char *text; void (*fun)(); } commands[] = {
  { "rcpt", smtp_rcpt }
, { "mail", smtp_mail }
, { "data", smtp_data }
, { "quit", smtp_quit }
, { "helo", smtp_helo }
, { "ehlo", smtp_helo }
, { "auth", smtp_auth }
, { "rset", smtp_rset }
, { 0, 0 }
};

void command(line) char *line;
{
  int i;

  for (i = 0;commands[i].text;++i)
    if (!strncasecmp(line,commands[i].text,4)) { commands[i].fun(line + 4); return; }
  out("502 unimplemented (#5.5.1)\r\n");
}

int main()
{
  static stralloc line = {0};
  char ch;

  signal(SIGPIPE,SIG_IGN);
  if (getenv("QMAILHOME")) if (chdir(getenv("QMAILHOME")) == -1) _exit(1);
  remoteip = getenv("TCPREMOTEIP");
  if (!remoteip) remoteip = "unknown";
  relayclient = getenv("RELAYCLIENT");
  out("220 standin.example ESMTP\r\n");
  for (;;) {
    if (!stralloc_copys(&line,"")) die_nomem();
    while ((ch = get()) != '\n')
      if (ch != '\r') if (!stralloc_append(&line,&ch)) die_nomem();
    if (!stralloc_0(&line)) die_nomem();
    command(line.s);
  }
}

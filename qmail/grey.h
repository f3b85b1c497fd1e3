/* grey.h: asks greydaemon about one envelope. grey.c says how it behaves. */
#ifndef GREY_H
#define GREY_H

#define MAXGREYDATASIZE 1999 /* bytes of a query; 1470 if the daemon is on another host */
#define GREYCUTSIZE 2000 /* not to be changed: the daemon takes a query of so many bytes as cut */
#define DEFAULTGREYIP "127.0.0.1"
#define DEFAULTGREYPORT 1999
#define GREYTIMEOUT 3 /* seconds */
#define GREYREPEAT 1 /* seconds without an answer until the query is sent once more */

#define GREYREPLY "451 greylisted, please try again later (#4.7.1)"
#define GREYREPLYSTRICT "451 greylisting is out of order, please try again later (#4.3.0)"

#define GREY_ACCEPT 0
#define GREY_DEFER 1
#define GREY_NOANSWER 2 /* grey_problem says why; GREYSTRICT decides */
#define GREY_NOTASKED 3 /* grey_problem says why; always accepted */

/* The name in front of the log lines: "qmail-smtpd" unless a program sets its own. */
extern const char *grey_program;

/* What went wrong in the last grey_ask, in a few words. */
extern const char *grey_problem;

/*
 * Asks the daemon at greyip about one envelope; one of GREY_*. Logs nothing.
 * greyip: as GREYIP, see grey.c. ip: the client's address in text. sender: without < and >.
 * recipients: as qmail keeps them, a 'T', the address and a NUL for each, len bytes in all; of
 * more than GREYCUTSIZE bytes the rest may be left out, even within an address.
 */
extern int grey_ask(const char *greyip,const char *ip,const char *sender,
  const char *recipients,unsigned int len);

/*
 * Whether the environment says that the client may relay: by RELAYCLIENT; by SMTP_AUTH_USER or
 * AUTHPROTOCOL, which jms1's qmail and aQmail set when a client has authenticated itself; or by the
 * variable that GREYAUTH names. Such a client is not to be asked about. TCPREMOTEINFO says nothing
 * by itself: an ident server sets it, and in many trees anybody, by the parameter AUTH of MAIL.
 */
extern int grey_relays(void);

/*
 * Asks the daemon that GREYIP names, applies the failure policy and logs on descriptor 2.
 * Returns 0 when the message may go on (always, when GREYIP is empty or not set),
 * else the SMTP reply that defers it, without CR LF.
 */
extern char *grey_check(const char *ip,const char *sender,
  const char *recipients,unsigned int len);

#endif

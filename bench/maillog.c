/*
 * maillog FORM ATTEMPTS: writes the log of a mail server that greylists to standard output: logfmt (the daemon's own), postfix or
 * exim. Two messages of five are good, of 20,000 hosts with confirmed names; the others come from anywhere, from lines with generic
 * names or none. Made from the numbers alone, so that it is the same in every run.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define BEGIN 1793491200 /* 1 November 2026 */
#define SPAN (10 * 86400)
#define HOSTS 20000
#define DOMAINS 6000
#define MAILBOXES 3000
#define TRIES 4

struct attempt {
	uint32_t time, message;
	unsigned char accepted;
};

static uint64_t lot(uint64_t number, unsigned salt)
{
	uint64_t z = number * 64 + salt + 0x9e3779b97f4a7c15u;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
	z = (z ^ z >> 27) * 0x94d049bb133111ebu;
	return z ^ z >> 31;
}

static int good(uint32_t message) { return lot(message, 0) % 5 < 2; }

static int order(const void *one, const void *other)
{
	const struct attempt *a = one, *b = other;

	return a->time != b->time ? (a->time < b->time ? -1 : 1) : (a->message > b->message) - (a->message < b->message);
}

/* Adds the attempts of a message: a good one comes back once or twice unless its host is known, of the others one in five does. */
static size_t attempts(uint32_t message, uint32_t of, struct attempt *to)
{
	uint32_t time = BEGIN + (uint32_t)((uint64_t)message * SPAN / of);
	int is_good = good(message);
	int tries = is_good ? (int)(lot(message, 1) % 10 < 6 ? 1 : 2 + lot(message, 2) % 2)
			    : (lot(message, 1) % 5 == 0 ? 2 + (int)(lot(message, 2) % (TRIES - 1)) : 1);
	int i;

	for (i = 0; i < tries; i++) {
		to[i].time = time;
		to[i].message = message;
		to[i].accepted = is_good && i == tries - 1;
		time += (uint32_t)(is_good ? 330 + lot(message, 3 + i) % 1500 : 5 + lot(message, 3 + i) % 600);
	}
	return (size_t)tries;
}

struct envelope {
	char client[16], name[80], helo[80], sender[128], recipient[64];
};

static void envelope(uint32_t message, struct envelope *e)
{
	static const char *hosts[] = {"mail%u.%s", "mx-out%u.%s", "smtp-%u.out.%s", "o%u.ptr.%s", "relay%u.mta.%s"};
	static const char *generic[] = {"%u-%u-%u-%u.dyn.isp%u.example", "ip-%u-%u-%u-%u.pool.provider%u.net", "host%u-%u-%u-%u.range%u.com"};
	static const char *top[] = {"com", "net", "org", "co.uk", "de", "example"};
	static const char *people[] = {"anna", "bob.miller", "sales", "j.smith", "newsletter", "noreply", "martin", "c-lee"};
	uint64_t host = good(message) ? lot(message, 8) % HOSTS : lot(message, 8) | 1u << 31;
	uint32_t network = (uint32_t)lot(host, 9);
	uint32_t a = 1 + (network >> 24) % 126, b = network >> 16 & 255, c = network >> 8 & 255, d = 1 + (network & 255) % 254;
	uint64_t n = lot(message, 10), writer = lot(message, 11) % 200000;
	char domain[64], from[64];

	sprintf(e->client, "%u.%u.%u.%u", a, b, c, d);
	sprintf(domain, "site%u.%s", (unsigned)(host % DOMAINS), top[host % DOMAINS % 6]);
	if (good(message))
		sprintf(e->name, hosts[host % 5], (unsigned)(host % 97), domain);
	else if (lot(host, 12) % 2 == 0)
		sprintf(e->name, generic[host % 3], a, b, c, d, (unsigned)(host % 50));
	else
		strcpy(e->name, "unknown");
	strcpy(e->helo, good(message) ? e->name : "friend.example");
	sprintf(from, "sender%u.%s", (unsigned)(writer % 40000), top[writer % 6]);
	sprintf(e->recipient, "user%u@example.net", (unsigned)(lot(message, 13) % MAILBOXES));
	switch (n % 8) {
	case 0: sprintf(e->sender, "bounce-%u_html-%u@%s", (unsigned)(n >> 40), (unsigned)(n >> 20 & 0xffff), from); break;
	case 1: sprintf(e->sender, "prvs=%08x24=%s@%s", (unsigned)(n >> 32), people[writer % 8], from); break;
	case 2: sprintf(e->sender, "list-return-%u-user%u=example.net@%s", (unsigned)(n >> 44), (unsigned)(lot(message, 13) % MAILBOXES), from); break;
	case 3: sprintf(e->sender, "%012llx-%08x-000000@%s", (unsigned long long)(n >> 16), (unsigned)lot(n, 1), from); break;
	default: sprintf(e->sender, "%s%u@%s", people[writer % 8], (unsigned)(writer % 7), from);
	}
	if (n % 50 == 0)
		e->sender[0] = '\0'; /* A bounce. */
}

static void print_logfmt(const char *when, const struct attempt *a, const struct envelope *e)
{
	int named = strcmp(e->name, "unknown") != 0;

	printf("%s mx greydaemon[7]: decision action=%s reason=%s proto=policy peer=unix client_address=%s%s%s sender=<%s> "
	       "recipient=<%s> recipients=1%s%s\n", when, a->accepted ? "accept" : "defer", a->accepted ? "passed" : "new", e->client,
	       named ? " client_name=" : "", named ? e->name : "", e->sender, e->recipient, named ? "" : " suspect=no-name",
	       a->accepted ? " identity=address waited=301s" : " retry_in=240s");
}

static void print_postfix(const char *when, const struct attempt *a, const struct envelope *e)
{
	if (!a->accepted) {
		printf("%s mx postfix/smtpd[4711]: NOQUEUE: reject: RCPT from %s[%s]: 450 4.2.0 <%s>: Recipient address rejected: "
		       "Greylisted; from=<%s> to=<%s> proto=ESMTP helo=<%s>\n", when, e->name, e->client, e->recipient, e->sender,
		       e->recipient, e->helo);
		return;
	}
	printf("%s mx postfix/smtpd[4711]: 4X%06X: client=%s[%s]\n", when, a->message, e->name, e->client);
	printf("%s mx postfix/cleanup[4712]: 4X%06X: message-id=<%u@%s>\n", when, a->message, a->message, e->name);
	printf("%s mx postfix/qmgr[81]: 4X%06X: from=<%s>, size=20480, nrcpt=1 (queue active)\n", when, a->message, e->sender);
	printf("%s mx postfix/lmtp[4713]: 4X%06X: to=<%s>, relay=127.0.0.1[127.0.0.1]:24, delay=0.2, delays=0.1/0/0/0.1, dsn=2.0.0, "
	       "status=sent (250 2.0.0 Saved)\n", when, a->message, e->recipient);
	printf("%s mx postfix/qmgr[81]: 4X%06X: removed\n", when, a->message);
}

static void print_exim(const char *when, const struct attempt *a, const struct envelope *e)
{
	const char *name = strcmp(e->name, "unknown") == 0 ? "" : e->name;

	if (!a->accepted) {
		printf("%s H=%s%s(%s) [%s] F=<%s> temporarily rejected RCPT <%s>: greylisted\n", when, name, *name ? " " : "", e->helo,
		       e->client, e->sender, e->recipient);
		return;
	}
	printf("%s 1a%06x-000001-2F <= %s H=%s%s(%s) [%s] P=esmtp S=20480\n", when, a->message, *e->sender ? e->sender : "<>", name,
	       *name ? " " : "", e->helo, e->client);
	printf("%s 1a%06x-000001-2F => user <%s> R=local T=maildir\n", when, a->message, e->recipient);
	printf("%s 1a%06x-000001-2F Completed\n", when, a->message);
}

int main(int argc, char **argv)
{
	size_t wanted = argc == 3 ? strtoul(argv[2], NULL, 10) : 0, count = 0, i;
	struct attempt *all = malloc((wanted + TRIES) * sizeof *all);
	int exim = argc == 3 && strcmp(argv[1], "exim") == 0, postfix = argc == 3 && strcmp(argv[1], "postfix") == 0;
	uint32_t message;
	char when[32];

	if (wanted == 0 || all == NULL || (!exim && !postfix && strcmp(argv[1], "logfmt") != 0)) {
		fprintf(stderr, "usage: maillog logfmt|postfix|exim attempts\n");
		return 2;
	}
	for (message = 0; count < wanted; message++)
		count += attempts(message, (uint32_t)(wanted * 5 / 7), all + count);
	qsort(all, count, sizeof *all, order);
	for (i = 0; i < count; i++) {
		time_t at = (time_t)all[i].time;
		struct envelope e;

		strftime(when, sizeof when, exim ? "%Y-%m-%d %H:%M:%S +0000" : "%Y-%m-%dT%H:%M:%S+00:00", gmtime(&at));
		envelope(all[i].message, &e);
		if (exim)
			print_exim(when, &all[i], &e);
		else if (postfix)
			print_postfix(when, &all[i], &e);
		else
			print_logfmt(when, &all[i], &e);
	}
	return fflush(stdout) == 0 ? 0 : 1;
}

/*
 * dialog PROTOCOL PLACE FIRST SPAN EXPECT SECONDS CONNECTIONS
 *
 * Asks as mail servers do about the triplets from number FIRST on (triplet.h), over and over again after SPAN of them if
 * SPAN is not 0. PLACE is a port of 127.0.0.1 or the path of a unix socket. Each of CONNECTIONS threads asks its next
 * question when the one before is answered, with blocking calls:
 *
 *   policy   on a connection that stays open, like Postfix's smtpd, with all that Postfix 3.7 tells
 *   words    on a new connection for each question, like Exim, which ends its half of it after the question
 *   milter   on a new connection for each question, like Postfix and Sendmail for each SMTP session, here one with one
 *            recipient: negotiation, CONNECT, MAIL, RCPT, QUIT, each written when an SMTP client would have spoken
 *
 * The time begins when all threads are there, over policy with a connection: hundreds of those that ask already keep the
 * others from being made, so that half a second would be measured in which only some of them ask.
 *
 * EXPECT is d if all answers must defer, a if all must accept. Negative SECONDS are a number of questions instead.
 * Prints one line, times in microseconds; a time runs from before the connection is made, if one is:
 *
 *   answers=N seconds=S rate=N/S lost=N wrong=N p50= p99= p99.9= max= next=
 */
#include <pthread.h>
#include <stdatomic.h>
#include <time.h>

#include "wire.h"
#include "triplet.h"

#define ASKERS_MAX 1024
#define PATIENCE_SECONDS 5
#define LOST_MAX 20

struct asker {
	int s; /* -1 if not connected */
	uint32_t *took;
	size_t answers, room;
	int64_t last;
	pthread_t thread;
};

static union place to;
static socklen_t tolen;
static int (*question)(struct asker *a, uint32_t n, const struct triplet *t);
static uint32_t first, span;
static uint64_t limit = UINT64_MAX;
static int64_t start, end;
static pthread_barrier_t all_there, begun;
static atomic_ullong asked, wrong, lost;
static char expected;

static int64_t nanos(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000000000L + t.tv_nsec;
}

static void open_connection(struct asker *a)
{
	struct timeval patience = { PATIENCE_SECONDS, 0 };
	int on = 1;

	if ((a->s = socket(to.any.sa_family, SOCK_STREAM, 0)) < 0)
		die("dialog: socket");
	setsockopt(a->s, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
	setsockopt(a->s, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience); /* It bounds connect, too. */
	setsockopt(a->s, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
	if (connect(a->s, &to.any, tolen) != 0)
		die("dialog: connect");
}

static void close_connection(struct asker *a)
{
	if (a->s >= 0)
		close(a->s);
	a->s = -1;
}

/* The questions return d, a, or 0 if no answer came. */
static int policy(struct asker *a, uint32_t n, const struct triplet *t)
{
	char text[TEXT];
	size_t length = 0;
	ssize_t count;
	int size = snprintf(
		text, sizeof text,
		"request=smtpd_access_policy\nprotocol_state=RCPT\nprotocol_name=ESMTP\nclient_address=%.*s\n"
		"client_name=unknown\nclient_port=55912\nreverse_client_name=unknown\nserver_address=127.0.0.1\n"
		"server_port=25\nhelo_name=client.sender.example\nsender=%.*s\nrecipient=%.*s\nrecipient_count=0\n"
		"queue_id=\ninstance=%x.%llx.%x.0\nsize=0\netrn_domain=\nstress=\nsasl_method=\nsasl_username=\n"
		"sasl_sender=\nccert_subject=\nccert_issuer=\nccert_fingerprint=\nccert_pubkey_fingerprint=\n"
		"encryption_protocol=\nencryption_cipher=\nencryption_keysize=0\npolicy_context=\n\n",
		t->clientlen, t->client, t->senderlen, t->sender, t->recipientlen, t->recipient, (unsigned)getpid(), (unsigned long long)start, (unsigned)n);

	if (a->s < 0)
		open_connection(a);
	if (!say(a->s, text, (size_t)size))
		return 0;
	do {
		if ((count = recv(a->s, text + length, sizeof text - length, 0)) <= 0)
			return 0;
		length += (size_t)count;
	} while (length < 2 || memcmp(text + length - 2, "\n\n", 2) != 0);
	return strncasecmp(text, "action=defer", 12) == 0 ? 'd' : 'a';
}

static int words(struct asker *a, uint32_t n, const struct triplet *t)
{
	char text[TEXT];
	size_t length = 0;
	ssize_t count;
	int size = snprintf(text, sizeof text, "--grey %.*s %.*s %.*s", t->clientlen, t->client, t->senderlen, t->sender,
			    t->recipientlen, t->recipient);

	(void)n;
	open_connection(a);
	if (!say(a->s, text, (size_t)size) || shutdown(a->s, SHUT_WR) != 0)
		return 0;
	while ((count = recv(a->s, text + length, sizeof text - length, 0)) > 0)
		length += (size_t)count;
	close_connection(a);
	return length >= 4 && memcmp(text, "true", 4) == 0 ? 'd' : length >= 5 && memcmp(text, "false", 5) == 0 ? 'a' : 0;
}

/* Macros, even if there are none, and a command, in one piece as Postfix sends them; the answer's first octet. */
static int command(struct asker *a, char letter, const char *payload, size_t length, int answered)
{
	char text[TEXT], *at = put_frame(text, 'D', &letter, 1);

	at = put_frame(at, letter, payload, length);
	if (!say(a->s, text, (size_t)(at - text)))
		return 0;
	return !answered ? 'c' : frame(a->s, text) == 0 ? 0 : *text;
}

static size_t path(char *to, const char *address, int length)
{
	return (size_t)sprintf(to, "<%.*s>", length, address) + 1;
}

static int milter(struct asker *a, uint32_t n, const struct triplet *t)
{
	char text[TEXT], offer[12], *at;
	uint32_t steps;
	int answer;

	(void)n;
	open_connection(a);
	word32(word32(word32(offer, 6), 0x1ff), 0x1fffff);
	at = put_frame(text, 'O', offer, sizeof offer);
	if (!say(a->s, text, (size_t)(at - text)) || frame(a->s, text) < 13)
		return 0;
	steps = as32(text + 9);
	at = text + sprintf(text, "client.example%c4", 0);
	*at++ = (char)(55912 >> 8);
	*at++ = (char)(55912 & 0xff);
	at += sprintf(at, "%.*s", t->clientlen, t->client) + 1;
	if (command(a, 'C', text, (size_t)(at - text), (steps & NR_CONNECT) == 0) != 'c' ||
	    command(a, 'M', text, path(text, t->sender, t->senderlen), (steps & NR_MAIL) == 0) != 'c')
		return 0;
	answer = command(a, 'R', text, path(text, t->recipient, t->recipientlen), 1);
	say(a->s, text, (size_t)(put_frame(text, 'Q', "", 0) - text));
	close_connection(a);
	return answer == 'y' || answer == 't' ? 'd' : answer == 'c' || answer == 'a' ? 'a' : 0;
}

static void remember(struct asker *a, int64_t nanoseconds)
{
	if (a->answers == a->room) {
		a->room = a->room == 0 ? 1024 : 2 * a->room;
		if ((a->took = realloc(a->took, a->room * sizeof *a->took)) == NULL)
			die("dialog: realloc");
	}
	a->took[a->answers++] = (uint32_t)(nanoseconds > UINT32_MAX ? UINT32_MAX : nanoseconds);
}

static void *ask(void *asker)
{
	struct asker *a = asker;
	struct triplet t;
	int64_t before;
	uint64_t n;
	int answer;

	if (question == policy)
		open_connection(a);
	pthread_barrier_wait(&all_there);
	pthread_barrier_wait(&begun);
	a->last = start;
	while ((before = nanos()) < end && lost < LOST_MAX && (n = asked++) < limit) {
		n = span ? first + n % span : first + n;
		triplet((uint32_t)n, &t);
		if ((answer = question(a, (uint32_t)n, &t)) == 0) {
			lost++;
			close_connection(a);
			continue;
		}
		a->last = nanos();
		remember(a, a->last - before);
		if (answer != expected)
			wrong++;
	}
	close_connection(a);
	return NULL;
}

static int ascending(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return x < y ? -1 : x > y;
}

static void report(struct asker *askers, int count)
{
	static const struct { const char *name; double share; } points[] = {
		{ "p50", 0.5 }, { "p99", 0.99 }, { "p99.9", 0.999 }, { "max", 1 } };
	struct asker all = { .s = -1, .last = start };
	uint64_t used = asked < limit ? asked : limit;
	size_t i, j;

	for (i = 0; i < (size_t)count; i++) {
		for (j = 0; j < askers[i].answers; j++)
			remember(&all, askers[i].took[j]);
		if (askers[i].last > all.last)
			all.last = askers[i].last;
	}
	printf("answers=%zu seconds=%.3f rate=%.0f lost=%llu wrong=%llu", all.answers, (double)(all.last - start) / 1e9,
	       all.answers == 0 ? 0 : (double)all.answers * 1e9 / (double)(all.last - start), lost, wrong);
	if (all.answers > 0)
		qsort(all.took, all.answers, sizeof *all.took, ascending);
	for (i = 0; i < sizeof points / sizeof *points; i++) {
		j = (size_t)(points[i].share * (double)all.answers);
		printf(" %s=%.0f", points[i].name,
		       all.answers == 0 ? 0 : all.took[j < all.answers ? j : all.answers - 1] / 1e3);
	}
	printf(" next=%llu\n", span ? first : first + (unsigned long long)used);
}

int main(int argc, char **argv)
{
	static struct asker askers[ASKERS_MAX];
	double seconds;
	int count, i;

	if (argc != 8 || (count = atoi(argv[7])) < 1 || count > ASKERS_MAX) {
		fprintf(stderr, "usage: dialog policy|words|milter port|path first span d|a seconds connections (1 to %d)\n",
			ASKERS_MAX);
		return 2;
	}
	question = *argv[1] == 'p' ? policy : *argv[1] == 'w' ? words : milter;
	tolen = place(argv[2], &to);
	first = (uint32_t)strtoul(argv[3], NULL, 10);
	span = (uint32_t)strtoul(argv[4], NULL, 10);
	expected = *argv[5];
	seconds = atof(argv[6]);
	if (seconds < 0)
		limit = (uint64_t)-seconds;
	pthread_barrier_init(&all_there, NULL, (unsigned)count + 1);
	pthread_barrier_init(&begun, NULL, (unsigned)count + 1);
	for (i = 0; i < count; i++) {
		askers[i].s = -1;
		if (pthread_create(&askers[i].thread, NULL, ask, &askers[i]) != 0)
			die("dialog: pthread_create");
	}
	pthread_barrier_wait(&all_there);
	start = nanos();
	end = start + (int64_t)((seconds < 0 ? 120 : seconds) * 1e9);
	pthread_barrier_wait(&begun);
	for (i = 0; i < count; i++)
		pthread_join(askers[i].thread, NULL);
	report(askers, count);
	return 0;
}

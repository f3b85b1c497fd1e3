/*
 * load window PORT FIRST SPAN EXPECT SECONDS WINDOW [CLIENTS]
 *                                                     asks as fast as answers come, with WINDOW queries outstanding
 * load rate   PORT FIRST SPAN EXPECT SECONDS RATE     asks RATE times a second, whether answers come or not
 * load first  PORT FIRST SPAN EXPECT SECONDS 1        asks once a millisecond until an answer comes
 *
 * Asks the server at 127.0.0.1:PORT about the triplets from number FIRST on (triplet.h), over and over again after SPAN
 * of them if SPAN is not 0. EXPECT is the answer in hexadecimal digits, such as 0001; 49 is what the echo begins with.
 * With CLIENTS, only the clients of so many triplets ask, in turn, and senders are letters: digits would be one sender.
 * Negative SECONDS are a number of queries instead. Prints one line:
 *
 *   answers=N seconds=S rate=N/S lost=N wrong=N              and with "rate", in microseconds:
 *   p50= p99= p99.9= p99.99= max= late=                      late: how far the generator fell behind its plan at most
 *   at=     with "first" instead: when the answer came, in nanoseconds since 1970
 *
 * A query's time runs from just before its sendto to the kernel's time stamp of the answer's arrival, so that a
 * generator that is not scheduled makes no answer look late. Answers carry no number; UDP on loopback keeps their order.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <linux/errqueue.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "triplet.h"

#define BATCH 64
#define QUERY 128
#define ANSWER 16
#define CONTROL 64
#define WINDOW_MAX 1024
#define RING (1 << 20)
#define LOST_NANOS 500000000L

static int s;
static uint32_t first, span, asked, clients;
static unsigned char expected[ANSWER];
static int expectedlen;
static uint64_t answers, wrong;

static char queries[BATCH][QUERY], answer[BATCH][ANSWER], control[BATCH][CONTROL];
static struct iovec out[BATCH], in[BATCH];
static struct mmsghdr sending[BATCH], receiving[BATCH];

static int64_t nanos(clockid_t clock)
{
	struct timespec t;

	clock_gettime(clock, &t);
	return t.tv_sec * 1000000000L + t.tv_nsec;
}

static void die(const char *what)
{
	perror(what);
	exit(1);
}

static char *field(char *to, char letter, const char *text, int length)
{
	*to++ = letter;
	memcpy(to, text, (size_t)length);
	to[length] = 0;
	return to + length + 1;
}

/* The eight hexadecimal digits at the beginning of a sender, as letters. */
static void inletters(char *sender)
{
	int i;

	for (i = 0; i < 8; i++)
		sender[i] = (char)(sender[i] <= '9' ? sender[i] - '0' + 'g' : sender[i] - 'a' + 'q');
}

static void query(int i)
{
	struct triplet t;
	char *at = queries[i];

	triplet(span ? first + asked % span : first + asked, &t);
	if (clients == 0) {
		at = field(at, 'I', t.client, t.clientlen);
	} else {
		struct triplet c;

		triplet((first + asked) % clients, &c);
		at = field(at, 'I', c.client, c.clientlen);
		inletters(t.sender);
	}
	asked++;
	at = field(at, 'F', t.sender, t.senderlen);
	at = field(at, 'T', t.recipient, t.recipientlen);
	out[i].iov_len = (size_t)(at - queries[i]);
}

static void ask(int count)
{
	int i, n, sent;

	for (i = 0; i < count; i++)
		query(i);
	for (sent = 0; sent < count; sent += n)
		if ((n = sendmmsg(s, sending + sent, (unsigned)(count - sent), 0)) < 0)
			die("load: sendmmsg");
}

/* Takes what has come; waits for the first one unless told not to. Returns how many, 0 if none came in time. */
static int take(int flags)
{
	int i, n;

	for (i = 0; i < BATCH; i++)
		receiving[i].msg_hdr.msg_controllen = receiving[i].msg_hdr.msg_control ? CONTROL : 0;
	n = recvmmsg(s, receiving, BATCH, flags, NULL);
	if (n < 0) {
		if (errno != EAGAIN && errno != EINTR && errno != ECONNREFUSED)
			die("load: recvmmsg");
		return 0;
	}
	for (i = 0; i < n; i++)
		if (receiving[i].msg_len < (unsigned)expectedlen || memcmp(answer[i], expected, (size_t)expectedlen) != 0)
			wrong++;
	answers += (uint64_t)n;
	return n;
}

static void report(int64_t took, uint64_t lost)
{
	printf("answers=%llu seconds=%.3f rate=%.0f lost=%llu wrong=%llu", (unsigned long long)answers, (double)took / 1e9,
	       (double)answers * 1e9 / (double)took, (unsigned long long)lost, (unsigned long long)wrong);
}

static void window(double seconds, int size)
{
	uint64_t lost = 0, limit = seconds < 0 ? (uint64_t)-seconds : UINT64_MAX;
	int64_t start = nanos(CLOCK_MONOTONIC), end = start + (int64_t)((seconds < 0 ? 60 : seconds) * 1e9), now = start;
	int outstanding = 0, more;

	while (now < end && answers < limit) {
		more = size - outstanding;
		if (limit - asked < (uint64_t)more)
			more = (int)(limit - asked);
		if (more > BATCH)
			more = BATCH;
		ask(more);
		outstanding += more;
		if (outstanding < size && asked < limit)
			continue;
		more = take(MSG_WAITFORONE);
		if (more == 0) {
			lost += (uint64_t)outstanding;
			outstanding = 0;
			if (asked >= limit)
				break;
		}
		outstanding -= more;
		now = nanos(CLOCK_MONOTONIC);
	}
	report(now - start, lost);
	while (outstanding > 0 && (more = take(MSG_WAITFORONE)) > 0)
		outstanding -= more;
	printf(" next=%u\n", span ? first : first + asked);
}

static int ascending(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return x < y ? -1 : x > y;
}

static int64_t arrival(struct mmsghdr *m)
{
	struct cmsghdr *c = CMSG_FIRSTHDR(&m->msg_hdr);
	struct timespec t;

	if (c == NULL || c->cmsg_type != SCM_TIMESTAMPNS)
		die("load: no time stamp");
	memcpy(&t, CMSG_DATA(c), sizeof t);
	return t.tv_sec * 1000000000L + t.tv_nsec;
}

static void percentile(const char *name, const uint32_t *sorted, uint64_t count, double share)
{
	uint64_t i = (uint64_t)(share * (double)count);

	printf(" %s=%.0f", name, count == 0 ? 0 : sorted[i < count ? i : count - 1] / 1e3);
}

static void rate(double seconds, int persecond)
{
	uint64_t planned = (uint64_t)(seconds * persecond), done = 0;
	uint32_t *took = calloc(planned + 1, sizeof *took);
	int64_t *sentat = calloc(RING, sizeof *sentat);
	int64_t start = nanos(CLOCK_MONOTONIC), step = 1000000000L / persecond, late = 0, lastseen = start, now, due;
	int on = 1, i, n;

	if (took == NULL || sentat == NULL || setsockopt(s, SOL_SOCKET, SO_TIMESTAMPNS, &on, sizeof on) != 0)
		die("load");
	for (i = 0; i < BATCH; i++)
		receiving[i].msg_hdr.msg_control = control[i];
	for (;;) {
		now = nanos(CLOCK_MONOTONIC);
		for (due = start + (int64_t)asked * step; asked < planned && due <= now; due += step) {
			if (now - due > late)
				late = now - due;
			query(0);
			sentat[(asked - 1) % RING] = nanos(CLOCK_REALTIME);
			if (send(s, queries[0], out[0].iov_len, 0) < 0)
				die("load: send");
			if (asked % 16 == 0)
				break; /* Look for answers now and then, also when behind. */
		}
		while ((n = take(MSG_DONTWAIT)) > 0) {
			for (i = 0; i < n && done < planned; i++, done++) {
				int64_t nanoseconds = arrival(&receiving[i]) - sentat[done % RING];

				took[done] = (uint32_t)(nanoseconds < 0 ? 0 : nanoseconds > UINT32_MAX ? UINT32_MAX : nanoseconds);
			}
			lastseen = nanos(CLOCK_MONOTONIC);
		}
		now = nanos(CLOCK_MONOTONIC);
		if (asked == planned && (done >= planned || now - lastseen > 2 * LOST_NANOS))
			break;
		if (asked - done >= RING) {
			fprintf(stderr, "load: a million answers are outstanding\n");
			exit(1);
		}
		due = asked == planned ? now + 1000000 : start + (int64_t)asked * step;
		if (due - now > 30000) { /* Less is not worth a sleep. */
			struct pollfd p = { s, POLLIN, 0 };
			struct timespec wait = { 0, due - now - 20000 };

			ppoll(&p, 1, &wait, NULL);
		}
	}
	report(now - start, planned - done);
	qsort(took, done, sizeof *took, ascending);
	percentile("p50", took, done, 0.5);
	percentile("p99", took, done, 0.99);
	percentile("p99.9", took, done, 0.999);
	percentile("p99.99", took, done, 0.9999);
	percentile("max", took, done, 1);
	printf(" late=%.0f next=%u\n", (double)late / 1e3, span ? first : first + asked);
}

static void first_answer(double seconds)
{
	struct timespec pause = { 0, 1000000 };
	int64_t end = nanos(CLOCK_MONOTONIC) + (int64_t)(seconds * 1e9);

	do {
		query(0);
		asked = 0;
		send(s, queries[0], out[0].iov_len, 0); /* Refused as long as nobody listens. */
		if (take(MSG_DONTWAIT) > 0) {
			printf("at=%lld wrong=%llu\n", (long long)nanos(CLOCK_REALTIME), (unsigned long long)wrong);
			return;
		}
		nanosleep(&pause, NULL);
	} while (nanos(CLOCK_MONOTONIC) < end);
	fprintf(stderr, "load: no answer in %g seconds\n", seconds);
	exit(1);
}

static void lay_out(void)
{
	int i;

	for (i = 0; i < BATCH; i++) {
		out[i].iov_base = queries[i];
		in[i].iov_base = answer[i];
		in[i].iov_len = ANSWER;
		sending[i].msg_hdr.msg_iov = &out[i];
		receiving[i].msg_hdr.msg_iov = &in[i];
		sending[i].msg_hdr.msg_iovlen = receiving[i].msg_hdr.msg_iovlen = 1;
	}
}

int main(int argc, char **argv)
{
	struct sockaddr_in to = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	struct timeval patience = { 0, LOST_NANOS / 1000 };
	int size = 8 << 20, n;

	if (argc != 8 && argc != 9) {
		fprintf(stderr, "usage: load window|rate|first port first span expect seconds window|rate|1 [clients]\n");
		return 2;
	}
	clients = argc == 9 ? (uint32_t)strtoul(argv[8], NULL, 10) : 0;
	to.sin_port = htons((uint16_t)atoi(argv[2]));
	first = (uint32_t)strtoul(argv[3], NULL, 10);
	span = (uint32_t)strtoul(argv[4], NULL, 10);
	for (n = 0; n < ANSWER && sscanf(argv[5] + 2 * n, "%2hhx", &expected[n]) == 1; n++)
		expectedlen = n + 1;
	lay_out();
	s = socket(AF_INET, SOCK_DGRAM, 0);
	setsockopt(s, SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof size);
	setsockopt(s, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
	if (connect(s, (struct sockaddr *)&to, sizeof to) != 0)
		die("load: connect");
	n = atoi(argv[7]);
	if (n < 1 || (argv[1][0] == 'w' && n > WINDOW_MAX)) {
		fprintf(stderr, "load: %s is not between 1 and %d\n", argv[7], WINDOW_MAX);
		return 2;
	}
	if (argv[1][0] == 'w')
		window(atof(argv[6]), n);
	else if (argv[1][0] == 'r')
		rate(atof(argv[6]), n);
	else
		first_answer(atof(argv[6]));
	return 0;
}

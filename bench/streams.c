/*
 * streams PORT TOKEN COUNT: what so many open dashboards ask of the HTTP front end at a port of 127.0.0.1, in one process:
 * their readers sit at other machines and are not to be measured. Each reads its events until the stream ends, asks what a
 * page asks now and then (more often than a page does), and begins again, until SIGTERM. Then prints how many octets came and how
 * many answers were no "200".
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define STREAMS_MAX 32
#define QUESTION 1024
#define QUESTIONS 3

static const char *const asks[QUESTIONS] = { "GET /v1/live", "POST /v1/look", "POST /v1/look" };
static const char *const bodies[QUESTIONS] =
    { "", "{\"command\":\"history\",\"span\":\"day\"}", "{\"command\":\"exemptions\"}" };

static volatile sig_atomic_t ended;

static void end(int signal)
{
	(void)signal;
	ended = 1;
}

static void die(const char *what)
{
	perror(what);
	exit(1);
}

/* Asks the n-th question on a connection of its own, which ends with the answer. */
static int ask(int port, const char *token, int n)
{
	struct sockaddr_in to = { .sin_family = AF_INET, .sin_port = htons((uint16_t)port) };
	char text[QUESTION];
	int s = socket(AF_INET, SOCK_STREAM, 0);
	int length = snprintf(text, sizeof text,
	    "%s HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nAuthorization: Bearer %s\r\nConnection: close\r\n"
	    "Content-Type: application/json\r\nContent-Length: %zu\r\n\r\n%s",
	    asks[n], port, token, strlen(bodies[n]), bodies[n]);

	to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	if (s < 0 || length >= QUESTION || connect(s, (struct sockaddr *)&to, sizeof to) < 0 || send(s, text, (size_t)length, 0) != length)
		die("asking");
	return s;
}

int main(int argc, char **argv)
{
	static char octets[1 << 16];
	struct pollfd streams[STREAMS_MAX];
	int asked[STREAMS_MAX] = { 0 };
	unsigned long long all = 0, wrong = 0;
	int count, i, port;
	ssize_t n;

	if (argc != 4 || (count = atoi(argv[3])) < 1 || count > STREAMS_MAX) {
		fprintf(stderr, "usage: streams PORT TOKEN COUNT\n");
		return 2;
	}
	port = atoi(argv[1]);
	signal(SIGTERM, end);
	for (i = 0; i < count; i++)
		streams[i] = (struct pollfd){ .fd = ask(port, argv[2], 0), .events = POLLIN };
	while (!ended) {
		if (poll(streams, (nfds_t)count, 1000) < 0 && errno != EINTR)
			die("poll");
		for (i = 0; i < count && !ended; i++) {
			if (!streams[i].revents)
				continue;
			streams[i].revents = 0;
			n = read(streams[i].fd, octets, sizeof octets);
			if (n > 0) {
				all += (unsigned long long)n;
				if (n > 12 && !memcmp(octets, "HTTP/1.1", 8) && memcmp(octets + 9, "200", 3) && wrong++ == 0)
					fprintf(stderr, "%.*s\n", (int)n, octets);
				continue;
			}
			close(streams[i].fd);
			asked[i] = (asked[i] + 1) % QUESTIONS;
			streams[i].fd = ask(port, argv[2], asked[i]);
		}
	}
	printf("octets=%llu wrong=%llu\n", all, wrong);
	return 0;
}

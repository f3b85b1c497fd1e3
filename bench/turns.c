/*
 * turns PLACE: the server of Postfix's policy protocol that does nothing, as nothing.c is, but lets its connections take
 * turns as the daemon does (docs/adr/0023): two threads, each of which hears up to 32 connections that have asked and then
 * answers them, so that nobody is answered twice while others wait. PLACE is a port of 127.0.0.1, 0 for any free one.
 * Prints its port and goes on until it is killed.
 */
#include <pthread.h>
#include <sys/epoll.h>

#include "wire.h"

#define THREADS 2
#define ROUND 32
#define EVENTS 512

static const char answer[] = "action=DUNNO\n\n";

/* Whether a connection has asked; ends one that does not. A request comes in one piece, as it is smaller than a packet. */
static int asks(int s)
{
	char request[TEXT];

	if (recv(s, request, sizeof request, 0) > 0)
		return 1;
	close(s);
	return 0;
}

static void *serve(void *descriptor)
{
	struct epoll_event ready[EVENTS];
	int round[ROUND], asked, count, i, j;

	for (;;) {
		count = epoll_wait(*(int *)descriptor, ready, EVENTS, -1);
		for (i = 0; i < count;) {
			for (asked = 0; i < count && asked < ROUND; i++)
				if (asks(ready[i].data.fd))
					round[asked++] = ready[i].data.fd;
			for (j = 0; j < asked; j++)
				say(round[j], answer, sizeof answer - 1);
		}
	}
	return NULL;
}

int main(int argc, char **argv)
{
	static int descriptors[THREADS];
	struct epoll_event event = { .events = EPOLLIN };
	union place at;
	socklen_t atlen;
	pthread_t thread;
	int listener, s, i, on = 1;

	if (argc != 2) {
		fprintf(stderr, "usage: turns port\n");
		return 2;
	}
	atlen = place(argv[1], &at);
	listener = socket(at.any.sa_family, SOCK_STREAM, 0);
	setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
	if (bind(listener, &at.any, atlen) != 0 || listen(listener, 1024) != 0 || getsockname(listener, &at.any, &atlen) != 0)
		die(argv[1]);
	for (i = 0; i < THREADS; i++)
		if ((descriptors[i] = epoll_create1(0)) < 0 || pthread_create(&thread, NULL, serve, &descriptors[i]) != 0)
			die("turns");
	printf("%d\n", ntohs(at.tcp.sin_port));
	fflush(stdout);
	for (i = 0;; i++) {
		if ((s = accept(listener, NULL, NULL)) < 0)
			continue;
		setsockopt(s, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
		event.data.fd = s;
		if (epoll_ctl(descriptors[i % THREADS], EPOLL_CTL_ADD, s, &event) != 0)
			close(s);
	}
}

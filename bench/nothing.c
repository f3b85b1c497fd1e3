/*
 * nothing PROTOCOL PLACE: the server that does nothing, with which the daemon and its peers are compared: it reads each
 * request of the protocol (policy, words or milter) to its end and accepts. It remembers, logs and decides nothing.
 * PLACE is a port of 127.0.0.1, 0 for any free one, or the path of a unix socket. Prints its port and goes on until
 * it is killed. A fixed number of threads wait for connections; each serves its own to the end, with blocking calls.
 */
#include <pthread.h>

#include "wire.h"

#define THREADS 1024

static void (*serve)(int s);

static void policy(int s)
{
	static const char answer[] = "action=DUNNO\n\n";
	char request[TEXT];
	size_t length = 0;
	ssize_t n;

	while (length < sizeof request && (n = recv(s, request + length, sizeof request - length, 0)) > 0) {
		length += (size_t)n;
		if (length < 2 || memcmp(request + length - 2, "\n\n", 2) != 0)
			continue;
		if (!say(s, answer, sizeof answer - 1))
			return;
		length = 0;
	}
}

static void words(int s)
{
	char request[TEXT];

	if (recv(s, request, sizeof request, 0) > 0)
		say(s, "false", 5);
}

static void milter(int s)
{
	char command[TEXT], agreed[12], answer[32], *end;

	end = word32(word32(word32(agreed, 6), 0), MILTER_STEPS);
	while (frame(s, command) > 0 && *command != 'Q') {
		if (*command == 'O')
			end = put_frame(answer, 'O', agreed, sizeof agreed);
		else if (*command == 'R' || *command == 'T' || *command == 'E')
			end = put_frame(answer, 'c', "", 0);
		else
			continue;
		if (!say(s, answer, (size_t)(end - answer)))
			return;
	}
}

static void *accept_connections(void *listener)
{
	int on = 1, s;

	for (;;) {
		if ((s = accept(*(int *)listener, NULL, NULL)) < 0)
			continue;
		setsockopt(s, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on); /* Does nothing to a unix socket. */
		serve(s);
		close(s);
	}
	return NULL;
}

int main(int argc, char **argv)
{
	union place at;
	socklen_t atlen;
	pthread_t thread;
	int s, i, on = 1;

	if (argc != 3) {
		fprintf(stderr, "usage: nothing policy|words|milter port|path\n");
		return 2;
	}
	serve = *argv[1] == 'p' ? policy : *argv[1] == 'w' ? words : milter;
	atlen = place(argv[2], &at);
	s = socket(at.any.sa_family, SOCK_STREAM, 0);
	setsockopt(s, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
	if (bind(s, &at.any, atlen) != 0 || listen(s, 1024) != 0 || getsockname(s, &at.any, &atlen) != 0)
		die(argv[2]);
	for (i = 1; i < THREADS; i++)
		if (pthread_create(&thread, NULL, accept_connections, &s) != 0)
			die("nothing: pthread_create");
	printf("%d\n", at.any.sa_family == AF_INET ? ntohs(at.tcp.sin_port) : 0);
	fflush(stdout);
	accept_connections(&s);
}

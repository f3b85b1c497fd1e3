/*
 * What the load generator of the mail servers' protocols (dialog.c) and the server that does nothing (nothing.c) share:
 * sockets at a port of 127.0.0.1 or at a path, and the frames of the milter protocol.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#define TEXT 2048
#define FRAME_HEAD 4

/* What greydaemon agrees on: no HELO, headers, body and unknown commands; no answers to CONNECT and MAIL. */
#define MILTER_STEPS 0x5172u
#define NR_CONNECT 0x1000u
#define NR_MAIL 0x4000u

union place {
	struct sockaddr any;
	struct sockaddr_in tcp;
	struct sockaddr_un file;
};

static void die(const char *what)
{
	perror(what);
	exit(1);
}

/* The address of "10023" or of "/path"; returns its length. */
static socklen_t place(const char *text, union place *p)
{
	memset(p, 0, sizeof *p);
	if (*text != '/') {
		p->tcp.sin_family = AF_INET;
		p->tcp.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
		p->tcp.sin_port = htons((uint16_t)atoi(text));
		return sizeof p->tcp;
	}
	p->file.sun_family = AF_UNIX;
	if (strlen(text) >= sizeof p->file.sun_path) {
		fprintf(stderr, "%s is too long for a socket\n", text);
		exit(2);
	}
	strcpy(p->file.sun_path, text);
	return sizeof p->file;
}

/* Sends all of it; 0 if the connection is gone. */
static int say(int s, const char *text, size_t length)
{
	ssize_t n;

	for (; length > 0; text += n, length -= (size_t)n)
		if ((n = send(s, text, length, MSG_NOSIGNAL)) <= 0)
			return 0;
	return 1;
}

static int hear(int s, char *to, size_t length)
{
	return recv(s, to, length, MSG_WAITALL) == (ssize_t)length;
}

static char *word32(char *to, uint32_t value)
{
	value = htonl(value);
	memcpy(to, &value, sizeof value);
	return to + sizeof value;
}

static uint32_t as32(const char *from)
{
	uint32_t value;

	memcpy(&value, from, sizeof value);
	return ntohl(value);
}

/* Reads a frame of less than TEXT octets; returns its length without the head, 0 if there is none. */
__attribute__((unused)) static size_t frame(int s, char *to)
{
	char head[FRAME_HEAD];
	size_t length;

	if (!hear(s, head, sizeof head) || (length = as32(head)) == 0 || length >= TEXT || !hear(s, to, length))
		return 0;
	return length;
}

/* Writes a frame of a command and its payload; returns where it ends. */
__attribute__((unused)) static char *put_frame(char *to, char command, const char *payload, size_t length)
{
	to = word32(to, (uint32_t)length + 1);
	*to++ = command;
	memcpy(to, payload, length);
	return to + length;
}

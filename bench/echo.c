/*
 * echo [batched]: the bare UDP server that the daemon is compared with. Listens on a free port of 127.0.0.1, prints it,
 * and answers each datagram with its first two octets - as many as the daemon answers - until it is killed.
 *
 * Plain, it calls recvfrom and sendto for each datagram, as such a server is usually written; batched, it uses recvmmsg
 * and sendmmsg as the daemon does, and so shows what the kernel's path alone costs.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define BATCH 32
#define DATAGRAM 2048
#define ANSWER 2

static void plain(int s)
{
	char datagram[DATAGRAM];
	struct sockaddr_in from;

	for (;;) {
		socklen_t fromlen = sizeof from;
		ssize_t n = recvfrom(s, datagram, sizeof datagram, 0, (struct sockaddr *)&from, &fromlen);

		if (n >= ANSWER)
			sendto(s, datagram, ANSWER, 0, (struct sockaddr *)&from, fromlen);
	}
}

static void batched(int s)
{
	static char datagrams[BATCH][DATAGRAM];
	static struct sockaddr_in from[BATCH];
	static struct iovec in[BATCH], out[BATCH];
	static struct mmsghdr received[BATCH], answers[BATCH];
	int i, n, sent;

	for (i = 0; i < BATCH; i++) {
		in[i].iov_base = out[i].iov_base = datagrams[i];
		in[i].iov_len = DATAGRAM;
		out[i].iov_len = ANSWER;
		received[i].msg_hdr.msg_name = answers[i].msg_hdr.msg_name = &from[i];
		received[i].msg_hdr.msg_iov = &in[i];
		answers[i].msg_hdr.msg_iov = &out[i];
		received[i].msg_hdr.msg_iovlen = answers[i].msg_hdr.msg_iovlen = 1;
		answers[i].msg_hdr.msg_namelen = sizeof from[i];
	}
	for (;;) {
		for (i = 0; i < BATCH; i++)
			received[i].msg_hdr.msg_namelen = sizeof from[i];
		n = recvmmsg(s, received, BATCH, MSG_WAITFORONE, NULL);
		for (sent = 0; sent < n;) {
			int more = sendmmsg(s, answers + sent, (unsigned)(n - sent), 0);

			sent += more > 0 ? more : 1;
		}
	}
}

int main(int argc, char **argv)
{
	struct sockaddr_in at;
	socklen_t atlen = sizeof at;
	int size = 8 << 20;
	int s = socket(AF_INET, SOCK_DGRAM, 0);

	memset(&at, 0, sizeof at);
	at.sin_family = AF_INET;
	at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	/* The same buffer as the daemon's. */
	if (setsockopt(s, SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof size) != 0)
		setsockopt(s, SOL_SOCKET, SO_RCVBUF, &size, sizeof size);
	if (bind(s, (struct sockaddr *)&at, sizeof at) != 0 || getsockname(s, (struct sockaddr *)&at, &atlen) != 0) {
		perror("echo");
		return 1;
	}
	printf("%d\n", ntohs(at.sin_port));
	fflush(stdout);
	if (argc > 1 && strcmp(argv[1], "batched") == 0)
		batched(s);
	plain(s);
}

/*
 * The triplets of the measurements: the n-th one has 60 octets of text, like a real one, and a client in a network of
 * its own (as long as n < 2^24). Made from n alone, cheaply, so that the load is the same in every run and the
 * generator is not what is measured.
 */
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#define TRIPLET_TEXT 60

struct triplet {
	char client[16];
	char sender[32];
	char recipient[48];
	int clientlen, senderlen, recipientlen;
};

static int decimal(char *to, unsigned value)
{
	char digits[10];
	int n = 0, length;

	do
		digits[n++] = (char)('0' + value % 10);
	while ((value /= 10) != 0);
	for (length = 0; n > 0; length++)
		to[length] = digits[--n];
	return length;
}

static void triplet(uint32_t n, struct triplet *t)
{
	static const char names[] = "some-recipient-of-ours@example.net";
	static const char domain[] = "@sender.example";
	static const char hex[] = "0123456789abcdef";
	/* An odd factor permutes the 2^24 networks: neighbours in time are not neighbours in the address space. */
	uint32_t network = n * 0x9e3779b1u & 0xffffff;
	char *at = t->client;
	int i;

	at += decimal(at, network >> 16);
	*at++ = '.';
	at += decimal(at, network >> 8 & 0xff);
	*at++ = '.';
	at += decimal(at, network & 0xff);
	*at++ = '.';
	at += decimal(at, 1 + (n >> 24));
	t->clientlen = (int)(at - t->client);
	for (i = 0; i < 8; i++)
		t->sender[i] = hex[n >> (28 - 4 * i) & 0xf];
	memcpy(t->sender + 8, domain, sizeof domain - 1);
	t->senderlen = 8 + (int)sizeof domain - 1;
	t->recipientlen = TRIPLET_TEXT - t->clientlen - t->senderlen;
	memcpy(t->recipient, names + sizeof names - 1 - t->recipientlen, (size_t)t->recipientlen);
}

/*
 * savefile KIND FIRST COUNT TIME: writes lines of a save file to standard output. KIND is G for triplets or I for proven
 * clients, FIRST the number of the first one (triplet.h), TIME the time of all of them in seconds since 1970.
 */
#include <stdlib.h>

#include "triplet.h"

static char *put(char *to, const char *from, int length)
{
	memcpy(to, from, (size_t)length);
	return to + length;
}

int main(int argc, char **argv)
{
	static char buffer[1 << 16], line[256];
	struct triplet t;
	uint32_t n, first, count;

	if (argc != 5) {
		fprintf(stderr, "usage: savefile G|I first count time\n");
		return 2;
	}
	setvbuf(stdout, buffer, _IOFBF, sizeof buffer);
	first = (uint32_t)strtoul(argv[2], NULL, 10);
	count = (uint32_t)strtoul(argv[3], NULL, 10);
	for (n = first; n < first + count; n++) {
		char *at = line;

		triplet(n, &t);
		*at++ = argv[1][0];
		*at++ = ' ';
		at = put(at, argv[4], (int)strlen(argv[4]));
		*at++ = ' ';
		at = put(at, t.client, t.clientlen);
		if (argv[1][0] == 'G') {
			*at++ = ' ';
			at = put(at, t.sender, t.senderlen);
			*at++ = ' ';
			at = put(at, t.recipient, t.recipientlen);
		}
		*at++ = '\n';
		fwrite(line, 1, (size_t)(at - line), stdout);
	}
	return fflush(stdout) == 0 ? 0 : 1;
}

#ifndef CASEBOOK_SUMS_H
#define CASEBOOK_SUMS_H

#include <stddef.h>
#include <stdint.h>

// place is a stretch of a text.
struct place {
	uint32_t from, to;
};

// sums writes the SHA-256 of n places of a text, 32 bytes each. It is 0, and nothing is written, on a processor that does not help.
int casebook_sums(const uint8_t *text, const struct place *places, size_t n, uint8_t *sums);

// running is a SHA-256 whose text comes in pieces: its state, how much of the text has come, and what is less than a block of it.
struct running {
	uint32_t h[8];
	uint64_t size;
	uint8_t rest[64];
};

// sums_along goes on with the SHA-256 of a text of which this is the next piece, beside those of n places of the piece. It is 0, and
// nothing is changed, on a processor that does not help.
int casebook_sums_along(struct running *r, const uint8_t *text, size_t size, const struct place *places, size_t n, uint8_t *sums);

#endif

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

#endif

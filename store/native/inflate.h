#ifndef CASEBOOK_INFLATE_H
#define CASEBOOK_INFLATE_H

#include <stddef.h>
#include <stdint.h>

// How a call ends.
enum {
	inflate_done,  // behind the last block
	inflate_input, // wants more input
	inflate_room,  // wants more room for output
	inflate_short, // the input is all there is, and ends too early
	inflate_bad,   // no deflate stream
	inflate_pause, // in front of a block, as was asked
};

enum { inflate_litlen_size = 2560, inflate_distance_size = 512 };

// inflater is a deflate stream being expanded. All zeros is one that has not begun. Between calls it holds fewer than eight
// bits that have been read and not used.
struct inflater {
	uint64_t bits;
	uint32_t nbits;
	uint32_t stored; // bytes left of a stored block
	uint8_t phase;
	uint8_t final;
	uint32_t litlen[inflate_litlen_size];
	uint32_t distance[inflate_distance_size];
};

// inflate expands what it can of in[0,in_size) to out[from,room). What is in out[0,from) came before and may be referred to.
// last says that no input follows. It pauses in front of the first block that begins at or behind pause in out. used and to say how
// far it came: an input not used is to be given again.
int casebook_inflate(struct inflater *z, const uint8_t *in, size_t in_size, int last, uint8_t *out, size_t from, size_t room,
	size_t pause, size_t *used, size_t *to);

#endif

#include "inflate.h"
#include "codes.h"

#include <string.h>

// Deflate (RFC 1951). A loop that looks at no end does almost all of the work; where one is near, a symbol at a time is
// expanded with a look at each.

// What the next bits are of.
enum { at_block, in_stored, in_codes, at_end };

// input is the stream as bits.
struct input {
	const uint8_t *p, *end;
	uint64_t bits;
	uint32_t nbits;
};

static inline void refill(struct input *s) {
	while (s->nbits <= 56 && s->p < s->end) {
		s->bits |= (uint64_t)*s->p++ << s->nbits;
		s->nbits += 8;
	}
}

// give_back gives whole bytes back that were read ahead.
static inline void give_back(struct input *s) {
	s->p -= s->nbits >> 3;
	s->nbits &= 7;
	s->bits &= (1u << s->nbits) - 1;
}

static inline uint32_t take(struct input *s, unsigned n) {
	uint32_t v = (uint32_t)(s->bits & ((1ull << n) - 1));
	s->bits >>= n;
	s->nbits -= n;
	return v;
}

// dynamic reads the codes of a block.
static int dynamic(struct inflater *z, struct input *s) {
	static const uint8_t order[19] = {16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15};
	uint8_t lengths[288 + 32] = {0};
	uint32_t table[1 << lengths_root];
	refill(s);
	if (s->nbits < 14)
		return inflate_input;
	unsigned literals = 257 + take(s, 5), distances = 1 + take(s, 5), n = 4 + take(s, 4), i;
	if (literals > 286 || distances > 30)
		return inflate_bad;
	for (i = 0; i < n; i++) {
		refill(s);
		if (s->nbits < 3)
			return inflate_input;
		lengths[order[i]] = (uint8_t)take(s, 3);
	}
	if (!build(table, 1 << lengths_root, lengths_root, lengths, 19, length_entry))
		return inflate_bad;
	memset(lengths, 0, sizeof lengths);
	for (i = 0; i < literals + distances;) {
		refill(s);
		uint32_t e = table[s->bits & ((1 << lengths_root) - 1)];
		unsigned bits = e & take_bits, symbol = e >> value_shift, times = 1, extra = 0;
		if (e & is_odd)
			return s->nbits < lengths_root ? inflate_input : inflate_bad;
		if (symbol >= 16)
			extra = symbol == 16 ? 2 : symbol == 17 ? 3 : 7;
		if (s->nbits < bits + extra)
			return inflate_input;
		take(s, bits);
		uint8_t length = (uint8_t)symbol;
		if (symbol >= 16) {
			if (symbol == 16 && i == 0)
				return inflate_bad;
			length = symbol == 16 ? lengths[i - 1] : 0;
			times = take(s, extra) + (symbol == 18 ? 11 : 3);
		}
		if (times > literals + distances - i)
			return inflate_bad;
		memset(lengths + i, length, times);
		i += times;
	}
	if (!build(z->litlen, inflate_litlen_size, litlen_root, lengths, literals, litlen_entry) ||
		!build(z->distance, inflate_distance_size, distance_root, lengths + literals, distances, distance_entry))
		return inflate_bad;
	return inflate_done;
}

static void fixed(struct inflater *z) {
	uint8_t lengths[288];
	memset(lengths, 8, 144);
	memset(lengths + 144, 9, 112);
	memset(lengths + 256, 7, 24);
	memset(lengths + 280, 8, 8);
	build(z->litlen, inflate_litlen_size, litlen_root, lengths, 288, litlen_entry);
	memset(lengths, 5, 32);
	build(z->distance, inflate_distance_size, distance_root, lengths, 32, distance_entry);
}

static inline uint64_t load8(const uint8_t *p) {
	uint64_t v;
	memcpy(&v, p, 8);
	return v;
}

// value is an entry's base with the extra bits that follow its code.
static inline unsigned value(uint32_t e, uint64_t bits) {
	return (e >> value_shift) + (unsigned)((bits & ((1ull << (e & take_bits)) - 1)) >> (e >> code_shift & 15));
}

// fast expands symbols while neither end is near: there are at least in_margin bytes to read and out_margin to write, so that an
// iteration, which reads at most 24 bytes and writes at most three literals or two and a match and what its last copy writes beyond
// it, needs no look at either.
enum { in_margin = 24, out_margin = longest_match + 64 };

static inline __attribute__((always_inline)) int fast(struct inflater *z, struct input *s, uint8_t *begin, uint8_t **at, uint8_t *end) {
	const uint8_t *p = s->p, *p_end = s->end - in_margin;
	uint8_t *o = *at, *o_end = end - out_margin;
	const uint32_t *litlen = z->litlen, *distances = z->distance;
	uint64_t bits = s->bits;
	uint32_t nbits = s->nbits;
	int result = inflate_input;
#define REFILL bits |= load8(p) << nbits, p += (63 - nbits) >> 3, nbits |= 56
#define DROP(e) bits >>= (e) & 63, nbits -= (e) & take_bits
#define LOOK litlen[bits & ((1 << litlen_root) - 1)]
	// The entry of the next symbol is looked up before a match is copied, so that neither waits for the other.
	REFILL;
	uint32_t e = LOOK;
	do {
		if (e & is_literal) {
			DROP(e);
			*o++ = (uint8_t)(e >> value_shift);
			e = LOOK;
			if (e & is_literal) {
				DROP(e);
				*o++ = (uint8_t)(e >> value_shift);
				e = LOOK;
				if (e & is_literal) {
					DROP(e);
					*o++ = (uint8_t)(e >> value_shift);
					REFILL;
					e = LOOK;
					continue;
				}
			}
		}
		if (e & is_odd) {
			if (e & is_link) {
				DROP(e);
				e = litlen[(e >> value_shift) + (bits & ((1u << (e >> code_shift & 15)) - 1))];
				if (e & is_literal) {
					DROP(e);
					*o++ = (uint8_t)(e >> value_shift);
					REFILL;
					e = LOOK;
					continue;
				}
			}
			if (e & is_odd) {
				result = inflate_bad;
				if (e & is_end) {
					DROP(e);
					result = inflate_done;
				}
				break;
			}
		}
		unsigned length = value(e, bits);
		DROP(e);
		REFILL;
		e = distances[bits & ((1 << distance_root) - 1)];
		if (e & is_odd) {
			if (e & is_link) {
				DROP(e);
				e = distances[(e >> value_shift) + (bits & ((1u << (e >> code_shift & 15)) - 1))];
			}
			if (e & is_odd) {
				result = inflate_bad;
				break;
			}
		}
		unsigned distance = value(e, bits);
		DROP(e);
		if (distance > (size_t)(o - begin)) {
			result = inflate_bad;
			break;
		}
		REFILL;
		e = LOOK;
		const uint8_t *from = o - distance;
		uint8_t *to = o;
		o += length;
		if (distance >= 64) { // as are almost all, and most matches are no longer
			memcpy(to, from, 64);
			while (__builtin_expect((to += 64) < o, 0)) {
				from += 64;
				memcpy(to, from, 64);
			}
		} else if (distance >= 8) {
			do {
				memcpy(to, from, 8);
				to += 8, from += 8;
			} while (to < o);
		} else if (distance == 1) {
			memset(to, *from, length);
		} else {
			do
				*to++ = *from++;
			while (to < o);
		}
	} while (p < p_end && o < o_end);
#undef LOOK
#undef REFILL
#undef DROP
	s->p = p;
	s->bits = bits;
	s->nbits = nbits;
	give_back(s);
	*at = o;
	return result;
}

static int fast_plain(struct inflater *z, struct input *s, uint8_t *begin, uint8_t **at, uint8_t *end) {
	return fast(z, s, begin, at, end);
}

#if defined(__x86_64__)
// The same with the shifts, masks and registers that processors since 2013 have.
__attribute__((target("bmi,bmi2,avx2"))) static int fast_avx2(struct inflater *z, struct input *s, uint8_t *begin, uint8_t **at, uint8_t *end) {
	return fast(z, s, begin, at, end);
}
#endif

static int codes_fast(struct inflater *z, struct input *s, uint8_t *begin, uint8_t **at, uint8_t *end) {
#if defined(__x86_64__)
	if (__builtin_cpu_supports("bmi2") && __builtin_cpu_supports("avx2"))
		return fast_avx2(z, s, begin, at, end);
#endif
	return fast_plain(z, s, begin, at, end);
}

// symbol expands one symbol with a look at every end.
static int symbol(struct inflater *z, struct input *s, uint8_t *begin, uint8_t **at, uint8_t *end) {
	refill(s);
	struct input t = *s;
	uint32_t e = z->litlen[t.bits & ((1 << litlen_root) - 1)];
	if (e & is_link) {
		if (t.nbits < litlen_root)
			return inflate_input;
		take(&t, litlen_root);
		e = z->litlen[(e >> value_shift) + (t.bits & ((1u << (e >> code_shift & 15)) - 1))];
	}
	if ((e & is_odd) && !(e & is_end))
		return t.nbits < longest && t.p == t.end ? inflate_input : inflate_bad;
	if (t.nbits < (e & take_bits))
		return inflate_input;
	unsigned length = value(e & ~is_literal, t.bits);
	take(&t, e & take_bits);
	if (e & is_end) {
		*s = t;
		return inflate_done;
	}
	if (e & is_literal) {
		if (*at == end)
			return inflate_room;
		*(*at)++ = (uint8_t)(e >> value_shift);
		*s = t;
		return -1;
	}
	e = z->distance[t.bits & ((1 << distance_root) - 1)];
	if (e & is_link) {
		if (t.nbits < distance_root)
			return inflate_input;
		take(&t, distance_root);
		e = z->distance[(e >> value_shift) + (t.bits & ((1u << (e >> code_shift & 15)) - 1))];
	}
	if (e & is_odd)
		return t.nbits < longest && t.p == t.end ? inflate_input : inflate_bad;
	if (t.nbits < (e & take_bits))
		return inflate_input;
	unsigned distance = value(e, t.bits);
	take(&t, e & take_bits);
	if (distance > (size_t)(*at - begin))
		return inflate_bad;
	if (length > (size_t)(end - *at))
		return inflate_room;
	for (; length > 0; length--, (*at)++)
		**at = *(*at - distance);
	*s = t;
	return -1;
}

// codes expands a block of codes as far as it goes.
static int codes(struct inflater *z, struct input *s, uint8_t *begin, uint8_t **at, uint8_t *end) {
	int result;
	if (s->end - s->p > in_margin && end - *at > out_margin) {
		give_back(s);
		result = codes_fast(z, s, begin, at, end);
		if (result != inflate_input)
			return result;
	}
	while ((result = symbol(z, s, begin, at, end)) < 0) {
	}
	return result;
}

// stored copies a stored block as far as it goes.
static int stored(struct inflater *z, struct input *s, uint8_t **at, uint8_t *end) {
	size_t n = z->stored;
	if (n > (size_t)(s->end - s->p))
		n = (size_t)(s->end - s->p);
	if (n > (size_t)(end - *at))
		n = (size_t)(end - *at);
	if (n > 0)
		memcpy(*at, s->p, n);
	*at += n;
	s->p += n;
	z->stored -= (uint32_t)n;
	if (z->stored == 0)
		return inflate_done;
	return *at == end ? inflate_room : inflate_input;
}

// header reads the beginning of a block.
static int header(struct inflater *z, struct input *s) {
	refill(s);
	if (s->nbits < 3)
		return inflate_input;
	z->final = (uint8_t)take(s, 1);
	switch (take(s, 2)) {
	case 0:
		take(s, s->nbits & 7);
		refill(s);
		if (s->nbits < 32)
			return inflate_input;
		z->stored = take(s, 16);
		if ((take(s, 16) ^ 0xffff) != z->stored)
			return inflate_bad;
		give_back(s); // all of them
		z->phase = in_stored;
		return inflate_done;
	case 1:
		fixed(z);
		z->phase = in_codes;
		return inflate_done;
	case 2:
		z->phase = in_codes;
		return dynamic(z, s);
	}
	return inflate_bad;
}

int casebook_inflate(struct inflater *z, const uint8_t *in, size_t in_size, int last, uint8_t *out, size_t from, size_t room,
	size_t pause, size_t *used, size_t *to) {
	struct input s = {in, in + in_size, z->bits, z->nbits};
	uint8_t *at = out + from, *end = out + room;
	int result = inflate_done;
	while (z->phase != at_end) {
		if (z->phase == at_block) {
			struct input before = s;
			result = header(z, &s);
			if (result != inflate_done) {
				s = before;
				z->phase = at_block;
				break;
			}
		}
		result = z->phase == in_stored ? stored(z, &s, &at, end) : codes(z, &s, out, &at, end);
		if (result != inflate_done)
			break;
		z->phase = z->final ? at_end : at_block;
		if (z->phase == at_block && (size_t)(at - out) >= pause) {
			result = inflate_pause;
			break;
		}
	}
	give_back(&s);
	z->nbits = s.nbits;
	z->bits = s.bits;
	*used = (size_t)(s.p - in);
	*to = (size_t)(at - out);
	return result == inflate_input && last ? inflate_short : result;
}

#ifndef CASEBOOK_SUMS_WIDE_H
#define CASEBOOK_SUMS_WIDE_H

#include "sums_lane.h"

enum { wide = 16, groups = 2 };

#define with_wide __attribute__((target("avx512f,avx512bw,sha")))

// many is sixteen texts being summed.
struct many {
	uint32_t state[8][wide] __attribute__((aligned(64)));
	const uint8_t *p[wide] __attribute__((aligned(64)));
	uint32_t blocks[wide] __attribute__((aligned(64))); // at p; no_text for a lane that has none
	struct lane lanes[wide];                            // what comes then
};

static const uint32_t no_text = UINT32_MAX;

// turn makes the sixteen words of sixteen blocks, a block a register, sixteen registers of one word of each block.
static inline __attribute__((always_inline)) with_wide void turn(__m512i *m) {
	__m512i t[16];
	for (int i = 0; i < 16; i += 2) {
		t[i] = _mm512_unpacklo_epi32(m[i], m[i + 1]);
		t[i + 1] = _mm512_unpackhi_epi32(m[i], m[i + 1]);
	}
	for (int i = 0; i < 16; i += 4) {
		m[i] = _mm512_unpacklo_epi64(t[i], t[i + 2]);
		m[i + 1] = _mm512_unpackhi_epi64(t[i], t[i + 2]);
		m[i + 2] = _mm512_unpacklo_epi64(t[i + 1], t[i + 3]);
		m[i + 3] = _mm512_unpackhi_epi64(t[i + 1], t[i + 3]);
	}
	for (int i = 0; i < 4; i++) {
		t[i] = _mm512_shuffle_i32x4(m[i], m[i + 4], 0x88);
		t[i + 4] = _mm512_shuffle_i32x4(m[i], m[i + 4], 0xdd);
		t[i + 8] = _mm512_shuffle_i32x4(m[i + 8], m[i + 12], 0x88);
		t[i + 12] = _mm512_shuffle_i32x4(m[i + 8], m[i + 12], 0xdd);
	}
	for (int i = 0; i < 4; i++) {
		m[i] = _mm512_shuffle_i32x4(t[i], t[i + 8], 0x88);
		m[i + 4] = _mm512_shuffle_i32x4(t[i + 4], t[i + 12], 0x88);
		m[i + 8] = _mm512_shuffle_i32x4(t[i], t[i + 8], 0xdd);
		m[i + 12] = _mm512_shuffle_i32x4(t[i + 4], t[i + 12], 0xdd);
	}
}

// compress_wide is one block of each of the groups' texts, whose words are in m: a round waits for the one before it and leaves room for
// another group's.
static inline __attribute__((always_inline)) with_wide void compress_wide(__m512i (*s)[8], __m512i (*m)[16]) {
	__m512i v[groups][8];
	for (int k = 0; k < groups; k++)
		for (int i = 0; i < 8; i++)
			v[k][i] = s[k][i];
	for (int first = 0; first < 64; first += 16) {
#pragma GCC unroll 16
		for (int i = 0; i < 16; i++) {
#pragma GCC unroll 2
			for (int k = 0; k < groups; k++) {
				if (first > 0) {
					__m512i x = m[k][(i + 1) & 15], y = m[k][(i + 14) & 15];
					x = _mm512_ternarylogic_epi32(_mm512_ror_epi32(x, 7), _mm512_ror_epi32(x, 18), _mm512_srli_epi32(x, 3), 0x96);
					y = _mm512_ternarylogic_epi32(_mm512_ror_epi32(y, 17), _mm512_ror_epi32(y, 19), _mm512_srli_epi32(y, 10), 0x96);
					m[k][i] = _mm512_add_epi32(_mm512_add_epi32(m[k][i], m[k][(i + 9) & 15]), _mm512_add_epi32(x, y));
				}
				// Each round the eight words move on by one, which is done by counting places from another one.
#define WORD(n) v[k][((n)-i) & 7]
				__m512i a = WORD(0), e = WORD(4);
				__m512i e3 = _mm512_ternarylogic_epi32(_mm512_ror_epi32(e, 6), _mm512_ror_epi32(e, 11), _mm512_ror_epi32(e, 25), 0x96);
				__m512i a3 = _mm512_ternarylogic_epi32(_mm512_ror_epi32(a, 2), _mm512_ror_epi32(a, 13), _mm512_ror_epi32(a, 22), 0x96);
				__m512i t = _mm512_add_epi32(_mm512_add_epi32(WORD(7), _mm512_add_epi32(m[k][i], _mm512_set1_epi32((int)constants[first + i]))),
					_mm512_add_epi32(e3, _mm512_ternarylogic_epi32(e, WORD(5), WORD(6), 0xca)));
				a3 = _mm512_add_epi32(a3, _mm512_ternarylogic_epi32(a, WORD(1), WORD(2), 0xe8));
				WORD(3) = _mm512_add_epi32(WORD(3), t);
				WORD(7) = _mm512_add_epi32(t, a3);
#undef WORD
			}
		}
	}
	for (int k = 0; k < groups; k++)
		for (int i = 0; i < 8; i++)
			s[k][i] = _mm512_add_epi32(s[k][i], v[k][i]);
}

// rounds_wide goes on with the groups by so many blocks of each text.
static inline __attribute__((always_inline)) with_wide void rounds_wide(struct many *z, size_t blocks) {
	const __m512i swap = _mm512_set4_epi32(0x0c0d0e0f, 0x08090a0b, 0x04050607, 0x00010203);
	__m512i s[groups][8], m[groups][16];
	for (int k = 0; k < groups; k++)
		for (int i = 0; i < 8; i++)
			s[k][i] = _mm512_load_si512(z[k].state[i]);
	for (size_t block = 0; block < blocks; block++) {
		for (int k = 0; k < groups; k++) {
			for (int l = 0; l < wide; l++)
				m[k][l] = _mm512_shuffle_epi8(_mm512_loadu_si512(z[k].p[l] + 64 * block), swap);
			turn(m[k]);
		}
		compress_wide(s, m);
	}
	for (int k = 0; k < groups; k++) {
		for (int i = 0; i < 8; i++)
			_mm512_store_si512(z[k].state[i], s[k][i]);
		for (int l = 0; l < wide; l += 8)
			_mm512_store_si512(&z[k].p[l], _mm512_add_epi64(_mm512_load_si512(&z[k].p[l]), _mm512_set1_epi64((long long)(64 * blocks))));
		__m512i left = _mm512_load_si512(z[k].blocks);
		_mm512_store_si512(z[k].blocks, _mm512_mask_sub_epi32(left, _mm512_cmplt_epu32_mask(left, _mm512_set1_epi32(-1)), left, _mm512_set1_epi32((int)blocks)));
	}
}

static const uint32_t initial[8] = {0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19};

// take begins the next text in a lane; the lane has none when they are all taken.
static with_wide void take(struct many *z, int l, struct work *w) {
	struct lane *lane = &z->lanes[l];
	if (!begin(lane, w)) {
		z->blocks[l] = no_text;
		return;
	}
	for (int i = 0; i < 8; i++)
		z->state[i][l] = initial[i];
	z->p[l] = lane->p;
	z->blocks[l] = (uint32_t)lane->blocks;
}

// refill gives the lanes that are done their next blocks, or their next text.
static with_wide void refill(struct many *z, struct work *w) {
	for (;;) {
		unsigned done = _mm512_cmpeq_epi32_mask(_mm512_load_si512(z->blocks), _mm512_setzero_si512());
		if (done == 0)
			return;
		for (; done > 0; done &= done - 1) {
			int l = __builtin_ctz(done);
			struct lane *lane = &z->lanes[l];
			if (lane->ends > 0) {
				z->p[l] = lane->end;
				z->blocks[l] = (uint32_t)lane->ends;
				lane->ends = 0;
				continue;
			}
			for (int i = 0; i < 8; i++) {
				uint32_t word = __builtin_bswap32(z->state[i][l]);
				memcpy(lane->sum + 4 * i, &word, 4);
			}
			take(z, l, w);
		}
	}
}

// narrow makes a lane of sixteen one that goes on by itself.
static with_wide void narrow(const struct many *z, int l, struct lane *to) {
	uint32_t s[8];
	for (int i = 0; i < 8; i++)
		s[i] = z->state[i][l];
	*to = z->lanes[l];
	to->abef = _mm_set_epi32((int)s[0], (int)s[1], (int)s[4], (int)s[5]);
	to->cdgh = _mm_set_epi32((int)s[2], (int)s[3], (int)s[6], (int)s[7]);
	to->p = z->p[l];
	to->blocks = z->blocks[l];
}

// few is how many texts two lanes are faster with than all.
enum { few = 12 };

static with_wide void sums_wide(struct work *w, int by_two) {
	struct many z[groups];
	for (int k = 0; k < groups; k++)
		for (int l = 0; l < wide; l++)
			take(&z[k], l, w);
	for (;;) {
		__m512i least = _mm512_set1_epi32(-1);
		unsigned busy[groups], some = 0;
		const uint8_t *p = NULL;
		for (int k = 0; k < groups; k++) {
			refill(&z[k], w);
			__m512i left = _mm512_load_si512(z[k].blocks);
			least = _mm512_min_epu32(least, left);
			busy[k] = _mm512_cmplt_epu32_mask(left, _mm512_set1_epi32(-1));
			some += (unsigned)__builtin_popcount(busy[k]);
			if (busy[k] > 0)
				p = z[k].p[__builtin_ctz(busy[k])];
		}
		if (some == 0)
			return;
		if (some < groups * wide) {
			if (by_two && some <= few) {
				struct lane rest[few];
				size_t n = 0;
				for (int k = 0; k < groups; k++)
					for (; busy[k] > 0; busy[k] &= busy[k] - 1)
						narrow(&z[k], __builtin_ctz(busy[k]), &rest[n++]);
				sums(rest, n, w);
				return;
			}
			for (int k = 0; k < groups; k++) // a lane without a text goes along
				for (int l = 0; l < wide; l++)
					if (!(busy[k] >> l & 1))
						z[k].p[l] = p;
		}
		rounds_wide(z, _mm512_reduce_min_epu32(least));
	}
}

#endif

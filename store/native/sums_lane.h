#ifndef CASEBOOK_SUMS_LANE_H
#define CASEBOOK_SUMS_LANE_H

#include "sums.h"

#include <immintrin.h>
#include <string.h>

// SHA-256 (FIPS 180-4) of many short texts. A round waits for the one before it, so that one text leaves half of the
// processor idle: two are worked on at a time, or twice sixteen where registers are wide enough for a word of sixteen.

#define with_sha __attribute__((target("sha,sse4.1,ssse3")))

static const uint32_t constants[64] __attribute__((aligned(16))) = {
	0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5, 0xd807aa98, 0x12835b01, 0x243185be,
	0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174, 0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa,
	0x5cb0a9dc, 0x76f988da, 0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967, 0x27b70a85,
	0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85, 0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3,
	0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070, 0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f,
	0x682e6ff3, 0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2};

// lane is a text being summed. The state is kept as the instructions want it: a b e f, and c d g h.
struct lane {
	__m128i abef, cdgh; // not used where sixteen go together
	const uint8_t *p;
	size_t blocks; // at p
	size_t ends;   // blocks in end that are still to come: the text's last bytes, padding and length
	uint8_t end[128];
	uint8_t *sum;
};

static inline __attribute__((always_inline)) with_sha void rounds(struct lane *lanes, int n, size_t blocks) {
	const __m128i swap = _mm_set_epi64x(0x0c0d0e0f08090a0b, 0x0405060700010203);
	__m128i abef[2], cdgh[2], m[2][4];
	const uint8_t *p[2];
	for (int l = 0; l < n; l++)
		abef[l] = lanes[l].abef, cdgh[l] = lanes[l].cdgh, p[l] = lanes[l].p;
	for (; blocks > 0; blocks--) {
		for (int l = 0; l < n; l++) {
			lanes[l].abef = abef[l];
			lanes[l].cdgh = cdgh[l];
			for (int i = 0; i < 4; i++)
				m[l][i] = _mm_shuffle_epi8(_mm_loadu_si128((const __m128i *)(p[l] + 16 * i)), swap);
			p[l] += 64;
		}
#pragma GCC unroll 16
		for (int i = 0; i < 16; i++) {
			__m128i k[2];
			for (int l = 0; l < n; l++)
				k[l] = _mm_add_epi32(m[l][i & 3], _mm_load_si128((const __m128i *)(constants + 4 * i)));
			for (int l = 0; l < n; l++)
				cdgh[l] = _mm_sha256rnds2_epu32(cdgh[l], abef[l], k[l]);
			for (int l = 0; l < n; l++)
				abef[l] = _mm_sha256rnds2_epu32(abef[l], cdgh[l], _mm_shuffle_epi32(k[l], 0x0e));
			if (i < 12)
				for (int l = 0; l < n; l++)
					m[l][i & 3] = _mm_sha256msg2_epu32(
						_mm_add_epi32(_mm_sha256msg1_epu32(m[l][i & 3], m[l][(i + 1) & 3]), _mm_alignr_epi8(m[l][(i + 3) & 3], m[l][(i + 2) & 3], 4)),
						m[l][(i + 3) & 3]);
		}
		for (int l = 0; l < n; l++) {
			abef[l] = _mm_add_epi32(abef[l], lanes[l].abef);
			cdgh[l] = _mm_add_epi32(cdgh[l], lanes[l].cdgh);
		}
	}
	for (int l = 0; l < n; l++)
		lanes[l].abef = abef[l], lanes[l].cdgh = cdgh[l], lanes[l].p = p[l];
}

// work is the texts of a call.
struct work {
	const uint8_t *text;
	const struct place *places;
	size_t n, taken;
	uint8_t *to;
};

// begin begins the next text; not when they are all taken.
static with_sha int begin(struct lane *l, struct work *w) {
	if (w->taken == w->n)
		return 0;
	struct place at = w->places[w->taken];
	size_t size = at.to - at.from, rest = size % 64;
	l->abef = _mm_set_epi32(0x6a09e667, (int)0xbb67ae85, 0x510e527f, (int)0x9b05688c);
	l->cdgh = _mm_set_epi32(0x3c6ef372, (int)0xa54ff53a, 0x1f83d9ab, 0x5be0cd19);
	l->p = w->text + at.from;
	l->blocks = size / 64;
	l->ends = rest < 56 ? 1 : 2;
	l->sum = w->to + 32 * w->taken++;
	memset(l->end, 0, sizeof l->end);
	if (rest > 0)
		memcpy(l->end, l->p + size - rest, rest);
	l->end[rest] = 0x80;
	uint64_t bits = __builtin_bswap64((uint64_t)size * 8);
	memcpy(l->end + 64 * l->ends - 8, &bits, 8);
	return 1;
}

// next goes on to a lane's last blocks; not when they are done, too, and the sum is written.
static with_sha int next(struct lane *l) {
	if (l->blocks > 0)
		return 1;
	if (l->ends > 0) {
		l->p = l->end;
		l->blocks = l->ends;
		l->ends = 0;
		return 1;
	}
	uint32_t f[4], g[4];
	_mm_storeu_si128((__m128i *)f, l->abef);
	_mm_storeu_si128((__m128i *)g, l->cdgh);
	uint32_t s[8] = {f[3], f[2], g[3], g[2], f[1], f[0], g[1], g[0]};
	for (int i = 0; i < 8; i++)
		s[i] = __builtin_bswap32(s[i]);
	memcpy(l->sum, s, 32);
	return 0;
}

// another takes one of n texts that were begun, or begins the next; not when there is none.
static with_sha int another(struct lane *l, const struct lane *begun, size_t *n, struct work *w) {
	if (*n > 0)
		*l = begun[--*n];
	else if (!begin(l, w))
		return 0;
	return next(l);
}

// sums goes on with n texts that were begun, and then with those that were not.
static with_sha void sums(const struct lane *begun, size_t n, struct work *w) {
	struct lane lanes[2];
	int busy = 0;
	while (busy < 2 && another(&lanes[busy], begun, &n, w))
		busy++;
	while (busy > 0) {
		size_t blocks = busy == 2 && lanes[1].blocks < lanes[0].blocks ? lanes[1].blocks : lanes[0].blocks;
		if (busy == 2)
			rounds(lanes, 2, blocks);
		else
			rounds(lanes, 1, blocks);
		for (int l = 0; l < busy; l++)
			lanes[l].blocks -= blocks;
		for (int l = 0; l < busy; l++)
			if (!next(&lanes[l]) && !another(&lanes[l], begun, &n, w)) {
				if (l < --busy)
					lanes[l--] = lanes[busy]; // whose end stays where it is: nothing is begun any more
			}
	}
}

#endif

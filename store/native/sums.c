#include "sums.h"

#if defined(__x86_64__)

#include <cpuid.h>
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

static with_sha void begin(struct lane *l, const uint8_t *text, struct place at, uint8_t *sum) {
	size_t size = at.to - at.from, rest = size % 64;
	l->abef = _mm_set_epi32(0x6a09e667, (int)0xbb67ae85, 0x510e527f, (int)0x9b05688c);
	l->cdgh = _mm_set_epi32(0x3c6ef372, (int)0xa54ff53a, 0x1f83d9ab, 0x5be0cd19);
	l->p = text + at.from;
	l->blocks = size / 64;
	l->ends = rest < 56 ? 1 : 2;
	l->sum = sum;
	memset(l->end, 0, sizeof l->end);
	if (rest > 0)
		memcpy(l->end, l->p + size - rest, rest);
	l->end[rest] = 0x80;
	uint64_t bits = __builtin_bswap64((uint64_t)size * 8);
	memcpy(l->end + 64 * l->ends - 8, &bits, 8);
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

static with_sha void sums(const uint8_t *text, const struct place *places, size_t n, uint8_t *to) {
	struct lane lanes[2];
	size_t taken = 0;
	int busy = 0;
	while (busy < 2 && taken < n) {
		begin(&lanes[busy++], text, places[taken], to + 32 * taken);
		taken++;
	}
	while (busy > 0) {
		for (int l = 0; l < busy; l++) {
			if (next(&lanes[l]))
				continue;
			if (taken < n) {
				begin(&lanes[l], text, places[taken], to + 32 * taken);
				taken++;
			} else {
				lanes[l] = lanes[--busy];
			}
			l--;
		}
		if (busy == 2) {
			size_t both = lanes[0].blocks < lanes[1].blocks ? lanes[0].blocks : lanes[1].blocks;
			rounds(lanes, 2, both);
			lanes[0].blocks -= both;
			lanes[1].blocks -= both;
		} else if (busy == 1) {
			rounds(lanes, 1, lanes[0].blocks);
			lanes[0].blocks = 0;
		}
	}
}

enum { wide = 16, groups = 2 };

#define with_wide __attribute__((target("avx512f,avx512bw,sha")))

// many is sixteen texts being summed.
struct many {
	uint32_t state[8][wide] __attribute__((aligned(64)));
	struct lane lanes[wide];
};

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
				m[k][l] = _mm512_shuffle_epi8(_mm512_loadu_si512(z[k].lanes[l].p + 64 * block), swap);
			turn(m[k]);
		}
		compress_wide(s, m);
	}
	for (int k = 0; k < groups; k++) {
		for (int i = 0; i < 8; i++)
			_mm512_store_si512(z[k].state[i], s[k][i]);
		for (int l = 0; l < wide; l++) {
			z[k].lanes[l].p += 64 * blocks;
			z[k].lanes[l].blocks -= blocks;
		}
	}
}

static const uint32_t initial[8] = {0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19};

// fill gives a lane that is done its next blocks, or its next text; not when there is none.
static with_wide int fill(struct many *z, int l, const uint8_t *text, const struct place *places, size_t n, uint8_t *to, size_t *taken) {
	struct lane *lane = &z->lanes[l];
	while (lane->blocks == 0) {
		if (lane->ends > 0) {
			lane->p = lane->end;
			lane->blocks = lane->ends;
			lane->ends = 0;
			break;
		}
		for (int i = 0; i < 8 && lane->sum != NULL; i++) {
			uint32_t w = __builtin_bswap32(z->state[i][l]);
			memcpy(lane->sum + 4 * i, &w, 4);
		}
		lane->sum = NULL;
		if (*taken == n)
			return 0;
		begin(lane, text, places[*taken], to + 32 * *taken);
		++*taken;
		for (int i = 0; i < 8; i++)
			z->state[i][l] = initial[i];
	}
	return 1;
}

static with_wide void sums_wide(const uint8_t *text, const struct place *places, size_t n, uint8_t *to) {
	struct many z[groups];
	size_t taken = 0;
	for (int k = 0; k < groups; k++)
		for (int l = 0; l < wide; l++)
			z[k].lanes[l].blocks = z[k].lanes[l].ends = 0, z[k].lanes[l].sum = NULL;
	for (;;) {
		struct lane *busy = NULL;
		size_t blocks = SIZE_MAX;
		for (int k = 0; k < groups; k++)
			for (int l = 0; l < wide; l++)
				if (fill(&z[k], l, text, places, n, to, &taken)) {
					busy = &z[k].lanes[l];
					blocks = busy->blocks < blocks ? busy->blocks : blocks;
				}
		if (busy == NULL)
			return;
		for (int k = 0; k < groups; k++)
			for (int l = 0; l < wide; l++)
				if (z[k].lanes[l].sum == NULL) { // idle: it goes along
					z[k].lanes[l].p = busy->p;
					z[k].lanes[l].blocks = blocks;
				}
		rounds_wide(z, blocks);
	}
}

// helps tells whether the processor has the instructions; asking it is slow in a virtual machine.
static int helps(void) {
	enum { unknown, no, yes };
	static int known;
	int answer = __atomic_load_n(&known, __ATOMIC_RELAXED);
	if (answer == unknown) {
		unsigned a, b, c, d;
		answer = __get_cpuid_count(7, 0, &a, &b, &c, &d) && (b & bit_SHA) && __builtin_cpu_supports("sse4.1") ? yes : no;
		__atomic_store_n(&known, answer, __ATOMIC_RELAXED);
	}
	return answer == yes;
}

int casebook_sums(const uint8_t *text, const struct place *places, size_t n, uint8_t *to) {
	if (n >= wide && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw")) {
		sums_wide(text, places, n, to);
		return 1;
	}
	if (!helps())
		return 0;
	sums(text, places, n, to);
	return 1;
}

#else

int casebook_sums(const uint8_t *text, const struct place *places, size_t n, uint8_t *to) {
	(void)text, (void)places, (void)n, (void)to;
	return 0;
}

#endif

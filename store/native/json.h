#ifndef CASEBOOK_JSON_H
#define CASEBOOK_JSON_H

#include "invocation.h"

#include <string.h>
#if defined(__SSE2__)
#include <emmintrin.h>
#endif

// JSON, passed over strictly and measured, as invocation.c needs it. What is faulty, and what a decoder would remark on, gives the
// line up.

enum { deepest = 64, most_keys = 32, most_open = 512 };

// pass is the reading of one line.
struct pass {
	const uint8_t *text, *end;
	struct invocation *v;
	size_t units; // UTF-16 units of what was read, written compactly with no escapes
	unsigned open; // keys of the objects that are being read
	uint64_t keys[most_open];
};

// Functions take the place where something begins and give the one behind it; NULL gives the line up.
typedef const uint8_t *at;

static inline at blank(const struct pass *s, at p) {
	while (p < s->end && *p <= ' ' && (*p == ' ' || *p == '\t' || *p == '\r'))
		p++;
	return p;
}

#if defined(__SSE2__)
// special has a bit for each of 16 characters that does not stand for itself.
static inline unsigned special(at p) {
	const __m128i quote = _mm_set1_epi8('"'), backslash = _mm_set1_epi8('\\'), first = _mm_set1_epi8(0x20);
	__m128i v = _mm_loadu_si128((const __m128i *)p);
	// Bytes beyond ASCII are negative, and so below the first character as well.
	__m128i hit = _mm_or_si128(_mm_or_si128(_mm_cmpeq_epi8(v, quote), _mm_cmpeq_epi8(v, backslash)), _mm_cmplt_epi8(v, first));
	return (unsigned)_mm_movemask_epi8(hit);
}
#endif

// plain passes characters that stand for themselves.
static inline at plain(const struct pass *s, at p) {
#if defined(__SSE2__)
	for (; s->end - p >= 16; p += 16) {
		unsigned hit = special(p);
		if (hit != 0)
			return p + __builtin_ctz(hit);
	}
#endif
	while (p < s->end && *p >= 0x20 && *p < 0x80 && *p != '"' && *p != '\\')
		p++;
	return p;
}

static int hex(at p) {
	int u = 0;
	for (int i = 0; i < 4; i++) {
		int c = p[i];
		if (c >= '0' && c <= '9')
			c -= '0';
		else if ((c | 0x20) >= 'a' && (c | 0x20) <= 'f')
			c = (c | 0x20) - 'a' + 10;
		else
			return -1;
		u = u << 4 | c;
	}
	return u;
}

// remarkable tells characters beyond ASCII that hide or control.
static int remarkable(uint32_t r) {
	return r < 0xa0 || r == 0xad || (r >= 0x200b && r <= 0x200f) || (r >= 0x2028 && r <= 0x202e) || (r >= 0x2060 && r <= 0x206f) ||
		r == 0xfeff || (r >= 0xe0000 && r <= 0xe007f);
}

static at escape(struct pass *s, at p) {
	if (s->end - p < 2)
		return NULL;
	switch (p[1]) {
	case '"':
	case '\\':
	case '/':
	case 'n':
	case 'r':
	case 't':
		s->units++;
		return p + 2;
	case 'u':
		break;
	default:
		return NULL;
	}
	if (s->end - p < 6)
		return NULL;
	int u = hex(p + 2);
	if (u >= 0xd800 && u < 0xdc00) {
		if (u == 0xdb40 || s->end - p < 12 || p[6] != '\\' || p[7] != 'u')
			return NULL;
		int low = hex(p + 8);
		if (low < 0xdc00 || low > 0xdfff)
			return NULL;
		s->units += 2;
		return p + 12;
	}
	if (u < 0 || (u < 0x20 && u != '\n' && u != '\r' && u != '\t') || u == 0x7f || (u >= 0xdc00 && u <= 0xdfff) || (u >= 0x80 && remarkable((uint32_t)u)))
		return NULL;
	s->units++;
	return p + 6;
}

static inline int goes_on(uint8_t c) { return (c & 0xc0) == 0x80; }

// beyond passes one character beyond ASCII.
static at beyond(struct pass *s, at p) {
	size_t left = (size_t)(s->end - p);
	uint32_t c = p[0], r;
	if (c >= 0xc2 && c < 0xe0 && left >= 2 && goes_on(p[1])) {
		r = (c & 0x1f) << 6 | (p[1] & 0x3fu);
		s->units++;
		return remarkable(r) ? NULL : p + 2;
	}
	if (c >= 0xe0 && c < 0xf0 && left >= 3 && goes_on(p[1]) && goes_on(p[2])) {
		r = (c & 0xf) << 12 | (p[1] & 0x3fu) << 6 | (p[2] & 0x3fu);
		s->units++;
		return r < 0x800 || (r >= 0xd800 && r <= 0xdfff) || remarkable(r) ? NULL : p + 3;
	}
	if (c >= 0xf0 && c < 0xf5 && left >= 4 && goes_on(p[1]) && goes_on(p[2]) && goes_on(p[3])) {
		r = (c & 7) << 18 | (p[1] & 0x3fu) << 12 | (p[2] & 0x3fu) << 6 | (p[3] & 0x3fu);
		s->units += 2;
		return r < 0x10000 || r > 0x10ffff || remarkable(r) ? NULL : p + 4;
	}
	return NULL;
}

// longer is text for any text.
static __attribute__((noinline)) at longer(struct pass *s, at p, int *escaped) {
	s->units += 2;
	*escaped = 0;
	for (;;) {
		at from = p;
		p = plain(s, p);
		s->units += (size_t)(p - from);
		if (p >= s->end)
			return NULL;
		if (*p == '"')
			return p + 1;
		if (*p == '\\') {
			*escaped = 1;
			p = escape(s, p);
		} else {
			p = *p >= 0x80 ? beyond(s, p) : NULL;
		}
		if (p == NULL)
			return NULL;
	}
}

// text passes a text from behind its opening quote. escaped says whether it holds escapes. Most are short and plain.
static inline __attribute__((always_inline)) at text(struct pass *s, at p, int *escaped) {
#if defined(__SSE2__)
	if (s->end - p >= 16) {
		unsigned hit = special(p);
		if (hit != 0 && p[__builtin_ctz(hit)] == '"') {
			unsigned n = (unsigned)__builtin_ctz(hit);
			s->units += n + 2;
			*escaped = 0;
			return p + n + 1;
		}
	}
#endif
	return longer(s, p, escaped);
}

static inline int digit(uint8_t c) { return c >= '0' && c <= '9'; }

// number passes a number that is written again as it stands.
static at number(struct pass *s, at p) {
	at from = p;
	if (*p == '-')
		p++;
	at lead = p;
	while (p < s->end && digit(*p))
		p++;
	if (p == lead || (*lead == '0' && p > lead + 1) || p >= s->end)
		return NULL;
	if (*p == '.') {
		at point = p++;
		while (p < s->end && digit(*p))
			p++;
		size_t whole = (size_t)(point - lead), part = (size_t)(p - point) - 1;
		if (part == 0 || whole > 7 || whole + part > 15 || (part > 1 && p[-1] == '0'))
			return NULL;
		if (*lead == '0' && part > 3 && point[1] == '0' && point[2] == '0' && point[3] == '0')
			return NULL;
		if (*lead == '0' && part <= 3 && !(part == 1 && point[1] == '0') && memcmp(point + 1, "000", part) == 0)
			return NULL;
	} else if (*from == '-' && *lead == '0') {
		return NULL;
	}
	if (p >= s->end || (*p | 0x20) == 'e')
		return NULL;
	s->units += (size_t)(p - from);
	return p;
}

static inline at word(struct pass *s, at p, const char *w, size_t n) {
	if ((size_t)(s->end - p) < n || memcmp(p, w, n) != 0)
		return NULL;
	s->units += n;
	return p + n;
}

static inline uint64_t load(at p) {
	uint64_t v;
	memcpy(&v, p, 8);
	return v;
}

// object is an object, or a list, being read.
struct object {
	unsigned base; // of its keys
	int begun;
	uint64_t bits; // of the keys so far, one each: where one is not set, its key is new
};

// member comes to the next member of an object or element of a list, and behind its end sets *over. p stands behind the opening
// bracket or the last member.
static inline at member(struct pass *s, struct object *o, at p, uint8_t end, int *over) {
	p = blank(s, p);
	if (p >= s->end)
		return NULL;
	if (*p == end) {
		*over = 1;
		s->units += !o->begun; // each member brought a comma or the closing bracket
		s->open = o->base;
		return p + 1;
	}
	if (o->begun) {
		if (*p != ',')
			return NULL;
		p = blank(s, p + 1);
		if (p >= s->end || *p == end)
			return NULL;
	}
	o->begun = 1;
	s->units++;
	return p;
}

static inline void begin(struct pass *s, struct object *o) {
	o->base = s->open;
	o->begun = 0;
	o->bits = 0;
	s->units++;
}

// key reads a member's key and the colon, and notes the key to find it a second time.
static inline at key(struct pass *s, struct object *o, at p, struct stretch *k) {
	int escaped;
	if (*p != '"')
		return NULL;
	k->from = (uint32_t)(p + 1 - s->text);
	p = text(s, p + 1, &escaped);
	if (p == NULL || escaped)
		return NULL;
	k->to = (uint32_t)(p - 1 - s->text);
	at from = s->text + k->from;
	size_t n = k->to - k->from;
	uint64_t h = n * 0x9e3779b97f4a7c15ull;
	if (n >= 8)
		h ^= load(from) ^ load(from + n - 8) * 0xff51afd7ed558ccdull;
	else if (s->end - from >= 8)
		h ^= load(from) & ((1ull << 8 * n) - 1);
	else
		return NULL; // at the very end
	uint64_t bit = 1ull << (h * 0x9e3779b97f4a7c15ull >> 58);
	if (o->bits & bit)
		for (unsigned i = o->base; i < s->open; i++)
			if (s->keys[i] == h)
				return NULL;
	o->bits |= bit;
	if (s->open == most_open || s->open - o->base == most_keys)
		return NULL;
	s->keys[s->open++] = h;
	p = blank(s, p);
	if (p >= s->end || *p != ':')
		return NULL;
	s->units++;
	p = blank(s, p + 1);
	return p < s->end ? p : NULL;
}

static inline int is(const struct pass *s, struct stretch k, const char *name, size_t n) {
	return k.to - k.from == n && memcmp(s->text + k.from, name, n) == 0;
}
#define IS(name) is(s, k, name, sizeof(name) - 1)

// value passes any value.
static at value(struct pass *s, at p, int depth) {
	struct object o;
	struct stretch k;
	int over = 0, escaped;
	switch (*p) {
	case '"':
		return text(s, p + 1, &escaped);
	case '{':
	case '[':
		break;
	case 't':
		return word(s, p, "true", 4);
	case 'f':
		return word(s, p, "false", 5);
	case 'n':
		return word(s, p, "null", 4);
	default:
		return *p == '-' || digit(*p) ? number(s, p) : NULL;
	}
	if (depth >= deepest)
		return NULL;
	uint8_t end = *p == '{' ? '}' : ']';
	begin(s, &o);
	for (p = member(s, &o, p + 1, end, &over); p != NULL && !over; p = member(s, &o, p, end, &over)) {
		if (end == '}' && (p = key(s, &o, p, &k)) == NULL)
			return NULL;
		if ((p = value(s, p, depth + 1)) == NULL)
			return NULL;
	}
	return p;
}

#endif

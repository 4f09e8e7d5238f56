#include "invocation.h"

#include <string.h>
#if defined(__SSE2__)
#include <emmintrin.h>
#endif

// Bedrock's records, a line each, as almost all of a large load are: one strict pass of JSON that measures the bodies and finds
// the fields. What it does not take on is everything that a decoder would remark on: a mistake, a repeated key, a character that
// hides, a number that is written again in another way, a text with escapes where a field was wanted, a guardrail's trace. It then
// gives the line back as not understood, and the decoder in Go, which it is held against, has the say.

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

// plain passes characters that stand for themselves.
static inline at plain(const struct pass *s, at p) {
#if defined(__SSE2__)
	const __m128i quote = _mm_set1_epi8('"'), backslash = _mm_set1_epi8('\\'), first = _mm_set1_epi8(0x20);
	for (; s->end - p >= 16; p += 16) {
		__m128i v = _mm_loadu_si128((const __m128i *)p);
		// Bytes beyond ASCII are negative, and so below the first character as well.
		__m128i hit = _mm_or_si128(_mm_or_si128(_mm_cmpeq_epi8(v, quote), _mm_cmpeq_epi8(v, backslash)), _mm_cmplt_epi8(v, first));
		int mask = _mm_movemask_epi8(hit);
		if (mask != 0)
			return p + __builtin_ctz((unsigned)mask);
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

// text passes a text from behind its opening quote. escaped says whether it holds escapes.
static inline at text(struct pass *s, at p, int *escaped) {
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

// field reads a text that is wanted; null is none.
static at field(struct pass *s, at p, int which) {
	int escaped;
	if (*p == 'n')
		return word(s, p, "null", 4);
	if (*p != '"')
		return NULL;
	at from = p + 1;
	p = text(s, from, &escaped);
	if (p == NULL || escaped)
		return NULL;
	s->v->text[which] = (struct stretch){(uint32_t)(from - s->text), (uint32_t)(p - 1 - s->text)};
	return p;
}

// note is field for what may as well be no text.
static at note(struct pass *s, at p, int which, int depth) { return *p == '"' ? field(s, p, which) : value(s, p, depth); }

// count reads a whole number that is wanted; null is none.
static at count(struct pass *s, at p, int which) {
	if (*p == 'n')
		return word(s, p, "null", 4);
	int64_t n = 0;
	at from = p;
	while (p < s->end && digit(*p) && p - from < 18)
		n = n * 10 + (*p++ - '0');
	if (p == from || p >= s->end || digit(*p) || *p == '.' || (*p | 0x20) == 'e' || (*from == '0' && p > from + 1))
		return NULL;
	s->units += (size_t)(p - from);
	s->v->count[which] = n;
	s->v->has |= 1u << which;
	return p;
}

// Each object that is looked into is a loop over its members.
#define MEMBERS(read)                                                                                  \
	struct object o;                                                                                   \
	struct stretch k;                                                                                  \
	int over = 0;                                                                                      \
	begin(s, &o);                                                                                      \
	for (p = member(s, &o, p + 1, '}', &over); p != NULL && !over; p = member(s, &o, p, '}', &over)) { \
		if ((p = key(s, &o, p, &k)) == NULL)                                                           \
			return NULL;                                                                               \
		p = read;                                                                                      \
		if (p == NULL)                                                                                 \
			return NULL;                                                                               \
	}                                                                                                  \
	return p;

static at started(struct pass *s, at p, int depth) {
	MEMBERS(IS("id") ? note(s, p, text_response, depth + 1) : value(s, p, depth + 1))
}

static at metrics(struct pass *s, at p, int depth) {
	MEMBERS(IS("invocationLatency")  ? count(s, p, count_latency)
			: IS("firstByteLatency") ? count(s, p, count_first_byte)
									 : value(s, p, depth + 1))
}

// part reads a member of an answer, or of an event of a streamed one.
static at part(struct pass *s, at p, struct stretch k, int depth, int streamed) {
	struct stretch *id = &s->v->text[text_response];
	switch (k.to - k.from) {
	case 2:
		if (!streamed && IS("id"))
			return note(s, p, text_response, depth);
		break;
	case 5:
		if (IS("trace"))
			return NULL;
		break;
	case 7:
		if (streamed && IS("message") && *p == '{' && id->from == id->to)
			return started(s, p, depth);
		break;
	case 10:
	case 11:
		if (!streamed && (IS("stop_reason") || IS("stopReason")))
			return note(s, p, text_finish, depth);
		break;
	case 20:
		if (IS("amazon-bedrock-trace"))
			return NULL;
		break;
	case 30:
		if (IS("amazon-bedrock-guardrailAction"))
			return NULL;
		break;
	case 32:
		if (streamed && IS("amazon-bedrock-invocationMetrics") && *p == '{')
			return metrics(s, p, depth);
		break;
	}
	return value(s, p, depth);
}

static at answer(struct pass *s, at p, int depth, int streamed) { MEMBERS(part(s, p, k, depth + 1, streamed)) }

static at answers(struct pass *s, at p, int depth) {
	struct object o;
	int over = 0;
	begin(s, &o);
	for (p = member(s, &o, p + 1, ']', &over); p != NULL && !over; p = member(s, &o, p, ']', &over))
		if ((p = *p == '{' ? answer(s, p, depth + 1, 1) : value(s, p, depth + 1)) == NULL)
			return NULL;
	return p;
}

// body measures the request's or the response's body.
static at body(struct pass *s, at p, int response) {
	size_t before = s->units;
	int null = *p == 'n';
	if (response && *p == '{')
		p = answer(s, p, 2, 0);
	else if (response && *p == '[')
		p = answers(s, p, 2);
	else
		p = value(s, p, 2);
	if (null)
		return p;
	*(response ? &s->v->response_size : &s->v->request_size) = (uint32_t)(s->units - before);
	s->v->has |= response ? has_answer : has_request;
	return p;
}

static at input(struct pass *s, at p) {
	MEMBERS(IS("inputBodyJson")     ? body(s, p, 0)
			: IS("inputTokenCount") ? count(s, p, count_prompt)
			: IS("inputBodyS3Path") ? word(s, p, "null", 4)
									: value(s, p, 2))
}

static at output(struct pass *s, at p) {
	MEMBERS(IS("outputBodyJson")     ? body(s, p, 1)
			: IS("outputTokenCount") ? count(s, p, count_completion)
			: IS("outputBodyS3Path") ? word(s, p, "null", 4)
									 : value(s, p, 2))
}

static at identity(struct pass *s, at p) { MEMBERS(IS("arn") ? field(s, p, text_caller) : value(s, p, 2)) }

// invocation reads a member of a record.
static at invocation(struct pass *s, at p, struct stretch k, int *schema) {
	switch (k.to - k.from) {
	case 5:
		if (IS("input"))
			return *p == '{' ? input(s, p) : word(s, p, "null", 4);
		break;
	case 6:
		if (IS("output"))
			return *p == '{' ? output(s, p) : word(s, p, "null", 4);
		if (IS("region"))
			return field(s, p, text_region);
		break;
	case 7:
		if (IS("modelId"))
			return field(s, p, text_model);
		break;
	case 8:
		if (IS("identity"))
			return *p == '{' ? identity(s, p) : NULL;
		break;
	case 9:
		if (IS("timestamp"))
			return field(s, p, text_timestamp);
		if (IS("accountId"))
			return field(s, p, text_account);
		if (IS("requestId"))
			return field(s, p, text_request);
		if (IS("operation"))
			return field(s, p, text_operation);
		if (IS("errorCode"))
			return field(s, p, text_error);
		break;
	case 10:
		if (IS("schemaType")) {
			*schema = 1;
			return word(s, p, "\"ModelInvocationLog\"", 20);
		}
		break;
	}
	return value(s, p, 1);
}

static at record(struct pass *s, at p, int *schema) { MEMBERS(invocation(s, p, k, schema)) }

// line reads a line, and tells where the next begins.
static at line(struct pass *s, at p) {
	struct invocation *v = s->v;
	int schema = 0;
	at from = p;
	memset(v, 0, sizeof *v);
	v->line.from = (uint32_t)(from - s->text);
	s->units = s->open = 0;
	if (*p == '{' && (p = record(s, p, &schema)) != NULL && schema) {
		struct stretch k = v->text[text_finish];
		at end = p;
		p = blank(s, p);
		if ((p == s->end || *p == '\n') && !IS("guardrail_intervened")) {
			v->size = (uint32_t)(end - from);
			p += p < s->end;
			v->line.to = (uint32_t)(p - s->text);
			return p;
		}
	}
	p = memchr(from, '\n', (size_t)(s->end - from));
	p = p == NULL ? s->end : p + 1;
	v->line.to = (uint32_t)(p - s->text);
	return p;
}

size_t casebook_invocations(const uint8_t *text, size_t from, size_t size, struct invocation *lines, size_t n) {
	struct pass s;
	s.text = text;
	s.end = text + size;
	size_t done = 0;
	for (at p = text + from; p < s.end && done < n; done++) {
		s.v = &lines[done];
		p = line(&s, p);
	}
	return done;
}

#include "invocation.h"
#include "json.h"

// Bedrock's records, a line each, as almost all of a large load are: one strict pass of JSON that measures the bodies and finds
// the fields. What it does not take on is everything that a decoder would remark on: a mistake, a repeated key, a character that
// hides, a number that is written again in another way, a text with escapes where a field was wanted, a guardrail's trace. It then
// gives the line back as not understood, and the decoder in Go, which it is held against, has the say.

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

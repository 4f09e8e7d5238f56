#ifndef CASEBOOK_INVOCATION_H
#define CASEBOOK_INVOCATION_H

#include <stddef.h>
#include <stdint.h>

struct stretch {
	uint32_t from, to;
};

// The texts of an invocation that are looked for.
enum {
	text_timestamp,
	text_account,
	text_caller,
	text_region,
	text_request,
	text_operation,
	text_model,
	text_error,
	text_response,
	text_finish,
	texts,
};

// The counts, and the bits that say which of them there are.
enum { count_prompt, count_completion, count_latency, count_first_byte, counts };
enum { has_request = 1 << counts, has_answer = 2 << counts };

// invocation is a line, and what a Bedrock record in it holds. size is 0 where the line was not understood.
struct invocation {
	struct stretch line;
	uint32_t size; // of the record, which begins with the line
	uint32_t has;
	struct stretch text[texts];
	uint32_t request_size, response_size;
	int64_t count[counts];
};

// invocations reads whole lines of text from a place on, n at most, and gives how many.
size_t casebook_invocations(const uint8_t *text, size_t from, size_t size, struct invocation *lines, size_t n);

#endif

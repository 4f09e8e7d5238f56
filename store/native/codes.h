#ifndef CASEBOOK_CODES_H
#define CASEBOOK_CODES_H

#include <stdint.h>

// The codes of a deflate stream, as tables. A look-up gives a whole symbol: entries hold what a code stands for, how many bits it has and how
// many extra bits follow, so that most symbols cost one look-up, one mask and one shift. Codes longer than the table's root go
// through a second table behind it.
//
// An entry, from its low bits: 8 bits, the bits to take (code and extra bits); 4 bits, those of the code alone, or, of a
// link, of the second table; flags; from bit 16 a literal, the base of a length or of a distance, or where the second table begins.
enum {
	take_bits = 0xff,
	code_shift = 8,
	is_end = 1 << 13,
	is_link = 1 << 14,
	is_odd = 1 << 15, // an end of block, a link, or no code at all
	value_shift = 16,
};
#define is_literal 0x80000000u

enum { litlen_root = 11, distance_root = 8, lengths_root = 7, longest = 15, longest_match = 258 };

static const uint16_t length_base[29] = {3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 15, 17, 19, 23, 27, 31, 35, 43, 51, 59, 67, 83, 99, 115, 131,
	163, 195, 227, 258};
static const uint8_t length_extra[29] = {0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0};
static const uint16_t distance_base[30] = {1, 2, 3, 4, 5, 7, 9, 13, 17, 25, 33, 49, 65, 97, 129, 193, 257, 385, 513, 769, 1025, 1537,
	2049, 3073, 4097, 6145, 8193, 12289, 16385, 24577};
static const uint8_t distance_extra[30] = {0, 0, 0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7, 8, 8, 9, 9, 10, 10, 11, 11, 12, 12, 13, 13};

static uint32_t litlen_entry(unsigned symbol) {
	if (symbol < 256)
		return is_literal | (uint32_t)symbol << value_shift;
	if (symbol == 256)
		return is_odd | is_end;
	if (symbol - 257 < 29)
		return (uint32_t)length_base[symbol - 257] << value_shift | length_extra[symbol - 257];
	return is_odd;
}

static uint32_t distance_entry(unsigned symbol) {
	if (symbol < 30)
		return (uint32_t)distance_base[symbol] << value_shift | distance_extra[symbol];
	return is_odd;
}

static uint32_t length_entry(unsigned symbol) { return (uint32_t)symbol << value_shift; }

static inline uint32_t with_bits(uint32_t entry, unsigned bits) { return entry + bits + (bits << code_shift); }

// build makes the table of a code. A code must use all there is to use; only one that has a single symbol of one bit, or none
// at all, may leave something over.
static int build(uint32_t *table, unsigned size, unsigned root, const uint8_t *lengths, unsigned symbols, uint32_t (*entry)(unsigned)) {
	unsigned count[longest + 1] = {0}, start[longest + 2], max = longest, i, len;
	uint16_t sorted[288];
	for (i = 0; i < symbols; i++)
		count[lengths[i]]++;
	count[0] = 0;
	while (max > 0 && count[max] == 0)
		max--;
	for (i = 0; i < 1u << root; i++)
		table[i] = is_odd;
	if (max == 0)
		return 1;
	int left = 1;
	for (len = 1; len <= max; len++) {
		left = 2 * left - (int)count[len];
		if (left < 0)
			return 0;
	}
	if (left > 0 && !(max == 1 && count[1] == 1))
		return 0;
	start[1] = 0;
	for (len = 1; len <= max; len++)
		start[len + 1] = start[len] + count[len];
	for (i = 0; i < symbols; i++)
		if (lengths[i] > 0)
			sorted[start[lengths[i]]++] = (uint16_t)i;
	unsigned total = start[max], code = 0, next = 1u << root, link = ~0u, bits = 0; // code: the first bit lowest
	for (i = 0; i < total; i++) {
		len = lengths[sorted[i]];
		uint32_t e = entry(sorted[i]);
		unsigned j;
		if (len <= root) {
			for (j = code; j < 1u << root; j += 1u << len)
				table[j] = with_bits(e, len);
		} else {
			unsigned low = code & ((1u << root) - 1);
			if (low != link) {
				int room;
				bits = len - root;
				room = 1 << bits;
				while (bits + root < max && (room -= (int)count[bits + root]) > 0) {
					bits++;
					room <<= 1;
				}
				if (next + (1u << bits) > size)
					return 0;
				link = low;
				table[low] = is_odd | is_link | root | bits << code_shift | (uint32_t)next << value_shift;
				next += 1u << bits;
			}
			uint32_t *second = table + (table[low] >> value_shift);
			for (j = code >> root; j < 1u << bits; j += 1u << (len - root))
				second[j] = with_bits(e, len - root);
		}
		count[len]--;
		unsigned bit = 1u << (len - 1);
		while (code & bit)
			bit >>= 1;
		code = bit ? (code & (bit - 1)) | bit : 0;
	}
	return 1;
}

#endif

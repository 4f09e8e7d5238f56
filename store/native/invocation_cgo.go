//go:build cgo

package native

/*
#cgo noescape casebook_invocations
#cgo nocallback casebook_invocations
#include "invocation.h"
*/
import "C"

import "unsafe"

// The struct is the same in both languages.
var (
	_ = [1]struct{}{}[unsafe.Sizeof(Invocation{})-C.sizeof_struct_invocation]
	_ = [1]struct{}{}[unsafe.Offsetof(Invocation{}.counts)-unsafe.Offsetof(C.struct_invocation{}.count)]
)

func invocationsInC(lines []Invocation, text []byte, from int) int {
	return int(C.casebook_invocations((*C.uint8_t)(unsafe.SliceData(text)), C.size_t(from), C.size_t(len(text)),
		(*C.struct_invocation)(unsafe.Pointer(unsafe.SliceData(lines))), C.size_t(len(lines))))
}

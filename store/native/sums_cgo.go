//go:build cgo

package native

/*
#cgo noescape casebook_sums
#cgo nocallback casebook_sums
#cgo noescape casebook_sums_along
#cgo nocallback casebook_sums_along
#include "sums.h"
*/
import "C"

import (
	"crypto/sha256"
	"unsafe"
)

func sumsInC(sums [][sha256.Size]byte, text []byte, places []Place) bool {
	return C.casebook_sums((*C.uint8_t)(unsafe.SliceData(text)), (*C.struct_place)(unsafe.Pointer(unsafe.SliceData(places))), C.size_t(len(places)),
		(*C.uint8_t)(unsafe.Pointer(unsafe.SliceData(sums)))) != 0
}

// The struct is the same in both languages.
var _ = [1]struct{}{}[unsafe.Sizeof(running{})-C.sizeof_struct_running]

func sumsAlongInC(r *running, sums [][sha256.Size]byte, text []byte, places []Place) bool {
	return C.casebook_sums_along((*C.struct_running)(unsafe.Pointer(r)), (*C.uint8_t)(unsafe.SliceData(text)), C.size_t(len(text)),
		(*C.struct_place)(unsafe.Pointer(unsafe.SliceData(places))), C.size_t(len(places)), (*C.uint8_t)(unsafe.Pointer(unsafe.SliceData(sums)))) != 0
}

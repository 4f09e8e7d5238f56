//go:build cgo

package native

/*
#cgo noescape casebook_sums
#cgo nocallback casebook_sums
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

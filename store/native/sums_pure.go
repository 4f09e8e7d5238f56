//go:build !cgo

package native

import "crypto/sha256"

func sumsInC([][sha256.Size]byte, []byte, []Place) bool { return false }

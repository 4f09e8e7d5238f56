//go:build !cgo

package native

func invocationsInC([]Invocation, []byte, int) int { return 0 }

// Package native is the one room with C in it: loops that Go's compiler leaves at a third of what the processor can do, over
// bytes that anyone may have written.
//
// The rules of the room. C holds no memory and calls nothing: it works on slices that Go made, for the time of a call. Every
// read and write is within them whatever the bytes say. Each function has a twin in Go that gives the same answer, which is
// built where there is no C compiler, and a fuzz test holds the two against each other. What C does not take on (it says so)
// is the twin's to do.
package native

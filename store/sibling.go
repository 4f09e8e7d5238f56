package store

import (
	"io"
	"os"
	"path/filepath"
	"syscall"

	"casebook/store/event"
)

// siblings finds the bodies that Bedrock writes beside its records, under the record's folder; see event.SiblingNames.
type siblings string

func siblingsOf(path string) event.Siblings { return siblings(filepath.Dir(path)) }

// maxBody is the most that a body in an object of its own may expand to.
const maxBody = 64 << 20

// Sibling reads the object of an address. Only the last part of the address counts, and it is opened inside the folder,
// so that a record cannot make casebook read anything else.
func (s siblings) Sibling(address string) ([]byte, bool) {
	names := event.SiblingNames(address)
	if len(names) == 0 {
		return nil, false
	}
	root, err := os.OpenRoot(string(s))
	if err != nil {
		return nil, false
	}
	defer root.Close()
	for _, name := range names {
		if content, ok := siblingIn(root, name); ok {
			return content, true
		}
	}
	return nil, false
}

func siblingIn(root *os.Root, name string) ([]byte, bool) {
	file, err := root.OpenFile(filepath.FromSlash(name), os.O_RDONLY|syscall.O_NONBLOCK, 0)
	if err != nil {
		return nil, false
	}
	defer file.Close()
	if info, err := file.Stat(); err != nil || !info.Mode().IsRegular() {
		return nil, false
	}
	stream, err := event.Expand(file)
	if err != nil {
		return nil, false
	}
	content, err := io.ReadAll(io.LimitReader(stream, maxBody+1))
	return content, err == nil && len(content) <= maxBody
}

package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"syscall"
)

// readNamed reads a text that somebody wrote and named, of at most so many bytes. A pipe into which nothing is written is empty: to open it
// would wait for ever.
func readNamed(path string, most int64) ([]byte, error) {
	f, err := os.OpenFile(path, os.O_RDONLY|syscall.O_NONBLOCK, 0)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	text, err := io.ReadAll(io.LimitReader(f, most+1))
	if err == nil && int64(len(text)) > most {
		return nil, fmt.Errorf("want a file of at most %s, found more in %s", size(most), path)
	}
	return text, err
}

// plainPathError is a fault of the file system without the name of the system call.
func plainPathError(err error) error {
	if p := (*fs.PathError)(nil); errors.As(err, &p) {
		return fmt.Errorf("%s: %w", p.Path, p.Err)
	}
	return err
}

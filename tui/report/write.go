package report

import (
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"

	"casebook/engine"
)

// Format is what a report is written as.
type Format string

// The formats.
const (
	Markdown Format = "md"
	HTML     Format = "html"
	JSON     Format = "json"
	Bundle   Format = "zip"
)

// Formats lists the formats.
func Formats() []Format { return []Format{Markdown, HTML, JSON, Bundle} }

// Text is a complete report in a format.
func (r *Report) Text(f Format) (string, error) {
	switch f {
	case Markdown:
		return r.Markdown(), nil
	case HTML:
		return r.HTML()
	case JSON:
		return r.JSON()
	case Bundle:
		return r.bundle()
	}
	return "", fmt.Errorf("no format %q; wanted one of %v", f, Formats())
}

// Write puts a text into a file of mode 0600, whole or not at all. A file that is there already, or a link, stays as it is
// unless force is set; a link is then replaced and never followed.
func Write(path, text string, force bool) error {
	if _, err := os.Lstat(path); err == nil && !force {
		return fmt.Errorf("write a report: %q is there already; name another file, or replace it with casebook report --force", path)
	} else if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("write a report: %w", err)
	}
	f, err := os.CreateTemp(filepath.Dir(path), ".casebook-*") // made with mode 0600
	if err != nil {
		return fmt.Errorf("write a report: %w", err)
	}
	defer os.Remove(f.Name())
	_, err = f.WriteString(text)
	if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
		return fmt.Errorf("write a report: %w", err)
	}
	if force {
		err = os.Rename(f.Name(), path)
	} else if err = os.Link(f.Name(), path); err != nil && !errors.Is(err, fs.ErrExist) {
		// A link never replaces what somebody put there a moment ago, but not every file system has them.
		err = os.Rename(f.Name(), path)
	}
	if err != nil {
		return fmt.Errorf("write a report: %w", err)
	}
	return nil
}

func paramNames(p engine.Params) []string { return slices.Sorted(maps.Keys(p)) }

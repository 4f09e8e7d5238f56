package guides

import (
	"embed"
	"errors"
	"fmt"
	"path"
	"sort"
	"strings"
)

// ErrNotRule is what Read gives for a file that may be well-formed and holds no rule, such as a project's README.md.
var ErrNotRule = errors.New("not a rule")

// Read reads the detections of one file, by its name's ending: casebook's Markdown, Elastic's TOML and what
// Kibana exports, Sentinel's or Sigma's YAML, and templates that Sentinel exports. A detection that is recognised and cannot run yet
// says so in Rule.State.
func Read(name string, data []byte) ([]*Detection, error) {
	list, err := readPartly(name, data)
	if err != nil {
		return nil, err
	}
	return list, nil
}

// readPartly is Read, and of a file with mistakes what could be made out all the same.
func readPartly(name string, data []byte) ([]*Detection, error) {
	list, err := readFile(name, data)
	text := string(data)
	for _, d := range list {
		if d.Rule.Text == "" { // a rule among others in a file is a part of it
			d.Rule.Text = text
		}
	}
	return list, err
}

func readFile(name string, data []byte) ([]*Detection, error) {
	switch ext := strings.ToLower(path.Ext(name)); ext {
	case ".md":
		d, err := readMarkdown(name, data)
		if d == nil {
			return nil, err
		}
		return []*Detection{d}, err
	case ".toml":
		return readElastic(name, data)
	case ".yaml", ".yml":
		return readYAML(name, data)
	case ".ndjson":
		return readExport(name, data)
	case ".json":
		return readTemplate(name, data)
	default:
		return nil, fmt.Errorf("%s: want a file ending in .md, .toml, .yaml, .yml, .json or .ndjson, found %q: %w", name, ext, ErrNotRule)
	}
}

//go:embed library/*.md
var library embed.FS

// Library is casebook's own detections, in the order of their ids.
func Library() ([]*Detection, error) {
	files, err := library.ReadDir("library")
	if err != nil {
		return nil, err
	}
	var all []*Detection
	for _, f := range files {
		name := "library/" + f.Name()
		data, err := library.ReadFile(name)
		if err != nil {
			return nil, err
		}
		list, err := Read("guides/"+name, data)
		if err != nil {
			return nil, fmt.Errorf("read the library: %w", err)
		}
		all = append(all, list...)
	}
	sort.Slice(all, func(i, j int) bool { return all[i].Rule.ID < all[j].Rule.ID })
	return all, nil
}

package event

import (
	"bytes"
	"path"
	"strings"
)

// Bedrock writes a body that is too large for its record into an object of its own, in a folder "data" beside the object
// that holds the record: "…/2026/01/01/00/data/REQUEST_input.json.gz".

// SiblingNames lists where the body at an address may stand, relative to the folder of the file that names it, likeliest first:
// as Bedrock lays it out, flattened by whoever copied it, unpacked by them.
func SiblingNames(address string) []string {
	base := path.Base(address)
	if base == "." || base == "/" || base == ".." {
		return nil
	}
	names := []string{"data/" + base, base}
	if plain, ok := strings.CutSuffix(base, ".gz"); ok {
		names = append(names, "data/"+plain, plain)
	}
	return names
}

// BodyName is what the body at an address, or in a file, is known by wherever it stands, packed or not.
func BodyName(address string) string { return strings.TrimSuffix(path.Base(address), ".gz") }

// IsBody tells whether a file, by its name, is such a body: it is read with its record and is no log of its own.
func IsBody(name string) bool {
	dir, base := path.Split(strings.ReplaceAll(name, `\`, "/"))
	if path.Base(dir) != "data" {
		return false
	}
	base = strings.TrimSuffix(base, ".gz")
	stem, _, _ := strings.Cut(base, ".")
	_, after, ok := strings.Cut(stem, "_")
	return ok && len(stem) > len(after)+8 && (strings.HasPrefix(after, "input") || strings.HasPrefix(after, "output"))
}

// Siblings gives the objects that stand beside the file being read: Bedrock writes bodies of more than 100 KB into objects
// of their own and leaves their address in the record.
type Siblings interface {
	// Sibling is the expanded content of the object that a record names ("s3://bucket/…/data/ID_input.json.gz"); not ok
	// when it is not at hand.
	Sibling(address string) (content []byte, ok bool)
}

// attach reads in the bodies that stand elsewhere.
func (d *Decoder) attach(e *Event) {
	v := &d.invocation
	for _, side := range []struct {
		there  bool
		source string
		size   *Opt
	}{{v.request.there, v.requestSource, &e.RequestSize}, {v.answer.there, v.answerSource, &e.ResponseSize}} {
		if side.there || side.source == "" {
			continue
		}
		tree, ok := elsewhere(d.siblings, side.source)
		if !ok {
			d.scanner.flags |= BodyElsewhere
			continue
		}
		*side.size = Some(int64(units(plain(nil, tree))))
	}
}

// elsewhere is a body that stands in an object of its own.
func elsewhere(siblings Siblings, address string) (any, bool) {
	text, ok := sibling(siblings, address)
	if !ok {
		return nil, false
	}
	return Tree(text)
}

func sibling(siblings Siblings, address string) ([]byte, bool) {
	if siblings == nil {
		return nil, false
	}
	content, ok := siblings.Sibling(address)
	return bytes.TrimPrefix(content, bom), ok
}

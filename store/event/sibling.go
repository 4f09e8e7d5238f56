package event

import (
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

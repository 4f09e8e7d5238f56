package main

import (
	"fmt"
	"strings"

	"casebook/engine/syntax"
)

// oneOf refuses a word that is not in a closed list.
func oneOf(flag, word string, words []string) error {
	for _, w := range words {
		if w == word {
			return nil
		}
	}
	return fmt.Errorf("%s: want %s, found %q", flag, strings.Join(words, ", "), word)
}

// unknown is the error for a name that nothing has.
func unknown(flag, what, name string, known []string) error {
	near := syntax.Nearest(name, known)
	for _, one := range known {
		if near == "" && name != "" && strings.HasPrefix(one, name) {
			near = one
		}
	}
	if near != "" {
		return fmt.Errorf("%s: there is no %s %q (did you mean %q?)", flag, what, name, near)
	}
	return fmt.Errorf("%s: there is no %s %q (see \"casebook rules\")", flag, what, name)
}

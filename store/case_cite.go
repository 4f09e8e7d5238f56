package store

import (
	"context"
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// A story names its evidence in brackets: [E1], [Q2], [E1, Q2]. A name that no pin of the case has makes a reader look for what is not
// there, so a case is not closed over one.

var (
	citation  = regexp.MustCompile(`\[[^\[\]\n]{0,200}\]`)
	citedName = regexp.MustCompile(`^[EQ][0-9]+$`)
)

// Cited are the names of evidence that a part of a story has in brackets, in their order.
func Cited(story string) []string {
	var names []string
	for _, group := range citation.FindAllString(story, -1) {
		for _, name := range strings.FieldsFunc(group[1:len(group)-1], func(r rune) bool { return r == ',' || r == ' ' || r == ';' }) {
			if citedName.MatchString(name) {
				names = append(names, name)
			}
		}
	}
	return names
}

// Uncited are the names in a story that are of none of the pieces of evidence, each once.
func Uncited(story string, pins []Pin) []string {
	var missing []string
	for _, name := range Cited(story) {
		if !slices.Contains(missing, name) && !slices.ContainsFunc(pins, func(p Pin) bool { return p.Name() == name }) {
			missing = append(missing, name)
		}
	}
	return missing
}

// CheckStory is an error where the story of a case names evidence that is not in the case.
func (db *DB) CheckStory(ctx context.Context, id int64) error {
	c, err := db.Case(ctx, id)
	if err != nil {
		return err
	}
	pins, err := db.CasePins(ctx, id)
	if err != nil {
		return err
	}
	return uncitedError(&c, pins)
}

func uncitedError(c *Case, pins []Pin) error {
	if missing := Uncited(c.Story, pins); len(missing) > 0 {
		return fmt.Errorf("the story of %s names %s, which is no evidence of the case: pin it, or take it out of the story", c.Name(), strings.Join(missing, ", "))
	}
	return nil
}

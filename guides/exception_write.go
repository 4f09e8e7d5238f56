package guides

import (
	"errors"
	"fmt"

	"github.com/pelletier/go-toml/v2"
)

// Except is a detection with an exception more, as it is after the exception's file was added; the detection itself stays as it is. The
// error says why the rule cannot have one.
func (d *Detection) Except(e Exception) (*Detection, error) {
	if _, err := e.condition(&asESQL); err != nil {
		return nil, err
	}
	with := *d
	with.Notices, with.Exceptions = nil, nil
	if with.except([]Exception{e}); len(with.Notices) > 0 {
		return nil, errors.New("exceptions are for KQL rules, and for ES|QL rules that begin with FROM")
	}
	with.Notices, with.Exceptions = d.Notices, append(d.Exceptions[:len(d.Exceptions):len(d.Exceptions)], e)
	return &with, nil
}

// IsException tells whether a file is one of exceptions.
func IsException(path string, data []byte) bool {
	_, is, _ := readExceptions(path, data)
	return is
}

// File is an exception to a rule in the form that files of exceptions have.
func (e Exception) File(rule string) ([]byte, error) {
	type entry struct {
		Field    string `toml:"field"`
		Type     string `toml:"type"`
		Operator string `toml:"operator"`
		Value    any    `toml:"value,omitempty"`
	}
	type item struct {
		Name    string  `toml:"name"`
		Expires string  `toml:"expire_time,omitempty"`
		Entries []entry `toml:"entries"`
	}
	type list struct {
		Items []item `toml:"items"`
	}
	one := item{Name: e.Name}
	if !e.Expires.IsZero() {
		one.Expires = e.Expires.UTC().Format("2006-01-02T15:04:05Z")
	}
	for _, from := range e.Entries {
		to := entry{Field: from.Field, Type: from.Operator, Operator: "included"}
		if from.Excluded {
			to.Operator = "excluded"
		}
		switch len(from.Values) {
		case 0:
		case 1:
			to.Value = from.Values[0]
		default:
			to.Value = from.Values
		}
		one.Entries = append(one.Entries, to)
	}
	text, err := toml.Marshal(map[string]any{"metadata": map[string]any{"rule_ids": []string{rule}}, "exceptions": []list{{Items: []item{one}}}})
	if err != nil {
		return nil, fmt.Errorf("write the exception: %w", err)
	}
	return text, nil
}

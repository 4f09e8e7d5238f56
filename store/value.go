package store

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"strconv"

	"casebook/engine/column"
)

// Rows of hits are kept as JSON that reads well in the sqlite3 shell and gives the same Go values back: the columns' types stand
// beside it. What JSON has no word for is an object with one key of a dollar sign and a name.

type fieldJSON struct {
	Name string      `json:"name"`
	Type column.Type `json:"type"`
}

func encodeColumns(fields []column.Field) (string, error) {
	list := make([]fieldJSON, len(fields))
	for i, f := range fields {
		list[i] = fieldJSON{f.Name, f.Type}
	}
	b, err := json.Marshal(list)
	return string(b), err
}

func decodeColumns(text string) ([]column.Field, error) {
	var list []fieldJSON
	if err := json.Unmarshal([]byte(text), &list); err != nil {
		return nil, err
	}
	fields := make([]column.Field, len(list))
	for i, f := range list {
		fields[i] = column.Field{Name: f.Name, Type: f.Type}
	}
	return fields, nil
}

func encodeRow(row []any) (string, error) {
	b := []byte{'['}
	for i, v := range row {
		if i > 0 {
			b = append(b, ',')
		}
		var err error
		if b, err = appendValue(b, v); err != nil {
			return "", err
		}
	}
	return string(append(b, ']')), nil
}

func appendValue(b []byte, v any) ([]byte, error) {
	switch v := v.(type) {
	case nil:
		return append(b, "null"...), nil
	case bool:
		return strconv.AppendBool(b, v), nil
	case int64:
		return strconv.AppendInt(b, v, 10), nil
	case uint64:
		return fmt.Appendf(b, `{"$ulong":"%d"}`, v), nil
	case float64:
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return fmt.Appendf(b, `{"$double":"%v"}`, v), nil
		}
		text := strconv.AppendFloat(nil, v, 'g', -1, 64)
		if !bytes.ContainsAny(text, ".e") {
			text = append(text, ".0"...)
		}
		return append(b, text...), nil
	case column.Ticks:
		return fmt.Appendf(b, `{"$ticks":%d}`, int64(v)), nil
	case column.Span:
		return fmt.Appendf(b, `{"$span":%d}`, int64(v)), nil
	case string:
		text, err := json.Marshal(v)
		return append(b, text...), err
	case []any:
		b = append(b, '[')
		for i, x := range v {
			if i > 0 {
				b = append(b, ',')
			}
			var err error
			if b, err = appendValue(b, x); err != nil {
				return nil, err
			}
		}
		return append(b, ']'), nil
	case *column.Object:
		// A key that begins with a dollar sign gets another, so that data cannot pose as one of the words above.
		b = append(b, '{')
		for i, k := range v.Keys {
			if i > 0 {
				b = append(b, ',')
			}
			name := k
			if len(k) > 0 && k[0] == '$' {
				name = "$" + k
			}
			text, err := json.Marshal(name)
			if err != nil {
				return nil, err
			}
			b = append(append(b, text...), ':')
			if b, err = appendValue(b, v.Values[i]); err != nil {
				return nil, err
			}
		}
		return append(b, '}'), nil
	}
	return nil, fmt.Errorf("a value of type %T cannot be kept", v)
}

func decodeRow(text string) ([]any, error) {
	d := json.NewDecoder(bytes.NewReader([]byte(text)))
	d.UseNumber()
	v, err := readValue(d)
	if err != nil {
		return nil, fmt.Errorf("read a row: %w", err)
	}
	if _, err := d.Token(); err != io.EOF {
		return nil, fmt.Errorf("read a row: text behind its end")
	}
	row, ok := v.([]any)
	if !ok {
		return nil, fmt.Errorf("read a row: wanted a list")
	}
	return row, nil
}

func readValue(d *json.Decoder) (any, error) {
	token, err := d.Token()
	if err != nil {
		return nil, err
	}
	switch t := token.(type) {
	case json.Number:
		if n, err := strconv.ParseInt(string(t), 10, 64); err == nil {
			return n, nil
		}
		return t.Float64()
	case json.Delim:
		if t == '[' {
			list := []any{}
			for d.More() {
				v, err := readValue(d)
				if err != nil {
					return nil, err
				}
				list = append(list, v)
			}
			_, err := d.Token()
			return list, err
		}
		object := column.NewObject()
		for d.More() {
			key, err := d.Token()
			if err != nil {
				return nil, err
			}
			v, err := readValue(d)
			if err != nil {
				return nil, err
			}
			object.Set(key.(string), v)
		}
		if _, err := d.Token(); err != nil {
			return nil, err
		}
		return special(object)
	}
	return token, nil
}

// special reads the words that begin with a dollar sign back.
func special(object *column.Object) (any, error) {
	plain := column.NewObject()
	for i, k := range object.Keys {
		v := object.Values[i]
		if len(k) == 0 || k[0] != '$' {
			plain.Set(k, v)
			continue
		}
		switch k {
		case "$ulong":
			text, _ := v.(string)
			return strconv.ParseUint(text, 10, 64)
		case "$double":
			text, _ := v.(string)
			return strconv.ParseFloat(text, 64)
		case "$ticks":
			n, _ := v.(int64)
			return column.Ticks(n), nil
		case "$span":
			n, _ := v.(int64)
			return column.Span(n), nil
		}
		plain.Set(k[1:], v)
	}
	return plain, nil
}

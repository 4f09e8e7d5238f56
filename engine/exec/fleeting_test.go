package exec

import (
	"context"
	"slices"

	"casebook/engine/column"
)

// fleeting is a source that spoils each batch when the next is asked for, where it may.
type fleeting struct{ *Memory }

func (f fleeting) Scan(ctx context.Context, r Request) (Scanner, error) {
	s, err := f.Memory.Scan(ctx, r)
	if err != nil || !r.Fleeting {
		return s, err
	}
	return &spoiling{Scanner: s}, nil
}

type spoiling struct {
	Scanner
	last *column.Batch
}

func (s *spoiling) Next() (*column.Batch, error) {
	if b := s.last; b != nil {
		spoil(b.Events)
		for _, v := range b.Columns {
			spoil(v.Ints)
			spoil(v.Floats)
			spoil(v.Anys)
			for i := range v.Codes {
				v.Codes[i] = uint32(len(v.Dict.Values) - 1)
			}
		}
	}
	s.last = nil
	b, err := s.Scanner.Next()
	if err != nil {
		return nil, err
	}
	own := &column.Batch{Len: b.Len, Events: slices.Clone(b.Events), Columns: make([]*column.Vector, len(b.Columns))}
	for i, v := range b.Columns {
		c := *v
		c.Ints, c.Floats, c.Codes, c.Anys = slices.Clone(v.Ints), slices.Clone(v.Floats), slices.Clone(v.Codes), slices.Clone(v.Anys)
		own.Columns[i] = &c
	}
	s.last = own
	return own, nil
}

func spoil[T any](list []T) {
	var none T
	for i := range list {
		list[i] = none
	}
}

package store

import "context"

// heldPlace is where an event's record stands, as its segment has it, and the hash of the place.
type heldPlace struct {
	id                  int64
	file, begin, length int64
	sum                 []byte
}

// places are those of a segment's events.
func (v *verifier) places(ctx context.Context, s *segment) ([]heldPlace, error) {
	packs := map[string]*pack{}
	for _, field := range []string{packFile, packBegin, packLength, packSum} {
		p, err := readPack(ctx, v.tx, s, field)
		if err != nil {
			return nil, v.db.damaged(s, field, err)
		}
		packs[field] = p
	}
	n, err := readNumbered(ctx, v.tx, s)
	if err != nil {
		return nil, v.db.damaged(s, packEvent, err)
	}
	places := make([]heldPlace, s.count)
	for i := range places {
		p := &places[i]
		p.id, p.sum = n.event(i), packs[packSum].hash(i)
		p.file, _ = packs[packFile].number(i)
		p.begin, _ = packs[packBegin].number(i)
		p.length, _ = packs[packLength].number(i)
	}
	return places, nil
}

package store

import (
	"context"
	"fmt"
	"math"

	"casebook/engine"
)

// Score is what an alert's score is made of: the rule's risk, what it is over the rule's threshold, and how rare its entity is
// among the rule's alerts. The sum is the score, at most 100.
type Score struct {
	Risk, Margin, Rarity int
	Ratio                float64 // times the threshold, 0 when that is not known
	OfEntity, OfRule     int     // the rule's alerts of the entity, and all of them
}

// The most that a score can gain.
const (
	mostMargin = 15
	mostRarity = 10
	mostScore  = 100
)

func scoreOf(risk int, ratio float64, ofEntity, ofRule int) Score {
	s := Score{Risk: risk, Ratio: ratio, OfEntity: ofEntity, OfRule: ofRule}
	if ratio > 1 {
		// Five points each time the value doubles.
		s.Margin = min(mostMargin, int(math.Round(5*math.Log2(ratio))))
	}
	if ofRule > ofEntity {
		s.Rarity = int(math.Round(mostRarity * (1 - float64(ofEntity)/float64(ofRule))))
	}
	return s
}

// Sum is the score itself.
func (s *Score) Sum() int { return min(mostScore, s.Risk+s.Margin+s.Rarity) }

// ScoreOf is what an alert's score is made of.
func (db *DB) ScoreOf(ctx context.Context, a *Alert) (Score, error) {
	var ofEntity, ofRule int
	err := db.readers.QueryRowContext(ctx, "select coalesce(sum(entity = ?), 0), count(*) from alert where rule = ? and stale = 0", a.Entity, a.Rule).Scan(&ofEntity, &ofRule)
	return scoreOf(a.Risk, a.Margin, ofEntity, ofRule), db.trouble("read what a score is made of", err)
}

// score brings the scores of a rule's alerts up to date: a new alert makes the others of its entity less rare.
func (tx *Tx) score(rule string) error {
	type row struct {
		id, score, risk int
		entity          string
		ratio           float64
	}
	var rows []row
	count := map[string]int{}
	err := each(tx.ctx, tx, "select id, score, risk, entity, margin from alert where rule = ? and stale = 0", []any{rule}, func(scan func(...any) error) error {
		var r row
		err := scan(&r.id, &r.score, &r.risk, &r.entity, &r.ratio)
		rows = append(rows, r)
		count[r.entity]++
		return err
	})
	if err != nil {
		return err
	}
	for _, r := range rows {
		s := scoreOf(r.risk, r.ratio, count[r.entity], len(rows))
		if s.Sum() == r.score {
			continue
		}
		if _, err := tx.exec("update alert set score = ? where id = ?", s.Sum(), r.id); err != nil {
			return err
		}
	}
	return nil
}

// gateOf is the filter that decided in a rule; none for a rule that cannot be read, whose hits are from another version of it.
func (tx *Tx) gateOf(db *DB, rule *engine.Rule) (engine.Gate, error) {
	q, err := rule.Parse(tx.ctx, db)
	if err != nil {
		return engine.Gate{}, tx.ctx.Err()
	}
	return engine.GateOf(q), nil
}

// String says it in words.
func (s *Score) String() string {
	text := fmt.Sprintf("%d = risk %d", s.Sum(), s.Risk)
	if s.Ratio > 0 {
		text += fmt.Sprintf(" + margin %d (%.1fx the threshold)", s.Margin, s.Ratio)
	} else {
		text += " + margin 0 (no threshold)"
	}
	return text + fmt.Sprintf(" + rarity %d (%d of %d alerts)", s.Rarity, s.OfEntity, s.OfRule)
}

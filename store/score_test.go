package store

import "testing"

func TestScore(t *testing.T) {
	for _, tt := range []struct {
		risk         int
		ratio        float64
		entity, rule int
		margin, rare int
		sum          int
	}{
		{73, 0, 1, 1, 0, 0, 73},
		{73, 1, 1, 1, 0, 0, 73},
		{73, 2, 1, 1, 5, 0, 78},
		{73, 17.0 / 3, 1, 1, 13, 0, 86},
		{47, 1000, 1, 2, 15, 5, 67},
		{47, 0.5, 3, 4, 0, 3, 50},
		{99, 8, 1, 10, 15, 9, 100},
	} {
		s := scoreOf(tt.risk, tt.ratio, tt.entity, tt.rule)
		if s.Margin != tt.margin || s.Rarity != tt.rare || s.Sum() != tt.sum {
			t.Errorf("risk %d, %.1f times, %d of %d: %+v is %d, want %d + %d = %d", tt.risk, tt.ratio, tt.entity, tt.rule, s, s.Sum(), tt.margin, tt.rare, tt.sum)
		}
	}
}

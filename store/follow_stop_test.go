package store

import (
	"context"
	"testing"
)

// TestFollowStoppedAtOnce is stopped before it has looked at anything, which is no error.
func TestFollowStoppedAtOnce(t *testing.T) {
	ctx, stop := context.WithCancel(context.Background())
	stop()
	a, err := fresh(t).Follow(ctx, []string{t.TempDir()}, FollowOptions{})
	if err != nil || a == nil || len(a.Files) != 0 {
		t.Errorf("%+v, %v", a, err)
	}
}

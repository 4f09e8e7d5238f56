package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"casebook/store"
)

// saidFollowing is how often a follower says how far it has come, if there is anything new.
const saidFollowing = 10 * time.Second

// follow loads what is there and what comes, until it is interrupted.
func (a *app) follow(ctx context.Context, db *store.DB, paths []string, o loadOptions, mapping *store.Mapping) error {
	if slices.Contains(paths, "-") {
		return errors.New("--follow: want files and folders, found \"-\": standard input is read to its end by \"casebook load -\"")
	}
	if o.every < 10*time.Millisecond {
		return fmt.Errorf("--every: want at least 10ms, found %s", o.every)
	}
	before, err := db.NewestQuarantined(ctx)
	if err != nil {
		return storeError(err)
	}
	fmt.Fprintf(a.err, "following %s; Ctrl-C stops\n", plural(len(paths), "path"))
	p := newProgress(a.streams, "loading", 0, "bytes")
	said := sayings{a: a, progress: p}
	account, err := db.Follow(ctx, paths, store.FollowOptions{Every: o.every, Told: said.tell, Progress: p.loading, Mapping: mapping})
	if err != nil {
		return storeError(keptBefore(account, err))
	}
	a.sayProblems(account)
	a.sayFound(account.Table)
	fmt.Fprintln(a.err, "stopped; what was read is kept. Follow the same again to go on")
	if said.last.Held > 0 {
		fmt.Fprintf(a.err, "%s of lines without an end were left for then\n", size(said.last.Held))
	}
	// The signal has ended ctx; what is left to say still has to be read.
	if err := a.sayQuarantine(context.WithoutCancel(ctx), db, before, account.Total.Quarantined); err != nil {
		return err
	}
	if err := a.printAccount(account, o); err != nil {
		return err
	}
	if account.Partial() {
		return &exit{code: exitPartial}
	}
	return nil
}

// sayings are what a follower says now and then.
type sayings struct {
	a        *app
	progress *progress
	last     store.Followed // as it is
	said     store.Followed // as it was said last
	when     time.Time
}

func (s *sayings) tell(f store.Followed) {
	s.last = f
	s.progress.clear()
	for _, p := range f.Problems {
		fmt.Fprintf(s.a.err, "casebook: %s; it is looked for again\n", harmless(p))
	}
	now := time.Now()
	more := f.Account.Records - s.said.Account.Records
	if more == 0 || now.Sub(s.when) < saidFollowing {
		return
	}
	line := fmt.Sprintf("%s  %s more, %s in all from %s", now.Format(time.TimeOnly), plural(int(more), "record"), count(f.Account.Records), plural(f.Files, "file"))
	if f.Account.Quarantined > 0 {
		line += fmt.Sprintf(", %s in quarantine", count(f.Account.Quarantined))
	}
	fmt.Fprintf(s.a.err, "%s; newest %s\n", line, harmless(f.Newest))
	s.said, s.when = f, now
}

package store

import (
	"context"
	"encoding/json"
	"fmt"
)

func unmarshalEntry(e *Entry, into any) error {
	if err := json.Unmarshal([]byte(e.Payload), into); err != nil {
		return &finding{fmt.Sprintf("the payload of journal entry %d cannot be read: %v", e.Seq, err)}
	}
	return nil
}

// checkAccounts holds the accounts against each other: those of files against the events and the records in quarantine that there
// are, those of loads against what the journal says of them.
func (v *verifier) checkAccounts(ctx context.Context) error {
	files, err := v.fileAccounts(ctx)
	if err != nil {
		return err
	}
	loads, open, err := v.loadAccounts(ctx)
	if err != nil {
		return err
	}
	text := ""
	if open > 0 {
		text = "; cut off or going on: " + many(open, "load", "loads")
	}
	return v.say("accounts balance, and are what the store holds and the journal says: %s, %s%s", many(files, "file", "files"), many(loads, "load", "loads"), text)
}

// fileAccounts checks the accounts of files, and counts them.
func (v *verifier) fileAccounts(ctx context.Context) (files int, err error) {
	err = each(ctx, v.tx, `select id, cast(path as text), records, accepted, duplicate, quarantined, blank, skipped,
		(select count(*) from quarantine q where q.file = file.id and q.state = 'open') from file order by id`, nil, func(scan func(...any) error) error {
		var id, open int64
		var path string
		var t Tally
		if err := scan(&id, &path, &t.Records, &t.Accepted, &t.Duplicate, &t.Quarantined, &t.Blank, &t.Skipped, &open); err != nil {
			return err
		}
		files++
		if err := t.balance(); err != nil {
			return &finding{fmt.Sprintf("file %d, %q: %v", id, path, err)}
		}
		if open != t.Quarantined {
			return &finding{fmt.Sprintf("file %d, %q: %d records were put into quarantine, and %d are there", id, path, t.Quarantined, open)}
		}
		if v.counts[id] != t.Accepted {
			return &finding{fmt.Sprintf("file %d, %q: %d events were accepted, and there are %d", id, path, t.Accepted, v.counts[id])}
		}
		delete(v.counts, id)
		return nil
	})
	if err != nil {
		return files, err
	}
	for id, n := range v.counts {
		return files, &finding{fmt.Sprintf("%d events say they are from file %d, which is not there", n, id)}
	}
	return files, nil
}

// toldLoad is what the journal says of how a load ended.
type toldLoad struct {
	State string
	Files int64
	Total Tally
}

// loadAccounts checks the accounts of loads, and counts them and those that have not ended.
func (v *verifier) loadAccounts(ctx context.Context) (loads, open int, err error) {
	told := map[int64]toldLoad{}
	if err := v.entries(ctx, "where action = 'load' order by seq", func(e *Entry) error {
		var x toldLoad
		err := unmarshalEntry(e, &x)
		told[e.Number] = x
		return err
	}); err != nil {
		return 0, 0, err
	}
	err = each(ctx, v.tx, "select id, ended is not null, state, files, bytes, records, accepted, duplicate, quarantined, blank, skipped from load order by id", nil, func(scan func(...any) error) error {
		var id int64
		var over bool
		var x toldLoad
		t := &x.Total
		if err := scan(&id, &over, &x.State, &x.Files, &t.Bytes, &t.Records, &t.Accepted, &t.Duplicate, &t.Quarantined, &t.Blank, &t.Skipped); err != nil {
			return err
		}
		loads++
		if !over {
			open++
		}
		was, said := told[id]
		// What the table has no column for.
		t.Expanded, t.Undated = was.Total.Expanded, was.Total.Undated
		switch delete(told, id); {
		case said != over:
			return &finding{fmt.Sprintf("load %d has ended, and the journal does not say so, or the other way round", id)}
		case over && was != x:
			return &finding{fmt.Sprintf("the account of load %d is not what the journal says of it", id)}
		}
		if err := t.balance(); err != nil && x.State != "failed" {
			return &finding{fmt.Sprintf("load %d: %v", id, err)}
		}
		return nil
	})
	if err != nil {
		return loads, open, err
	}
	for id := range told {
		return loads, open, &finding{fmt.Sprintf("the journal tells of load %d, which is not there", id)}
	}
	return loads, open, nil
}

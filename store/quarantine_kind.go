package store

import (
	"context"
	"regexp"
)

// QuarantineKind is the records of one file that went to quarantine for one reason, whatever numbers and quoted texts it names.
type QuarantineKind struct {
	File, Code string
	Records    int64
	Reason     string // of the first record, and where that stands
	Line       int64
	Begin      int64
}

// particular is what differs between the reasons of records that have one fault: the forms that they are nearest to, too.
var particular = regexp.MustCompile(`"(?:[^"\\]|\\.)*"|\d[\d,.]*|(?:; like none of the known forms)?; the nearest are .*`)

// QuarantineKinds sums the open records behind an id up by their files and reasons, in the order in which those come up.
func (db *DB) QuarantineKinds(ctx context.Context, after int64) ([]QuarantineKind, error) {
	type kind struct {
		file         int64
		code, reason string
	}
	var list []QuarantineKind
	places := map[kind]int{}
	// Of the columns that are neither grouped by nor summed up, SQLite takes those of the row with the least id.
	err := each(ctx, db.readers, `select q.file, cast(f.path as text), q.code, count(*), q.reason, q.line, q.begin, min(q.id)
		from quarantine q join file f on f.id = q.file where q.id > ? and q.state = ? group by q.file, q.code, q.reason order by min(q.id)`,
		[]any{after, quarantineOpen}, func(scan func(...any) error) error {
			var k QuarantineKind
			var file, first int64
			if err := scan(&file, &k.File, &k.Code, &k.Records, &k.Reason, &k.Line, &k.Begin, &first); err != nil {
				return err
			}
			name := kind{file, k.Code, particular.ReplaceAllString(k.Reason, "")}
			if at, ok := places[name]; ok {
				list[at].Records += k.Records
				return nil
			}
			places[name] = len(list)
			list = append(list, k)
			return nil
		})
	return list, db.trouble("read the quarantine", err)
}

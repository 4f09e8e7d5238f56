package store

import "fmt"

// Tally counts what became of records: Records = Accepted + Duplicate + Quarantined + Blank + Skipped.
type Tally struct {
	Bytes       int64 `json:"bytes"` // as read, before expanding
	Expanded    int64 `json:"expanded"`
	Records     int64 `json:"records"`
	Accepted    int64 `json:"accepted"`
	Duplicate   int64 `json:"duplicate"`
	Quarantined int64 `json:"quarantined"`
	Blank       int64 `json:"blank"`
	Skipped     int64 `json:"skipped"` // understood and left aside: control messages, categories that no rule asks for
	Undated     int64 `json:"undated"` // of the accepted: without a readable time, outside every window
}

// Add counts another tally in.
func (t *Tally) Add(o Tally) {
	t.Bytes += o.Bytes
	t.Expanded += o.Expanded
	t.Records += o.Records
	t.Accepted += o.Accepted
	t.Duplicate += o.Duplicate
	t.Quarantined += o.Quarantined
	t.Blank += o.Blank
	t.Skipped += o.Skipped
	t.Undated += o.Undated
}

func (t *Tally) balance() error {
	if sum := t.Accepted + t.Duplicate + t.Quarantined + t.Blank + t.Skipped; sum != t.Records {
		return fmt.Errorf("the account does not balance: %d records, but %d accepted, %d duplicate, %d quarantined, %d blank and %d skipped make %d",
			t.Records, t.Accepted, t.Duplicate, t.Quarantined, t.Blank, t.Skipped, sum)
	}
	return nil
}

// FileAccount is what became of one file.
type FileAccount struct {
	Path  string `json:"path"`
	State string `json:"state"` // complete, incomplete, known, refused, unreadable, body, reading
	// Known says that these very bytes had been loaded before: their records count as duplicates.
	Known    bool           `json:"known,omitempty"`
	SHA256   string         `json:"sha256,omitempty"`
	Encoding string         `json:"encoding,omitempty"`
	Problem  string         `json:"problem,omitempty"`
	Sources  map[string]int `json:"sources,omitempty"` // accepted events by source
	Left     map[string]int `json:"skipped_because,omitempty"`
	Tally

	// Kept says that the problem is kept in quarantine too, as the file's last record or as the file itself.
	Kept bool `json:"-"`
}

// Body tells whether the file is a body that a Bedrock record names: evidence, and no record itself.
func (a *FileAccount) Body() bool { return a.State == stateBody }

// Account is what became of everything that was named.
type Account struct {
	Load  int64         `json:"load"`
	Files []FileAccount `json:"files"`
	Total Tally         `json:"total"`
	// Passed are links, pipes and devices in folders, which are not followed; named themselves they are read.
	Passed []string `json:"passed_over,omitempty"`
	// Table is the table that was loaded into, where its columns are found in the records.
	Table       *FoundTable `json:"table,omitempty"`
	Interrupted bool        `json:"interrupted,omitempty"` // stopped before the end, at a consistent point: load again to go on
}

// Partial tells whether something was not taken in: quarantined, unreadable or broken off.
func (a *Account) Partial() bool {
	for i := range a.Files {
		switch a.Files[i].State {
		case "incomplete", "refused", "unreadable":
			return true
		}
	}
	return a.Interrupted || a.Total.Quarantined > 0
}

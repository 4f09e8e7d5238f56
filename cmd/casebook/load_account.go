package main

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"casebook/engine/syntax"
	"casebook/store"
	"casebook/tui/safe"
)

// sayProblems names the files that could not be read, or not to their end.
func (a *app) sayProblems(account *store.Account) {
	said := 0
	for i := range account.Files {
		f := &account.Files[i]
		if f.Problem == "" || f.Kept && f.Quarantined > 0 {
			continue // it is told with what went to quarantine
		}
		if said++; said <= saidProblems {
			a.note(fmt.Sprintf("casebook: %s: %s%s", harmless(f.Path), harmless(f.Problem), meant(f.Path)))
		}
	}
	if said > saidProblems {
		a.note(fmt.Sprintf("casebook: and %s more with trouble; --json has them all", plural(said-saidProblems, "file")))
	}
}

// sayPassed says what in folders was passed over.
func (a *app) sayPassed(account *store.Account) {
	for i, path := range account.Passed {
		if i == saidPassed {
			a.note(fmt.Sprintf("casebook: and %s more; --json has them all", plural(len(account.Passed)-i, "path")))
			break
		}
		a.note(fmt.Sprintf("casebook: %s: passed over, as it is no file but a link, a pipe or a device; name it to have it read", harmless(path)))
	}
}

// saySkipped says what was understood and left aside, and why.
func (a *app) saySkipped(account *store.Account) {
	records := map[string]int{}
	for i := range account.Files {
		for why, n := range account.Files[i].Left {
			records[why] += n
		}
	}
	for said, why := range slices.SortedFunc(maps.Keys(records), func(a, b string) int {
		return cmp.Or(cmp.Compare(records[b], records[a]), cmp.Compare(a, b))
	}) {
		if said == saidSkipped {
			a.note(fmt.Sprintf("casebook: and records skipped for %s; --json has them all", plural(len(records)-said, "more reason")))
			break
		}
		a.note(fmt.Sprintf("casebook: %s skipped: %s", plural(records[why], "record"), harmless(why)))
	}
}

// How many files with trouble are said one by one; the store and the account have them all.
const (
	saidQuarantined = 10
	saidSkipped     = 10
	saidPassed      = 5
	saidProblems    = 50
)

// someThere refuses to begin a store with paths of which none is there: most likely a name was mistyped.
func (a *app) someThere(paths []string) error {
	if _, err := os.Lstat(a.path()); err == nil || len(paths) == 0 {
		return nil
	}
	for _, path := range paths {
		if _, err := os.Lstat(path); path == "-" || !errors.Is(err, fs.ErrNotExist) {
			return nil
		}
	}
	for _, path := range paths {
		a.note(fmt.Sprintf("casebook: %s: no such file or directory%s", harmless(path), meant(path)))
	}
	return &exit{code: exitNothing, err: errors.New("nothing was loaded, and no store was made")}
}

// meant guesses what was meant by a path that does not exist.
func meant(path string) string {
	if _, err := os.Lstat(path); !errors.Is(err, fs.ErrNotExist) {
		return ""
	}
	if strings.ContainsAny(path, "*?[") {
		return " (the shell found nothing that fits this pattern)"
	}
	dir, base := filepath.Split(strings.TrimRight(path, "/"))
	list, err := os.ReadDir(filepath.Join(".", dir))
	if filepath.IsAbs(dir) {
		list, err = os.ReadDir(dir)
	}
	if err != nil {
		return ""
	}
	var names []string
	for _, e := range list {
		names = append(names, e.Name())
	}
	if near := syntax.Nearest(base, names); near != "" {
		return fmt.Sprintf(" (did you mean %s?)", harmless(dir+near))
	}
	return ""
}

// sayQuarantine tells of the records that went to quarantine after an id: where the first of a
// file and a reason stands, and how many more there are.
func (a *app) sayQuarantine(ctx context.Context, db *store.DB, after, total int64) error {
	if total == 0 {
		return nil
	}
	kinds, err := db.QuarantineKinds(ctx, after)
	if err != nil {
		return storeError(err)
	}
	for i := range kinds {
		total -= kinds[i].Records
	}
	if total > 0 {
		amount := "1 record is"
		if total > 1 {
			amount = count(total) + " records are"
		}
		a.note(fmt.Sprintf("%s in quarantine since an earlier load of the same (see \"casebook quarantine ls\"; \"casebook quarantine replay --all\" tries them again)", amount))
	}
	for i := range kinds {
		k := &kinds[i]
		if i == saidQuarantined {
			left := int64(0)
			for _, rest := range kinds[i:] {
				left += rest.Records
			}
			a.note(fmt.Sprintf("and %s more in quarantine (see \"casebook quarantine ls\")", count(left)))
			break
		}
		more := ""
		if k.Records > 1 {
			more = " and " + count(k.Records-1) + " more"
		}
		a.note(fmt.Sprintf("%s %s:%d (byte %s)%s: %s; kept in quarantine", k.Code, harmless(k.File), k.Line, count(k.Begin), more, harmless(k.Reason)))
	}
	return nil
}

// accountExit is the exit code of a load.
func accountExit(account *store.Account) error {
	switch t := &account.Total; {
	case t.Accepted+t.Duplicate == 0 && bodies(account) == 0:
		return &exit{code: exitNothing, err: nothingLoaded(account)}
	case account.Partial():
		return &exit{code: exitPartial}
	}
	return nil
}

// bodies are how many files of a load are bodies that Bedrock wrote into objects of their own.
func bodies(account *store.Account) int {
	n := 0
	for i := range account.Files {
		if account.Files[i].Body() {
			n++
		}
	}
	return n
}

// sayBodies says of a load that brought bodies alone what they are for: it has no event to show.
func (a *app) sayBodies(account *store.Account) {
	n := bodies(account)
	if n == 0 || account.Total.Accepted+account.Total.Duplicate > 0 {
		return
	}
	what := "1 body of a Bedrock call, and no call yet: it will be read with the record that names it, which stands"
	if n > 1 {
		what = count(n) + " bodies of Bedrock calls, and no call yet: they will be read with the records that name them, which stand"
	}
	a.note("casebook: " + what + " beside the folder \"data\"; load the folder above it")
}

func nothingLoaded(account *store.Account) error {
	t := &account.Total
	switch {
	case account.Interrupted:
		return errors.New("nothing was loaded yet")
	case len(account.Files) == 0:
		return errors.New("nothing was loaded: there is no file in what was named")
	case t.Bytes == 0 && slices.ContainsFunc(account.Files, func(f store.FileAccount) bool { return f.State == "unreadable" }):
		return errors.New("nothing was loaded: what was named cannot be read")
	case t.Records == t.Blank:
		return errors.New("nothing was loaded: what was named is empty")
	case account.Table == nil && slices.ContainsFunc(account.Files, func(f store.FileAccount) bool { return f.State == "complete" && f.Quarantined > 0 }):
		return errors.New("nothing was loaded; --table NAME takes records of other forms")
	}
	return errors.New("nothing was loaded")
}

// listedFiles is how many files the account lists one by one: of more, those that were read without trouble are one line.
const listedFiles = 40

// printAccount writes what became of every file, and of all of them together. On a terminal a count that is 0 throughout has no
// column, and the names give way where the screen ends.
func (a *app) printAccount(account *store.Account, o loadOptions) error {
	if o.json {
		e := json.NewEncoder(a.out)
		e.SetEscapeHTML(false)
		return e.Encode(account)
	}
	if account.Total.Bytes == 0 && account.Total.Records == 0 && len(account.Files) <= 1 {
		return nil // what there is to say of nothing is said
	}
	head := []string{"BYTES", "RECORDS", "ACCEPTED", "DUPLICATE", "QUARANTINED", "BLANK", "SKIPPED", "FILE"}
	counts := func(t *store.Tally) []int64 {
		return []int64{t.Bytes, t.Records, t.Accepted, t.Duplicate, t.Quarantined, t.Blank, t.Skipped}
	}
	shown := []int{0, 1, 2}
	for i, n := range counts(&account.Total) {
		if i > 2 && (n > 0 || !a.terminal) {
			shown = append(shown, i)
		}
	}
	var heads []string
	for _, i := range shown {
		heads = append(heads, head[i])
	}
	right := slices.Repeat([]bool{true}, len(shown))
	var rows [][]string
	row := func(t *store.Tally, name string) {
		var cells []string
		for _, i := range shown {
			cells = append(cells, count(counts(t)[i]))
		}
		rows = append(rows, append(cells, name))
	}
	var rest store.Tally
	quiet, brief := 0, len(account.Files) > listedFiles && !o.files
	for i := range account.Files {
		f := &account.Files[i]
		name := f.Path
		if f.Problem != "" && !a.terminal {
			name += ": " + f.Problem // to a terminal it was said above
		} else if brief && f.Quarantined == 0 && f.Problem == "" {
			quiet++
			rest.Add(f.Tally)
			continue
		}
		row(&f.Tally, name)
	}
	if quiet > 0 {
		row(&rest, plural(quiet, "file")+" without trouble")
	}
	row(&account.Total, "in all, "+plural(len(account.Files), "file"))
	if a.terminal {
		clipLast(rows, heads, a.width())
	}
	return a.printTable(append(heads, head[len(head)-1]), right, rows)
}

// leastName is what a name keeps, however narrow the screen is.
const leastName = 16

// clipLast cuts the names in the last column in their middle, so that a row ends where the screen does.
func clipLast(rows [][]string, heads []string, width int) {
	for i, head := range heads {
		widest := len(head)
		for _, row := range rows {
			widest = max(widest, len(row[i]))
		}
		width -= widest + 2
	}
	for _, row := range rows {
		last := &row[len(row)-1]
		if t := safe.Escape(*last); t.Width() > width {
			*last = t.ClipMiddle(max(width, leastName)).String()
		}
	}
}

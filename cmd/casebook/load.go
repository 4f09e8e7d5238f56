package main

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"time"

	"github.com/spf13/cobra"

	"casebook/store"
)

// loadOptions are what a load can be told.
type loadOptions struct {
	json   bool
	keep   bool
	files  bool
	detect bool

	table   string
	mapping string

	follow bool
	every  time.Duration
}

func (a *app) load() *cobra.Command {
	o := loadOptions{}
	c := &cobra.Command{
		Use:   "load PATH…",
		Short: "Load logs into the store and give an account of every byte",
		Long:  loadHelp,
		Example: `  casebook load ~/logs
  casebook load AWSLogs/ PT1H.json
  casebook load --detect AWSLogs/
  casebook load --keep PT1H.json
  casebook load --follow /var/log/bedrock
  casebook load --table logs-okta.system-default okta.ndjson
  casebook load --table SigninLogs signins.json
  casebook load --table web --map web.toml access.ndjson
  aws s3 cp s3://bucket/key - | casebook load -`,
		Args: somePaths("load"),
		RunE: func(c *cobra.Command, args []string) error {
			if c.Flags().Changed("every") && !o.follow {
				return errors.New("--every: says how often --follow looks, and there is no --follow")
			}
			return a.runLoad(c.Context(), args, o)
		},
	}
	c.Flags().BoolVar(&o.json, "json", false, "the account as one JSON object")
	c.Flags().BoolVar(&o.keep, "keep", false, "copy every file into the store")
	c.Flags().StringVar(&o.table, "table", "", "into a table of this `name`")
	c.Flags().StringVar(&o.mapping, "map", "", "the `file` that says how records become rows of the table")
	c.Flags().BoolVar(&o.follow, "follow", false, "keep up with what is added, until Ctrl-C")
	c.Flags().DurationVar(&o.every, "every", time.Second, "with --follow: how often to look")
	c.Flags().BoolVar(&o.detect, "detect", false, "then run every rule over all that is loaded, as \"casebook detect\" does")
	c.Flags().BoolVar(&o.files, "files", false, "a line for every file, however many there are")
	return c
}

const loadHelp = `load reads files and folders as the cloud wrote them, plain, gzip or zstd, and recognises them by what is in them. "-" is
standard input; a pipe is read as that is. Loading the same logs again adds nothing. What cannot be read is kept in quarantine, with the reason
(see "casebook quarantine"). A file that cannot be opened is named, and the others are loaded all the same.

A call that several files tell, as a bucket and a CloudWatch export do, is one event. The others are duplicates: in the account below those
that were read later; in the files' own accounts those that are not shown, which are the same whatever was read first. Shown
is the vendor's own record before one that is wrapped, and the longer before the shorter. What is pinned in a case stays as it was pinned.

Small compressed files are copied into the store; of others the store keeps path and hash, and reads a record from where
it was loaded from. With --keep it copies every file, so that the store alone is enough.

With --follow it keeps up with files that grow, are rotated, or come to a folder, until Ctrl-C. A line is taken once it
has its end; every line is taken exactly once, also when the log is renamed, copied and cut off, deleted or compressed.
Name the folder rather than the file if older, rotated files are wanted too. What is followed is copied into the store.

With --table NAME records need not be of a form that casebook knows: they become rows of a table, which queries and rules in both
languages can then name. Its columns are found in the records. A name with a dot or a dash is that of an Elastic index: a column for
every value, nested or with dots in its key, several values where there is a list; the time is @timestamp. Any other is that of a Log Analytics
table: a column for every key, what is nested is a dynamic; the time is TimeGenerated; those that rules ask for most, as SigninLogs,
have their documented columns whatever an export holds, and Defender's their time as Timestamp too. A column has the type of all values that were
loaded of it, in whatever order they came: a number, a boolean, a time, an address (in Elastic's fields called ip), else a text; the account
says where values have only the text in common.

A mapping (--map FILE) says more. It is a TOML file, which names the columns, and says where in a record they are and what they are:

  time = "ts"                  # the column that is the time
  [[column]]
  name = "ts"
  path = "event.created"       # in the record; the name where it is left out
  type = "datetime"            # string, long, integer, unsigned_long, double, boolean, datetime, date_nanos, ip, version, guid, dynamic
  format = "unix_ms"           # iso, unix, unix_ms, unix_us, unix_ns, or %d/%b/%Y:%H:%M:%S %z
  [[column]]
  name = "who"
  slot = "user"                # what timelines know it as
  [[column]]
  name = "roles"
  many = true                  # a list is several values, as ES|QL has them; KQL wants a dynamic

or only what is not to be found out:

  infer = "elastic"            # or "sentinel"
  [[column]]
  name = "okta.debug.port"
  type = "long"                # a value that is none is null

A record that does not fit goes to quarantine. The store keeps the mapping. Once something was loaded, another one for the same
table is refused, unless it says other types of columns that are found: then what was loaded is read so as well.

Ctrl-C stops at a consistent point: load the same again to go on from there.`

func (a *app) runLoad(ctx context.Context, paths []string, o loadOptions) error {
	switch {
	case o.detect && o.follow:
		return errors.New("--detect: runs the rules once all is loaded, and --follow never ends; leave one out")
	case o.detect && o.json:
		return errors.New("--json: is the account as one object, and --detect prints more; run \"casebook detect --json\" afterwards")
	}
	if err := a.someThere(paths); err != nil && !o.follow {
		return err
	}
	db, err := a.openStore(store.Options{})
	if err != nil {
		return err
	}
	defer db.Close()
	mapping, err := o.mappingFor(ctx, db)
	if err != nil {
		return err
	}
	if o.follow {
		return a.follow(ctx, db, paths, o, mapping)
	}
	account, err := a.loadPaths(ctx, db, paths, store.LoadOptions{Keep: o.keep, Mapping: mapping})
	if err != nil {
		return err
	}
	if err := a.printAccount(account, o); err != nil {
		return err
	}
	some := account.Total.Accepted+account.Total.Duplicate > 0
	if o.detect && some && !account.Interrupted {
		if err := a.detectIn(ctx, db, detectOptions{budget: ruleBudget}); err != nil {
			return err
		}
	}
	return accountExit(account)
}

func somePaths(command string) cobra.PositionalArgs {
	return func(_ *cobra.Command, args []string) error {
		if len(args) == 0 {
			return fmt.Errorf("%s: want files or folders, found none (see %q)", command, "casebook "+command+" --help")
		}
		return nil
	}
}

// loadPaths loads, and says on standard error what could not be taken in.
func (a *app) loadPaths(ctx context.Context, db *store.DB, paths []string, o store.LoadOptions) (*store.Account, error) {
	before, err := db.NewestQuarantined(ctx)
	if err != nil {
		return nil, storeError(err)
	}
	p := newProgress(a.streams, "loading", 0, "bytes")
	o.Stdin, o.Progress = a.in, p.loading
	release := holdMemory(loadMemory + loadMemoryCore*int64(runtime.GOMAXPROCS(0)))
	account, err := db.Load(ctx, paths, o)
	release()
	p.end()
	if err != nil {
		return nil, storeError(keptBefore(account, err))
	}
	a.sayProblems(account)
	a.sayPassed(account)
	a.saySkipped(account)
	a.sayBodies(account)
	a.sayFound(account.Table)
	if account.Interrupted {
		fmt.Fprintln(a.err, "casebook: stopped; what was read is kept. Load the same again to go on")
	}
	// The signal may have ended ctx; what is left to say still has to be read.
	return account, a.sayQuarantine(context.WithoutCancel(ctx), db, before, account.Total.Quarantined)
}

// What a load has in memory goes up and down, and the collector lets the heap grow to twice of what it has found. A long load meets higher
// peaks than a short one, although it needs no more; so the heap is held to what both are fast in. It is no limit for data that needs more.
const (
	loadMemory     = 88 << 20
	loadMemoryCore = 8 << 20 // each core has blocks at hand
)

// keptBefore says of a load that failed what of it is in the store.
func keptBefore(account *store.Account, err error) error {
	switch {
	case account == nil:
		return err
	case account.Total.Accepted+account.Total.Quarantined == 0:
		return fmt.Errorf("%w; no event of this load is in the store", err)
	}
	return fmt.Errorf("%w; %s that came before are kept, and the same load goes on behind them", err, plural(int(account.Total.Accepted+account.Total.Quarantined), "record"))
}

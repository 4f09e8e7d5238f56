package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"
	"syscall"

	"github.com/charmbracelet/x/ansi"
	"github.com/charmbracelet/x/term"
	"github.com/spf13/cobra"

	"casebook/engine/syntax"
	"casebook/tui"
)

// This file holds what every command shares. The rules are:
//   - Standard output carries what was asked for, standard error everything else: progress, remarks, mistakes.
//   - A mistake is one line, "casebook: what was wanted and found", and a hint; mistakes in a query or a rule show
//     their place with a caret.
//   - Text that comes from logs, rules or file names is made harmless before it reaches a terminal.
//   - The exit code says how it ended, so that scripts need not read the words.

// The exit codes.
const (
	exitFine    = 0
	exitFailure = 1 // wrong use, or the work could not be done
	exitPartial = 3 // done, and something was quarantined or did not run
	exitNothing = 4 // nothing was loaded
	exitStore   = 5 // trouble with the store
	exitUnsound = 6 // verify found something that does not hold
)

// streams are where a command reads and writes.
type streams struct {
	in       io.Reader
	out, err io.Writer
	// terminal tells whether out is a terminal that a person looks at.
	terminal bool
}

func standardStreams() streams {
	return streams{in: os.Stdin, out: os.Stdout, err: os.Stderr, terminal: isTerminal(os.Stdout)}
}

// isTerminal tells a terminal from files, pipes and other character devices such as /dev/null.
func isTerminal(f *os.File) bool { return term.IsTerminal(f.Fd()) }

// width is how many columns the terminal has.
func (s *streams) width() int {
	width, _ := widthOf(s.out)
	return width
}

// widthOf is how many columns a terminal has; not ok for what is none.
func widthOf(w io.Writer) (width int, ok bool) {
	f, ok := w.(*os.File)
	if ok = ok && isTerminal(f); ok {
		if width, _, err := term.GetSize(f.Fd()); err == nil && width > 0 {
			return width, true
		}
	}
	return 80, ok
}

// wrapped is a text in lines that a terminal has room for, harmless to it.
func wrapped(text string, width int) []string {
	return strings.Split(ansi.Wrap(harmless(text), width, ""), "\n")
}

// note says a line, harmless already, on standard error. On a terminal it goes on under itself where the screen ends, between words.
func (s *streams) note(line string) {
	if width, ok := widthOf(s.err); ok {
		line = strings.ReplaceAll(ansi.Wrap(line, width-3, ""), "\n", "\n  ")
	}
	fmt.Fprintln(s.err, line)
}

// exit is an error that chose its exit code. An empty message ends the program without a word: all was said.
type exit struct {
	code int
	err  error
}

func (e *exit) Error() string {
	if e.err == nil {
		return ""
	}
	return e.err.Error()
}

func (e *exit) Unwrap() error { return e.err }

// run is the program.
func run(ctx context.Context, args []string, s streams) int {
	ends := []os.Signal{os.Interrupt, syscall.SIGTERM}
	if !signal.Ignored(syscall.SIGHUP) { // nohup wants it to stay so
		ends = append(ends, syscall.SIGHUP)
	}
	ctx, stop := signal.NotifyContext(ctx, ends...)
	defer stop()
	root := newRoot(s)
	root.SetArgs(args)
	root.SetIn(s.in)
	root.SetOut(s.out)
	root.SetErr(s.err)
	return report(root.ExecuteContext(ctx), s.err)
}

// report says what went wrong and gives the exit code.
func report(err error, w io.Writer) int {
	if err == nil {
		return exitFine
	}
	code := exitFailure
	if e := (*exit)(nil); errors.As(err, &e) {
		if code = e.code; e.err == nil {
			return code
		}
	}
	if mistakes := syntax.Errors(err); len(mistakes) > 0 {
		for _, m := range mistakes {
			fmt.Fprintln(w, harmlessLines(m.Caret()))
		}
		return code
	}
	if errors.Is(err, context.Canceled) {
		fmt.Fprintln(w, "casebook: interrupted")
		return code
	}
	fmt.Fprintln(w, "casebook: "+harmless(err.Error()))
	return code
}

// newRoot is the command line.
func newRoot(s streams) *cobra.Command {
	a := &app{streams: s}
	o := openOptions{}
	root := &cobra.Command{
		Use:   "casebook",
		Short: "Investigate the logs of LLM APIs: your SIEM's rules, where your SIEM isn't",
		Long: `casebook loads raw logs of AWS Bedrock, Azure OpenAI and OpenAI into one local file, runs published
detections over them in the language they were published in, and takes you from an alert to a verdict.

Without a command it opens the store that exists. Commands end with 0 if all is well, 1 on wrong use or a failure,
3 if something was left out, 4 if nothing was loaded, 5 on trouble with the store, and 6 if verify finds a change.`,
		Example: `  casebook demo                 look around in invented logs
  casebook open logs/           load a folder, detect, and look at what was found
  casebook                      go on where you were`,
		Args:          noArguments,
		SilenceErrors: true,
		SilenceUsage:  true,
		RunE:          func(c *cobra.Command, _ []string) error { return a.openPaths(c.Context(), o, nil) },
	}
	root.PersistentFlags().StringVar(&a.storePath, "store", "", "the `file` that holds everything (default $CASEBOOK_STORE, else ./casebook.db)")
	root.PersistentFlags().BoolVar(&a.shared, "shared-group", false, "open a store that the file's group may read or write, as a team on one host shares it")
	root.PersistentFlags().StringArrayVar(&a.lookups, "lookup", nil, "a CSV file that rules and queries know as a lookup or watchlist, `NAME=FILE`")
	root.PersistentFlags().Func("zone", "show and read times in this `zone`, such as Europe/Berlin, or local; files and JSON stay in UTC", func(name string) (err error) {
		a.clock, err = tui.ClockIn(name)
		return err
	})
	root.PersistentFlags().BoolFunc("utc", "show and read times in UTC (the default)", func(string) error {
		a.clock = tui.Clock{}
		return nil
	})
	o.flags(root)
	root.SuggestionsMinimumDistance = 2
	root.CompletionOptions.HiddenDefaultCmd = true
	helpOn(root, s)
	root.SetHelpCommand(&cobra.Command{Use: "no-help", Hidden: true})
	root.SetFlagErrorFunc(func(c *cobra.Command, err error) error {
		text, _, _ := strings.Cut(err.Error(), ": strconv.") // what Go's readers of numbers say helps nobody
		return fmt.Errorf("%s (see %q)", text, c.CommandPath()+" --help")
	})
	root.AddCommand(a.demo(), a.openCommand(), a.load(), a.quarantine(), a.verify(), a.head(), a.detect(), a.alerts(), a.query(), a.rules(), a.cases(), a.report(), a.veil(), a.keys(), a.brief(), a.version())
	return root
}

// app is what the commands share.
type app struct {
	streams
	storePath string
	shared    bool     // the store may be open to its group
	lookups   []string // NAME=FILE
	clock     tui.Clock
}

// noArguments refuses arguments, and guesses at a misspelt command.
func noArguments(c *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	hint := "see \"" + c.CommandPath() + " --help\""
	if !c.HasAvailableSubCommands() {
		return fmt.Errorf("%s: want no argument, found %q (%s)", strings.TrimPrefix(c.CommandPath(), c.Root().Name()+" "), args[0], hint)
	}
	if near := c.SuggestionsFor(args[0]); len(near) > 0 {
		hint = "did you mean \"" + near[0] + "\"?"
	}
	return fmt.Errorf("unknown command %q (%s)", args[0], hint)
}

package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
)

var update = flag.Bool("update", false, "rewrite the files that scripts compare with")

func TestMain(m *testing.M) {
	if os.Getenv(asProgram) != "" {
		os.Exit(run(context.Background(), os.Args[1:], standardStreams()))
	}
	testscript.Main(m, map[string]func(){
		"casebook": func() { os.Exit(run(context.Background(), os.Args[1:], standardStreams())) },
		"exits":    exits,
	})
}

// exits CODE casebook ARGUMENT… runs the program and fails unless it ends with the code.
func exits() {
	if got := run(context.Background(), os.Args[3:], standardStreams()); strconv.Itoa(got) != os.Args[1] {
		fmt.Fprintf(os.Stderr, "exit code %d, wanted %s\n", got, os.Args[1])
		os.Exit(1)
	}
}

// TestScript uses the program from outside, as its users do.
func TestScript(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir:                 filepath.Join("..", "..", "testdata", "script"),
		UpdateScripts:       *update,
		RequireUniqueNames:  true,
		RequireExplicitExec: true,
	})
}

// Command casebook is an investigation workbench for LLM-API logs in a terminal.
package main

import (
	"context"
	"os"
)

func main() {
	os.Exit(run(context.Background(), os.Args[1:], standardStreams()))
}

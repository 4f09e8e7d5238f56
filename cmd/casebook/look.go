package main

import (
	"fmt"
	"os"

	"github.com/spf13/pflag"

	"casebook/tui"
)

// lookOptions say how the workbench looks, where the environment is not to say it.
type lookOptions struct {
	charset, color string
	plain          bool
}

func (o *lookOptions) flags(f *pflag.FlagSet) {
	f.StringVar(&o.charset, "charset", "auto", "the `characters` of charts: auto, ascii or blocks")
	f.StringVar(&o.color, "color", "auto", "`colours`: auto, never, 16 or 256")
	f.BoolVar(&o.plain, "plain", false, "a dialogue of lines in place of screens, for screen readers and simple terminals")
}

// apply puts what was chosen into the workbench's options.
func (o *lookOptions) apply(t *tui.Options) (err error) {
	if t.Charset, err = tui.CharsetNamed(o.charset, os.Getenv); err != nil {
		return fmt.Errorf("--charset: %w", err)
	}
	if t.Color, err = tui.ColorNamed(o.color, os.Getenv); err != nil {
		return fmt.Errorf("--color: %w", err)
	}
	return nil
}

// whyPlain says what chose the face of lines; "" when nothing did.
func (o *lookOptions) whyPlain() string {
	switch {
	case o.plain:
		return "--plain"
	case os.Getenv("CASEBOOK_PLAIN") == "1":
		return "CASEBOOK_PLAIN=1"
	case os.Getenv("TERM") == "dumb":
		return "TERM=dumb"
	}
	return ""
}

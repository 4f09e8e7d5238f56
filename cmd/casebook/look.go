package main

import (
	"os"

	"github.com/spf13/pflag"

	"casebook/tui"
)

// lookOptions say how the workbench looks, where the environment is not to say it. They are read with the flags, so that a mistake in
// them is told before anything is loaded.
type lookOptions struct {
	face  tui.Options // its Charset, Color and Keys
	plain bool
}

func (o *lookOptions) flags(f *pflag.FlagSet) {
	o.face.Charset, o.face.Color = tui.DetectCharset(os.Getenv), tui.DetectColor(os.Getenv)
	f.Func("charset", "the `characters` of charts: auto (as the locale says), ascii or blocks", func(name string) (err error) {
		o.face.Charset, err = tui.CharsetNamed(name, os.Getenv)
		return err
	})
	f.Func("color", "`colours`: auto (as NO_COLOR and the terminal's name say), never, 16 or 256", func(name string) (err error) {
		o.face.Color, err = tui.ColorNamed(name, os.Getenv)
		return err
	})
	f.Func("keys", "your own keys, in this `file` (see \"casebook keys\")", func(path string) (err error) {
		o.face.Keys, err = readKeys(path)
		return err
	})
	f.BoolVar(&o.plain, "plain", false, "a dialogue of lines in place of screens, for screen readers and simple terminals")
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

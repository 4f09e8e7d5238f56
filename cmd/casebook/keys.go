package main

import (
	"errors"
	"fmt"
	"io/fs"

	"github.com/spf13/cobra"

	"casebook/tui"
)

// longestKeys bounds a file of keys.
const longestKeys = 1 << 16

func (a *app) keys() *cobra.Command {
	path := ""
	c := &cobra.Command{
		Use:   "keys",
		Short: "List the workbench's keys, and what a file of your own can call them",
		Long: `keys lists the keys of every screen with the names of their actions. A file of your own gives actions other keys:

  [keys]                 # on every screen that has the action
  acknowledge = "A"
  assign = ["w", "ctrl+w"]

  [keys.guide]           # on one screen
  pin = "P"

It is --keys FILE, else casebook/keys.toml in $XDG_CONFIG_HOME (~/.config without one). Enter, Esc, Tab, arrows, paging keys and figures
stay what they are, and so do the keys of lines that are typed. A key that would stand for two things on a screen is refused.`,
		Example: `  casebook keys
  casebook open --keys my-keys.toml`,
		Args: noArguments,
		RunE: func(*cobra.Command, []string) error {
			keys, err := readKeys(path)
			if err != nil {
				return err
			}
			var rows [][]string
			for _, r := range keys.Rows() {
				rows = append(rows, []string{r.Keys, r.Action, r.Does, r.Screens})
			}
			return a.printListing([]heading{{name: "KEYS"}, {name: "ACTION"}, {name: "DOES"}, {name: "SCREENS", below: true, plain: true}}, rows)
		},
	}
	c.Flags().StringVar(&path, "keys", "", "your own keys, in this `file`")
	return c
}

// readKeys reads an analyst's keys: those of a file that is named, else of the one that is looked for where settings are.
func readKeys(path string) (*tui.Keys, error) {
	named := path != ""
	if !named {
		if path = tui.KeysPath(); path == "" {
			return nil, nil
		}
	}
	text, err := readNamed(path, longestKeys)
	if errors.Is(err, fs.ErrNotExist) && !named {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("read keys: %w", plainPathError(err))
	}
	return tui.ReadKeys(path, string(text))
}

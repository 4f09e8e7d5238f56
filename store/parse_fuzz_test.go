package store

import (
	"crypto/sha256"
	"strings"
	"testing"
)

// FuzzMapping: a mapping is read or refused by name, and what is read has its time.
func FuzzMapping(f *testing.F) {
	f.Add("time = \"ts\"\n[[column]]\nname = \"ts\"\npath = \"a.b\"\ntype = \"datetime\"\nformat = \"unix_ms\"\n[[column]]\nname = \"who\"\nslot = \"user\"\n")
	f.Add("time = 1\n[[column]]\nname = [")
	f.Add("a.b.c = 1\n[a]\n[[a]]")
	f.Fuzz(func(t *testing.T, text string) {
		if len(text) > 4096 {
			t.Skip()
		}
		m, err := ParseMapping("own", "own.toml", []byte(text))
		if (m == nil) == (err == nil) {
			t.Errorf("mapping %v, error %v", m, err)
		}
		if err != nil && !strings.HasPrefix(err.Error(), "own.toml") {
			t.Errorf("%q does not say which file", err)
		}
	})
}

// FuzzLookup: a lookup is read or refused by name, and what is read has as many values in each column as rows.
func FuzzLookup(f *testing.F) {
	f.Add("ip:ip,score:long,at:date,net:ip_range,v:version\n10.0.0.1,7,2024-01-02,10.0.0.0/8,1.2\n,,,,\n", "ip")
	f.Add("\ufeffa,b\r\n\"x\ny\",\"\"\"\"\r\n", "b")
	f.Add("a:double\nNaN\n1e999\n", "")
	f.Add("a,a\n1", "a")
	f.Fuzz(func(t *testing.T, text, key string) {
		if len(text) > 4096 {
			t.Skip()
		}
		l := &Lookup{Name: "own", Path: "own.csv", Key: key, Text: []byte(text), SHA256: sha256.Sum256([]byte(text))}
		table, err := l.table()
		if err != nil {
			if !strings.Contains(err.Error(), "own.csv") {
				t.Errorf("%q does not say which file", err)
			}
			return
		}
		if want := len(table.plain.Fields) + len(table.watchlist.Fields); len(table.columns) != want {
			t.Fatalf("%d columns, want %d", len(table.columns), want)
		}
		for i, c := range table.columns {
			if c.Len != table.rows {
				t.Errorf("column %d has %d values of %d rows", i, c.Len, table.rows)
			}
		}
	})
}

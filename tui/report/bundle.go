package report

import (
	"archive/zip"
	"bytes"
	"crypto/sha256"
	"fmt"
	"io"
	"strings"

	"casebook/store"
)

// A bundle is a case in one file, for whoever has neither the store nor casebook: the report in every form, the records of its events as they
// came, and the sums of all of these, as sha256sum reads them. Like a report it has the same bytes for the same store and as-of. Records hold
// prompts and secrets: they are in it only where the report is bare.

// The names in a bundle.
const (
	sumsName   = "SHA256SUMS"
	readName   = "README.txt"
	reportName = "report."
	recordName = "records/"
)

// bundleFile is a file of a bundle.
type bundleFile struct{ name, text string }

func (r *Report) bundle() (string, error) {
	files := []bundleFile{{readName, r.bundleNote()}}
	for _, f := range []Format{Markdown, HTML, JSON} {
		text, err := r.Text(f)
		if err != nil {
			return "", err
		}
		files = append(files, bundleFile{reportName + string(f), text})
	}
	for i := range r.Pins {
		if p := &r.Pins[i]; p.Record != nil {
			files = append(files, bundleFile{recordName + p.Name(), string(p.Record)})
		}
	}
	var sums strings.Builder
	for _, f := range files {
		sums.WriteString(sumLine(f))
	}
	return packed(append(files, bundleFile{sumsName, sums.String()}))
}

// sumLine is the sum of a file as sha256sum writes it.
func sumLine(f bundleFile) string {
	return fmt.Sprintf("%x  %s\n", sha256.Sum256([]byte(f.text)), f.name)
}

// packed is files as a zip without times, which would make every one another.
func packed(files []bundleFile) (string, error) {
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for _, f := range files {
		head := zip.FileHeader{Name: f.name, Method: zip.Deflate}
		head.SetMode(0o600)
		w, err := z.CreateHeader(&head)
		if err == nil {
			_, err = io.WriteString(w, f.text)
		}
		if err != nil {
			return "", fmt.Errorf("pack %s: %w", f.name, err)
		}
	}
	err := z.Close()
	return b.String(), err
}

// bundleNote says what is in a bundle, how to check it, and what that does not prove.
func (r *Report) bundleNote() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s, as it was at entry %d of the journal, whose head is %s\n\n", r.Case.Name(), r.Head.Seq, r.Head.Journal)
	b.WriteString("report.md, report.html, report.json   the case, three times the same\n")
	if r.Head.Shown == Bare {
		b.WriteString("records/                              the records of the events pinned to it, byte for byte as they stood in the logs\n")
	} else {
		fmt.Fprintf(&b, "Records of events are not here, and in the reports %s.\n", r.Head.Shown)
	}
	fmt.Fprintf(&b, "\nTo check it: casebook verify FILE.zip, or unpack it and sha256sum -c %s.\n", sumsName)
	fmt.Fprintf(&b, "\nThat does not prove\n  %s\n", strings.Join(bundleUnproven, "\n  "))
	return b.String()
}

// bundleUnproven is what no look at a bundle alone can tell.
var bundleUnproven = []string{
	"who made the bundle: compare its SHA-256 with the one that was noted when it was made",
	"that answers, story and verdict are those of the journal: casebook verify --head tells, with the store",
	"that the queries give these rows: casebook report asks again, with the store",
}

// keepRecord keeps what an event's pin is of, for a bundle.
func (p *Pin) keepRecord(raw *store.Raw) {
	if p.Check == Same {
		p.Record = raw.Place
	}
}

package report

import (
	"archive/zip"
	"bytes"
	"context"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// bundled is the files of a bundle about a case with an event and a query as evidence.
func bundled(t *testing.T, bare bool) []bundleFile {
	t.Helper()
	db, byID, c, alert := desk(t, "arn:aws:iam::123456789012:user/ann")
	work(t, db, c, alert, byID, "she asked nine times")
	newest, _, err := db.NewestEvent(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	r, err := Complete(context.Background(), db, byID, c.ID, newest, bare)
	if err != nil {
		t.Fatal(err)
	}
	text, err := r.Text(Bundle)
	if err != nil {
		t.Fatal(err)
	}
	z, err := zip.NewReader(strings.NewReader(text), int64(len(text)))
	if err != nil {
		t.Fatal(err)
	}
	var files []bundleFile
	for _, f := range z.File {
		in, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		text, err := io.ReadAll(in)
		if err != nil {
			t.Fatal(err)
		}
		files = append(files, bundleFile{f.Name, string(text)})
	}
	return files
}

func checked(t *testing.T, files []bundleFile) (sound bool, said string) {
	t.Helper()
	text, err := packed(files)
	if err != nil {
		t.Fatal(err)
	}
	return checkedText(t, text)
}

func checkedText(t *testing.T, text string) (sound bool, said string) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "C-0001.zip")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	v, err := CheckBundle(path)
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range v.Steps {
		said += s.Name + ": " + s.Text + "\n"
	}
	return v.Sound(), said
}

// TestBundleIsCheckedWithoutAStore: whoever has only the bundle sees that it is whole, and that its records are those that were pinned.
func TestBundleIsCheckedWithoutAStore(t *testing.T) {
	files := bundled(t, true)
	sound, said := checked(t, files)
	if !sound || !strings.Contains(said, "records: 1 of 1 event, with the hashes they were pinned with") || !strings.Contains(said, "evidence: 2 pieces as when pinned") {
		t.Errorf("sound %v:\n%s", sound, said)
	}
	record := at(files, "records/E1")
	if record == nil || !strings.HasPrefix(record.text, `{"schemaType":"ModelInvocationLog"`) {
		t.Errorf("the record is not as it came: %+v", record)
	}
}

// TestBundleWithoutAReasonHasNoRecords: they hold prompts and secrets.
func TestBundleWithoutAReasonHasNoRecords(t *testing.T) {
	files := bundled(t, false)
	sound, said := checked(t, files)
	if at(files, "records/E1") != nil || !sound || !strings.Contains(said, "not in it, as it was made without --reveal: 1 event") {
		t.Errorf("sound %v:\n%s", sound, said)
	}
}

// TestBundleThatWasChangedIsTold in every way that a file of it can be.
func TestBundleThatWasChangedIsTold(t *testing.T) {
	resummed := func(files []bundleFile) []bundleFile { // by someone who knows how
		sums := at(files, sumsName)
		sums.text = ""
		for _, f := range files {
			if f.name != sumsName {
				sums.text += sumLine(f)
			}
		}
		return files
	}
	for want, change := range map[string]func(files []bundleFile) []bundleFile{
		`"report.md" was changed`: func(files []bundleFile) []bundleFile {
			at(files, "report.md").text += "more"
			return files
		},
		`"records/E1" is not in it`: func(files []bundleFile) []bundleFile {
			f := at(files, "records/E1")
			f.name = "records/E2"
			return files
		},
		`"report.md" is in it twice`: func(files []bundleFile) []bundleFile { return append(files, *at(files, "report.md")) },
		`"virus.sh" has no sum`:      func(files []bundleFile) []bundleFile { return append(files, bundleFile{"virus.sh", "rm"}) },
		"the record of E1 is not the one that was pinned": func(files []bundleFile) []bundleFile {
			f := at(files, "records/E1")
			f.text = strings.Replace(f.text, "AccessDenied", "AccessDeniec", 1)
			return resummed(files)
		},
		"the record of E1 is not in it": func(files []bundleFile) []bundleFile {
			var rest []bundleFile
			for _, f := range files {
				if f.name != "records/E1" {
					rest = append(rest, f)
				}
			}
			return resummed(rest)
		},
		"1 of 2 pieces were not what they had been": func(files []bundleFile) []bundleFile {
			f := at(files, "report.json")
			f.text = strings.Replace(f.text, `"check": "same"`, `"check": "changed"`, 1)
			return resummed(files)
		},
		"report.json cannot be read": func(files []bundleFile) []bundleFile {
			at(files, "report.json").text = "["
			return resummed(files)
		},
		"report.json is not in it": func(files []bundleFile) []bundleFile { return nil },
	} {
		sound, said := checked(t, change(bundled(t, true)))
		if sound || !strings.Contains(said, want) {
			t.Errorf("wanted %q, sound %v:\n%s", want, sound, said)
		}
	}
	text, err := packed(bundled(t, true))
	if err != nil {
		t.Fatal(err)
	}
	if sound, said := checkedText(t, text[:len(text)/2]); sound || !strings.Contains(said, "is no bundle, or not all of one") {
		t.Errorf("half a bundle, sound %v:\n%s", sound, said)
	}
	if sound, said := checkedText(t, string(bytes.Replace([]byte(text), []byte(sumsName), []byte("SHA256SUNS"), -1))); sound || !strings.Contains(said, "no sum") {
		t.Errorf("without sums, sound %v:\n%s", sound, said)
	}
}

func at(files []bundleFile, name string) *bundleFile {
	for i := range files {
		if files[i].name == name {
			return &files[i]
		}
	}
	return nil
}

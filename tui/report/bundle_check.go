package report

import (
	"archive/zip"
	"bufio"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	"casebook/store"
)

// largestBundled bounds a file of a bundle when it is checked: a bundle may come from anyone, and a small one can unpack to anything.
const largestBundled = 1 << 30

// told is what a bundle's report says that its records are held against.
type told struct {
	Case struct {
		Name string `json:"name"`
	} `json:"case"`
	Shown   Showing `json:"shown"`
	Journal struct {
		Seq  int64  `json:"seq"`
		Head string `json:"head"`
	} `json:"journal"`
	Evidence []struct {
		Name   string        `json:"name"`
		Kind   store.PinKind `json:"kind"`
		SHA256 string        `json:"sha256"`
		Check  Check         `json:"check"`
	} `json:"evidence"`
}

// CheckBundle looks whether a bundle is whole and as it was made. It unpacks nothing to disk.
func CheckBundle(path string) (*store.Verification, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("check a bundle: %w", err)
	}
	defer f.Close()
	whole := sha256.New()
	size, err := io.Copy(whole, f)
	if err != nil {
		return nil, fmt.Errorf("check a bundle: %w", err)
	}
	v := &store.Verification{Unproven: bundleUnproven}
	step := func(name, holds string, err error) {
		s := store.Step{Name: name, Sound: err == nil, Text: holds}
		if err != nil {
			s.Text = err.Error()
		}
		v.Steps = append(v.Steps, s)
	}
	z, err := zip.NewReader(f, size)
	if err != nil {
		step("bundle", "", fmt.Errorf("%q is no bundle, or not all of one: %w", path, err))
		return v, nil
	}
	step("bundle", fmt.Sprintf("%s of %s, SHA-256 %x", many(len(z.File), "file"), many(size, "byte"), whole.Sum(nil)), nil)
	text, sums, err := summed(z)
	step("sums", fmt.Sprintf("every file has the sum that %s gives it", sumsName), err)
	if text == nil {
		return v, nil
	}
	var t told
	if err := json.Unmarshal(text, &t); err != nil {
		step("report", "", fmt.Errorf("report.json cannot be read: %w", err))
		return v, nil
	}
	head, err := hex.DecodeString(t.Journal.Head)
	v.Head = store.Head{Seq: t.Journal.Seq, Hash: head}
	step("report", fmt.Sprintf("%s, as it was at %s of the journal", t.Case.Name, v.Head), err)
	holds, err := t.records(sums)
	step("records", holds, err)
	holds, err = t.looked()
	step("evidence", holds, err)
	return v, nil
}

// summed holds every file of a bundle against its sum. It gives report.json, and the sums of all that is there.
func summed(z *zip.Reader) (report []byte, sums map[string]string, fault error) {
	sums = map[string]string{}
	wanted := map[string]string{}
	for _, f := range z.File {
		if sums[f.Name] != "" {
			return report, sums, fmt.Errorf("%q is in it twice", f.Name)
		}
		keep := f.Name == sumsName || f.Name == reportName+string(JSON)
		text, sum, err := unpacked(f, keep)
		if err != nil {
			return report, sums, err
		}
		sums[f.Name] = sum
		if keep && f.Name != sumsName {
			report = text
		}
		for lines := bufio.NewScanner(bytes.NewReader(text)); f.Name == sumsName && lines.Scan(); {
			sum, name, _ := strings.Cut(lines.Text(), "  ")
			wanted[name] = sum
		}
	}
	delete(sums, sumsName)
	for _, name := range slices.Sorted(keysOf(wanted, sums)) {
		switch {
		case sums[name] == "":
			return report, sums, fmt.Errorf("%q is not in it", name)
		case wanted[name] == "":
			return report, sums, fmt.Errorf("%q has no sum in %s", name, sumsName)
		case wanted[name] != sums[name]:
			return report, sums, fmt.Errorf("%q was changed: its SHA-256 is %s, wanted %.64s", name, sums[name], wanted[name])
		}
	}
	if report == nil {
		return nil, sums, errors.New("report.json is not in it")
	}
	return report, sums, nil
}

// keysOf are the names in any of some maps, each once.
func keysOf(maps ...map[string]string) func(yield func(string) bool) {
	return func(yield func(string) bool) {
		seen := map[string]bool{}
		for _, m := range maps {
			for name := range m {
				if !seen[name] && !yield(name) {
					return
				}
				seen[name] = true
			}
		}
	}
}

// unpacked is the sum of a file of a bundle, and its text where that is wanted.
func unpacked(f *zip.File, keep bool) (text []byte, sum string, err error) {
	r, err := f.Open()
	if err != nil {
		return nil, "", fmt.Errorf("%q cannot be unpacked: %w", f.Name, err)
	}
	defer r.Close()
	h := sha256.New()
	var kept bytes.Buffer
	into := io.Writer(h)
	if keep {
		into = io.MultiWriter(h, &kept)
	}
	n, err := io.Copy(into, io.LimitReader(r, largestBundled+1))
	switch {
	case err != nil:
		return nil, "", fmt.Errorf("%q cannot be unpacked: %w", f.Name, err)
	case n > largestBundled:
		return nil, "", fmt.Errorf("%q is larger than %s, which no bundle's file is", f.Name, many(largestBundled, "byte"))
	}
	return kept.Bytes(), hex.EncodeToString(h.Sum(nil)), nil
}

// records holds the records of events against the hashes with which they were pinned.
func (t *told) records(sums map[string]string) (holds string, err error) {
	events, there := 0, 0
	for _, p := range t.Evidence {
		if p.Kind != store.PinEvent {
			continue
		}
		events++
		switch sum := sums[recordName+p.Name]; {
		case sum == "" && t.Shown == Bare && p.Check == Same:
			return "", fmt.Errorf("the record of %s is not in it", p.Name)
		case sum == "":
		case sum != p.SHA256:
			return "", fmt.Errorf("the record of %s is not the one that was pinned: its SHA-256 is %s, wanted %.64s", p.Name, sum, p.SHA256)
		default:
			there++
		}
	}
	switch {
	case events == 0:
		return "no event is pinned to the case", nil
	case events > there && t.Shown != Bare:
		return fmt.Sprintf("not in it, as it was made without --reveal: %s", many(events, "event")), nil
	}
	return fmt.Sprintf("%d of %s, with the hashes they were pinned with", there, many(events, "event")), nil
}

// looked is what came of looking at the evidence when the bundle was made.
func (t *told) looked() (holds string, err error) {
	counts := map[Check]int{}
	for _, p := range t.Evidence {
		counts[p.Check]++
	}
	if bad := counts[Changed] + counts[Lost]; bad > 0 {
		return "", fmt.Errorf("%d of %s were not what they had been when the bundle was made: %d changed, %d lost", bad, many(len(t.Evidence), "piece"), counts[Changed], counts[Lost])
	}
	return fmt.Sprintf("%s as when pinned, when the bundle was made; %d about alerts, which change", many(counts[Same], "piece"), counts[Moved]), nil
}

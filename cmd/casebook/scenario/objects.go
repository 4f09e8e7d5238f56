package scenario

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"sync"
	"time"

	"github.com/klauspost/compress/gzip"
)

// perObject is how many records an S3 object holds at most. An account's region delivers one when it is full, and the
// rest at the end of a day.
const perObject = 1000

// objects delivers Bedrock's records as S3 objects. Records wait as events, which are small; their text is made and
// compressed by as many workers as there are processors.
type objects struct {
	tally
	dir     string
	open    map[folder]*object
	work    chan *object
	workers sync.WaitGroup
	once    sync.Once
	err     error
	failed  chan struct{}
}

type folder struct{ account, region string }

type object struct {
	folder
	day     int64
	records []record
}

func newObjects(dir string) *objects {
	o := &objects{dir: dir, open: map[folder]*object{}, failed: make(chan struct{})}
	o.work = make(chan *object, runtime.GOMAXPROCS(0))
	for range runtime.GOMAXPROCS(0) {
		o.workers.Go(o.deliver)
	}
	return o
}

func (o *objects) add(account, region string, r record) error {
	f := folder{account, region}
	part := o.open[f]
	if part != nil && (len(part.records) == perObject || part.day != r.at/day) {
		if err := o.send(part); err != nil {
			return err
		}
		part = nil
	}
	if part == nil {
		part = &object{folder: f, day: r.at / day}
		o.open[f] = part
	}
	part.records = append(part.records, r)
	return nil
}

func (o *objects) send(part *object) error {
	select {
	case o.work <- part:
		return nil
	case <-o.failed:
		return o.err
	}
}

func (o *objects) close() error {
	for _, part := range o.open {
		if o.send(part) != nil {
			break
		}
	}
	close(o.work)
	o.workers.Wait()
	return o.err
}

func (o *objects) deliver() {
	var (
		s   scratch
		raw []byte
	)
	// The level is what log deliveries commonly use: small objects matter more there than time.
	z, _ := gzip.NewWriterLevel(nil, gzip.DefaultCompression)
	for part := range o.work {
		raw = raw[:0]
		for i := range part.records {
			raw = appendRecord(raw, &part.records[i], &s)
		}
		if err := o.put(z, part, raw); err != nil {
			o.once.Do(func() { o.err = err; close(o.failed) })
			continue
		}
		o.records.Add(int64(len(part.records)))
		o.files.Add(1)
		o.expanded.Add(int64(len(raw)))
	}
}

func (o *objects) put(z *gzip.Writer, part *object, raw []byte) error {
	first := &part.records[0]
	at := time.Unix(0, first.at).UTC()
	dir := filepath.Join(o.dir, "AWSLogs", part.account, "BedrockModelInvocationLogs", part.region, at.Format("2006/01/02/15"))
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	id := appendHex(nil, rand.New(rand.NewPCG(first.seed, 2)), 16)
	f, err := os.Create(filepath.Join(dir, fmt.Sprintf("%s_%s.json.gz", at.Format("20060102T150405000Z"), id)))
	if err != nil {
		return err
	}
	defer f.Close()
	z.Reset(f)
	if _, err := z.Write(raw); err != nil {
		return err
	}
	if err := z.Close(); err != nil {
		return err
	}
	info, err := f.Stat()
	if err != nil {
		return err
	}
	o.bytes.Add(info.Size())
	return f.Close()
}

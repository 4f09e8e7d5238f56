package store

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"os"
	"syscall"
	"time"
)

// A pipe that is named is read as standard input is, once and to its end: casebook load <(aws s3 cp s3://bucket/key -). One that nobody
// writes to would never end, so that a writer is waited for a moment only.

// writerWait is how long a pipe may stay without a writer.
const writerWait = time.Second

var errNoWriter = errors.New("nothing is written to this pipe")

// pipe reads a pipe until its writers have gone, or ctx is done.
type pipe struct {
	file  *os.File
	until time.Time // the first writer must have come by then
	begun bool
	stop  func() bool
}

func openPipe(ctx context.Context, path string) (*pipe, error) {
	file, err := os.OpenFile(path, os.O_RDONLY|syscall.O_NONBLOCK, 0)
	if err != nil {
		return nil, err
	}
	info, err := file.Stat()
	if err == nil && info.Mode()&fs.ModeNamedPipe == 0 {
		err = errors.New("was a pipe, and is none any more")
	}
	if err != nil {
		file.Close()
		return nil, err
	}
	stop := context.AfterFunc(ctx, func() { _ = file.SetReadDeadline(time.Unix(1, 0)) })
	return &pipe{file: file, until: time.Now().Add(writerWait), stop: stop}, nil
}

func (p *pipe) Read(b []byte) (int, error) {
	for {
		n, err := p.file.Read(b)
		if p.begun = p.begun || n > 0; p.begun || err != io.EOF {
			return n, err
		}
		if time.Now().After(p.until) {
			return 0, errNoWriter
		}
		time.Sleep(10 * time.Millisecond)
	}
}

func (p *pipe) Close() error {
	p.stop()
	return p.file.Close()
}

package tui

// pages is a window on a long list that is read in pages, each behind the last row of the one before. Only a few pages are
// kept: a list of a million rows costs what is near the cursor and one row a page.
type pages[T any] struct {
	kept  map[int][]T
	lasts []T // the last row of each page that was read, in order
	total int // rows there are, -1 while that is not known
	order []int
}

const (
	pageSize  = 256
	pagesKept = 12
)

func newPages[T any]() pages[T] { return pages[T]{kept: map[int][]T{}, total: -1} }

// len is how many rows are known to be there.
func (p *pages[T]) len() int {
	if p.total >= 0 {
		return p.total
	}
	return len(p.lasts) * pageSize
}

// at is row i, if its page is kept.
func (p *pages[T]) at(i int) (row T, ok bool) {
	page := p.kept[i/pageSize]
	if i < 0 || i%pageSize >= len(page) {
		return row, false
	}
	return page[i%pageSize], true
}

// want is a page to be read so that rows [from, to) and a page around them can be shown.
func (p *pages[T]) want(from, to int) (page int, ok bool) {
	for page := max(0, from/pageSize); page <= (to+pageSize/2)/pageSize; page++ {
		if _, kept := p.kept[page]; kept || p.total >= 0 && page*pageSize >= p.total {
			continue
		}
		return min(page, len(p.lasts)), true
	}
	return 0, false
}

// before is the row that a page begins behind; ok is false for the first.
func (p *pages[T]) before(page int) (row T, ok bool) {
	if page == 0 {
		return row, false
	}
	return p.lasts[page-1], true
}

// land keeps a page that was read.
func (p *pages[T]) land(page int, rows []T) {
	p.kept[page] = rows
	if page == len(p.lasts) && len(rows) > 0 {
		p.lasts = append(p.lasts, rows[len(rows)-1])
	}
	if len(rows) < pageSize {
		p.total = page*pageSize + len(rows)
	}
	p.order = append(p.order, page)
	if len(p.order) > pagesKept {
		if old := p.order[0]; old != page {
			delete(p.kept, old)
		}
		p.order = p.order[1:]
	}
}

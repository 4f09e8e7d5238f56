package widget

// List is a cursor in rows of which a window is shown. The window goes with the cursor row by row, so that the eye keeps its place;
// after a leap the cursor is in its middle.
type List struct {
	Cursor int
	Top    int
	// Len is how many rows are known; Height how many are shown.
	Len, Height int

	awaited, line int // the row that the cursor is to come to, plus one, and its line in the window; see Await
}

// Await puts the cursor on row i, in the line of the window that it stood in, of rows that are still to come: it goes there as they do.
// Who moves it before they have come stays where they went.
func (l *List) Await(i, line int) { l.awaited, l.line = i+1, line }

// Place is the row that the cursor is on, or is to come to, and its line in the window.
func (l *List) Place() (row, line int) {
	if l.awaited > 0 {
		return l.awaited - 1, l.line
	}
	return l.Cursor, l.Cursor - l.Top
}

// Move moves the cursor by n rows.
func (l *List) Move(n int) { l.Go(l.Cursor + n) }

// Go moves the cursor to row i, or the nearest there is.
func (l *List) Go(i int) {
	l.awaited = 0
	l.Cursor = max(0, min(i, l.Len-1))
	l.show()
}

// Page moves the cursor and the window by n half windows.
func (l *List) Page(n int) {
	l.awaited = 0
	half := max(1, l.Height/2)
	l.Top += n * half
	l.Cursor = max(0, min(l.Cursor+n*half, l.Len-1))
	l.show()
}

// Resize tells the list how many rows there are and how many are shown.
func (l *List) Resize(rows, height int) {
	l.Len, l.Height = rows, height
	if l.awaited > 0 && rows > 0 {
		l.Cursor = min(l.awaited, rows) - 1
		l.Top = l.Cursor - l.line
		if l.awaited <= rows {
			l.awaited = 0
		}
	}
	l.Cursor = max(0, min(l.Cursor, rows-1))
	l.show()
}

// Window is the rows that are shown, [from, to).
func (l *List) Window() (from, to int) {
	return l.Top, min(l.Len, l.Top+l.Height)
}

// show moves the window so that the cursor is in it.
func (l *List) show() {
	last := l.Top + l.Height - 1
	switch half := max(1, l.Height/2); {
	case l.Height <= 0:
	case l.Cursor < l.Top-half || l.Cursor > last+half:
		l.Top = l.Cursor - half
	case l.Cursor < l.Top:
		l.Top = l.Cursor
	case l.Cursor > last:
		l.Top = l.Cursor - l.Height + 1
	}
	l.Top = max(0, min(l.Top, l.Len-l.Height))
}

package widget

// List is a cursor in rows of which a window is shown. The window goes with the cursor row by row, so that the eye keeps its place;
// after a leap the cursor is in its middle.
type List struct {
	Cursor int
	Top    int
	// Len is how many rows are known; Height how many are shown.
	Len, Height int
}

// Move moves the cursor by n rows.
func (l *List) Move(n int) { l.Go(l.Cursor + n) }

// Go moves the cursor to row i, or the nearest there is.
func (l *List) Go(i int) {
	l.Cursor = max(0, min(i, l.Len-1))
	l.show()
}

// Page moves the cursor and the window by n half windows.
func (l *List) Page(n int) {
	half := max(1, l.Height/2)
	l.Top += n * half
	l.Cursor = max(0, min(l.Cursor+n*half, l.Len-1))
	l.show()
}

// Resize tells the list how many rows there are and how many are shown.
func (l *List) Resize(rows, height int) {
	l.Len, l.Height = rows, height
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

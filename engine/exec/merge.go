package exec

import (
	"context"
	"slices"
)

// sortedRun is how many items are sorted at once: some milliseconds, after which a cancelled query ends. The runs are then
// merged; input that is nearly in order, as segments of a store are, is merged by looking at the ends of its runs.
const sortedRun = 16 << 10

// sortItems sorts items; no two of them may be equal.
func sortItems[T any](ctx context.Context, items []T, compare func(a, b T) int) error {
	for run := range slices.Chunk(items, sortedRun) {
		if err := ctx.Err(); err != nil {
			return err
		}
		slices.SortFunc(run, compare)
	}
	var scratch []T
	for width := sortedRun; width < len(items); width *= 2 {
		for from := 0; from+width < len(items); from += 2 * width {
			left, right := items[from:from+width], items[from+width:min(from+2*width, len(items))]
			if compare(left[width-1], right[0]) < 0 {
				continue
			}
			scratch = append(scratch[:0], left...)
			if err := mergeInto(ctx, items[from:from+width+len(right)], scratch, right, compare); err != nil {
				return err
			}
		}
	}
	return nil
}

// mergeInto merges two sorted lists into out, at whose end the right one stands.
func mergeInto[T any](ctx context.Context, out, left, right []T, compare func(a, b T) int) error {
	for i := range out {
		if i%sortedRun == 0 {
			if err := ctx.Err(); err != nil {
				return err
			}
		}
		switch {
		case len(left) == 0:
			return nil // the rest is in its place
		case len(right) == 0 || compare(left[0], right[0]) < 0:
			out[i], left = left[0], left[1:]
		default:
			out[i], right = right[0], right[1:]
		}
	}
	return nil
}

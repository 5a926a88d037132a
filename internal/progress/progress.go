// Package progress lets a computation tell how much of it is done to whoever
// wants to know, which is handed down with its context.
package progress

import "context"

type key struct{}

// With returns a context in which Report calls tell.
func With(ctx context.Context, tell func(done, all int)) context.Context {
	return context.WithValue(ctx, key{}, tell)
}

// Report tells how many parts are done, of how many. Nothing happens if nobody
// wants to know.
func Report(ctx context.Context, done, all int) {
	if tell, ok := ctx.Value(key{}).(func(done, all int)); ok {
		tell(done, all)
	}
}

// Part returns a context for part i of n, of equal lengths, of a computation: what
// is reported of the part is told of the whole.
func Part(ctx context.Context, i, n int) context.Context {
	return With(ctx, func(done, all int) { Report(ctx, i*all+done, n*all) })
}

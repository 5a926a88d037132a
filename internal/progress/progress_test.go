package progress_test

import (
	"context"
	"testing"

	"sdrm/internal/progress"
)

func TestReport(t *testing.T) {
	ctx := context.Background()
	progress.Report(ctx, 1, 2) // to nobody
	var done, all int
	outer := progress.With(ctx, func(int, int) { t.Error("told to the outer one") })
	inner := progress.With(outer, func(d, a int) { done, all = d, a })
	progress.Report(progress.Part(inner, 1, 4), 2, 5)
	if done != 7 || all != 20 {
		t.Errorf("told %d of %d, want 7 of 20", done, all)
	}
	progress.Report(inner, 3, 7)
	if done != 3 || all != 7 {
		t.Errorf("told %d of %d, want 3 of 7", done, all)
	}
}

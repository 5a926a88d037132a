package attacks

// blur filters the channels of an image along rows and then along columns: every
// value becomes the sum over the taps, the middle one on it, of tap times
// neighbour, divided by total. Beyond an edge the neighbour is at the place that
// edge returns for a place among n. line has room for the longer side.
func blur(x []float64, h, w, c int, taps []float64, total float64, edge func(i, n int) int, line []float64) {
	along := func(first, n, stride int) {
		for i := range n {
			sum := 0.0
			for k, tap := range taps {
				sum += float64(tap * x[first+edge(i+k-len(taps)/2, n)*stride])
			}
			line[i] = sum / total
		}
		for i := range n {
			x[first+i*stride] = line[i]
		}
	}
	for y := range h {
		for channel := range c {
			along(y*w*c+channel, w, c)
		}
	}
	for i := range w * c {
		along(i, h, w*c)
	}
}

// clamp returns the place among n that is nearest to i.
func clamp(i, n int) int { return min(max(i, 0), n-1) }

// mirror returns the place among n that i is, if beyond the first and the last
// they come in reverse.
func mirror(i, n int) int {
	if n == 1 {
		return 0
	}
	period := 2 * (n - 1)
	i = ((i % period) + period) % period
	return min(i, period-i)
}

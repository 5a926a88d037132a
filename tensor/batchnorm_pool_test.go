package tensor_test

import (
	"testing"

	"sdrm/tensor"
)

func TestBatchNormPoolHasTheBitsOfItsParts(t *testing.T) {
	halve := tensor.PoolGeometry{Kernel: 2, Stride: 2}
	for _, shape := range []tensor.Shape{{3, 32, 32, 17}, {5, 16, 16, 64}, {3, 6, 8, 3}, {9, 2, 2, 33}} {
		t.Run(shape.String(), func(t *testing.T) {
			if !tensor.NormPoolFits(shape) {
				t.Fatal("the shape does not fit")
			}
			c := shape.C()
			channels := tensor.Shape{1, 1, 1, c}
			x, gamma, beta := random(1, shape), random(2, channels), random(3, channels)
			dy := random(4, halve.Out(shape))
			eachSetup(t, func(t *testing.T) {
				oneStats, oneRunning := tensor.NormStatsIn(tensor.New(tensor.NormStatsShape(c))), tensor.NewRunningStats(c)
				y, dx := tensor.New(dy.Shape), tensor.New(shape)
				dgamma, dbeta := tensor.New(channels), tensor.New(channels)
				tensor.BatchNormPool(y, x, nil, gamma, beta, oneStats, oneRunning)
				tensor.BatchNormPoolGrad(dx, dgamma, dbeta, dy, y, x, gamma, oneStats)

				stats, running := tensor.NormStatsIn(tensor.New(tensor.NormStatsShape(c))), tensor.NewRunningStats(c)
				z, wantY := tensor.New(shape), tensor.New(dy.Shape)
				dz, wantDx := tensor.New(shape), tensor.New(shape)
				wantGamma, wantBeta := tensor.New(channels), tensor.New(channels)
				tensor.BatchNorm(z, x, nil, gamma, beta, stats, running, true)
				tensor.MaxPool(wantY, z, halve)
				tensor.MaxPoolGrad(dz, dy, wantY, z, halve)
				tensor.BatchNormGrad(wantDx, wantGamma, wantBeta, dz, x, gamma, stats, true)

				equal(t, "result", y, wantY)
				equal(t, "input gradient", dx, wantDx)
				equal(t, "gamma's gradient", dgamma, wantGamma)
				equal(t, "beta's gradient", dbeta, wantBeta)
				equal(t, "running variance", oneRunning.Var, running.Var)

				tensor.Copy(dx, x)
				tensor.BatchNormPoolGrad(dx, dgamma, dbeta, dy, wantY, dx, gamma, oneStats)
				equal(t, "input gradient over the input", dx, wantDx)

				tensor.BatchNormPoolInference(y, x, gamma, beta, running)
				tensor.BatchNormInference(z, x, gamma, beta, running, true)
				tensor.MaxPool(wantY, z, halve)
				equal(t, "inference", y, wantY)
			})
		})
	}
}

func equal(t *testing.T, what string, got, want *tensor.Tensor) {
	t.Helper()
	for i, v := range got.Data {
		if v != want.Data[i] {
			t.Fatalf("%s: element %d is %v, want %v", what, i, v, want.Data[i])
		}
	}
}

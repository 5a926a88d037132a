package main

import (
	"fmt"
	"io"
	"math"
	"time"

	"sdrm/experiment/run"
	"sdrm/experiment/spec"
	"sdrm/internal/parallel"
	"sdrm/train"
)

// progress tells what a training run does: on a terminal a line that is
// rewritten and a line an epoch, elsewhere the latter alone.
type progress struct {
	w        io.Writer
	lead     func() string // begins every line
	epochs   int
	rewrites bool

	began   time.Time // of what this program does of the run
	steps   int       // done since
	share   float64   // of the run's steps that these are
	epoch   time.Time // began
	images  int       // of this epoch
	printed time.Time
}

func newProgress(w io.Writer, s spec.Spec) *progress {
	now := time.Now()
	return &progress{w: w, lead: func() string { return s.Name }, epochs: s.Train.Epochs, rewrites: isTerminal(w), began: now, epoch: now}
}

// options returns how a run is executed and watched.
func (p *progress) options() run.Options {
	i := gatherInfo()
	return run.Options{Workers: parallel.Workers(), OnStep: p.onStep, OnEpoch: p.onEpoch, OnStage: p.onStage,
		Machine: run.Machine{Version: i.Version, CPU: i.CPU, ISA: i.ISA}}
}

// redraw is how often a line is rewritten at most.
const redraw = 100 * time.Millisecond

func (p *progress) onStep(s train.Step) {
	p.steps++
	p.share = float64(p.steps) / float64(p.epochs*s.Steps)
	p.images += s.Images
	now := time.Now()
	if !p.rewrites || now.Sub(p.printed) < redraw {
		return
	}
	p.printed = now
	left := (p.epochs-s.Epoch)*s.Steps - s.Step - 1
	eta := now.Sub(p.began) / time.Duration(p.steps) * time.Duration(left)
	printf(p.w, "\r\x1b[K%s  epoch %d/%d  step %d/%d  %.0f images/s  loss %.4f  ETA %v", p.lead(), s.Epoch+1, p.epochs,
		s.Step+1, s.Steps, float64(p.images)/now.Sub(p.epoch).Seconds(), s.Loss, eta.Round(time.Second))
}

func (p *progress) onStage(took time.Duration) {
	printf(p.w, "%s  the attack's trigger is learned  %.1f s\n", p.lead(), took.Seconds())
	p.began = time.Now()
	p.epoch = p.began
}

func (p *progress) onEpoch(e train.Epoch) {
	now := time.Now()
	p.close()
	asr := ""
	if !math.IsNaN(e.ASR) {
		asr = fmt.Sprintf("  ASR %.4f", e.ASR)
	}
	printf(p.w, "%s  epoch %d/%d  loss %.4f  BA %.4f%s  %.1f s\n", p.lead(), e.Epoch+1, p.epochs,
		e.Loss, e.BA, asr, now.Sub(p.epoch).Seconds())
	p.epoch, p.images = now, 0
}

// close ends a line that is being rewritten.
func (p *progress) close() {
	if p.rewrites {
		printf(p.w, "\r\x1b[K")
	}
}

package main

import (
	"context"
	"fmt"
	"io"
	"math"
	"time"

	"sdrm/experiment/run"
	"sdrm/experiment/spec"
	"sdrm/internal/parallel"
	"sdrm/train"
)

// runProgress tells what a run does: of training on a terminal a line that is
// rewritten, and everywhere a line an epoch; of judging what units tells.
type runProgress struct {
	*statusLine
	lead   func() string // begins every line
	epochs int

	began  time.Time // of what this program does of the run
	steps  int       // done since
	share  float64   // of the run's steps that these are
	epoch  time.Time // began
	images int       // of this epoch
}

// newProgress returns the progress of a run that is about to begin.
func newProgress(w io.Writer, s spec.Spec, lead func() string) *runProgress {
	now := time.Now()
	p := &runProgress{statusLine: newStatusLine(w), lead: lead, epochs: s.Train.Epochs, began: now, epoch: now}
	p.reading(context.Background(), lead())
	return p
}

// options returns how a run is executed and watched.
func (p *runProgress) options() run.Options {
	i := gatherInfo()
	return run.Options{Workers: parallel.Workers(), OnRead: func(done, all int) { p.read(p.lead(), done, all) }, OnStep: p.onStep, OnEpoch: p.onEpoch, OnStage: p.onStage,
		OnUnit:  (&units{statusLine: p.statusLine, lead: p.lead}).judged,
		Machine: run.Machine{Version: i.Version, CPU: i.CPU, ISA: i.ISA}}
}

func (p *runProgress) onStep(s train.Step) {
	p.steps++
	p.share = float64(p.steps) / float64(p.epochs*s.Steps)
	p.images += s.Images
	if !p.due() {
		return
	}
	now := time.Now()
	left := (p.epochs-s.Epoch)*s.Steps - s.Step - 1
	eta := now.Sub(p.began) / time.Duration(p.steps) * time.Duration(left)
	p.rewrite("%s  epoch %d/%d  step %d/%d  %.0f images/s  loss %.4f  ETA %v", p.lead(), s.Epoch+1, p.epochs,
		s.Step+1, s.Steps, float64(p.images)/now.Sub(p.epoch).Seconds(), s.Loss, eta.Round(time.Second))
}

func (p *runProgress) onStage(l run.Learned) {
	how := "learned"
	if l.From != "" {
		how = "that of " + l.From
	}
	p.print("%s  the attack's trigger is %s  %.1f s", p.lead(), how, l.Took.Seconds())
	p.began = time.Now()
	p.epoch = p.began
}

func (p *runProgress) onEpoch(e train.Epoch) {
	now := time.Now()
	asr := ""
	if !math.IsNaN(e.ASR) {
		asr = fmt.Sprintf("  ASR %.4f", e.ASR)
	}
	p.print("%s  epoch %d/%d  loss %.4f  BA %.4f%s  %.1f s", p.lead(), e.Epoch+1, p.epochs,
		e.Loss, e.BA, asr, now.Sub(p.epoch).Seconds())
	p.epoch, p.images = now, 0
}

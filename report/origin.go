package report

import (
	"fmt"

	"sdrm/experiment/judge"
	"sdrm/experiment/spec"
)

// imported is what is said of weights that come from a file, of whose training nothing
// is known, where others have their λ.
const imported = "imported"

// lambda is the weight of the regulariser that a run was trained with.
func lambda(r judge.Result) string {
	if r.Imported {
		return imported
	}
	return fmt.Sprintf("%g", r.Lambda)
}

// origin says that it is λ.
func origin(r judge.Result) string {
	if r.Imported {
		return imported
	}
	return "λ = " + lambda(r)
}

// settings say what was trained on what, or what imported weights are judged by.
func settings(s spec.Spec, r judge.Result) []string {
	attack, seed := s.Attack.Name, fmt.Sprintf("seed %d", s.Seed)
	if r.Imported {
		if s.Attack.Control() {
			attack = "no attack known"
		} else {
			attack += fmt.Sprintf(" to class %d", s.Attack.Target)
		}
		return []string{s.Data.Set, s.Model.Name, attack, "weights from a file", seed}
	}
	if !s.Attack.Control() {
		attack += fmt.Sprintf(" at rate %g to class %d, %s", s.Attack.Rate, s.Attack.Target, s.Attack.Mode)
	}
	loss := "no regulariser"
	if s.MMD.Lambda > 0 {
		loss = fmt.Sprintf("%s at levels %s", s.MMD.Regulariser, s.MMD.Levels)
	}
	return []string{s.Data.Set, s.Model.Name, attack, fmt.Sprintf("%d epochs", s.Train.Epochs), loss, seed}
}

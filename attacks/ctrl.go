package attacks

func init() {
	register(Recipe{
		Name:    "ctrl",
		Title:   "CTRL",
		Paper:   "Li et al., arXiv:2210.07346",
		Options: []Option{magnitudeOption("ours, FTrojan's (BackdoorBench: 100; the authors: 50 in training, 100 in tests)")},
		create:  newCTRL,
	})
}

// newCTRL returns FTrojan's trigger on images of the target class alone, whose
// labels stay. Its makers attack models that learn without labels;
// BackdoorBench made it the clean-label attack that it is here, with the same
// frequencies. That the magnitude is FTrojan's too, and that it is added to
// brightness and colour as JPEG has them, where BackdoorBench has YUV, is our
// choice.
func newCTRL(t *told) Attack { return Attack{newFrequency(t), CleanLabel, Unchanged} }

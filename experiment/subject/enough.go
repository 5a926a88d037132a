package subject

import (
	"fmt"

	"sdrm/attacks"
	"sdrm/datasets"
	"sdrm/experiment/spec"
	"sdrm/mmd"
	"sdrm/train"
)

// checkEnough returns an error if the training images cannot hold what the attack
// poisons or what the regulariser compares, and names the class that has too few.
func (m *Images) checkEnough(s spec.Spec) error {
	if s.Attack.Control() {
		return nil
	}
	p, victims := m.Poison, 0
	benign, malicious := make([]int, p.Classes), make([]int, p.Classes)
	for i, label := range m.Train.Labels {
		poisoned := p.Attack.Victims.Train(label, p.Target)
		clean := !poisoned || p.Rate < 1
		if p.Mode == attacks.Frozen { // what is drawn stays
			role := p.Role(0, i, label)
			poisoned, clean = role == datasets.Poisoned, role == datasets.Clean
		}
		if poisoned {
			victims++
			malicious[p.Label(datasets.Poisoned, label)]++
		}
		if clean {
			benign[label]++
		}
	}
	if victims == 0 && p.Mode == attacks.Frozen {
		return fmt.Errorf("attack.rate: none of the %d training images is drawn to be poisoned with a rate of %v, want more of either", m.Train.Len(), p.Rate)
	}
	if victims == 0 {
		return fmt.Errorf("data.train_limit: none of the %d training images is of a class that %s poisons", m.Train.Len(), s.Attack.Name)
	}
	if s.MMD.Lambda == 0 {
		return nil
	}
	r, err := mmd.FindRegulariser(s.MMD.Regulariser)
	if err != nil {
		return err
	}
	e, err := mmd.ParseEstimator(s.MMD.Estimator)
	if err != nil {
		return err
	}
	if p.Attack.Labels != attacks.AllToAll {
		return m.few(p.Target, benign[p.Target], malicious[p.Target], r.Least(e))
	}
	for class := range p.Classes {
		if err = m.few(class, benign[class], malicious[class], train.LeastOfClass); err == nil {
			return nil
		}
	}
	return err
}

// few returns an error if a class has less than the least of either kind.
func (m *Images) few(class, benign, malicious, least int) error {
	if min(benign, malicious) >= least {
		return nil
	}
	return fmt.Errorf("attack.target: class %d, %s, has %d benign training images and at most %d that the attack leads to it: the regulariser needs at least %d of each, or mmd.lambda = 0",
		class, m.Train.Classes[class], benign, malicious, least)
}

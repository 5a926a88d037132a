package models

import "sdrm/layers"

// BatchNorms returns the model's batch normalisations in the order of Entries.
// They are the model's: who changes them changes the model.
func (m *Model) BatchNorms() []*layers.BatchNorm2D {
	return append(batchNorms(m.body.Sequential), batchNorms(m.head.Sequential)...)
}

// batchNorms returns those in a module, in the order in which it visits its
// parts.
func batchNorms(m layers.Module) (norms []*layers.BatchNorm2D) {
	switch m := m.(type) {
	case *layers.BatchNorm2D:
		return []*layers.BatchNorm2D{m}
	case layers.Named:
		return batchNorms(m.Module)
	case layers.Sequential:
		for _, part := range m {
			norms = append(norms, batchNorms(part)...)
		}
	case layers.Residual:
		norms = batchNorms(m.Body)
		if m.Shortcut != nil {
			norms = append(norms, batchNorms(m.Shortcut)...)
		}
	}
	return norms
}

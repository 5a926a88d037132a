package models

import "sdrm/layers"

// BatchNorms returns the model's batch normalisations in the order of Entries.
// They are the model's: who changes them changes the model.
func (m *Model) BatchNorms() []*layers.BatchNorm2D { return m.norms }

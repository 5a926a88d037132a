package sweep

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"sdrm/internal/nullable"
)

// seedAxis is the axis whose values are merged.
const seedAxis = "seed"

// LambdaAxis is the axis whose values are compared with 0.
const LambdaAxis = "mmd.lambda"

// regulariserAxes is how the names of the axes begin that mean nothing where λ is 0.
const regulariserAxes = "mmd."

// Table is what the cells of a plan found, merged over seeds.
type Table struct {
	Done   int      `json:"done"` // cells, the others are left out
	Of     int      `json:"of"`
	Axes   []string `json:"axes"`
	Rows   []Row    `json:"rows"`
	Ranges []Range  `json:"ranges"`
}

// Row is the cells that differ in nothing but the seed.
type Row struct {
	Values  []any    `json:"values"` // of the table's axes
	Lambda  float64  `json:"lambda"` // weight of the regulariser, an axis or not
	Seeds   int      `json:"seeds"`
	Figures []Merged `json:"figures"`
}

// Merged is a figure over the seeds of a row.
type Merged struct {
	FigureID
	Mean
	Interval *[2]nullable.Float `json:"interval,omitempty"` // of the one run of a row with one seed
	// Difference is what λ changes: this row less the one with λ = 0 (Table.without),
	// seed by seed. It is nil in rows with λ = 0 and where there is no such row.
	Difference *Difference `json:"difference,omitempty"`
}

// Range is the least and the largest of a figure's means over all rows with one
// λ.
type Range struct {
	FigureID
	Lambda float64        `json:"lambda"`
	Rows   int            `json:"rows"`
	Low    nullable.Float `json:"low"`
	High   nullable.Float `json:"high"`
}

// group is the records of a row, by their seeds.
type group struct {
	values []any
	place  []int // of the values on their axes
	lambda float64
	seeds  map[uint64]*Record
}

// Tabulate merges what a survey found. Rows are in the order of the axes' values.
func Tabulate(s *Survey) (Table, error) {
	if _, err := s.Records(); err != nil {
		return Table{}, err
	}
	t := Table{Of: len(s.Cells), Done: s.Count(Done), Axes: []string{}, Rows: []Row{}, Ranges: []Range{}} // never null in JSON
	for _, a := range s.Plan.Axes {
		if a.Key != seedAxis {
			t.Axes = append(t.Axes, a.Key)
		}
	}
	groups := groupsOf(s)
	for _, g := range groups {
		t.Rows = append(t.Rows, Row{Values: g.values, Lambda: g.lambda})
	}
	for i, without := range t.without() {
		if without >= 0 {
			t.Rows[i] = groups[i].row(groups[without])
		} else {
			t.Rows[i] = groups[i].row(nil)
		}
	}
	t.Ranges = ranges(groups, t.Rows)
	return t, nil
}

// isLambda tells whether an axis is that of λ.
func isLambda(axis string) bool { return axis == LambdaAxis }

// isRegulariser tells whether an axis is that of λ or means nothing where λ is 0.
func isRegulariser(axis string) bool { return strings.HasPrefix(axis, regulariserAxes) }

// key returns the row's values on all axes but some.
func (t Table) key(r Row, but func(axis string) bool) string {
	var values []any
	for i, v := range r.Values {
		if !but(t.Axes[i]) {
			values = append(values, v)
		}
	}
	return fmt.Sprintf("%#v", values)
}

// without returns for each row where the row stands that is like it but for λ = 0,
// -1 if there is none or it is that itself: the row with λ = 0 that is equal on
// all other axes or else, as a plan need not have all of them, the only one that is
// equal on those that mean something where λ is 0.
func (t Table) without() []int {
	out := slices.Repeat([]int{-1}, len(t.Rows))
	if !slices.Contains(t.Axes, LambdaAxis) {
		return out
	}
	for _, but := range []func(string) bool{isLambda, isRegulariser} {
		at := map[string][]int{}
		for i, r := range t.Rows {
			if r.Lambda == 0 {
				key := t.key(r, but)
				at[key] = append(at[key], i)
			}
		}
		for i, r := range t.Rows {
			if zeros := at[t.key(r, but)]; r.Lambda != 0 && out[i] < 0 && len(zeros) == 1 {
				out[i] = zeros[0]
			}
		}
	}
	return out
}

// Settings returns the rows that differ in nothing but λ together, each setting's in
// the order of λ; settings are in the order of their first rows. The row without λ
// that others are compared with is in each of their settings.
func (t Table) Settings() [][]Row {
	at := map[string]int{}
	var out [][]Row
	without := t.without()
	for i, r := range t.Rows {
		key := t.key(r, isLambda)
		if _, ok := at[key]; !ok {
			at[key] = len(out)
			out = append(out, nil)
			if j := without[i]; j >= 0 && t.key(t.Rows[j], isLambda) != key {
				out[at[key]] = append(out[at[key]], t.Rows[j])
			}
		}
		out[at[key]] = append(out[at[key]], r)
	}
	for _, rows := range out {
		slices.SortStableFunc(rows, func(a, b Row) int { return cmp.Compare(a.Lambda, b.Lambda) })
	}
	return out
}

// Only returns the table with the figures of no other detectors than these.
func (t Table) Only(detectors []string) Table {
	other := func(id FigureID) bool { return id.Detector != "" && !slices.Contains(detectors, id.Detector) }
	rows := slices.Clone(t.Rows)
	for i, r := range rows {
		rows[i].Figures = slices.DeleteFunc(slices.Clone(r.Figures), func(f Merged) bool { return other(f.FigureID) })
	}
	t.Rows = rows
	t.Ranges = slices.DeleteFunc(slices.Clone(t.Ranges), func(r Range) bool { return other(r.FigureID) })
	return t
}

// Unjudged returns those of the detectors of which the table has no figure.
func (t Table) Unjudged(detectors []string) []string {
	return slices.DeleteFunc(slices.Clone(detectors), func(name string) bool {
		return slices.ContainsFunc(t.Rows, func(r Row) bool {
			return slices.ContainsFunc(r.Figures, func(f Merged) bool { return f.Detector == name })
		})
	})
}

func groupsOf(s *Survey) []*group {
	at := map[string]*group{}
	var out []*group
	for _, c := range s.Cells {
		if c.State != Done {
			continue
		}
		g := &group{lambda: c.Cell.Spec.MMD.Lambda, seeds: map[uint64]*Record{}}
		for i, a := range s.Plan.Axes {
			if a.Key != seedAxis {
				g.values = append(g.values, c.Cell.Values[i])
				g.place = append(g.place, a.Place(c.Cell.Values[i]))
			}
		}
		key := fmt.Sprint(g.place)
		if at[key] == nil {
			at[key] = g
			out = append(out, g)
		}
		at[key].seeds[c.Cell.Spec.Seed] = c.Record
	}
	slices.SortFunc(out, func(a, b *group) int { return slices.Compare(a.place, b.place) })
	return out
}

// row merges the records of a group and compares them with the group that is like
// it but for λ = 0, if there is one.
func (g *group) row(without *group) Row {
	r := Row{Values: g.values, Lambda: g.lambda, Seeds: len(g.seeds)}
	for _, id := range g.ids() {
		m := Merged{FigureID: id}
		var values, differences []float64
		for _, seed := range g.sorted() {
			f, ok := g.seeds[seed].figure(id)
			if !ok {
				continue
			}
			v := float64(f.Value)
			values = append(values, v)
			m.Interval = f.Interval
			if without != nil && without.seeds[seed] != nil {
				if w, ok := without.seeds[seed].figure(id); ok {
					differences = append(differences, v-float64(w.Value))
				}
			}
		}
		if len(values) == 0 {
			continue
		}
		if m.Mean = meanOf(values); m.N > 1 {
			m.Interval = nil
		}
		if len(differences) > 0 {
			d := differenceOf(differences)
			m.Difference = &d
		}
		r.Figures = append(r.Figures, m)
	}
	return r
}

// sorted returns the seeds.
func (g *group) sorted() []uint64 {
	var seeds []uint64
	for seed := range g.seeds {
		seeds = append(seeds, seed)
	}
	slices.Sort(seeds)
	return seeds
}

// ids returns which figures the records have, in their order.
func (g *group) ids() []FigureID {
	var out []FigureID
	for _, seed := range g.sorted() {
		for _, f := range g.seeds[seed].Figures {
			if !slices.Contains(out, f.FigureID) {
				out = append(out, f.FigureID)
			}
		}
	}
	return out
}

// ranges returns the ranges of the rows' figures, λ by λ.
func ranges(groups []*group, rows []Row) []Range {
	out := []Range{}
	at := map[Range]int{}
	for i, r := range rows {
		for _, f := range r.Figures {
			key := Range{FigureID: f.FigureID, Lambda: groups[i].lambda}
			j, ok := at[key]
			if !ok {
				j = len(out)
				at[key] = j
				key.Low, key.High = f.Mean.Mean, f.Mean.Mean
				out = append(out, key)
			}
			out[j].Rows++
			out[j].Low, out[j].High = min(out[j].Low, f.Mean.Mean), max(out[j].High, f.Mean.Mean)
		}
	}
	slices.SortStableFunc(out, func(a, b Range) int { return cmp.Compare(a.Lambda, b.Lambda) })
	return out
}

package main

import (
	"cmp"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"sdrm/experiment/judge"
	"sdrm/experiment/run"
	"sdrm/experiment/spec"
	"sdrm/experiment/subject"
	"sdrm/internal/fault"
	"sdrm/models"
	"sdrm/models/weights"
	"sdrm/report"
)

func newWeights(g *globals) *cobra.Command {
	return group("weights", "Exchange weights with PyTorch, as safetensors", newWeightsExport(g), newWeightsImport(g), newWeightsInit(g))
}

func newWeightsExport(g *globals) *cobra.Command {
	var out string
	c := &cobra.Command{
		Use:   "export RUN",
		Short: "Write the weights that a finished run is judged by",
		Long: `Write the weights that a finished run is judged by, under PyTorch's names and in
PyTorch's layout: load_state_dict(safetensors.torch.load_file(FILE)) takes them
strictly.`,
		Example: "  sdrm weights export runs/sdrm --out sdrm.safetensors",
		RunE: func(c *cobra.Command, args []string) error {
			r, err := run.OpenFinished(args[0])
			if err != nil {
				return err
			}
			m, err := r.Model()
			if err != nil {
				return err
			}
			return g.writeWeights(c, out, m)
		},
	}
	addOut(c, &out, ".safetensors")
	return c
}

func newWeightsInit(g *globals) *cobra.Command {
	var out string
	c := &cobra.Command{
		Use:     "init",
		Short:   "Write the weights that a run starts from",
		Example: "  sdrm weights init --model resnet18 --seed 1 --out initial.safetensors",
		RunE: func(c *cobra.Command, _ []string) error {
			s, err := specOf(c, nil, "")
			if err != nil {
				return err
			}
			m, err := subject.InitialModel(s)
			if err != nil {
				return err
			}
			return g.writeWeights(c, out, m)
		},
	}
	addOut(c, &out, ".safetensors")
	addFields(c, "model", "seed")
	return c
}

func newWeightsImport(g *globals) *cobra.Command {
	var out string
	c := &cobra.Command{
		Use:   "import FILE [spec.toml]",
		Short: "Judge weights that come from elsewhere, and keep them in a run folder",
		Long: `Judge weights that come from elsewhere, and keep them in a run folder.

The file must hold every parameter and buffer of the spec's model under
PyTorch's names, and nothing else. The spec and the flags say what images and
what attack the model is judged by; the run folder is then like one of train. What
they say of training is not looked at. If no attack is known, --attack none shows
what detectors flag of untouched images.`,
		Example: `  sdrm weights import resnet18.safetensors --model resnet18 --attack badnets --out runs/theirs
  sdrm weights import suspect.safetensors --attack none --out runs/suspect`,
		RunE: func(c *cobra.Command, args []string) error {
			s, err := importedSpec(c, args, out)
			if err != nil {
				return err
			}
			p := newProgress(c.ErrOrStderr(), s, func() string { return s.Name })
			result, err := run.Import(c.Context(), cmp.Or(out, filepath.Join("runs", s.Name)), s, args[0], p.options())
			p.clear()
			if err != nil {
				return err
			}
			return g.printRuns(c.OutOrStdout(), []judge.Result{result}, whole, report.Text)
		},
	}
	c.Flags().StringVarP(&out, "out", "o", "", "run folder (default runs/NAME)")
	addFieldsThat(c, func(f spec.Field) bool { // images are judged in batches, but nothing is trained
		return f.Key == "train.batch" || !strings.HasPrefix(f.Key, "train.") && !strings.HasPrefix(f.Key, "mmd.")
	})
	return c
}

// importedSpec returns the spec that a file of weights, perhaps a spec beside it, and
// flags describe. The run is called as its folder unless they say how, or as the file.
func importedSpec(c *cobra.Command, args []string, out string) (spec.Spec, error) {
	s := spec.Default()
	s.Name = filepath.Base(out)
	if out == "" {
		base := filepath.Base(args[0])
		s.Name = strings.TrimSuffix(base, filepath.Ext(base))
	}
	s.MMD.Lambda = 0
	if len(args) > 1 {
		var err error
		if s, err = spec.ReadOver(s, args[1]); err != nil {
			return s, err
		}
	}
	return s, applyFields(c.Flags(), &s)
}

// writeWeights writes the model's weights and prints what they are.
func (g *globals) writeWeights(c *cobra.Command, path string, m *models.Model) error {
	if err := weights.Export(followed(path), m); err != nil {
		return fault.Input(err)
	}
	digest := weights.Digest(m.Entries())
	return g.print(c, struct {
		File   string `json:"file"`
		Model  string `json:"model"`
		SHA256 string `json:"weights_sha256"`
	}{path, m.Name, digest}, "%s: %s, weights' SHA-256 %s\n", path, m.Name, digest)
}

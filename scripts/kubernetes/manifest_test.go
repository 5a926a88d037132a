// Package kubernetes checks what sdrm sweep script kubernetes prints with
// Kubernetes' own types. It is a module of its own, so that they are no
// dependency of the program.
package kubernetes

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	batch "k8s.io/api/batch/v1"
	core "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/serializer"
	"k8s.io/apimachinery/pkg/util/validation"
)

const cells = 12

// A plan with what YAML could take for something else.
const plan = `# a plan: with "quotes", 'others' and {braces}

[base]
	attack.options = []
data.dir = "- a: #b"
[axes]
seed = [0, 1, 2, 3, 4, 5]
mmd.lambda = [0, 0.1]

`

// separators is a comment with what YAML takes for ends of lines and TOML does not.
const separators = "# a\u2028b\u2029c\ufeff \U0001f600 \"d\" \\n\n"

// manifest returns what the program, named by $SDRM, prints for the plan. Fields
// that Kubernetes does not know and fields that are there twice end the test.
func manifest(t *testing.T, plan string) (config *core.ConfigMap, job *batch.Job) {
	t.Helper()
	program := os.Getenv("SDRM")
	if program == "" {
		t.Fatal("SDRM is not set, want the path of the program")
	}
	path := filepath.Join(t.TempDir(), "My\u0085plan\x7f.toml")
	if err := os.WriteFile(path, []byte(plan), 0o644); err != nil {
		t.Fatal(err)
	}
	text, err := exec.Command(program, "sweep", "script", "kubernetes", path, "--out", `a "b" $(SDRM_DATA) $$`, "--threads", "3").Output()
	if err != nil {
		t.Fatal(err)
	}
	known := runtime.NewScheme()
	if err := batch.AddToScheme(known); err != nil {
		t.Fatal(err)
	}
	if err := core.AddToScheme(known); err != nil {
		t.Fatal(err)
	}
	strict := serializer.NewCodecFactory(known, serializer.EnableStrict).UniversalDeserializer()
	for document := range strings.SplitSeq(string(text), "\n---\n") {
		object, _, err := strict.Decode([]byte(document), nil, nil)
		if err != nil {
			t.Fatalf("%v in\n%s", err, document)
		}
		switch object := object.(type) {
		case *core.ConfigMap:
			config = object
		case *batch.Job:
			job = object
		}
	}
	if config == nil || job == nil {
		t.Fatalf("want a ConfigMap and a Job, found\n%s", text)
	}
	return config, job
}

func TestManifest(t *testing.T) {
	config, job := manifest(t, plan)
	unusual, _ := manifest(t, separators+plan)
	for want, config := range map[string]*core.ConfigMap{plan: config, separators + plan: unusual} {
		want = strings.TrimRight(want, "\n")
		if got := strings.TrimRight(config.Data["plan.toml"], "\n"); got != want {
			t.Errorf("the plan is %q, want %q", got, want)
		}
	}
	for _, name := range []string{config.Name, job.Name, job.Name + "-" + strconv.Itoa(cells-1)} {
		if wrong := validation.IsDNS1123Label(name); len(wrong) > 0 {
			t.Errorf("name %q: %v", name, wrong)
		}
	}
	s, pod := job.Spec, job.Spec.Template.Spec
	container := pod.Containers[0]
	for what, ok := range map[string]bool{
		"one completion a cell, each with an index":    *s.CompletionMode == batch.IndexedCompletion && *s.Completions == cells,
		"at least one at a time":                       *s.Parallelism >= 1 && *s.Parallelism <= cells,
		"a bound of tries for each index":              *s.BackoffLimitPerIndex > 0 && s.BackoffLimit == nil,
		"what a failure policy needs":                  pod.RestartPolicy == core.RestartPolicyNever && *s.PodReplacementPolicy == batch.Failed,
		"time to save":                                 *pod.TerminationGracePeriodSeconds > 30,
		"one container, called as the rules call it":   len(pod.Containers) == 1 && container.Name == "sdrm",
		"the plan of the ConfigMap":                    slices.Equal(container.Args, []string{"sweep", "run", "/plan/plan.toml", "--out", `a "b" $$(SDRM_DATA) $$$$`, "--threads", "3"}),
		"a folder of the volume for the data":          len(container.Env) == 1 && container.Env[0].Name == "SDRM_DATA" && strings.HasPrefix(container.Env[0].Value, container.WorkingDir+"/"),
		"the CPUs that were asked for":                 container.Resources.Requests.Cpu().Value() == 3,
		"a user that is not root, and may write":       *pod.SecurityContext.RunAsNonRoot && *pod.SecurityContext.FSGroup == *pod.SecurityContext.RunAsGroup,
		"the ConfigMap and a claim as the two volumes": len(pod.Volumes) == 2 && pod.Volumes[0].ConfigMap.Name == config.Name && pod.Volumes[1].PersistentVolumeClaim != nil,
	} {
		if !ok {
			t.Errorf("want %s", what)
		}
	}
	for _, m := range container.VolumeMounts {
		if !slices.ContainsFunc(pod.Volumes, func(v core.Volume) bool { return v.Name == m.Name }) {
			t.Errorf("%s: there is no volume %s", m.MountPath, m.Name)
		}
	}
}

// exitCodes returns the constants of the program's exit codes by name.
func exitCodes(t *testing.T) map[string]int32 {
	t.Helper()
	file, err := parser.ParseFile(token.NewFileSet(), "../../cmd/sdrm/exit.go", nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	codes := map[string]int32{}
	ast.Inspect(file, func(n ast.Node) bool {
		if c, ok := n.(*ast.ValueSpec); ok && strings.HasPrefix(c.Names[0].Name, "exit") {
			code, err := strconv.Atoi(c.Values[0].(*ast.BasicLit).Value)
			if err != nil {
				t.Fatal(err)
			}
			codes[c.Names[0].Name] = int32(code)
		}
		return true
	})
	return codes
}

// action returns what the rules make of a pod that failed: that of the first rule
// that fits, and Count where none does, as the documentation of
// batch.PodFailurePolicy has it.
func action(rules []batch.PodFailurePolicyRule, code int32, disrupted bool) batch.PodFailurePolicyAction {
	for _, r := range rules {
		if on := r.OnExitCodes; on != nil {
			if slices.Contains(on.Values, code) == (on.Operator == batch.PodFailurePolicyOnExitCodesOpIn) {
				return r.Action
			}
			continue
		}
		for _, on := range r.OnPodConditions {
			if disrupted && on.Type == core.DisruptionTarget && on.Status == core.ConditionTrue {
				return r.Action
			}
		}
	}
	return batch.PodFailurePolicyActionCount
}

// What cannot be mended is not tried again, what was interrupted does not count,
// and everything else is tried again a few times.
func TestFailureRulesFitTheExitCodes(t *testing.T) {
	_, job := manifest(t, plan)
	rules := job.Spec.PodFailurePolicy.Rules
	want := map[string]batch.PodFailurePolicyAction{
		"exitFailed":      batch.PodFailurePolicyActionCount,
		"exitUsage":       batch.PodFailurePolicyActionFailIndex,
		"exitInput":       batch.PodFailurePolicyActionFailIndex,
		"exitCheck":       batch.PodFailurePolicyActionFailIndex,
		"exitInterrupted": batch.PodFailurePolicyActionIgnore,
		"exitUnread":      batch.PodFailurePolicyActionCount,
	}
	codes := exitCodes(t)
	if len(codes) != 1+len(want) {
		t.Errorf("the program has the exit codes %v, want exitDone and those of %v", codes, want)
	}
	for name, a := range want {
		code, ok := codes[name]
		if got := action(rules, code, false); !ok || got != a {
			t.Errorf("%s = %d: %s, want %s", name, code, got, a)
		}
	}
	const killed = 128 + 9
	if got := action(rules, killed, true); got != batch.PodFailurePolicyActionIgnore {
		t.Errorf("a pod that is killed as its node goes away: %s, want Ignore", got)
	}
	if got := action(rules, killed, false); got != batch.PodFailurePolicyActionCount {
		t.Errorf("a pod that is killed: %s, want Count", got)
	}
	for _, r := range rules {
		if r.OnExitCodes != nil && (slices.Contains(r.OnExitCodes.Values, 0) || *r.OnExitCodes.ContainerName != "sdrm") {
			t.Errorf("rule %v: want codes of failures of the container sdrm", r.OnExitCodes)
		}
	}
}

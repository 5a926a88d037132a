package verify

import (
	"reflect"
	"slices"
	"sync"
	"testing"

	"sdrm/asm"
)

// TestKnownAnswersRunEveryKernel counts the calls of every kernel by the ops, the
// measures and the detectors of them, so that the golden list is one of
// what every kernel computes.
func TestKnownAnswersRunEveryKernel(t *testing.T) {
	var mutex sync.Mutex
	calls := map[string]int{}
	k := *asm.Current()
	var count func(prefix string, v reflect.Value)
	count = func(prefix string, v reflect.Value) {
		for i := range v.NumField() {
			name, field := prefix+v.Type().Field(i).Name, v.Field(i)
			switch field.Kind() {
			case reflect.Struct:
				count(name+".", field)
			case reflect.Func:
				calls[name] = 0
				kernel := reflect.ValueOf(field.Interface())
				field.Set(reflect.MakeFunc(field.Type(), func(args []reflect.Value) []reflect.Value {
					mutex.Lock()
					calls[name]++
					mutex.Unlock()
					return kernel.Call(args)
				}))
			}
		}
	}
	count("", reflect.ValueOf(&k).Elem())
	defer asm.Use(&k)()
	for _, r := range slices.Concat(opComputations(), measureComputations(), detectorComputations()) {
		if _, err := r.digest(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	if len(calls) < 30 {
		t.Errorf("%d kernels are counted", len(calls))
	}
	for name, n := range calls {
		if n == 0 {
			t.Errorf("no computation calls %s", name)
		}
	}
}

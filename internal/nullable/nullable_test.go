package nullable_test

import (
	"encoding/json"
	"math"
	"testing"

	"sdrm/internal/nullable"
)

func TestFloat(t *testing.T) {
	for text, x := range map[string]float64{"null": math.NaN(), "0.1": 0.1, "-3": -3, "1e+300": 1e300} {
		got, err := json.Marshal(nullable.Float(x))
		if err != nil || string(got) != text {
			t.Errorf("%v is written %s, error %v, want %s", x, got, err, text)
		}
		var back nullable.Float
		if err := json.Unmarshal([]byte(text), &back); err != nil || back != nullable.Float(x) && !(back.IsNaN() && math.IsNaN(x)) {
			t.Errorf("%s is read %v, error %v, want %v", text, back, err, x)
		}
	}
	for _, infinite := range []float64{math.Inf(1), math.Inf(-1)} {
		if got, err := json.Marshal(nullable.Float(infinite)); err != nil || string(got) != "null" {
			t.Errorf("%v is written %s, error %v, want null", infinite, got, err)
		}
	}
}

func TestOtherThanANumber(t *testing.T) {
	var f nullable.Float
	if err := json.Unmarshal([]byte(`"high"`), &f); err == nil {
		t.Error("a text is read without an error")
	}
	x := struct{ There, Missing nullable.Float }{1, 2}
	if err := json.Unmarshal([]byte(`{"There": null}`), &x); err != nil || !x.There.IsNaN() || x.Missing != 2 {
		t.Errorf("read %+v, error %v", x, err)
	}
}

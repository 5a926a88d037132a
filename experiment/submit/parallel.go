package submit

import _ "embed"

//go:embed parallel.sh
var parallelText string

func init() { register("parallel", "a script for GNU parallel, here or over ssh", parallelText) }

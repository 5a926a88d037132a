package submit

import _ "embed"

//go:embed kubernetes.yaml
var kubernetesText string

func init() { register("kubernetes", "an Indexed Job for kubectl apply", kubernetesText) }

package datasets

func init() {
	register(idx(Source{
		Name:    "mnist",
		Title:   "MNIST",
		Paper:   "LeCun, Bottou, Bengio, Haffner, Gradient-Based Learning Applied to Document Recognition, Proc. IEEE 86, 1998",
		Classes: []string{"0", "1", "2", "3", "4", "5", "6", "7", "8", "9"},
		Mean:    []float32{0.1307}, Deviation: []float32{0.3081}, // of PyTorch's example
		Folder: "MNIST",
		begin:  &[2][10]uint8{Train: {5, 0, 4, 1, 9, 2, 1, 3, 1, 4}, Test: {7, 2, 1, 0, 4, 1, 4, 9, 5, 9}},
		// The makers' own server is gone; the checksums are those of TensorFlow Datasets.
		Official: idxOfficial("https://storage.googleapis.com/cvdf-datasets/mnist/", [4]int64{9912422, 28881, 1648877, 4542}, [4]string{
			"440fcabf73cc546fa21475e81ea370265605f56be210a4024d2ca8f203523609",
			"3552534a0a558bbed6aed32b30c495cca23d567ec52cac8be1a0730e8010255c",
			"8d422c7b0a1c1c79245a5bcf07fe86e33eeafee792b84584aec276f5a2dbc4e6",
			"f7ae60f92e00ec6debd23a6088c31dbd2371eca3ffa0defaefb259924204aec6",
		}),
	}))
}

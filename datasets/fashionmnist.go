package datasets

func init() {
	register(idx(Source{
		Name:    "fashion-mnist",
		Title:   "Fashion-MNIST",
		Paper:   "Xiao, Rasul, Vollgraf, Fashion-MNIST, arXiv:1708.07747, 2017",
		Classes: []string{"T-shirt", "trouser", "pullover", "dress", "coat", "sandal", "shirt", "sneaker", "bag", "ankle boot"},
		Flip:    true,                                          // our choice: a mirrored garment is one, though all shoes here point to the left
		Mean:    []float32{0.286}, Deviation: []float32{0.353}, // of the training images
		Folder: "FashionMNIST",
		begin:  &[2][10]uint8{Train: {9, 0, 0, 3, 0, 2, 7, 2, 5, 5}, Test: {9, 2, 1, 1, 6, 1, 4, 6, 5, 7}},
		// The checksums are those of TensorFlow Datasets.
		Official: idxOfficial("http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/", [4]int64{26421880, 29515, 4422102, 5148}, [4]string{
			"3aede38d61863908ad78613f6a32ed271626dd12800ba2636569512369268a84",
			"a04f17134ac03560a47e3764e11b92fc97de4d1bfaf8ba1a3aa29af54cc90845",
			"346e55b948d973a97e58d2351dde16a484bd415d4595297633bb08f03db6a073",
			"67da17c76eaffca5446c3361aaab5c3cd6d1c2608764d35dfb1850b086bf8dd5",
		}),
	}))
}

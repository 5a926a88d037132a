package datasets

var cifar10 = cifar{
	files: [2][]string{
		Train: {"data_batch_1.bin", "data_batch_2.bin", "data_batch_3.bin", "data_batch_4.bin", "data_batch_5.bin"},
		Test:  {"test_batch.bin"},
	},
	records: [2]int{Train: 10000, Test: 10000},
	classes: []int{10},
	pickles: [2][]string{
		Train: {"data_batch_1", "data_batch_2", "data_batch_3", "data_batch_4", "data_batch_5"},
		Test:  {"test_batch"},
	},
	keys: []pickleText{"labels"},
}

func init() {
	const folder = "cifar-10-batches-bin"
	register(Source{
		Name:    "cifar10",
		Title:   "the binary version of CIFAR-10 (or that for Python)",
		Paper:   "Krizhevsky, Learning Multiple Layers of Features from Tiny Images, 2009",
		Classes: []string{"airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck"},
		H:       cifarSide, W: cifarSide, C: 3,
		Images:  [2]int{Train: 50000, Test: 10000},
		Files:   5,
		Flip:    true,
		Folder:  folder,
		Archive: "cifar-10-binary.tar.gz",
		locate:  cifar10.locate(folder, "cifar-10-batches-py"),
		fill:    cifar10.fill,
		layout:  cifar10.layout,
		surplus: cifar10.surplus,
		unpack:  cifar10.unpack(folder),
	})
}

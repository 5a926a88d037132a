package datasets

import "sdrm/internal/fetch"

var cifar10 = cifar{
	files: [2][]string{
		Train: {"data_batch_1.bin", "data_batch_2.bin", "data_batch_3.bin", "data_batch_4.bin", "data_batch_5.bin"},
		Test:  {"test_batch.bin"},
	},
	pickles: [2][]string{
		Train: {"data_batch_1", "data_batch_2", "data_batch_3", "data_batch_4", "data_batch_5"},
		Test:  {"test_batch"},
	},
	records: [2]int{Train: 10000, Test: 10000},
	classes: []int{10},
	keys:    []pickleText{"labels"},
}

func init() {
	register(cifar10.source(Source{
		Name:    "cifar10",
		Title:   "the binary version of CIFAR-10 (or that for Python)",
		Classes: []string{"airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck"},
		Files:   5,
		// As WaNet's authors and BackdoorBench have them.
		Mean: []float32{0.4914, 0.4822, 0.4465}, Deviation: []float32{0.247, 0.243, 0.261},
		Folder: "cifar-10-batches-bin",
		Official: []fetch.File{{
			URL: cifarHome + "cifar-10-binary.tar.gz", Size: 170052171,
			Sum: "sha256:c4a38c50a1bc5f3a1c5537f2155ab9d68f9f25eb1ed8d9ddda3db29a59bca1dd",
		}},
		// Of the binary files: on which several independent projects agree that fetch
		// them; of the pickles: torchvision's.
		sums: map[string]string{
			"data_batch_1.bin": "md5:5dd7e06a14cb22eb9f671a540d1b7c25",
			"data_batch_2.bin": "md5:5ea93a67294ea407fff1d09f752e9692",
			"data_batch_3.bin": "md5:942cd6a4bcdd0dd3c604fbe906cb4421",
			"data_batch_4.bin": "md5:ae636b3ba5c66a11e91e8cb52e771fcb",
			"data_batch_5.bin": "md5:53f37980c15c3d472c316c40844f3f0d",
			"test_batch.bin":   "md5:803d5f7f4d78ea53de84dbe85f74fb6d",
			"data_batch_1":     "md5:c99cafc152244af753f735de768cd75f",
			"data_batch_2":     "md5:d4bba439e000b95fd0a9bffe97cbabec",
			"data_batch_3":     "md5:54ebc095f3ab1f0389bbae665268c751",
			"data_batch_4":     "md5:634d18415352ddfa80567beed471001a",
			"data_batch_5":     "md5:482c414d41f54cd18b22e5b47cb7c3cb",
			"test_batch":       "md5:40351d587109b95175f43aff81a1287e",
		},
	}, "cifar-10-batches-py"))
}

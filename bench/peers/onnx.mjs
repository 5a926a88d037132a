// Prints the images a second of ONNX Runtime on a model as JSON:
//   node onnx.mjs MODEL.onnx BATCH THREADS
// The package onnxruntime-node is looked for in ONNXRUNTIME, a folder with node_modules.
import { createRequire } from "node:module";

const require = createRequire(`${process.env.ONNXRUNTIME ?? process.cwd()}/`);
const ort = require("onnxruntime-node");
const [model, batch, threads] = [process.argv[2], Number(process.argv[3]), Number(process.argv[4])];
const session = await ort.InferenceSession.create(model, { intraOpNumThreads: threads, executionMode: "sequential" });
const x = new ort.Tensor("float32", Float32Array.from({ length: batch * 3 * 32 * 32 }, Math.random), [batch, 3, 32, 32]);
const seconds = [];
for (let i = 0; i < 2 + Math.max(9, 256 / batch); i++) {
  const begin = performance.now();
  await session.run({ x });
  if (i >= 2) seconds.push((performance.now() - begin) / 1e3);
}
seconds.sort((a, b) => a - b);
console.log(JSON.stringify({ img_per_s: batch / seconds[seconds.length >> 1] }));

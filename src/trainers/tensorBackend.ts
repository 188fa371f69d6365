/** Where tfjs computes: plain JavaScript, WebAssembly with SIMD, or (in a browser's page) WebGL. */
export type TensorBackend = 'cpu' | 'wasm' | 'webgl';

/** The backend of tfjs: plain JavaScript, WebAssembly with SIMD, or (in a web page) WebGL. */
export type TensorBackend = 'cpu' | 'wasm' | 'webgl';

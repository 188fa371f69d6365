/** The backend of tfjs: plain JavaScript, WebAssembly with SIMD, or (in a web page) WebGL or WebGPU. */
export type TensorBackend = 'cpu' | 'wasm' | 'webgl' | 'webgpu';

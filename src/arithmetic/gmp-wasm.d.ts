/** The optional package gmp-wasm, as far as the build needs to know it; what it contains is in `mpfrBinding.ts`. */
declare module 'gmp-wasm' {
  export function init(): Promise<{ readonly binding: unknown }>;
}

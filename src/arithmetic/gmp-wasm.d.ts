/** The optional package gmp-wasm, as far as the build needs its types; its functions are declared in `mpfrBinding.ts`. */
declare module 'gmp-wasm' {
  export function init(): Promise<{ readonly binding: unknown }>;
}

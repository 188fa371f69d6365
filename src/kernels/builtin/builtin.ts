import type { Kernel } from '../kernel.ts';

export const builtinKernels: readonly { readonly name: string; readonly what: string; load(): Promise<Kernel> }[] = [];

/** Shared by hostile modules. */
export const right = 'return super.step(input);';
/** An answer with the right shape and wrong numbers. */
export const wrong = 'const out = super.step(input); out.Y.fill(NaN);';
export const hung = ['--time-limit', '0.4'];
export const hangs = { code: 1, says: /^hung: no answer within 400 ms/, args: hung } as const;
export const misshapen = { code: 1, says: /^wrong output: / } as const;
export const exceedsBound = { code: 1, says: /^Y exceeds its error bound/ } as const;

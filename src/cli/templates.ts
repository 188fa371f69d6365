/** The projects that `snapcheck init` writes. Their files are files of the package, which tests run. */

const step = { 'kernel.mjs': 'init/js/kernel.mjs' };
const python = { 'snapcheck_kernel.py': 'kernels/python/snapcheck_kernel.py' };
const about = (language: string) => ({
  'README.md': `init/${language}/README.md`,
  '.github/workflows/kernel.yml': `init/${language}/kernel.yml`,
});

/** The claim of one's own: its files, and where each lies under `fixtures`. */
export const claimTemplate: Readonly<Record<string, string>> = {
  'claim.mjs': 'init/claim/claim.mjs',
  'README.md': 'init/claim/README.md',
  '.github/workflows/claim.yml': 'init/claim/claim.yml',
};

/** Of each language of a kernel: the files of a project, and where each lies under `fixtures`. */
export const templates = {
  js: { ...step, ...about('js') },
  vitest: { ...step, 'kernel.test.mjs': 'init/vitest/kernel.test.mjs', ...about('vitest') },
  python: { 'kernel.py': 'kernels/python/numpy_kernel.py', ...python, ...about('python') },
  torch: { 'kernel.py': 'init/torch/kernel.py', ...python, ...about('torch') },
  c: { 'kernel.c': 'init/c/kernel.c', 'snapcheck.h': 'init/c/snapcheck.h', ...about('c') },
} as const satisfies Record<string, Readonly<Record<string, string>>>;

export type Language = keyof typeof templates;
export const LANGUAGES = Object.keys(templates) as readonly Language[];

/** The colours of pictures and pages: one name, a light and a dark value. */

/** `light` on white, `dark` on near-black; each text colour has a contrast of at least 4.5 : 1 on its ground. */
interface Pair {
  readonly light: string;
  readonly dark: string;
}

const pair = (light: string, dark: string): Pair => ({ light, dark });

/**
 * Series colours after Okabe and Ito (told apart by every common kind of colour vision), darkened on white and lightened
 * on black until text in them can be read.
 */
const named = {
  ground: pair('#ffffff', '#16181c'),
  raised: pair('#f6f7f9', '#1f2228'),
  ink: pair('#1f2328', '#e6e6e6'),
  muted: pair('#56606a', '#a9b1ba'),
  line: pair('#c9ced4', '#454c55'),
  accent: pair('#1a5fb4', '#8ab8f0'),
  blue: pair('#0067a5', '#6cb6f0'),
  orange: pair('#b04a00', '#f0964b'),
  green: pair('#00755a', '#4cc7a0'),
  purple: pair('#9a3f76', '#e39ac6'),
  ochre: pair('#7d5a00', '#dfb640'),
  grey: pair('#5c6670', '#a4adb6'),
  holds: pair('#cfe8d5', '#1f4a34'),
  violated: pair('#f6d3a8', '#633f14'),
  undecided: pair('#dddddd', '#40444a'),
  alarm: pair('#b00020', '#ff8a8a'),
} as const satisfies Record<string, Pair>;

/** Ten steps from little to much: dark blue to gold on white, bright enough for text on either ground. */
const SEQUENTIAL: readonly Pair[] = [
  pair('#0d0887', '#8f8bff'),
  pair('#41049d', '#a287ff'),
  pair('#6a00a8', '#b983ff'),
  pair('#8f0da4', '#d07cf5'),
  pair('#a51f90', '#e37ada'),
  pair('#b5307c', '#ef82bb'),
  pair('#b93c5f', '#f58f9c'),
  pair('#b5483f', '#f9a07d'),
  pair('#a95416', '#fbb463'),
  pair('#926000', '#f9cb52'),
];

/** Seven steps of ground colour from "does not" (orange) over "half" to "does" (blue); ink reads on all of them. */
const DIVERGING: readonly Pair[] = [
  pair('#f2a65a', '#7a4510'),
  pair('#f3bf8a', '#60401f'),
  pair('#f4d9b9', '#483b2d'),
  pair('#f5f0e6', '#363a3e'),
  pair('#d3dfe4', '#2c3f4e'),
  pair('#b1cde2', '#24496a'),
  pair('#8fbbe0', '#1b5488'),
];

/** Eight steps of ground colour from nothing to everything; ink reads on the first half, `ground` on the second. */
const SHADES: readonly Pair[] = [
  pair('#f3f6fa', '#262d36'),
  pair('#dde8f4', '#2a3b4d'),
  pair('#c3d8ee', '#2d4b69'),
  pair('#a4c5e6', '#315e88'),
  pair('#2f77b8', '#7fb2e0'),
  pair('#21629f', '#93c0e8'),
  pair('#164e85', '#aaceef'),
  pair('#0b3a69', '#c3def6'),
];

const ramps = { sequential: SEQUENTIAL, diverging: DIVERGING, shade: SHADES };

export type Colour = keyof typeof named;

const property = (name: string, { light }: Pair) => `var(--${name}, ${light})`;

/** A colour as CSS: the page's custom property, with the light value where no page sets it. */
export const colour = (name: Colour): string => property(name, named[name]);

/** The step of a ramp that `x` in [0, 1] falls into. */
export function ramp(name: keyof typeof ramps, x: number): string {
  const steps = ramps[name];
  const i = Math.max(0, Math.min(steps.length - 1, Math.floor(x * steps.length)));
  return property(`${name}-${i}`, steps[i]);
}

/** What is readable on a step of the shades. */
export const onShade = (x: number): string =>
  colour(x * SHADES.length < SHADES.length / 2 ? 'ink' : 'ground');

/** Every custom property of one scheme, as CSS declarations. */
export const declarations = (scheme: keyof Pair): string =>
  [
    ...Object.entries(named).map(([name, value]) => [name, value] as const),
    ...Object.entries(ramps).flatMap(([name, steps]) =>
      steps.map((value, i) => [`${name}-${i}`, value] as const),
    ),
  ]
    .map(([name, value]) => `--${name}:${value[scheme]}`)
    .join(';');

/** The same text with every property resolved to its light value, for a file that no page surrounds. */
export const light = (text: string): string => text.replaceAll(/var\(--[\w-]+, (#[\da-f]+)\)/g, '$1');

/** The same text without the light values, for a page that sets every property. */
export const scheme = (text: string): string => text.replaceAll(/var\((--[\w-]+), #[\da-f]+\)/g, 'var($1)');

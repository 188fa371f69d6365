/** Terminal colours, or none. */
import { CONTROL } from '../io/streams.ts';

export type Paint = (text: string, style: keyof typeof CODES) => string;

const CODES = {
  bold: [1, 22],
  dim: [2, 22],
  red: [31, 39],
  green: [32, 39],
  yellow: [33, 39],
} as const;

export const plain: Paint = (text) => text;

export const ansi: Paint = (text, style) =>
  `${CONTROL}[${CODES[style][0]}m${text}${CONTROL}[${CODES[style][1]}m`;

/** Colour on a terminal only, and not where NO_COLOR is set (https://no-color.org) or the terminal is dumb. */
export const paintFor = (stream: { isTTY?: boolean }, env: NodeJS.ProcessEnv = process.env): Paint =>
  stream.isTTY && !env.NO_COLOR && env.TERM !== 'dumb' ? ansi : plain;

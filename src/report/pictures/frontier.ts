import type { BenchDocument } from '../../bench/document.ts';
import { svg } from './svg.ts';

export const frontier = ({ command }: BenchDocument): string =>
  svg([{ width: 640, height: 40, marks: [] }], { title: 'frontier', caption: command });

import type { BenchDocument } from '../../bench/document.ts';
import { svg } from './svg.ts';

export const scaling = ({ command }: BenchDocument): string =>
  svg([{ width: 640, height: 40, marks: [] }], { title: 'scaling', caption: command });

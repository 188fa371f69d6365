import type { LabWorld } from '../worlds.ts';
import type { LabController } from './controller.ts';

export function Tour({ lab }: { readonly lab: LabController; readonly world: LabWorld }) {
  return lab.link.tour === null ? null : <section aria-label="Tour" />;
}

/** Workers from the page's own script, so that the lab also works from disk, where a page may load no script of a worker. */

/** The bundled worker.ts; put in by vendor/lab.mjs. */
declare const LAB_WORKER: string;

/** A new worker of the lab. */
export function labWorker(): Worker {
  const address = URL.createObjectURL(new Blob([LAB_WORKER], { type: 'text/javascript' }));
  const worker = new Worker(address, { name: 'lab' });
  URL.revokeObjectURL(address);
  return worker;
}

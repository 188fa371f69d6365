/** Where a replay finds its world: a path of random choices, or a file. */

/** A path as fast-check prints it: the number of the world, then a number for each time that it was shrunk. */
export const PATH = /^\d+(:\d+)*$/;

/** Whether a path names a file, and not a random world. */
export const isCaseFile = (path: string): boolean => path.endsWith('.json');

/** The packages in dist/vendor, which the build bundles (vendor/bundle.mjs). */
import { readFileSync } from 'node:fs';

/** The same file for the sources and for the build. */
const LIST = new URL('../../dist/vendor/packages.json', import.meta.url);

/** The version of each bundled package by its name; empty where nothing is built. */
export function bundledVersions(): Record<string, string> {
  try {
    const packages = JSON.parse(readFileSync(LIST, 'utf8')) as { name: string; version: string }[];
    return Object.fromEntries(packages.map(({ name, version }) => [name, version]));
  } catch {
    return {};
  }
}

/** The notices of the bundled packages: what their licences ask for wherever their code is handed on. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Texts for packages that ship none of their own, and for code in binaries, by the beginning of a package's name. */
const TEXTS = [
  ['@tensorflow/', 'tensorflow.txt'],
  ['@tensorflow/tfjs-backend-wasm', 'wasm.txt'],
  ['seedrandom', 'seedrandom.txt'],
];
const OWN = /^(licen[cs]e|notice|copying)(\.\w+)?$/i;
const LINE = `\n${'='.repeat(80)}\n\n`;

const textOf = (path) => readFileSync(path, 'utf8').replaceAll('\r\n', '\n').trim();

/** The installed folder of a bundled file: what follows the last node_modules is the package's name. */
export function folderOf(file) {
  const [found] = /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(file) ?? [];
  if (!found) throw new Error(`${file} is bundled, and belongs to no package`);
  return found;
}

/** The packages in these folders, as { name, version, license }, in order of their names. */
export const packagesIn = (folders) =>
  [...folders]
    .map((folder) => {
      const { name, version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
      return { name, version, license, folder };
    })
    .sort((a, b) => (a.name < b.name ? -1 : 1));

/**
 * The list of packages, then each text once, after the names of its packages.
 * @param names the file names in a package's folder
 * @throws Error where a package has no text
 */
export function notices(packages, names) {
  const byText = new Map();
  for (const { name, folder } of packages) {
    const own = names(folder).filter((file) => OWN.test(file));
    const paths = [
      ...own.map((file) => join(folder, file)),
      ...TEXTS.filter(([start]) => name.startsWith(start)).map(([, file]) =>
        fileURLToPath(new URL(`licenses/${file}`, import.meta.url)),
      ),
    ].filter((path) => existsSync(path));
    if (paths.length === 0)
      throw new Error(`${name} is bundled without a licence text: add one to vendor/licenses.mjs`);
    for (const path of paths) byText.set(textOf(path), [...(byText.get(textOf(path)) ?? []), name]);
  }
  const list = packages.map(({ name, version, license }) => `${name} ${version} (${license})`);
  return [
    `The files of this folder contain these packages:\n\n${list.join('\n')}\n`,
    ...[...byText].map(([text, of]) => `${of.join(', ')}:\n\n${text}\n`),
  ].join(LINE);
}

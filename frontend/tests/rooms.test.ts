import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';

const SRC = fileURLToPath(new URL('../src', import.meta.url));

/** The folders of src/, each with rooms side by side that don't import from each other. */
const LAYERS = [
  ['pages'],
  ['compare', 'job', 'new', 'overview', 'wall'],
  ['monitor', 'result'],
  ['charts', 'requirement'],
  ['diagram'],
  ['live'],
  ['api'],
  ['dom'],
  ['i18n'],
  ['schema'],
];

function layerOf(room: string): number {
  return LAYERS.findIndex((layer) => layer.includes(room));
}

/** Each import from another room: the file, and what it imports. */
function* imports(): Iterable<[file: string, imported: string]> {
  for (const file of readdirSync(SRC, { recursive: true, encoding: 'utf8' })) {
    if (!file.endsWith('.ts')) continue;
    const source = readFileSync(join(SRC, file), 'utf8');
    for (const [, path = ''] of source.matchAll(/(?:from|import|import\()\s*'(\.[^']+\.ts)'/g)) {
      const imported = join(dirname(file), path);
      if (dirname(imported) !== dirname(file)) yield [file, imported];
    }
  }
}

describe('the rooms of the front end', () => {
  it('import from lower layers alone, and no page from another', () => {
    const all = [...imports()];
    assert.ok(all.length > 300, 'the imports are found');
    const wrong = all.filter(
      ([file, imported]) => layerOf(dirname(imported)) <= layerOf(dirname(file)),
    );
    assert.deepEqual(wrong, []);
  });

  it('are all in a layer', () => {
    const folders = readdirSync(SRC).filter((name) => name !== 'style');
    assert.deepEqual(folders.sort(), LAYERS.flat().sort());
  });
});

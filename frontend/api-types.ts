// Writes src/schema/generated.ts, the types of what the server sends, a requirement's defaults
// and the units of devices' figures, from the server's OpenAPI description on standard input. `make` calls it. An unchanged file isn't touched, so that nothing is built again.

import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { text } from 'node:stream/consumers';
import { compile, type JSONSchema } from 'json-schema-to-typescript';

const FOLDER = new URL('src/schema/', import.meta.url);
const FILE = new URL('generated.ts', FOLDER);

interface Description {
  components: { schemas: Record<string, JSONSchema> };
}

/** Without the titles of fields: each would become a named type. */
function untitled(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(untitled);
  if (typeof value !== 'object' || value === null) return value;
  const parts = Object.entries(value).filter(
    // A field may have the name "title"; then it is a schema.
    ([name, part]) => name !== 'title' || typeof part === 'object',
  );
  return Object.fromEntries(parts.map(([name, part]) => [name, untitled(part)]));
}

/** One schema that refers to all others: only those that it refers to get a type. */
function together({ components }: Description): JSONSchema {
  const names = Object.keys(components.schemas);
  const refers = (name: string) => [name, { $ref: `#/components/schemas/${name}` }];
  return {
    description: 'Everything that the server sends.',
    type: 'object',
    components,
    properties: Object.fromEntries(names.map(refers)),
    required: names,
  } as JSONSchema;
}

/** A requirement's own fields that have a default, with it. */
function defaults({ components }: Description): Record<string, unknown> {
  const fields = Object.entries(components.schemas.Requirement?.properties ?? {});
  const known = fields.map(([name, field]) => [name, field.default]);
  return Object.fromEntries(known.filter(([, value]) => value !== undefined && value !== null));
}

/** The units of the figures of devices, but for those that depend on the kind. */
function deviceUnits({ components }: Description): Record<string, string> {
  const kinds = Object.values(components.schemas).filter(
    (schema) => schema.properties?.kind?.const,
  );
  const units = new Map<string, Set<string>>();
  for (const [name, { unit }] of kinds.flatMap(({ properties }) =>
    Object.entries(properties ?? {}),
  )) {
    if (typeof unit === 'string') units.set(name, (units.get(name) ?? new Set()).add(unit));
  }
  return Object.fromEntries(
    [...units].flatMap(([name, [unit, ...others]]) =>
      unit && !others.length ? [[name, unit]] : [],
    ),
  );
}

const description = untitled(JSON.parse(await text(process.stdin))) as Description;
const types = await compile(together(description), 'Everything', {
  additionalProperties: false,
  bannerComment:
    '// Written by frontend/api-types.ts from the types in Python, which `make` sees to.',
});
const values = {
  REQUIREMENT_DEFAULTS: defaults(description),
  DEVICE_UNITS: deviceUnits(description),
};
const constants = Object.entries(values).map(
  ([name, value]) => `export const ${name} = ${JSON.stringify(value, null, 2)};\n`,
);
const written = [types, ...constants].join('\n');
mkdirSync(FOLDER, { recursive: true });
if (!existsSync(FILE) || readFileSync(FILE, 'utf8') !== written) writeFileSync(FILE, written);

/** Every kind of layer as Markdown, from its record: what it computes, what it takes, its fields, examples. */
import { z } from 'zod';

/**
 * @typedef {{ type?: string, const?: unknown, enum?: unknown[], anyOf?: Field[], prefixItems?: Field[], items?: Field,
 *   minimum?: number, exclusiveMinimum?: number, exclusiveMaximum?: number, default?: unknown, description?: string }} Field
 * @typedef {{ kind: string, about: string, schema: import('zod').ZodType, rows?: string[][], examples: unknown[] }} Kind
 */

/** @param {Field} field @returns {string} */
function values(field) {
  if (field.anyOf) return [...new Set(field.anyOf.map(values))].join(' or ');
  if (field.const !== undefined) return `\`${JSON.stringify(field.const)}\``;
  if (field.enum)
    return field.enum.length > 6
      ? 'a name of the [reference](reference.md)'
      : field.enum.map(value => `\`"${value}"\``).join(' or ');
  if (field.prefixItems) return `${field.prefixItems.length} of them`;
  if (field.type === 'array') return 'a list';
  if (field.type === 'boolean') return 'true or false';
  const what = field.type === 'integer' ? 'whole number' : 'number';
  if (field.exclusiveMinimum !== undefined) return `${what} > ${field.exclusiveMinimum}`;
  if (field.exclusiveMaximum !== undefined) return `${what} from ${field.minimum}, below ${field.exclusiveMaximum}`;
  return field.minimum === undefined ? what : `${what} ≥ ${field.minimum}`.replace('-', '−');
}

/** @param {Kind} kind */
function fields({ schema }) {
  const { properties, required } = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' });
  return Object.entries(/** @type {Record<string, Field>} */ (properties ?? {}))
    .filter(([name]) => name !== 'kind')
    .map(([name, field]) => {
      const without =
        field.default !== undefined ? `\`${JSON.stringify(field.default)}\`` : required?.includes(name) ? 'needed' : '';
      return `| \`${name}\` | ${values(field)} | ${without} | ${field.description ?? ''} |`;
    });
}

/** @param {Kind} kind */
function section(kind) {
  const rows = kind.rows?.map(axes => `\`[${axes.join(', ')}]\``).join(' or ') ?? 'any shape';
  const options = fields(kind);
  return [
    `### ${kind.kind}`,
    '',
    kind.about,
    '',
    `Takes rows of ${rows}.`,
    ...(options.length > 0
      ? ['', '| field | value | unless told | what it is |', '| --- | --- | --- | --- |', ...options]
      : []),
    '',
    ...kind.examples.slice(0, 2).map(example => `    ${JSON.stringify(example)}`),
  ].join('\n');
}

/** @param {Kind[]} kinds */
export const layerList = kinds => kinds.map(section).join('\n\n');

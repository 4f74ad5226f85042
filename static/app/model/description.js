// @ts-check
// An OpenAPI description as a reader wants it: operations by what they are about, schemas by name.

/**
 * @typedef {object} Schema
 * @property {string} [$ref]
 * @property {string | string[]} [type]
 * @property {string} [title]
 * @property {string} [description]
 * @property {string} [format]
 * @property {string} [pattern]
 * @property {unknown} [const]
 * @property {unknown} [default]
 * @property {unknown[]} [enum]
 * @property {Schema[]} [anyOf]
 * @property {Schema[]} [oneOf]
 * @property {Schema} [items]
 * @property {Record<string, Schema>} [properties]
 * @property {string[]} [required]
 * @property {number} [minLength]
 * @property {number} [maxLength]
 * @property {number} [minimum]
 * @property {number} [maximum]
 * @property {number} [minItems]
 * @property {number} [maxItems]
 */

/** @typedef {Record<string, { schema?: Schema }>} Content */
/** @typedef {{ name: string, in: string, required: boolean, schema: Schema }} Parameter */

/**
 * @typedef {object} Operation
 * @property {string} operationId
 * @property {string} summary
 * @property {Parameter[]} parameters
 * @property {{ content: Content }} [requestBody]
 * @property {Record<string, { description: string, content?: Content }>} responses
 * @property {Record<string, string[]>[]} security
 */

/**
 * @typedef {object} OpenApi
 * @property {{ title: string, version: string }} info
 * @property {Record<string, Record<string, Operation>>} paths
 * @property {{ schemas: Record<string, Schema> }} components
 */

/** @typedef {Operation & { method: string, path: string }} Placed */
/** @typedef {{ name: string, operations: Placed[] }} Group */

const SCHEMA_PREFIX = "#/components/schemas/";
const VERSION_PREFIX = "/api/v1/";

export class Description {
  /** @param {OpenApi} openApi */
  constructor(openApi) {
    this.info = openApi.info;
    this.schemas = openApi.components.schemas;
    this.groups = groupsOf(openApi.paths);
  }

  /**
   * Follow a reference.
   * @param {Schema} schema
   * @returns {{ name: string | null, schema: Schema }}
   */
  resolve(schema) {
    const name = schema.$ref?.startsWith(SCHEMA_PREFIX)
      ? schema.$ref.slice(SCHEMA_PREFIX.length)
      : null;
    return { name, schema: (name !== null && this.schemas[name]) || schema };
  }
}

/**
 * The operations whose address or summary has all the words.
 * @param {Group[]} groups
 * @param {string} text
 * @returns {Group[]}
 */
export function matching(groups, text) {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  return groups
    .map(({ name, operations }) => ({
      name,
      operations: operations.filter(({ method, path, summary }) => {
        const line = `${method} ${path} ${summary}`.toLowerCase();
        return words.every((word) => line.includes(word));
      }),
    }))
    .filter(({ operations }) => operations.length > 0);
}

/**
 * Who may call it, in a word.
 * @param {Operation} operation
 */
export function accessOf({ security }) {
  if (security.length === 0) return "nobody is asked";
  const isOpen = security.some((requirement) => Object.keys(requirement).length === 0);
  return isOpen ? "anybody" : "signed in";
}

/**
 * @param {Record<string, Record<string, Operation>>} paths
 * @returns {Group[]}
 */
function groupsOf(paths) {
  /** @type {Map<string, Placed[]>} */
  const groups = new Map();
  for (const [path, methods] of Object.entries(paths)) {
    const name = path.slice(VERSION_PREFIX.length).split("/")[0] ?? "";
    const operations = groups.get(name) ?? [];
    groups.set(name, operations);
    for (const [method, operation] of Object.entries(methods)) {
      operations.push({ ...operation, method: method.toUpperCase(), path });
    }
  }
  return [...groups]
    .map(([name, operations]) => ({ name, operations }))
    .sort((a, b) => a.name.localeCompare(b.name));
}

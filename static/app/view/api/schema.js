// @ts-check
// A schema as a table of fields. What it refers to opens inside it, once somebody wants to see it.

/** @import { Description, Schema } from "../../model/description.js" */

import { h } from "../kit/dom.js";

/**
 * @param {Description} description
 * @param {Schema} schema
 * @returns {HTMLElement}
 */
export function schemaView(description, schema) {
  const { name, schema: found } = description.resolve(schema);
  if (!found.properties) return h("p", {}, h("code", {}, typeOf(description, schema)));
  return h(
    "div",
    { class: "api-schema" },
    name !== null && h("p", { class: "api-schema-name" }, h("code", {}, name)),
    found.description && h("p", { class: "soft" }, found.description),
    h(
      "dl",
      { class: "api-fields" },
      ...Object.entries(found.properties).flatMap(([field, each]) =>
        fieldView(description, field, each, found.required?.includes(field) ?? false),
      ),
    ),
  );
}

/**
 * @param {Description} description
 * @param {string} name
 * @param {Schema} schema
 * @param {boolean} isRequired
 */
export function fieldView(description, name, schema, isRequired) {
  return [
    h("dt", {}, h("code", {}, name), !isRequired && h("span", { class: "soft" }, " optional")),
    h(
      "dd",
      {},
      h("code", {}, typeOf(description, schema)),
      ...limitsOf(schema).map((limit) => h("span", { class: "api-limit" }, limit)),
      schema.description && h("p", { class: "soft" }, schema.description),
      nested(description, schema),
    ),
  ];
}

/**
 * @param {Description} description
 * @param {Schema} schema
 */
function nested(description, schema) {
  const inner = variants(schema)
    .map((each) => each.items ?? each)
    .find((each) => description.resolve(each).schema.properties);
  if (!inner) return null;
  const details = h(
    "details",
    {
      ontoggle: () => {
        // Only now: a schema may hold itself.
        if (details.open && details.childElementCount === 1) {
          details.append(schemaView(description, inner));
        }
      },
    },
    h("summary", {}, `Fields of ${description.resolve(inner).name ?? "it"}`),
  );
  return details;
}

/**
 * @param {Description} description
 * @param {Schema} schema
 * @returns {string}
 */
export function typeOf(description, schema) {
  const { name } = description.resolve(schema);
  if (name !== null) return name;
  const either = schema.anyOf ?? schema.oneOf;
  if (either) return either.map((each) => typeOf(description, each)).join(" or ");
  if (schema.enum) return schema.enum.map((each) => JSON.stringify(each)).join(" or ");
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  if (schema.items) return `list of ${typeOf(description, schema.items)}`;
  const type = Array.isArray(schema.type) ? schema.type.join(" or ") : (schema.type ?? "anything");
  return schema.format ? `${type} (${schema.format})` : type;
}

/**
 * @param {Schema} schema
 * @returns {Schema[]}
 */
function variants(schema) {
  return schema.anyOf ?? schema.oneOf ?? [schema];
}

/**
 * @param {Schema} schema
 * @returns {string[]}
 */
function limitsOf(schema) {
  return variants(schema).flatMap((each) => [
    ...range(each.minLength, each.maxLength, "characters"),
    ...range(each.minItems, each.maxItems, "items"),
    ...range(each.minimum, each.maximum, ""),
    ...(each.pattern ? [`matches ${each.pattern}`] : []),
    ...(each.default === undefined || each.default === null
      ? []
      : [`default ${JSON.stringify(each.default)}`]),
  ]);
}

/**
 * @param {number | undefined} least
 * @param {number | undefined} most
 * @param {string} unit
 */
function range(least, most, unit) {
  if (least === undefined && most === undefined) return [];
  if (most === undefined) return [`at least ${least} ${unit}`.trim()];
  if (least === undefined) return [`at most ${most} ${unit}`.trim()];
  return [`${least} to ${most} ${unit}`.trim()];
}

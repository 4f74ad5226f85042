// @ts-check
// One operation: its line, and what it takes and gives once it is opened.

/** @import { Content, Description, Placed } from "../../model/description.js" */

import { accessOf } from "../../model/description.js";
import { h } from "../kit/dom.js";
import { fieldView, schemaView } from "./schema.js";

/**
 * @param {Description} description
 * @param {Placed} operation
 */
export function operationView(description, operation) {
  const { method, path, summary, operationId } = operation;
  const details = h(
    "details",
    {
      class: "api-operation",
      id: operationId,
      ontoggle: () => {
        if (details.open && details.childElementCount === 1) {
          details.append(body(description, operation));
        }
      },
    },
    h(
      "summary",
      {},
      h("span", { class: `api-method is-${method.toLowerCase()}` }, method),
      h("code", { class: "api-path" }, path),
      h("span", { class: "api-summary" }, summary),
      h("span", { class: "api-access" }, accessOf(operation)),
    ),
  );
  return details;
}

/**
 * @param {Description} description
 * @param {Placed} operation
 */
function body(description, { parameters, requestBody, responses }) {
  return h(
    "div",
    { class: "api-operation-body" },
    parameters.length > 0 && h("h4", {}, "Parameters"),
    h(
      "dl",
      { class: "api-fields" },
      ...parameters.flatMap((each) =>
        fieldView(description, `${each.name} (${each.in})`, each.schema, each.required),
      ),
    ),
    requestBody && h("h4", {}, "Body"),
    requestBody && contentView(description, requestBody.content),
    h("h4", {}, "Answers"),
    ...Object.entries(responses).map(([status, { description: meaning, content }]) =>
      h(
        "section",
        { class: "api-answer" },
        h("h5", {}, h("span", { class: "number" }, status), " ", meaning),
        // Every refusal is the same problem; its codes stand in the meaning.
        status < "300" && content && contentView(description, content),
      ),
    ),
  );
}

/**
 * @param {Description} description
 * @param {Content} content
 */
function contentView(description, content) {
  return h(
    "div",
    {},
    ...Object.entries(content).flatMap(([type, { schema }]) => [
      h("p", { class: "soft" }, h("code", {}, type)),
      schema ? schemaView(description, schema) : null,
    ]),
  );
}

// @ts-check
// The OpenAPI description of this node's REST interface.

/** @import { OpenApi } from "../model/description.js" */

import { problemFrom, Unreachable } from "./problem.js";

/** @returns {Promise<OpenApi>} */
export async function fetchDescription() {
  const response = await fetch("/api/v1/openapi.json").catch(() => {
    throw new Unreachable();
  });
  if (!response.ok) throw await problemFrom(response);
  return response.json();
}

// Bundles the third-party code of package-lock.json into this folder; `make vendor` runs it.
// The same lock file gives the same bytes, on any machine: a test builds again and compares.
// Nothing of ours is in the bundles, so the app itself needs no build step.

import { readFile, readdir, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const HERE = path.dirname(fileURLToPath(import.meta.url));
const ROOT = path.resolve(HERE, "../..");
const OUT = path.resolve(process.argv[2] ?? HERE);
const LICENCE_FILE = /^(licen[cs]e|copying)(\.(md|txt))?$/i;

/** Remove what an earlier build left, so that no chunk outlives its bundle. */
async function clearBundles() {
  for (const name of await readdir(OUT)) {
    if (name.endsWith(".js") || name === "versions.json" || name === "LICENCES.txt") {
      await rm(path.join(OUT, name));
    }
  }
}

/** What shares its code, bundled together. The rest stands alone, so that one does not rename the other's chunks. */
const GRAPHS = [["editor", "socket.io"], ["tus"]];

/** @param {string[]} names of entries */
async function bundle(names) {
  const result = await build({
    absWorkingDir: ROOT,
    // node_modules may be a link; real paths would put its place into the output's order and names.
    preserveSymlinks: true,
    entryPoints: Object.fromEntries(names.map((name) => [name, `static/vendor/entries/${name}.js`])),
    outdir: OUT,
    bundle: true,
    splitting: true,
    format: "esm",
    platform: "browser",
    target: "es2022",
    minify: true,
    legalComments: "none",
    chunkNames: "chunk-[hash]",
    charset: "utf8",
    metafile: true,
    logLevel: "warning",
  });
  return result.metafile;
}

/** Names of the packages with at least one byte in a bundle, sorted. */
function packagesIn(metafiles) {
  const names = new Set();
  for (const output of metafiles.flatMap(({ outputs }) => Object.values(outputs))) {
    for (const [input, { bytesInOutput }] of Object.entries(output.inputs)) {
      const found = /node_modules\/((?:@[^/]+\/)?[^/]+)\/(?!.*node_modules\/)/.exec(input);
      if (found && bytesInOutput > 0) names.add(found[1]);
    }
  }
  return [...names].sort();
}

async function licenceText(folder) {
  const name = (await readdir(folder)).sort().find((file) => LICENCE_FILE.test(file));
  return name ? (await readFile(path.join(folder, name), "utf8")).trim() : null;
}

async function describe(names) {
  const versions = {};
  const parts = ["Third-party code bundled in this folder, with its licences.\n"];
  for (const name of names) {
    const folder = path.join(ROOT, "node_modules", name);
    const about = JSON.parse(await readFile(path.join(folder, "package.json"), "utf8"));
    versions[name] = about.version;
    const text = (await licenceText(folder)) ?? "(The package carries no licence file.)";
    parts.push(`${"-".repeat(79)}\n${name} ${about.version} (${about.license})\n\n${text}\n`);
  }
  await writeFile(path.join(OUT, "versions.json"), `${JSON.stringify(versions, null, 2)}\n`);
  await writeFile(path.join(OUT, "LICENCES.txt"), parts.join("\n"));
}

await clearBundles();
const metafiles = [];
for (const names of GRAPHS) metafiles.push(await bundle(names));
await describe(packagesIn(metafiles));

// Applies a file of updates, one by one, and then loads the whole: what bench/documents.py does with
// ours. The file is a run of 4-byte lengths and updates; prints one line of JSON.
import * as Y from 'yjs'
import { readFileSync } from 'node:fs'

const file = readFileSync(process.argv[2])
const updates = []
for (let at = 0; at < file.length;) {
  const length = file.readUInt32BE(at)
  updates.push(new Uint8Array(file.subarray(at + 4, at + 4 + length)))
  at += 4 + length
}
const doc = new Y.Doc()
let seen = 0
doc.on('update', () => { seen++ })
let begun = performance.now()
for (const update of updates) Y.applyUpdate(doc, update)
const apply = (performance.now() - begun) / updates.length * 1000
const whole = Y.encodeStateAsUpdate(doc)
begun = performance.now()
const again = new Y.Doc()
Y.applyUpdate(again, whole)
const load = performance.now() - begun
process.stdout.write(JSON.stringify({ apply_us: apply, load_ms: load, bytes: whole.length, bytes_v2: Y.encodeStateAsUpdateV2(doc).length, seen, text: again.getText('code').length }) + '\n')
process.exit(0)

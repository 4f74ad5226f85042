// Somebody who uploads with npm's own tus-js-client over a line that breaks.
//
// Reads one JSON object from standard input: {address, token, path, type, chunk}. Prints one JSON line
// when the upload is whole: {location, retries}. The test bounds its time.
import { createReadStream, readFileSync, statSync } from 'node:fs'
import { Upload } from 'tus-js-client'

// Whoever started this may only hold the process that started Node.
setTimeout(() => process.exit(1), 110_000).unref()
const task = JSON.parse(readFileSync(0, 'utf8'))
let retries = 0

const upload = new Upload(createReadStream(task.path), {
  endpoint: task.address,
  uploadSize: statSync(task.path).size,
  chunkSize: task.chunk ?? Infinity,
  retryDelays: [50, 50, 100, 200, 400],
  headers: { Authorization: `Bearer ${task.token}` },
  metadata: { filename: 'video.mp4', filetype: task.type },
  onShouldRetry: () => { retries += 1; return true },
  onError: (error) => { process.stderr.write(`${error}\n`); process.exit(1) },
  onSuccess: () => { process.stdout.write(JSON.stringify({ location: upload.url, retries }) + '\n') }
})
upload.start()

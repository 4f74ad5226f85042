// People who type with npm's own yjs and y-websocket, lose their line now and then, and come back.
//
// Reads one JSON object from standard input: {address, params, writers, readers, edits, seed}.
// Prints one JSON line when all have the same text: {text, clients}. The test bounds its time.
import * as Y from 'yjs'
import { WebsocketProvider } from 'y-websocket'
import WebSocket from 'ws'
import { readFileSync } from 'node:fs'

process.setMaxListeners(0) // every provider waits for the end
// Whoever started this may only hold the process that started Node.
setTimeout(() => process.exit(1), 50_000).unref()
const task = JSON.parse(readFileSync(0, 'utf8'))

/** A small generator with a seed, so that a failure can be repeated. */
function random (seed) {
  let state = seed >>> 0
  return (limit) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return state % limit
  }
}

const below = random(task.seed)
const words = ['é', '😀', 'x', '\n', 'word ', '界', '    ']

function connect (token) {
  // A program's way in: the session as a Bearer token, which the provider cannot send itself.
  class Socket extends WebSocket {
    constructor (url) {
      super(url, { headers: token ? { Authorization: `Bearer ${token}` } : {} })
    }
  }
  const doc = new Y.Doc()
  const provider = new WebsocketProvider(task.address, task.room, doc, {
    WebSocketPolyfill: Socket,
    disableBc: true,
    maxBackoffTime: 100
  })
  // 120 tells what is saved; a provider takes a handler for a message that is new to it.
  provider.messageHandlers[120] = () => {}
  provider.awareness.setLocalStateField('user', { name: 'somebody' })
  return { doc, provider, text: doc.getText('code') }
}

/** The position at or before `at` that is not inside a character: no editor puts a cursor there. */
const boundary = (text, at) => /[\udc00-\udfff]/.test(text[at] ?? '') ? at - 1 : at

const turn = () => new Promise((resolve) => setImmediate(resolve))

const writers = Array.from({ length: task.writers }, () => connect(task.token))
const readers = Array.from({ length: task.readers }, () => connect(null))
const everybody = [...writers, ...readers]

const isSynced = () => everybody.every((client) => client.provider.synced)
while (!isSynced()) await turn()

for (let edit = 0; edit < task.edits; edit++) {
  const { text } = writers[below(writers.length)]
  const before = text.toString()
  const at = boundary(before, below(before.length + 1))
  if (before.length > 40 && below(10) < 4) {
    text.delete(at, boundary(before, Math.min(at + 3, before.length)) - at)
  } else {
    text.insert(at, words[below(words.length)])
  }
  if (below(20) === 0) {
    // The line breaks without a word: the server finds out, the client comes back by itself.
    everybody[below(everybody.length)].provider.ws?.terminate?.()
  }
  if (below(3) === 0) await turn()
}

const last = 'the end'
writers[0].doc.transact(() => { writers[0].text.insert(0, last) })
const agree = () => isSynced() && new Set(everybody.map((client) => client.text.toString())).size === 1 &&
  everybody[0].text.toString().includes(last)
while (!agree()) await turn()

// A client that was away ignores states that come again under a clock it knows: everybody moves once.
for (const client of everybody) client.provider.awareness.setLocalStateField('cursor', 1)
const people = () => everybody.every((client) => client.provider.awareness.getStates().size === everybody.length)
while (!people()) await turn()

const [watcher] = writers
const others = [...watcher.provider.awareness.getStates()].filter(([id]) => id !== watcher.doc.clientID)
process.stdout.write(JSON.stringify({
  text: watcher.text.toString(),
  clients: everybody.length,
  names: [...new Set(others.map(([, state]) => state.user.name))]
}) + '\n')
for (const client of everybody) {
  client.provider.destroy()
  client.doc.destroy() // and with it the timer of its awareness, which would keep us alive
}

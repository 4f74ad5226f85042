// People who type with npm's own yjs and y-websocket, lose their line now and then, and come back.
//
// Reads a line of JSON from standard input: {addresses, room, token, writers, readers, edits, pauses,
// seed}. Before the edits whose numbers stand in `pauses` it prints a line {paused} and goes on after
// the next line it reads. Prints {text, clients, names, refusal, answered} when all have the same text and state.
// The test bounds its time.
import * as Y from 'yjs'
import { WebsocketProvider } from 'y-websocket'
import WebSocket from 'ws'
import { createInterface } from 'node:readline'

process.setMaxListeners(0) // every provider waits for the end
// Whoever started this may only hold the process that started Node.
setTimeout(() => process.exit(1), 100_000).unref()
const input = createInterface({ input: process.stdin })
const lines = input[Symbol.asyncIterator]()
const nextLine = async () => (await lines.next()).value
const task = JSON.parse(await nextLine())
const say = (what) => process.stdout.write(JSON.stringify(what) + '\n')

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

function connect (token, address) {
  // A program's way in: the session as a Bearer token, which the provider cannot send itself.
  class Socket extends WebSocket {
    constructor (url) {
      super(url, { headers: token ? { Authorization: `Bearer ${token}` } : {} })
    }
  }
  const doc = new Y.Doc()
  const provider = new WebsocketProvider(address, task.room, doc, {
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

const { addresses } = task
const writers = Array.from({ length: task.writers }, (_, n) => connect(task.token, addresses[n % addresses.length]))
const readers = Array.from({ length: task.readers }, (_, n) => connect(null, addresses[n % addresses.length]))
const everybody = [...writers, ...readers]

const isSynced = () => everybody.every((client) => client.provider.synced)
while (!isSynced()) await turn()

for (let edit = 0; edit < task.edits; edit++) {
  if (task.pauses.includes(edit)) {
    say({ paused: edit })
    await nextLine()
  }
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
const haveOneText = () => new Set(everybody.map((client) => client.text.toString())).size === 1
const haveOneState = () => {
  const [first, ...others] = everybody.map((client) => Y.snapshot(client.doc))
  return others.every((other) => Y.equalSnapshots(first, other))
}
const agree = () => isSynced() && everybody[0].text.toString().includes(last) && haveOneText() && haveOneState()
while (!agree()) await turn()

// A client that was away ignores states that come again under a clock it knows: everybody moves once.
for (const client of everybody) client.provider.awareness.setLocalStateField('cursor', 1)
const people = () => everybody.every((client) => client.provider.awareness.getStates().size === everybody.length)
while (!people()) await turn()

const [watcher] = writers
const others = [...watcher.provider.awareness.getStates()].filter(([id]) => id !== watcher.doc.clientID)
// One who may only read types: the provider is told in its own words, and nobody else sees it.
const [reader] = readers
const denied = new Promise((resolve) => { console.warn = resolve })
reader.text.insert(0, 'not allowed')
const refusal = await denied

// Who is here? The provider asks nobody; other clients of Yjs do.
const answered = new Promise((resolve) => {
  const { ws } = reader.provider
  ws.addEventListener('message', ({ data }) => { if (new Uint8Array(data)[0] === 1) resolve(true) })
  ws.send(new Uint8Array([3]))
})

say({
  refusal,
  answered: await answered,
  text: watcher.text.toString(),
  clients: everybody.length,
  names: [...new Set(others.map(([, state]) => state.user.name))]
})
input.close()
for (const client of everybody) {
  client.provider.destroy()
  client.doc.destroy() // and with it the timer of its awareness, which would keep us alive
}

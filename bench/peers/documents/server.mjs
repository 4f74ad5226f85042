// A y-websocket server as its protocol describes one: yjs, y-protocols and ws, nothing stored.
// Prints one line of JSON with its port and ends with its standard input.
import * as Y from 'yjs'
import * as syncProtocol from 'y-protocols/sync'
import * as awarenessProtocol from 'y-protocols/awareness'
import * as encoding from 'lib0/encoding'
import * as decoding from 'lib0/decoding'
import { WebSocketServer } from 'ws'

const SYNC = 0
const AWARENESS = 1

const doc = new Y.Doc()
const awareness = new awarenessProtocol.Awareness(doc)
awareness.setLocalState(null)
const clients = new Set()

const everybody = (message) => {
  for (const client of clients) if (client.readyState === client.OPEN) client.send(message)
}

doc.on('update', (update) => {
  const encoder = encoding.createEncoder()
  encoding.writeVarUint(encoder, SYNC)
  syncProtocol.writeUpdate(encoder, update)
  everybody(encoding.toUint8Array(encoder))
})

awareness.on('update', ({ added, updated, removed }) => {
  const encoder = encoding.createEncoder()
  encoding.writeVarUint(encoder, AWARENESS)
  const changed = [...added, ...updated, ...removed]
  encoding.writeVarUint8Array(encoder, awarenessProtocol.encodeAwarenessUpdate(awareness, changed))
  everybody(encoding.toUint8Array(encoder))
})

const server = new WebSocketServer({ port: 0, host: '127.0.0.1', perMessageDeflate: false, backlog: 4096 })

server.on('connection', (client) => {
  clients.add(client)
  client.on('close', () => clients.delete(client))
  client.on('message', (message) => {
    const decoder = decoding.createDecoder(message)
    const encoder = encoding.createEncoder()
    switch (decoding.readVarUint(decoder)) {
      case SYNC:
        encoding.writeVarUint(encoder, SYNC)
        syncProtocol.readSyncMessage(decoder, encoder, doc, client)
        if (encoding.length(encoder) > 1) client.send(encoding.toUint8Array(encoder))
        break
      case AWARENESS:
        awarenessProtocol.applyAwarenessUpdate(awareness, decoding.readVarUint8Array(decoder), client)
    }
  })
  const encoder = encoding.createEncoder()
  encoding.writeVarUint(encoder, SYNC)
  syncProtocol.writeSyncStep1(encoder, doc)
  client.send(encoding.toUint8Array(encoder))
})

server.on('listening', () => {
  process.stdout.write(JSON.stringify({ port: server.address().port }) + '\n')
})
process.stdin.on('end', () => process.exit(0)).resume()

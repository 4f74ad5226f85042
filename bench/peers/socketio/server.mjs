// A chat room on Node's Socket.IO server, with the events and payloads of ours and nothing stored.
// Prints its port; ends with its standard input.
import { createServer } from "node:http";
import { Server } from "socket.io";

const http = createServer();
const io = new Server(http, { transports: ["websocket"] });
let seq = 0;

io.on("connection", (socket) => {
  socket.on("room:join", ({ stream_id }, answer) => {
    socket.join(`room:${stream_id}`);
    answer?.({ ok: true, messages: [], epoch: "", seq, recovered: false, poll: null, viewers: 0 });
  });
  socket.on("chat:send", ({ stream_id, content, client_id }, answer) => {
    seq += 1;
    const message = {
      id: String(seq),
      stream_id,
      seq,
      user: { id: "1", username: "sender_1" },
      content,
      created_at: new Date().toISOString(),
      client_id,
    };
    io.to(`room:${stream_id}`).emit("chat:messages", [message]);
    answer?.({ ok: true, message });
  });
});

process.stdin.on("end", () => process.exit(0)).resume();
http.listen(0, "127.0.0.1", () => console.log(JSON.stringify({ port: http.address().port })));

// @ts-check
// Runs a script away from any page, so that an endless loop holds up nobody. Its policy is the frame's:
// no network. What it may say is counted here, where the code cannot get past the count.

{
  const OUTPUT_LIMIT = 2_000;
  const scope = /** @type {any} */ (self);
  const post = scope.postMessage.bind(self);
  delete scope.DedicatedWorkerGlobalScope.prototype.postMessage;
  let said = 0;

  /** @param {RunMessage} message */
  const tell = (message) => {
    if (message.kind === "log" && ++said > OUTPUT_LIMIT) {
      if (said === OUTPUT_LIMIT + 1) {
        post({ kind: "log", level: "warn", text: `More than ${OUTPUT_LIMIT} lines: the rest is left out.` });
      }
      return;
    }
    post(message);
  };

  hearConsole(tell);
  self.addEventListener(
    "message",
    ({ data: { address, name, isModule } }) => {
      hearErrors(tell, (each) => (each === address ? name : null));
      const done = () => tell({ kind: "done" });
      if (isModule) {
        // Rejected: told as an error that nobody caught.
        void import(address).finally(done);
        return;
      }
      try {
        scope.importScripts(address);
      } finally {
        done();
      }
    },
    { once: true },
  );
}

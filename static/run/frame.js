// @ts-check
// The frame in which code of the editor runs. It is sandboxed: an origin of its own, without cookies
// or storage, and its policy lets nothing out but messages to the page around it.

{
  /** @param {RunMessage} message */
  const tell = (message) => parent.postMessage(message, "*");
  const workerSource = document.getElementById("worker-source")?.textContent ?? "";

  for (const name of ["RTCPeerConnection", "webkitRTCPeerConnection", "WebTransport"]) {
    Reflect.deleteProperty(globalThis, name);
  }

  /**
   * @param {string} text
   * @param {string} type
   */
  const addressOf = (text, type) => URL.createObjectURL(new Blob([text], { type }));

  /**
   * @param {string} name
   * @param {string} code
   */
  const runScript = (name, code) => {
    const worker = new Worker(addressOf(workerSource, "text/javascript"));
    worker.addEventListener("message", ({ data }) => tell(data));
    const isModule = /^\s*(?:import|export)\b|^await\b/m.test(code);
    worker.postMessage({ address: addressOf(code, "text/javascript"), name, isModule });
  };

  /**
   * Show a page; scripts and style sheets that it names come from `files`.
   * @param {string} name
   * @param {string} code
   * @param {Record<string, string>} files
   */
  const showPage = (name, code, files) => {
    /** @type {Map<string, string>} */
    const names = new Map();
    // By address, so that an error's line is the line of its file.
    const page = code.replace(
      /\b(src|href)(\s*=\s*)(["']?)(?:\.\/)?([^"'\s>]+)\3/gi,
      (whole, attribute, equals, _quote, file) => {
        const text = Object.hasOwn(files, file) ? files[file] : undefined;
        if (text === undefined) return whole;
        const type = file.endsWith(".css") ? "text/css" : "text/javascript";
        const address = addressOf(text, type);
        names.set(address, file);
        return `${attribute}${equals}"${address}"`;
      },
    );
    // A new document in the same window: it takes listeners away, so they are set after it.
    document.open();
    hearConsole(tell);
    hearErrors(tell, (address) => names.get(address) ?? (address.startsWith("blob:") ? null : name));
    addEventListener("load", () => tell({ kind: "done" }));
    document.write(page);
    document.close();
  };

  addEventListener("message", function begin({ source, data }) {
    if (source !== parent) return;
    removeEventListener("message", begin);
    const { kind, name, code, files } = data;
    if (kind === "script") runScript(name, code);
    else showPage(name, code, files);
  });
  tell({ kind: "ready" });
}

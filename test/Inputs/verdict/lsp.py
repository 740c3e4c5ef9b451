# lsp.py - one session with a language server.
#
# Starts a server, opens and changes documents, and hands out the diagnostics it
# publishes. Knows the protocol's framing and nothing of what is in a diagnostic.
import json
import os
import queue
import subprocess
import threading


class Session:
    def __init__(self, command, folder, env=None):
        self.server = subprocess.Popen(command, cwd=folder, env={**os.environ, **(env or {})},
                                       stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                       stderr=subprocess.DEVNULL)
        self.messages, self.ids = queue.Queue(), 0
        threading.Thread(target=self._read, daemon=True).start()
        capabilities = {"textDocument": {
            "publishDiagnostics": {"relatedInformation": True, "codeActionsInline": True,
                                   "versionSupport": True},
            "codeAction": {"codeActionLiteralSupport": {"codeActionKind": {"valueSet": ["quickfix"]}}}},
            "offsetEncoding": ["utf-8"]}
        self.request("initialize", {"processId": os.getpid(), "rootUri": "file://" + folder,
                                    "capabilities": capabilities})
        self.notify("initialized", {})

    def _read(self):
        out = self.server.stdout
        while line := out.readline():
            length = 0
            while line.strip():
                name, _, value = line.decode().partition(":")
                if name.lower() == "content-length":
                    length = int(value)
                line = out.readline()
            self.messages.put(json.loads(out.read(length)))
        self.messages.put(None)

    def _send(self, message):
        body = json.dumps({"jsonrpc": "2.0", **message}).encode()
        self.server.stdin.write(b"Content-Length: %d\r\n\r\n%s" % (len(body), body))
        self.server.stdin.flush()

    def notify(self, method, params):
        self._send({"method": method, "params": params})

    def next(self, timeout):
        message = self.messages.get(timeout=timeout)
        if message is None:
            raise SystemExit(f"the language server ended with status {self.server.wait()}")
        return message

    def request(self, method, params, timeout=1800):
        self.ids += 1
        self._send({"id": self.ids, "method": method, "params": params})
        while True:
            message = self.next(timeout)
            if message.get("id") == self.ids and "method" not in message:
                return message.get("result")

    def open(self, path, text):
        self.notify("textDocument/didOpen", {"textDocument": {
            "uri": "file://" + path, "languageId": "cpp", "version": 1, "text": text}})

    def change(self, path, text, version):
        self.notify("textDocument/didChange", {
            "textDocument": {"uri": "file://" + path, "version": version},
            "contentChanges": [{"text": text}]})

    def close(self, path):
        self.notify("textDocument/didClose", {"textDocument": {"uri": "file://" + path}})

    def diagnostics(self, path, version=None, timeout=1800):
        """The next that are published for the document, of the version if one is named."""
        while True:
            message = self.next(timeout)
            params = message.get("params", {})
            if message.get("method") == "textDocument/publishDiagnostics" \
                    and params["uri"] == "file://" + path \
                    and (version is None or params.get("version") == version):
                return params["diagnostics"]

    def end(self):
        self.request("shutdown", None)
        self.notify("exit", None)
        return self.server.wait(timeout=60)

// The second test runtime: pytest inside Pyodide (the Python that Workers run) over Miniflare's
// real D1, KV, R2, Queues and Durable Object storage, offline.
//
//   node tests/pyodide/run.mjs [pytest arguments]
//
// Needs Node 22.12 or later with JavaScript Promise Integration (24 as it is), the vendored
// packages (tools/vendor.py) and nothing else.

import { fileURLToPath } from "node:url";
import path from "node:path";
import { loadPyodide } from "pyodide";
import { startBindings } from "./bindings.mjs";

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "../..");

const MOUNTS = {
  "/repo/src": "src",
  "/repo/tests": "tests",
  "/repo/migrations": "migrations",
  "/repo/durable_objects": "durable_objects",
  "/repo/cron": "cron",
  "/repo/build/demo": "build/demo",
  "/vendor": "python_modules",
  "/site": "build/pyodide-site",
};

const bindings = await startBindings();
const python = await loadPyodide({ env: { HOME: "/home/pyodide", ...passedOn() } });
for (const [at, from] of Object.entries(MOUNTS)) {
  python.FS.mkdirTree(at);
  python.FS.mount(python.FS.filesystems.NODEFS, { root: path.join(root, from) }, at);
}
// What workerd gives the SDK.
python.registerJsModule("_pyodide_entrypoint_helper", { patchWaitUntil() {} });
python.registerJsModule("_cloudflare_compat_flags", {});
python.registerJsModule("grove_bindings", bindings.forPython);

let code = 1;
try {
  python.runPython(`
import os, sys
sys.path[:0] = ["/repo/src", "/repo/tests", "/repo", "/vendor", "/site"]
sys.dont_write_bytecode = True
os.chdir("/repo")
os.environ["CONTRACT_PLATFORM"] = "contract.cloudflare"

def run(arguments):
    import pytest
    return int(pytest.main(["-p", "no:cacheprovider", "-p", "no:faulthandler", *arguments]))
`);
  // Called this way, synchronous Python may wait for JavaScript promises (pyodide.ffi.run_sync).
  code = await python.globals.get("run").callPromising(process.argv.slice(2));
} catch (error) {
  console.error(error.message); // uncaught, Node prints a megabyte of pyodide.asm.js first
} finally {
  await bindings.stop();
}
process.exit(code);

function passedOn() {
  const names = ["CI", "GROVE_NO_SKIP"];
  return Object.fromEntries(names.filter((n) => process.env[n]).map((n) => [n, process.env[n]]));
}

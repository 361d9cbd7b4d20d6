// Imports the staged Worker's entry inside Pyodide, as a deployment does before its snapshot, and
// prints one JSON object: how long it took, the heaviest imports, and who asked for the time or
// for randomness meanwhile (a Worker may not, at import).
//
//   node tests/pyodide/entry_import.mjs

import { fileURLToPath } from "node:url";
import path from "node:path";
import { loadPyodide } from "pyodide";

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "../..");
const python = await loadPyodide({ env: { HOME: "/home/pyodide" } });
for (const [at, from] of Object.entries({ "/worker": "build/worker", "/vendor": "python_modules" })) {
  python.FS.mkdirTree(at);
  python.FS.mount(python.FS.filesystems.NODEFS, { root: path.join(root, from) }, at);
}
python.registerJsModule("_pyodide_entrypoint_helper", { patchWaitUntil() {} });
python.registerJsModule("_cloudflare_compat_flags", {});
console.log(
  python.runPython(`
import builtins, json, os, random, sys, time, uuid
sys.path[:0] = ["/worker", "/vendor"]
sys.dont_write_bytecode = True

clock, own_s, stack, asked = time.perf_counter, {}, [], set()
OURS = ("grovemusic", "cron", "durable_objects", "entry")


def watched(module, name):
    real = getattr(module, name)

    def ask(*arguments, **named):
        caller = sys._getframe(1).f_globals.get("__name__", "")
        asked.add((caller, f"{module.__name__}.{name}"))
        return real(*arguments, **named)

    setattr(module, name, ask)


for module, names in {
    time: ["time", "time_ns", "monotonic", "perf_counter"],
    random: ["random", "randrange", "getrandbits"],
    os: ["urandom"],
    uuid: ["uuid1", "uuid4"],
}.items():
    for name in names:
        watched(module, name)

# The time of a package's modules, without what they import of other packages.
real_import = builtins.__import__


def timed(name, globals=None, locals=None, fromlist=(), level=0):
    top = ((globals or {}).get("__name__", "") if level else name).split(".")[0]
    before = len(sys.modules)
    began = clock()
    stack.append(0.0)
    try:
        return real_import(name, globals, locals, fromlist, level)
    finally:
        took, inner = clock() - began, stack.pop()
        if len(sys.modules) > before:
            own_s[top] = own_s.get(top, 0.0) + took - inner
        if stack:
            stack[-1] += took


builtins.__import__ = timed
began = clock()
import entry
took_s = clock() - began
builtins.__import__ = real_import
heaviest = sorted(own_s.items(), key=lambda each: -each[1])
json.dumps({
    "took_s": took_s,
    "modules": len(sys.modules),
    "heaviest": heaviest[:8],
    "asked_by_us": sorted(each for each in asked if each[0].split(".")[0] in OURS),
    "asked_by_others": sorted(each for each in asked if each[0].split(".")[0] not in OURS),
})
`),
);
process.exit(0);

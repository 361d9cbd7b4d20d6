"""Machine code from Python functions: numba, and one instruction it has no name for."""

import importlib
from collections.abc import Callable
from typing import Any, ParamSpec, TypeVar, cast

# Typed in part and differently from version to version, so taken as untyped.
numba: Any = importlib.import_module("numba")
cgutils: Any = importlib.import_module("numba.core.cgutils")
ir: Any = importlib.import_module("llvmlite.ir")

Parameters = ParamSpec("Parameters")
Result = TypeVar("Result")

_TO_READ, _TO_KEEP, _DATA = 0, 3, 1  # https://llvm.org/docs/LangRef.html, "llvm.prefetch"


def compiled(function: Callable[Parameters, Result]) -> Callable[Parameters, Result]:
    """`function` as machine code that lets other threads run.

    It is compiled when first called and kept on disk for later processes: beside the source, or
    in the user's cache folder where the installation is read-only. Where neither can be written
    every process compiles for itself, which takes some ten seconds.

    What is kept is renewed when the file of `function` changes, but not when only a compiled
    function in another file does: functions that call one another live in one file.
    """
    try:
        code = numba.njit(function, cache=True, nogil=True)
    except RuntimeError:  # numba has found no folder to write to
        code = numba.njit(function, nogil=True)
    return cast("Callable[Parameters, Result]", code)


@numba.extending.intrinsic  # type: ignore[untyped-decorator]
def prefetch(_context: Any, array: Any, _index: Any) -> tuple[Any, Any]:
    """Ask for `array[index]` without waiting for it; in compiled code only."""

    def code(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        data = context.make_array(signature.args[0])(context, builder, arguments[0]).data
        byte, number = ir.IntType(8).as_pointer(), ir.IntType(32)
        place = builder.bitcast(builder.gep(data, [arguments[1]]), byte)
        kind = ir.FunctionType(ir.VoidType(), [byte, number, number, number])
        hint = cgutils.get_or_insert_function(builder.module, kind, "llvm.prefetch.p0")
        builder.call(hint, [place, *(ir.Constant(number, n) for n in (_TO_READ, _TO_KEEP, _DATA))])
        return context.get_dummy_value()

    return numba.types.void(array, numba.types.uint64), code
